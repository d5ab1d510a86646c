//! The form of a report: the games, a word, a picture; and sending it.

use std::collections::BTreeMap;

use ::tournaments::{
    error::play::ReportRefusal,
    model::result_submission as submission,
    rules::result::read_games,
    service::{
        play::MatchPage,
        result::{self, Report, Reported},
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use brackets::Game;
use serde::Deserialize;
use serde_json::json;

use super::{Stop, files, find, room, see_other, sign_in_first};
use crate::{
    error::Trouble,
    pages::tournaments::visit::Visit,
    site::Shared,
    upload::{FileForm, Kinds},
};

/// What was typed, by field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name).parse().ok()
    }
}

/// A form that was sent and not taken.
#[derive(Default)]
pub(super) struct Draft {
    typed: Typed,
    /// By field: `game1`, `screenshot`, `note`.
    errors: BTreeMap<String, String>,
    /// A picture that was taken already.
    kept: Option<String>,
}

/// One game of the form.
pub(super) struct GameRow {
    pub(super) number: i32,
    pub(super) scores: [String; 2],
    pub(super) error: Option<String>,
}

/// The form as it is shown.
pub(super) struct ReportForm {
    pub(super) revision: i32,
    pub(super) between: [i64; 2],
    pub(super) names: [String; 2],
    pub(super) rows: Vec<GameRow>,
    pub(super) note: String,
    pub(super) note_error: Option<String>,
    pub(super) kept: String,
    pub(super) file_error: Option<String>,
    /// Whether the visitor has reported already.
    pub(super) again: bool,
    pub(super) level: bool,
    /// Whether it was sent and not taken.
    pub(super) wrong: bool,
}

/// The form of a match, filled with what was typed, else with the visitor's own report.
pub(super) fn form(page: &MatchPage, own: Option<&submission::Model>, draft: Option<Draft>) -> ReportForm {
    let wrong = draft.is_some();
    let between = [page.row.participant1_id, page.row.participant2_id].map(Option::unwrap_or_default);
    let mut draft = draft.unwrap_or_default();
    if wrong && [draft.typed.number("first"), draft.typed.number("second")] != between.map(Some) {
        // Scores of another pair are nobody's here; the words may still be of use.
        draft.typed.0.retain(|name, _| name == "note");
    }
    let said = own.map(|report| room::games(&report.games)).unwrap_or_default();
    let row = |number: i32| {
        let at = usize::try_from(number - 1).unwrap_or(0);
        let typed = ["a", "b"].map(|side| draft.typed.get(&format!("{side}{number}")).to_owned());
        let scores = if wrong { typed } else { said.get(at).cloned().unwrap_or_default() };
        GameRow { number, scores, error: draft.errors.get(&format!("game{number}")).cloned() }
    };
    let note =
        if wrong { draft.typed.get("note").to_owned() } else { own.map(|own| own.note.clone()).unwrap_or_default() };
    ReportForm {
        revision: page.row.revision,
        between,
        names: [0, 1].map(|at| page.sides[at].as_ref().map(|side| side.name.clone()).unwrap_or_default()),
        rows: (1..=page.row.best_of.clamp(1, 9)).map(row).collect(),
        note,
        note_error: draft.errors.get("note").cloned(),
        kept: draft.kept.or_else(|| own.and_then(|own| own.screenshot.clone())).unwrap_or_default(),
        file_error: draft.errors.get("screenshot").cloned(),
        again: own.is_some(),
        level: page.may_be_level,
        wrong,
    }
}

/// The games that were typed; or what is wrong, by field.
fn games(typed: &Typed, best_of: i32) -> Result<Vec<Game>, BTreeMap<String, String>> {
    let mut errors = BTreeMap::new();
    let mut found = Vec::new();
    let mut gap = None;
    for number in 1..=best_of.clamp(1, 9) {
        let field = format!("game{number}");
        let scores = ["a", "b"].map(|side| typed.get(&format!("{side}{number}")).to_owned());
        if scores.iter().all(String::is_empty) {
            gap = gap.or(Some(field));
            continue;
        }
        if let Some(gap) = gap.take() {
            errors.insert(gap, "Enter this game too, or leave out those after it.".to_owned());
        }
        match scores.clone().map(|score| score.parse::<u32>().ok().filter(|score| *score <= 9_999)) {
            [Some(a), Some(b)] => found.push([a, b]),
            _ if scores.iter().any(String::is_empty) => {
                errors.insert(field, "Enter the scores of both sides.".to_owned());
            }
            _ => {
                errors.insert(field, "A score is a whole number, 0 or more.".to_owned());
            }
        }
    }
    if found.is_empty() && errors.is_empty() {
        errors.insert("game1".to_owned(), "Enter the games that were played.".to_owned());
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(read_games(&json!(found)).unwrap_or_default())
}

pub(crate) async fn send(
    State(shared): State<Shared>,
    visit: Visit,
    Path(id): Path<i64>,
    FileForm { fields: typed, files }: FileForm<Typed>,
) -> Result<Response, Trouble> {
    if let Some(elsewhere) = sign_in_first(&visit, id) {
        return Ok(elsewhere);
    }
    let best_of = find(&shared, &visit, id).await?.row.best_of;
    let mut draft = Draft { kept: files::kept(&shared, &visit, typed.get("kept")).await?, ..Draft::default() };
    if let Some(file) = files.into_iter().find(|file| file.field == "screenshot") {
        match files::keep(&shared, &visit, file, Kinds::Pictures).await? {
            Ok(token) => draft.kept = Some(token),
            Err(refusal) => drop(draft.errors.insert("screenshot".to_owned(), refusal.to_string())),
        }
    }
    let games = match games(&typed, best_of) {
        Ok(games) => games,
        Err(errors) => {
            draft.errors.extend(errors);
            Vec::new()
        }
    };
    draft.typed = typed;
    if !draft.errors.is_empty() {
        let said = (StatusCode::UNPROCESSABLE_ENTITY, "Your report was not sent: look at what is marked.".to_owned());
        return room::refused(&shared, &visit, id, said, Some(draft)).await;
    }
    let typed = &draft.typed;
    let report = &Report {
        revision: typed.number("revision").unwrap_or(0),
        between: [typed.number("first").unwrap_or(0), typed.number("second").unwrap_or(0)],
        games,
        note: typed.get("note").to_owned(),
        screenshot: draft.kept.clone(),
    };
    let cx = visit.cx(&shared);
    match shared.db.write(|tx| async move { result::report(&tx, &cx, id, report).await }).await {
        Ok(reported) => Ok(after(id, reported)),
        Err(refusal) => {
            let field = match &refusal {
                ReportRefusal::Games(_) => Some("game1"),
                ReportRefusal::NoteTooLong(_) => Some("note"),
                ReportRefusal::PictureGone => Some("screenshot"),
                _ => None,
            };
            let (status, text) = Stop::from(refusal).said()?;
            let text = match field {
                Some(field) => {
                    draft.errors.insert(field.to_owned(), text);
                    "Your report was not sent: look at what is marked.".to_owned()
                }
                None => text,
            };
            room::refused(&shared, &visit, id, (status, text), Some(draft)).await
        }
    }
}

/// Where a report leads.
pub(super) fn after(id: i64, reported: Reported) -> Response {
    match reported {
        Reported::Waiting { .. } => see_other(&format!("/matches/{id}?done=reported")),
        Reported::Confirmed => see_other(&format!("/matches/{id}?done=agreed")),
        Reported::Disputed { .. } => see_other(&format!("/matches/{id}?done=disputed")),
    }
}

#[cfg(test)]
mod tests {
    use brackets::Side;

    use super::*;

    fn typed(fields: &[(&str, &str)]) -> Typed {
        Typed(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn games_are_read_as_they_are_typed() {
        let read = |fields: &[(&str, &str)]| games(&typed(fields), 3);
        let (a, b) = (Game::won_by(Side::A), Game::won_by(Side::B));
        assert_eq!(
            read(&[("a1", " 13 "), ("b1", "9"), ("a2", "13"), ("b2", "0")]),
            Ok(vec![Game::scored(13, 9), Game::scored(13, 0)])
        );
        assert_eq!(
            read(&[("a1", "1"), ("b1", "0"), ("a2", "0"), ("b2", "1"), ("a3", ""), ("b3", " ")]),
            Ok(vec![a, b])
        );
        let wrong = |fields: &[(&str, &str)]| read(fields).expect_err("it is wrong").into_keys().collect::<Vec<_>>();
        assert_eq!(wrong(&[]), ["game1"]);
        assert_eq!(wrong(&[("a1", "13")]), ["game1"]);
        assert_eq!(wrong(&[("a2", "13"), ("b2", "9")]), ["game1"], "a gap");
        assert_eq!(
            wrong(&[("a1", "x"), ("b1", "9"), ("a2", "-1"), ("b2", "9"), ("a3", "10000"), ("b3", "1")]),
            ["game1", "game2", "game3"]
        );
        assert_eq!(
            games(&typed(&[("a2", "1"), ("b2", "0"), ("a1", "1"), ("b1", "0")]), 1),
            Ok(vec![a]),
            "no game beyond the last"
        );
    }
}
