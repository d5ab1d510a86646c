//! The result of a match as a referee types it: games, a ruling, a forfeit; the same in words, and what comes of it.

use ::tournaments::{
    Match,
    rules::{result::read_games, structure::HeldUp},
    service::correction::CorrectionPreview,
};
use brackets::{Game, Outcome, Side};

use super::{Errors, Typed};

/// The most games that a form asks for.
const GAMES_MAX: usize = 9;

/// What a form says of a game.
pub(super) struct GameRow {
    pub(super) number: usize,
    pub(super) a: String,
    pub(super) b: String,
}

/// The fields of a form about a result.
pub(super) struct ResultForm {
    pub(super) kind: String,
    pub(super) games: Vec<GameRow>,
    pub(super) ruling: [String; 2],
    pub(super) reason: String,
    pub(super) anew: bool,
    /// Whether the match has a result, on which something may have followed.
    pub(super) decided: bool,
}

/// What the form says of a side of a game.
fn points(game: &Game, side: usize) -> String {
    match (game.points, game.winner) {
        (Some(points), _) => points[side].to_string(),
        (None, Some(winner)) => u8::from(winner.index() == side).to_string(),
        (None, None) => "0".to_owned(),
    }
}

/// The fields that say that the match was played so.
pub(super) fn played(games: &[Game]) -> Vec<(String, String)> {
    let mut fields = vec![("kind".to_owned(), "played".to_owned())];
    for (number, game) in (1..).zip(games) {
        fields.extend([("a", 0), ("b", 1)].map(|(side, at)| (format!("game_{number}_{side}"), points(game, at))));
    }
    fields
}

/// The form, filled with what was typed, or with the result that the match has.
pub(super) fn form(row: &Match, typed: &Typed) -> ResultForm {
    let stored = read_games(&row.games).unwrap_or_default();
    let games = usize::try_from(row.best_of).unwrap_or(1).clamp(1, GAMES_MAX);
    let points = |at: usize, side: usize| stored.get(at).map(|game| points(game, side)).unwrap_or_default();
    let field = |name: String, stored: String| typed.find(&name).map_or(stored, str::to_owned);
    let game = |at: usize| GameRow {
        number: at + 1,
        a: field(format!("game_{}_a", at + 1), points(at, 0)),
        b: field(format!("game_{}_b", at + 1), points(at, 1)),
    };
    ResultForm {
        kind: typed.find("kind").unwrap_or("played").to_owned(),
        games: (0..games).map(game).collect(),
        ruling: [field("ruling_a".to_owned(), String::new()), field("ruling_b".to_owned(), String::new())],
        reason: typed.get("reason").to_owned(),
        anew: typed.on("anew"),
        decided: row.completed_at.is_some(),
    }
}

/// The outcome that was typed; nothing when the match is to be open again.
pub(super) fn read(typed: &Typed) -> Result<Option<Outcome>, Errors> {
    let mut errors = Errors::default();
    let outcome = match typed.get("kind") {
        "played" => {
            let mut games = Vec::new();
            for number in 1..=GAMES_MAX {
                let (a, b) =
                    (typed.get(&format!("game_{number}_a")).trim(), typed.get(&format!("game_{number}_b")).trim());
                match (a.parse::<u32>(), b.parse::<u32>()) {
                    // A score of 1 to 0 says only who won.
                    (Ok(1), Ok(0)) => games.push(Game::won_by(Side::A)),
                    (Ok(0), Ok(1)) => games.push(Game::won_by(Side::B)),
                    (Ok(a), Ok(b)) => games.push(Game::scored(a, b)),
                    _ if a.is_empty() && b.is_empty() => {}
                    _ => errors.say("games", format!("Game {number}: write both scores, or neither.")),
                }
            }
            if games.is_empty() {
                errors.say("games", "Write the score of each game that was played.");
            }
            Some(Outcome::Played(games))
        }
        "ruling" => {
            let score = ["ruling_a", "ruling_b"].map(|name| typed.number::<u16>(name));
            match score {
                [Some(a), Some(b)] => {
                    let winner = match a.cmp(&b) {
                        std::cmp::Ordering::Greater => Some(Side::A),
                        std::cmp::Ordering::Less => Some(Side::B),
                        std::cmp::Ordering::Equal => None,
                    };
                    Some(Outcome::Ruling { winner, score: [a, b] })
                }
                _ => {
                    errors.say("ruling", "Write the games that each side is given.");
                    None
                }
            }
        }
        "forfeit_a" => Some(Outcome::Forfeit { by: Side::A, no_show: typed.on("no_show") }),
        "forfeit_b" => Some(Outcome::Forfeit { by: Side::B, no_show: typed.on("no_show") }),
        "forfeit_both" => Some(Outcome::DoubleForfeit { no_show: typed.on("no_show") }),
        "open" => None,
        _ => {
            errors.say("kind", "Choose how the match ended.");
            None
        }
    };
    if errors.is_empty() { Ok(outcome) } else { Err(errors) }
}

/// An outcome in words, between these two.
pub(super) fn words(outcome: Option<&Outcome>, names: &[String; 2]) -> String {
    let [one, other] = names;
    match outcome {
        None => "The match is open again, without a result.".to_owned(),
        Some(Outcome::Played(games)) => {
            let won = |side| games.iter().filter(|game| game.winner == Some(side)).count();
            let (a, b) = (won(Side::A), won(Side::B));
            let list: Vec<String> =
                games.iter().filter_map(|game| game.points).map(|[a, b]| format!("{a}:{b}")).collect();
            let list = if list.is_empty() { String::new() } else { format!(" ({})", list.join(", ")) };
            match a.cmp(&b) {
                std::cmp::Ordering::Greater => format!("{one} beats {other} {a}:{b}{list}."),
                std::cmp::Ordering::Less => format!("{other} beats {one} {b}:{a}{list}."),
                std::cmp::Ordering::Equal => format!("{one} and {other} draw {a}:{b}{list}."),
            }
        }
        Some(Outcome::Ruling { winner: Some(side), score: [a, b] }) => {
            format!("By a ruling, {} wins against {}, {a}:{b}.", names[side.index()], names[side.other().index()])
        }
        Some(Outcome::Ruling { winner: None, score: [a, b] }) => {
            format!("By a ruling, {one} and {other} draw {a}:{b}.")
        }
        Some(Outcome::Forfeit { by, no_show }) => {
            let why = if *no_show { "did not appear" } else { "forfeits" };
            format!("{} {why}: {} wins.", names[by.index()], names[by.other().index()])
        }
        Some(Outcome::DoubleForfeit { no_show: true }) => format!("Neither {one} nor {other} appeared: both lose."),
        Some(Outcome::DoubleForfeit { no_show: false }) => format!("{one} and {other} both forfeit: nobody wins."),
    }
}

/// What somebody has to decide after a correction, in words.
fn waiting(waits: &[HeldUp]) -> Vec<String> {
    let text = |held_up: &HeldUp| match held_up {
        HeldUp::Tie { tied, places, .. } => {
            format!("Afterwards {} entries are tied for {places} places: somebody has to break the tie.", tied.len())
        }
        HeldUp::OnlyRematches { round, .. } => {
            format!("Afterwards round {round} can only be paired with rematches: somebody has to allow them.")
        }
        HeldUp::Other { why, .. } => why.clone(),
    };
    waits.iter().map(text).collect()
}

/// What comes of a result, in sentences, and everything that it changes, a line each.
pub(super) fn effects(preview: &CorrectionPreview) -> (Vec<String>, Vec<String>) {
    let (mut text, lines) = (waiting(&preview.waits), preview.lines());
    if preview.prizes_paid {
        text.push("The prizes have been paid: what changes who gets them cannot be done.".to_owned());
    }
    text.push(if lines.is_empty() { "Nothing else changes." } else { "Everything that changes:" }.to_owned());
    (text, lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        let mut typed = Typed::default();
        for (name, value) in fields {
            typed.set(*name, *value);
        }
        typed
    }

    #[test]
    fn outcomes_are_read_and_told() {
        let names = ["Lions".to_owned(), "Tigers".to_owned()];
        for (fields, expected, told) in [
            (
                &[
                    ("kind", "played"),
                    ("game_1_a", "13"),
                    ("game_1_b", "7"),
                    ("game_2_a", "0"),
                    ("game_2_b", "1"),
                    ("game_3_a", "1"),
                    ("game_3_b", "0"),
                ][..],
                Some(Outcome::Played(vec![Game::scored(13, 7), Game::won_by(Side::B), Game::won_by(Side::A)])),
                "Lions beats Tigers 2:1 (13:7).",
            ),
            (
                &[("kind", "ruling"), ("ruling_a", "0"), ("ruling_b", "2")],
                Some(Outcome::Ruling { winner: Some(Side::B), score: [0, 2] }),
                "By a ruling, Tigers wins against Lions, 0:2.",
            ),
            (
                &[("kind", "ruling"), ("ruling_a", "1"), ("ruling_b", "1")],
                Some(Outcome::Ruling { winner: None, score: [1, 1] }),
                "By a ruling, Lions and Tigers draw 1:1.",
            ),
            (
                &[("kind", "forfeit_a")],
                Some(Outcome::Forfeit { by: Side::A, no_show: false }),
                "Lions forfeits: Tigers wins.",
            ),
            (
                &[("kind", "forfeit_b"), ("no_show", "on")],
                Some(Outcome::Forfeit { by: Side::B, no_show: true }),
                "Tigers did not appear: Lions wins.",
            ),
            (
                &[("kind", "forfeit_both")],
                Some(Outcome::DoubleForfeit { no_show: false }),
                "Lions and Tigers both forfeit: nobody wins.",
            ),
            (&[("kind", "open")], None, "The match is open again, without a result."),
        ] {
            let found = read(&typed(fields)).expect("it can be read");
            assert_eq!(found, expected);
            assert_eq!(words(found.as_ref(), &names), told);
            if let Some(Outcome::Played(games)) = &found {
                let fields = played(games);
                let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                assert_eq!(read(&typed(&fields)).expect("it can be read"), found, "what is written is read again");
            }
        }
        for (fields, wrong) in [
            (&[("kind", "played")][..], "games"),
            (&[("kind", "played"), ("game_1_a", "13")], "games"),
            (&[("kind", "played"), ("game_1_a", "13"), ("game_1_b", "-7")], "games"),
            (&[("kind", "ruling"), ("ruling_a", "2")], "ruling"),
            (&[], "kind"),
        ] {
            assert!(read(&typed(fields)).is_err_and(|errors| errors.at(wrong).is_some()), "{fields:?}");
        }
    }
}
