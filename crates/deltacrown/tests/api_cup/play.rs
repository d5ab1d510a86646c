//! Playing: both sides check in and report; one match is disputed and one is corrected.

use serde_json::{Value, json};

use crate::{
    api::id,
    story::{Cup, Team},
};

/// Plays every match; the better team wins.
pub fn to_the_end(cup: &Cup<'_>) {
    while cup.status() != "completed" {
        let open: Vec<Value> = matches(cup).into_iter().filter(is_open).collect();
        assert!(!open.is_empty(), "nothing is left to play, and it is not over");
        for meeting in &open {
            check_in(cup, meeting);
            match meeting["code"].as_str() {
                Some("W1.2") => disputed(cup, meeting),
                Some("W1.3") => corrected(cup, meeting),
                _ => agreed(cup, meeting, better(meeting)),
            }
        }
    }
}

pub fn matches(cup: &Cup<'_>) -> Vec<Value> {
    cup.api.list(&cup.organizer, &cup.path("/matches?limit=100"))
}

/// Whether both sides are known and it is not decided.
fn is_open(meeting: &Value) -> bool {
    let known = meeting["entries"].as_array().expect("sides").iter().all(Value::is_number);
    known && !matches!(meeting["state"].as_str(), Some("completed" | "forfeit" | "cancelled"))
}

/// Which side is better: 0 or 1.
pub fn better(meeting: &Value) -> usize {
    let [one, other] = entries(meeting);
    usize::from(one > other)
}

fn entries(meeting: &Value) -> [i64; 2] {
    [0, 1].map(|side| meeting["entries"][side].as_i64().expect("a side"))
}

fn sides<'a>(cup: &'a Cup<'_>, meeting: &Value) -> [&'a Team; 2] {
    entries(meeting).map(|entry| cup.team_of(entry))
}

fn check_in(cup: &Cup<'_>, meeting: &Value) {
    for team in sides(cup, meeting) {
        cup.api.post(&team.captain, &format!("/matches/{}/check-in", id(meeting)), json!({}));
    }
}

/// Games that this side won.
fn won_by(side: usize) -> Value {
    let winner = ["a", "b"][side];
    json!([{ "winner": winner }])
}

/// One side reports that this side won; answers what became of it.
fn report(cup: &Cup<'_>, meeting: &Value, by: usize, winner: usize) -> Value {
    let revision = cup.api.get(&cup.organizer, &format!("/matches/{}", id(meeting)))["match"]["revision"].clone();
    let report = json!({ "revision": revision, "between": meeting["entries"], "games": won_by(winner) });
    let captain = &sides(cup, meeting)[by].captain;
    cup.api.post(captain, &format!("/matches/{}/report", id(meeting)), report)
}

fn agreed(cup: &Cup<'_>, meeting: &Value, winner: usize) {
    assert_eq!(report(cup, meeting, winner, winner)["what"], "waiting");
    assert_eq!(report(cup, meeting, 1 - winner, winner)["what"], "confirmed");
}

/// Each side says that it won; the organizer looks at what they bring forward.
fn disputed(cup: &Cup<'_>, meeting: &Value) {
    assert_eq!(report(cup, meeting, 0, 0)["what"], "waiting");
    let disputed = report(cup, meeting, 1, 1);
    assert_eq!(disputed["what"], "disputed");
    let (api, dispute) = (cup.api, disputed["dispute_id"].as_i64().expect("a dispute"));
    let captain = &sides(cup, meeting)[better(meeting)].captain;
    api.post(captain, &format!("/disputes/{dispute}/evidence"), json!({ "text": "Here is the last minute." }));
    let waiting = api.list(&cup.organizer, &cup.path("/disputes"));
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    api.post(&cup.organizer, &format!("/disputes/{dispute}/review"), json!({}));
    let (path, outcome) =
        (format!("/disputes/{dispute}/resolve"), json!({ "kind": "played", "games": won_by(better(meeting)) }));
    let preview = api.post(&cup.organizer, &format!("{path}/preview"), json!({ "outcome": outcome }));
    assert!(preview["matches"].as_array().is_some_and(|changed| !changed.is_empty()), "{preview}");
    let resolution =
        json!({ "revision": preview["revision"], "outcome": outcome, "reason": "The recording shows it." });
    api.post(&cup.organizer, &path, resolution);
}

/// Both sides mix the teams up; the organizer corrects it after a look at what that changes.
fn corrected(cup: &Cup<'_>, meeting: &Value) {
    agreed(cup, meeting, 1 - better(meeting));
    let (api, path) = (cup.api, format!("/matches/{}/correction", id(meeting)));
    let outcome = json!({ "kind": "played", "games": won_by(better(meeting)) });
    let preview = api.post(&cup.organizer, &format!("{path}/preview"), json!({ "outcome": outcome }));
    assert!(preview["matches"].as_array().is_some_and(|changed| !changed.is_empty()), "{preview}");
    let correction =
        json!({ "revision": preview["revision"], "outcome": outcome, "reason": "The teams were mixed up." });
    let done = api.post(&cup.organizer, &path, correction);
    assert!(done["matches"].as_array().expect("ids").iter().any(|one| one.as_i64() == Some(id(meeting))), "{done}");
}
