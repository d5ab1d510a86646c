//! Matches decided in the place of their sides, disputes settled, brackets published and taken back. What needs the
//! score of every game, or shows first what else it changes, is done at the organizer's desk.

use brackets::{Outcome as Verdict, Side};
use tournaments::service::{
    dispute::{self, Resolution},
    draw, result,
};

use super::run::through;
use crate::admin::act::{AREA, Act, BOX, CHOICE, Context, Failure, Outcome, Question, SEEN};

const MATCH: &str = "tournament_engine_match_match";
const DISPUTE: &str = "tournament_engine_match_dispute";
const BRACKET: &str = "tournament_engine_bracket_bracket";
const WAITING: &[&str] = &["open", "under_review", "escalated"];

const WHY: Question = Question::new("why", "Why? Both sides read it.", AREA);
const HOW: Question = Question {
    choices: &[
        ("", "Choose\u{2026}"),
        ("ruling", "A ruling, with these games"),
        ("forfeit_1", "The first side forfeits"),
        ("forfeit_2", "The second side forfeits"),
        ("forfeit_both", "Both forfeit: nobody wins"),
    ],
    ..Question::new("how", "How does it end?", CHOICE)
};
const FIRST: Question =
    Question::new("games_1", "Games of the first side", "number").help("Of a ruling: what it is given.");
const SECOND: Question = Question::new("games_2", "Games of the second side", "number");
const NO_SHOW: Question = Question::new("no_show", "Who forfeits did not appear", BOX);

pub(crate) const ACTS: &[Act] = &[
    Act::new(
        MATCH,
        "decide",
        "Decide",
        "Decides the match in the place of its sides; the bracket goes on. Games with their scores are entered at the \
         organizer's desk.",
        |context| Box::pin(decide(context)),
    )
    .one()
    .asking(&[HOW, FIRST, SECOND, NO_SHOW, WHY, Question::new("revision", "", SEEN)])
    .when("state", &["scheduled", "check_in", "ready", "live", "pending_result"]),
    Act::new(DISPUTE, "review", "Take up", "Says that somebody looks at it.", |context| Box::pin(review(context)))
        .when("status", &["open"]),
    Act::new(
        DISPUTE,
        "escalate",
        "Hand to the platform",
        "Only staff of the platform settles it from then on.",
        |context| Box::pin(escalate(context)),
    )
    .asking(&[WHY])
    .when("status", &["open", "under_review"]),
    Act::new(
        DISPUTE,
        "uphold",
        "Let the result stand",
        "Resolves it: the result stands as it is, or as the one report has it.",
        |context| Box::pin(settle(context, None)),
    )
    .one()
    .asking(&[WHY])
    .when("status", WAITING),
    Act::new(
        DISPUTE,
        "resolve",
        "Change the result",
        "Resolves it with another result; the bracket follows.",
        |context| Box::pin(resolve(context)),
    )
    .one()
    .asking(&[
        HOW,
        FIRST,
        SECOND,
        NO_SHOW,
        Question::new("anew", "Pair and draw anew what was made on the old result", BOX),
        WHY,
    ])
    .when("status", WAITING),
    Act::new(DISPUTE, "dismiss", "Dismiss", "Finds it to be nothing: the result stands.", |context| {
        Box::pin(dismiss(context))
    })
    .asking(&[WHY])
    .when("status", WAITING),
    Act::new(
        BRACKET,
        "publish",
        "Publish",
        "Locks the bracket for play and shows it to all; every entry is told.",
        |context| Box::pin(publish(context, true)),
    )
    .one()
    .when("is_finalized", &["false"])
    .for_superusers(),
    Act::new(
        BRACKET,
        "unpublish",
        "Take back",
        "Unlocks a bracket of which nothing has been played, so that it can be drawn again.",
        |context| Box::pin(publish(context, false)),
    )
    .one()
    .when("is_finalized", &["true"])
    .for_superusers(),
];

/// The result that was chosen.
fn outcome(context: Context<'_>) -> Result<Verdict, Failure> {
    let wrong = |name, text: &str| Failure::Wrong(vec![(Some(name), text.to_owned())]);
    let games = |name: &'static str| {
        let typed = context.sent.get(name).and_then(|games| games.trim().parse::<u16>().ok());
        typed.ok_or_else(|| wrong(name, "Write the games that this side is given."))
    };
    let no_show = context.sent.get("no_show").is_some();
    match context.sent.get("how") {
        Some("forfeit_1") => Ok(Verdict::Forfeit { by: Side::A, no_show }),
        Some("forfeit_2") => Ok(Verdict::Forfeit { by: Side::B, no_show }),
        Some("forfeit_both") => Ok(Verdict::DoubleForfeit { no_show }),
        Some("ruling") => {
            let score = [games("games_1")?, games("games_2")?];
            let winner = match score[0].cmp(&score[1]) {
                std::cmp::Ordering::Greater => Some(Side::A),
                std::cmp::Ordering::Less => Some(Side::B),
                std::cmp::Ordering::Equal => None,
            };
            Ok(Verdict::Ruling { winner, score })
        }
        _ => Err(wrong("how", "Choose how it ends.")),
    }
}

fn why(context: Context<'_>) -> &str {
    context.sent.get("why").unwrap_or_default()
}

async fn decide(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, why, outcome) = (context.id, why(context), &outcome(context)?);
    let revision = context.sent.get("revision").and_then(|seen| seen.parse::<i32>().ok()).unwrap_or(-1);
    through!(context, |tx, cx, _| result::decide(tx, cx, id, revision, outcome, why))
}

async fn review(context: Context<'_>) -> Result<Outcome, Failure> {
    let id = context.id;
    through!(context, |tx, cx, _| dispute::review(tx, cx, id))
}

async fn escalate(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, why) = (context.id, why(context));
    through!(context, |tx, cx, _| dispute::escalate(tx, cx, id, why))
}

async fn resolve(context: Context<'_>) -> Result<Outcome, Failure> {
    let outcome = outcome(context)?;
    settle(context, Some(outcome)).await
}

async fn settle(context: Context<'_>, outcome: Option<Verdict>) -> Result<Outcome, Failure> {
    let anew = context.sent.get("anew").is_some();
    let resolution = &outcome.map_or(Resolution::Stands, |outcome| Resolution::Result { outcome, anew, seen: None });
    let (id, why) = (context.id, why(context));
    through!(context, |tx, cx, _| dispute::resolve(tx, cx, id, resolution, why))
}

async fn dismiss(context: Context<'_>) -> Result<Outcome, Failure> {
    let (id, why) = (context.id, why(context));
    through!(context, |tx, cx, _| dispute::dismiss(tx, cx, id, why))
}

async fn publish(context: Context<'_>, shown: bool) -> Result<Outcome, Failure> {
    through!(context, |tx, cx, before| async {
        let tournament = before.number(context, "tournament_id");
        if shown { draw::publish(tx, cx, tournament).await } else { draw::unpublish(tx, cx, tournament).await }
    })
}
