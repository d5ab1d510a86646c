//! What a team may be called, and what else its forms take. Whether a name is taken only the database knows.

use kernel::plugin::GamePlugin;

use crate::error::{Field, Invalid};

/// Shortest name, in characters.
pub const NAME_MIN: usize = 3;
/// Longest name, in characters.
pub const NAME_MAX: usize = 50;
/// Shortest tag, in characters.
pub const TAG_MIN: usize = 2;
/// Longest tag, in characters.
pub const TAG_MAX: usize = 10;
/// Longest description, in characters.
pub const DESCRIPTION_MAX: usize = 500;
/// Longest motto and longest address elsewhere, in characters.
pub const LINE_MAX: usize = 200;
/// Longest wanted rank, in characters.
pub const RANK_MAX: usize = 50;
/// Longest word with an invitation or a wish to join, in characters.
pub const MESSAGE_MAX: usize = 500;

/// Longest slug that is made of a name; a number may follow.
const SLUG_MAX: usize = 56;
/// Ends of addresses below `/teams/` that are pages of their own.
const RESERVED: &[&str] = &[
    "about",
    "admin",
    "analytics",
    "api",
    "compare",
    "create",
    "edit",
    "export",
    "featured",
    "feed",
    "games",
    "help",
    "hub",
    "invitations",
    "invites",
    "join",
    "leaderboard",
    "list",
    "me",
    "merch",
    "mine",
    "new",
    "promotion",
    "rankings",
    "requests",
    "search",
    "settings",
    "sponsor",
    "static",
];

/// What somebody writes into the form of a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TeamForm {
    /// What the team is called.
    pub name: String,
    /// The short name; small letters become capital ones.
    pub tag: String,
    /// Code of the game. Of a team that has one, it stays as it is.
    pub game: String,
    /// The owner's role in the game, for an owner who plays; empty for none. For a new team only.
    pub game_role: String,
    /// Whether the owner, who plays then, is captain at once. For a new team only.
    pub captain: bool,
    /// Code of one of the game's regions.
    pub region: String,
    /// About the team.
    pub description: String,
    /// A motto.
    pub tagline: String,
    /// Address on Twitter, or nothing.
    pub twitter: String,
    /// Address on Instagram, or nothing.
    pub instagram: String,
    /// Invitation to the Discord server, or nothing.
    pub discord: String,
    /// Channel on YouTube, or nothing.
    pub youtube: String,
    /// Channel on Twitch, or nothing.
    pub twitch: String,
    /// Page of links, or nothing.
    pub linktree: String,
}

impl TeamForm {
    /// The name as it is stored: without spaces around it and with single ones within.
    pub fn clean_name(&self) -> String {
        self.name.split_whitespace().collect::<Vec<&str>>().join(" ")
    }

    /// The tag as it is stored.
    pub fn clean_tag(&self) -> String {
        self.tag.trim().to_uppercase()
    }

    /// Every field that is wrong in itself. `game` is the game of the form's code, when there is one;
    /// `region_before` is a region that may stay although the game has none of that code.
    pub fn invalid(&self, game: Option<&dyn GamePlugin>, region_before: Option<&str>) -> Vec<(Field, Invalid)> {
        let region = if region_before == Some(self.region.as_str()) { None } else { self.region(game) };
        [
            (Field::Name, name(&self.clean_name())),
            (Field::Tag, tag(&self.clean_tag())),
            (Field::Game, game.is_none().then_some(Invalid::Choice)),
            (Field::GameRole, self.game_role(game)),
            (Field::Region, region),
            (Field::Description, text(&self.description, DESCRIPTION_MAX)),
            (Field::Tagline, line(&self.tagline, LINE_MAX)),
            (Field::Twitter, link(&self.twitter)),
            (Field::Instagram, link(&self.instagram)),
            (Field::Discord, link(&self.discord)),
            (Field::Youtube, link(&self.youtube)),
            (Field::Twitch, link(&self.twitch)),
            (Field::Linktree, link(&self.linktree)),
        ]
        .into_iter()
        .filter_map(|(field, invalid)| Some((field, invalid?)))
        .collect()
    }

    fn region(&self, game: Option<&dyn GamePlugin>) -> Option<Invalid> {
        let regions = game?.regions();
        match self.region.as_str() {
            "" => (!regions.is_empty()).then_some(Invalid::Empty),
            code => (!regions.iter().any(|region| region.code == code)).then_some(Invalid::Choice),
        }
    }

    fn game_role(&self, game: Option<&dyn GamePlugin>) -> Option<Invalid> {
        if self.captain && self.game_role.is_empty() {
            return Some(Invalid::Empty);
        }
        let known = game?.roles().iter().any(|role| role.name == self.game_role);
        (!self.game_role.is_empty() && !known).then_some(Invalid::Choice)
    }
}

/// How a team deals with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamSettings {
    /// Whether people outside the team see its page.
    pub is_public: bool,
    /// Whether the team says that it looks for players.
    pub is_recruiting: bool,
    /// Whether others may ask to join.
    pub allow_join_requests: bool,
    /// Whether who asks is in at once, as long as there is room.
    pub auto_accept_join_requests: bool,
    /// Whether who asks must say something.
    pub require_application_message: bool,
    /// What rank who asks should have, in words.
    pub min_rank_requirement: String,
    /// Whether members without a say may invite players.
    pub members_can_invite: bool,
    /// Whether people outside the team see who plays.
    pub show_roster_publicly: bool,
    /// Whether people outside the team see the captain alone.
    pub show_captain_only: bool,
    /// Whether people outside the team see its statistics.
    pub show_statistics_publicly: bool,
    /// Whether people outside the team see its tournaments.
    pub show_tournaments_publicly: bool,
}

impl TeamSettings {
    /// Every field that is wrong.
    pub fn invalid(&self) -> Vec<(Field, Invalid)> {
        let rank = line(&self.min_rank_requirement, RANK_MAX);
        rank.map(|invalid| (Field::WantedRank, invalid)).into_iter().collect()
    }
}

/// The settings that a team has.
impl From<&crate::model::core::team::Model> for TeamSettings {
    fn from(team: &crate::model::core::team::Model) -> Self {
        Self {
            is_public: team.is_public,
            is_recruiting: team.is_recruiting,
            allow_join_requests: team.allow_join_requests,
            auto_accept_join_requests: team.auto_accept_join_requests,
            require_application_message: team.require_application_message,
            min_rank_requirement: team.min_rank_requirement.clone(),
            members_can_invite: team.members_can_invite,
            show_roster_publicly: team.show_roster_publicly,
            show_captain_only: team.show_captain_only,
            show_statistics_publicly: team.show_statistics_publicly,
            show_tournaments_publicly: team.show_tournaments_publicly,
        }
    }
}

/// What is wrong with this name.
pub fn name(name: &str) -> Option<Invalid> {
    let length = name.chars().count();
    match length {
        0 => Some(Invalid::Empty),
        _ if name.contains(['<', '>', '{', '}', '[', ']']) || !name.chars().any(char::is_alphanumeric) => {
            Some(Invalid::NameCharacters)
        }
        _ if name.chars().any(is_hidden) => Some(Invalid::Invisible),
        1..NAME_MIN => Some(Invalid::Short(NAME_MIN)),
        _ => (length > NAME_MAX).then_some(Invalid::Long(NAME_MAX)),
    }
}

/// What is wrong with this tag.
pub fn tag(tag: &str) -> Option<Invalid> {
    match tag.chars().count() {
        0 => Some(Invalid::Empty),
        _ if !tag.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) => {
            Some(Invalid::TagCharacters)
        }
        1..TAG_MIN => Some(Invalid::Short(TAG_MIN)),
        length => (length > TAG_MAX).then_some(Invalid::Long(TAG_MAX)),
    }
}

/// Zero-width and direction-changing characters make one text look like another.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// What is wrong with a text of several lines.
pub fn text(text: &str, longest: usize) -> Option<Invalid> {
    if text.chars().any(|c| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t')) {
        return Some(Invalid::Invisible);
    }
    (text.trim().chars().count() > longest).then_some(Invalid::Long(longest))
}

fn line(line: &str, longest: usize) -> Option<Invalid> {
    if line.trim().chars().any(is_hidden) { Some(Invalid::Invisible) } else { text(line, longest) }
}

fn link(value: &str) -> Option<Invalid> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let rest = value.strip_prefix("https://");
    let host = rest.map_or("", |rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let good = host.contains('.') && !host.contains('@') && !value.contains(char::is_whitespace);
    if good { line(value, LINE_MAX) } else { Some(Invalid::Link) }
}

/// The end of the address of a team's page, before a number makes it unique: the letters and digits of the
/// name that an address shows as they are, or else the tag.
pub fn slug(name: &str, tag: &str) -> String {
    let mut slug = String::new();
    for c in kernel::text::fold(name).chars() {
        if c.is_ascii_alphanumeric() && slug.len() < SLUG_MAX {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-');
    let slug = if slug.len() < 2 { tag.to_lowercase() } else { slug.to_owned() };
    if RESERVED.contains(&slug.as_str()) { format!("{slug}-team") } else { slug }
}

/// The first of `base`, `base-2`, `base-3` and so on that is not taken.
pub fn free_slug(base: &str, taken: &[String]) -> String {
    let free = |slug: &String| !taken.contains(slug);
    std::iter::once(base.to_owned())
        .chain((2..=u32::MAX).map(|number| format!("{base}-{number}")))
        .find(free)
        .unwrap_or_else(|| base.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::game::by_code;

    fn good() -> TeamForm {
        TeamForm {
            name: "Dhaka Lions".into(),
            tag: "lions".into(),
            game: "valorant".into(),
            region: "SA".into(),
            ..TeamForm::default()
        }
    }

    #[test]
    fn each_field_has_its_rule() {
        let game = by_code("valorant").map(|game| game as &dyn GamePlugin);
        assert_eq!(good().invalid(game, None), []);
        for (change, field, expected) in [
            ((|f| f.name = " ".into()) as fn(&mut TeamForm), Field::Name, Some(Invalid::Empty)),
            (|f| f.name = "ab".into(), Field::Name, Some(Invalid::Short(3))),
            (|f| f.name = "x".repeat(51), Field::Name, Some(Invalid::Long(50))),
            (|f| f.name = "<b>bold</b>".into(), Field::Name, Some(Invalid::NameCharacters)),
            (|f| f.name = "?!?".into(), Field::Name, Some(Invalid::NameCharacters)),
            (|f| f.name = "Li\u{202e}ons".into(), Field::Name, Some(Invalid::Invisible)),
            (|f| f.name = "ঢাকা সিংহ".into(), Field::Name, None),
            (|f| f.tag = "".into(), Field::Tag, Some(Invalid::Empty)),
            (|f| f.tag = "L".into(), Field::Tag, Some(Invalid::Short(2))),
            (|f| f.tag = "L-1".into(), Field::Tag, Some(Invalid::TagCharacters)),
            (|f| f.tag = "ЛЕВ".into(), Field::Tag, Some(Invalid::TagCharacters)),
            (|f| f.tag = "ABCDEFGHIJK".into(), Field::Tag, Some(Invalid::Long(10))),
            (|f| f.region = "".into(), Field::Region, Some(Invalid::Empty)),
            (|f| f.region = "CIS".into(), Field::Region, Some(Invalid::Choice)),
            (|f| f.game_role = "Duelist".into(), Field::GameRole, None),
            (|f| f.game_role = "AWPer".into(), Field::GameRole, Some(Invalid::Choice)),
            (|f| f.description = "x".repeat(501), Field::Description, Some(Invalid::Long(500))),
            (|f| f.description = "two\nlines".into(), Field::Description, None),
            (|f| f.tagline = "two\nlines".into(), Field::Tagline, Some(Invalid::Invisible)),
            (|f| f.twitter = "javascript:alert(1)".into(), Field::Twitter, Some(Invalid::Link)),
            (|f| f.discord = "https://discord.gg/lions".into(), Field::Discord, None),
        ] {
            let mut form = good();
            change(&mut form);
            let expected: Vec<_> = expected.map(|invalid| (field, invalid)).into_iter().collect();
            assert_eq!(form.invalid(game, None), expected, "{form:?}");
        }
        assert_eq!(good().invalid(None, None), [(Field::Game, Invalid::Choice)]);
        let older = TeamForm { region: "SA-BD".into(), ..good() };
        assert_eq!(older.invalid(game, Some("SA-BD")), [], "what older data holds may stay");
    }

    #[test]
    fn addresses_are_plain_and_free() {
        for (name, tag, expected) in [
            ("Dhaka Lions", "DL", "dhaka-lions"),
            ("  --Team: 7!  ", "T7", "team-7"),
            ("ঢাকা সিংহ", "DHK", "dhk"),
            ("Ünï", "UN", "un"),
            ("API", "API", "api-team"),
            ("সিংহ", "NEW", "new-team"),
        ] {
            assert_eq!(slug(name, tag), expected, "{name}");
        }
        assert!(slug(&"long name ".repeat(30), "LN").len() <= SLUG_MAX);
        let taken: Vec<String> = ["lions", "lions-2", "lions-4"].map(str::to_owned).into();
        assert_eq!(free_slug("lions", &taken), "lions-3");
        assert_eq!(free_slug("kings", &taken), "kings");
    }
}
