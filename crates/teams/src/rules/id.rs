//! What ids of games look like. Whether an account of that id exists, only the game's maker knows.

use kernel::plugin::{GameIdRefusal, GamePlugin};

/// What an id looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdFormat {
    /// `Name#TAG`: a name of 3 to 16 characters of any script, and 3 to 5 ASCII letters or digits.
    Riot,
    /// A SteamID64 of a person: 17 digits that begin with 7656119.
    Steam,
    /// As many digits.
    Digits {
        /// The fewest.
        min: usize,
        /// The most.
        max: usize,
    },
    /// 3 to 50 ASCII letters, digits and underscores.
    Word,
    /// 3 to 50 ASCII letters, digits, underscores and hyphens.
    HyphenWord,
    /// A name on Discord: at least two letters, digits, underscores or dots, perhaps after an `@`;
    /// or the older form, a name of at least two characters, `#` and four digits.
    Discord,
    /// One line of at most so many characters.
    Line {
        /// The most characters.
        max: usize,
    },
}

/// What the accounts of all people on Steam begin with.
const STEAM_PREFIX: &str = "7656119";

impl IdFormat {
    /// Whether a text looks like this; spaces around it do not.
    ///
    /// # Errors
    /// What it should look like, as the end of a sentence.
    pub fn check(self, id: &str) -> Result<(), String> {
        if self.fits(id) { Ok(()) } else { Err(self.expected()) }
    }

    fn fits(self, id: &str) -> bool {
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        match self {
            Self::Riot => id.split_once('#').is_some_and(|(name, tag)| {
                is_line(name, 3, 16) && (3..=5).contains(&tag.len()) && tag.chars().all(|c| c.is_ascii_alphanumeric())
            }),
            Self::Steam => digits(id, 17, 17) && id.starts_with(STEAM_PREFIX),
            Self::Digits { min, max } => digits(id, min, max),
            Self::Word => (3..=50).contains(&id.len()) && id.chars().all(word),
            Self::HyphenWord => (3..=50).contains(&id.len()) && id.chars().all(|c| word(c) || c == '-'),
            Self::Discord => match id.split_once('#') {
                Some((name, number)) => is_line(name, 2, 32) && digits(number, 4, 4),
                None => {
                    let name = id.strip_prefix('@').unwrap_or(id);
                    (2..=32).contains(&name.len()) && name.chars().all(|c| word(c) || c == '.')
                }
            },
            Self::Line { max } => is_line(id, 1, max),
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Riot => "write Name#TAG, a name of 3 to 16 characters and a tag of 3 to 5 letters or digits".into(),
            Self::Steam => format!("write the 17 digits of the SteamID64, which begin with {STEAM_PREFIX}"),
            Self::Digits { min, max } => format!("write {min} to {max} digits and nothing else"),
            Self::Word => "write 3 to 50 letters, digits and underscores".into(),
            Self::HyphenWord => "write 3 to 50 letters, digits, underscores and hyphens".into(),
            Self::Discord => "write the name, of letters, digits, underscores and dots, or Name#1234".into(),
            Self::Line { max } => format!("write one line of at most {max} characters"),
        }
    }
}

fn digits(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// One line without spaces around it.
fn is_line(text: &str, min: usize, max: usize) -> bool {
    (min..=max).contains(&text.chars().count()) && text.trim() == text && !text.chars().any(char::is_control)
}

/// What keeps somebody from playing a game: ids that it needs and that are missing or misshapen.
/// `id_in` answers what stands in a column of the profile.
pub fn refusals<'a>(game: &dyn GamePlugin, id_in: impl Fn(&str) -> &'a str) -> Vec<GameIdRefusal> {
    let fields = game.id_fields().into_iter();
    fields.filter_map(|field| game.validate_id(field.column, id_in(field.column)).err()).collect()
}
