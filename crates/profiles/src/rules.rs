//! What a profile may hold. Pure.

use std::sync::Arc;

use kernel::plugin::{GameIdRefusal, GamePlugin};

use crate::error::Invalid;

/// Regions, as stored, with the words that people read.
pub const REGIONS: &[(&str, &str)] =
    &[("BD", "Bangladesh"), ("SA", "South Asia"), ("AS", "Asia (other)"), ("EU", "Europe"), ("NA", "North America")];

/// Longest display name, in characters.
pub const DISPLAY_NAME_MAX: usize = 80;
/// Longest text about oneself, in characters.
pub const BIO_MAX: usize = 2_000;
/// Longest link, in characters.
pub const LINK_MAX: usize = 200;

/// What a person writes into the profile form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileForm {
    /// The name others see.
    pub display_name: String,
    /// One of [`REGIONS`].
    pub region: String,
    /// About oneself.
    pub bio: String,
    /// Channel on YouTube, or nothing.
    pub youtube_link: String,
    /// Channel on Twitch, or nothing.
    pub twitch_link: String,
    /// Whether strangers see only the name.
    pub is_private: bool,
    /// Whether channels and game ids are shown.
    pub show_socials: bool,
}

impl ProfileForm {
    /// Every field that is wrong, by its name.
    pub fn invalid(&self) -> Vec<(&'static str, Invalid)> {
        [
            ("display_name", required(&self.display_name, DISPLAY_NAME_MAX)),
            ("region", (!REGIONS.iter().any(|(code, _)| *code == self.region)).then_some(Invalid::Choice)),
            ("bio", text(&self.bio, BIO_MAX)),
            ("youtube_link", link(&self.youtube_link)),
            ("twitch_link", link(&self.twitch_link)),
        ]
        .into_iter()
        .filter_map(|(field, invalid)| Some((field, invalid?)))
        .collect()
    }
}

/// Every id that is wrong, by the column of the profile. An empty one is none, and never wrong: only playing
/// needs it. An id that several games know must please the first of them.
pub fn invalid_game_ids(games: &[Arc<dyn GamePlugin>], ids: &[(String, String)]) -> Vec<(String, GameIdRefusal)> {
    let wrong = |(column, value): &(String, String)| {
        let value = value.trim();
        let Some(game) = games.iter().find(|game| game.id_field(column).is_ok()) else {
            let (game, known) = ("This platform".to_owned(), "none of that name".to_owned());
            return Some((column.clone(), GameIdRefusal::Unknown { game, column: column.clone(), known }));
        };
        let refusal = (!value.is_empty()).then(|| game.validate_id(column, value).err()).flatten();
        refusal.map(|refusal| (column.clone(), refusal))
    };
    ids.iter().filter_map(wrong).collect()
}

fn text(text: &str, longest: usize) -> Option<Invalid> {
    // Zero-width and direction-changing characters make one name look like another.
    let hidden = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
            || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hidden) {
        return Some(Invalid::Invisible);
    }
    (text.trim().chars().count() > longest).then_some(Invalid::Long(longest))
}

fn required(value: &str, longest: usize) -> Option<Invalid> {
    if value.trim().is_empty() { Some(Invalid::Empty) } else { text(value, longest) }
}

fn link(value: &str) -> Option<Invalid> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    let rest = value.strip_prefix("https://");
    let host = rest.map_or("", |rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let good = host.contains('.') && !host.contains('@') && !value.contains(char::is_whitespace);
    if good { text(value, LINK_MAX) } else { Some(Invalid::Link) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_has_its_rule() {
        let good = ProfileForm { display_name: "Ann".into(), region: "BD".into(), ..ProfileForm::default() };
        assert_eq!(good.invalid(), []);
        let with = |change: fn(&mut ProfileForm)| {
            let mut form = good.clone();
            change(&mut form);
            form.invalid()
        };
        for (found, expected) in [
            (with(|f| f.display_name = " ".into()), ("display_name", Invalid::Empty)),
            (with(|f| f.display_name = "x".repeat(81)), ("display_name", Invalid::Long(80))),
            (with(|f| f.display_name = "a\u{202e}nn".into()), ("display_name", Invalid::Invisible)),
            (with(|f| f.region = "XX".into()), ("region", Invalid::Choice)),
            (with(|f| f.bio = "x".repeat(2_001)), ("bio", Invalid::Long(2_000))),
            (with(|f| f.youtube_link = "javascript:alert(1)".into()), ("youtube_link", Invalid::Link)),
            (with(|f| f.twitch_link = "http://twitch.tv/ann".into()), ("twitch_link", Invalid::Link)),
            (with(|f| f.twitch_link = "https://a@b.org/".into()), ("twitch_link", Invalid::Link)),
        ] {
            assert_eq!(found, [expected]);
        }
        assert_eq!(with(|f| f.twitch_link = "https://www.twitch.tv/ann".into()), []);
    }
}
