//! Drawing brackets, groups, Swiss rounds, heats and standings as HTML and SVG.
//!
//! In: plain values, made from a [`brackets::Stage`] and from functions that know names, links and times.
//! Out: text. The HTML has no style attribute and no script: where a match stands follows from its place in
//! its list, and from a few classes of the style sheet (the module `style`) that say how many rows and columns there are.
//!
//! Not here: who may see a bracket, where matches come from (`brackets`), pages.

mod article;
mod markup;
mod rounds;
mod style;
mod svg;
mod table;
mod tree;
mod words;

use std::collections::HashMap;

use brackets::{
    EntrantId, Event, Format, MatchId, Outcome, Side, Stage,
    standings::Table,
    view::{Board, Carries},
};
use chrono::{DateTime, Utc};

pub(crate) use style::rules;
pub use words::{tie_break_name, tie_break_words};

/// An entrant as it is drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntrantView {
    /// Its name.
    pub name: String,
    /// Where its page is.
    pub link: Option<String>,
    /// Whether it is the viewer's own: it is then marked.
    pub own: bool,
}

/// What a drawing says about a match beyond the mathematics.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MatchView {
    /// Where its page is.
    pub link: Option<String>,
    /// When it begins.
    pub at: Option<DateTime<Utc>>,
    /// A few words, such as a station or a stream.
    pub note: String,
}

/// How a match ended or stands, where [`Board`] does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// How the verdict came about.
    pub how: Option<brackets::How>,
    /// Games won so far, of a series that goes on.
    pub running: Option<[u16; 2]>,
}

/// A line of a heat's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeatLine {
    /// Who.
    pub entrant: EntrantId,
    /// The place; `None` before the heat, or if it did not play.
    pub place: Option<u32>,
    /// Kills, once it is over.
    pub kills: Option<u32>,
    /// Points, once it is over.
    pub points: Option<i64>,
}

/// Standings with a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandingsView {
    /// Such as "Group A"; may be empty.
    pub title: String,
    /// The lines.
    pub table: Table,
    /// How many go on to the next stage: a line is drawn below them.
    pub through: Option<usize>,
}

/// Everybody against everybody within a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossView {
    /// Rows and columns.
    pub members: Vec<EntrantId>,
    /// The score of the row's entrant against the column's; `None` where they have not met.
    pub scores: Vec<Vec<Option<[u16; 2]>>>,
}

/// What kind of drawing a stage needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A tree of rounds.
    Elimination,
    /// Cross tables, standings and rounds.
    RoundRobin,
    /// Rounds by record.
    Swiss,
    /// Tables of heats.
    FreeForAll,
}

/// A stage that is drawn.
#[derive(Clone, Debug)]
pub struct StageView {
    /// Its heading; empty for none.
    pub name: String,
    /// What its ids begin with. Different for each stage of a page; empty for the first.
    pub anchor: String,
    /// Which kind of drawing.
    pub kind: Kind,
    /// Its matches.
    pub board: Board,
    /// Its entrants. Who is missing is drawn as a number.
    pub entrants: HashMap<EntrantId, EntrantView>,
    /// What is said of its matches. What is missing is drawn without link and time.
    pub matches: HashMap<MatchId, MatchView>,
    /// How its matches ended.
    pub courses: HashMap<MatchId, Course>,
    /// Its standings: one table, or one a group.
    pub standings: Vec<StandingsView>,
    /// Its groups' cross tables, in order; for round robins.
    pub crosses: Vec<CrossView>,
    /// Who sat a round out, by round; for Swiss.
    pub sat_out: Vec<(u16, EntrantId, &'static str)>,
    /// Its heats' lines; for free-for-alls.
    pub heats: HashMap<MatchId, Vec<HeatLine>>,
    from: HashMap<(MatchId, Side), (MatchId, Carries)>,
    goes_on: HashMap<MatchId, MatchId>,
}

/// All stages of an event.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// Those that have begun, in order.
    pub stages: Vec<StageView>,
    /// The names of those that have not.
    pub planned: Vec<String>,
}

impl StageView {
    /// A stage as it stands. `entrant` and `at` are asked once for each entrant and match.
    pub fn of(
        stage: &Stage,
        name: impl Into<String>,
        entrant: impl Fn(EntrantId) -> EntrantView,
        at: impl Fn(MatchId) -> MatchView,
    ) -> Self {
        let board = stage.board();
        let kind = match stage.format() {
            Format::Elimination { .. } => Kind::Elimination,
            Format::RoundRobin(_) => Kind::RoundRobin,
            Format::Swiss(_) => Kind::Swiss,
            Format::FreeForAll(_) => Kind::FreeForAll,
        };
        let mut from = HashMap::new();
        let mut goes_on = HashMap::new();
        for line in &board.connectors {
            from.insert((line.to, line.side), (line.from, line.carries));
            if line.carries == Carries::Winner {
                goes_on.insert(line.from, line.to);
            }
        }
        let groups = stage.groups();
        let many = groups.len() > 1;
        let titled = |(number, table): (usize, Table)| {
            let title = board.blocks.get(number).filter(|_| many).map(|block| block.title.clone());
            StandingsView { title: title.unwrap_or_default(), table, through: None }
        };
        let standings = stage.tables().into_iter().enumerate().map(titled).collect();
        let crosses = if kind == Kind::RoundRobin {
            let cross = |(number, members)| CrossView { members, scores: stage.cross_table(number) };
            groups.into_iter().enumerate().map(cross).collect()
        } else {
            Vec::new()
        };
        Self {
            name: name.into(),
            anchor: String::new(),
            kind,
            entrants: stage.entrants().iter().map(|who| (*who, entrant(*who))).collect(),
            matches: stage.match_ids().map(|id| (id, at(id))).collect(),
            courses: stage.fixtures().map(|fixture| (fixture.id, course(&fixture))).collect(),
            standings,
            crosses,
            sat_out: sat_out(stage, &board),
            heats: heats(stage),
            board,
            from,
            goes_on,
        }
    }

    /// The name of an entrant.
    #[must_use]
    pub fn entrant_name(&self, who: EntrantId) -> std::borrow::Cow<'_, str> {
        match self.entrants.get(&who) {
            Some(entrant) if !entrant.name.is_empty() => entrant.name.as_str().into(),
            _ => format!("Entrant {}", who.0).into(),
        }
    }

    /// Its matches as HTML, and the tables that belong among them.
    #[must_use]
    pub fn html(&self) -> String {
        let cells: usize = self.board.blocks.iter().flat_map(|block| &block.columns).map(|c| c.cells.len()).sum();
        let mut out = String::with_capacity(512 + cells * 320);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self.kind {
            Kind::Elimination => tree::write(out, self),
            Kind::RoundRobin | Kind::Swiss | Kind::FreeForAll => rounds::write(out, self),
        }
    }

    /// Its standings as HTML.
    #[must_use]
    pub fn standings_html(&self) -> String {
        let mut out = String::new();
        for standings in &self.standings {
            table::standings(&mut out, self, standings);
        }
        out
    }
}

impl Drawing {
    /// One stage without a heading.
    #[must_use]
    pub fn of_stage(stage: StageView) -> Self {
        Self { stages: vec![stage], planned: Vec::new() }
    }

    /// An event: the stages that have begun, and the names of those that have not. `at` is asked with the
    /// position of the stage.
    pub fn of_event(
        event: &Event,
        entrant: impl Fn(EntrantId) -> EntrantView,
        at: impl Fn(usize, MatchId) -> MatchView,
    ) -> Self {
        let mut drawing = Self::default();
        let one = event.plan().stages.len() == 1;
        for (index, planned) in event.plan().stages.iter().enumerate() {
            let Some(open) = event.stage(index) else {
                drawing.planned.push(planned.name.clone());
                continue;
            };
            let name = if one { String::new() } else { planned.name.clone() };
            let mut view = StageView::of(&open.stage, name, &entrant, |id| at(index, id));
            if index > 0 {
                view.anchor = format!("s{}-", index + 1);
            }
            drawing.stages.push(view);
        }
        drawing
    }

    /// The matches of all stages as HTML.
    #[must_use]
    pub fn html(&self) -> String {
        let mut out = String::new();
        for stage in &self.stages {
            if !stage.name.is_empty() {
                out.push_str("<h2 class=stage-name>");
                markup::text(&mut out, &stage.name);
                out.push_str("</h2>");
            }
            stage.write(&mut out);
        }
        for name in &self.planned {
            out.push_str("<section class=\"drawing planned\"><h2 class=stage-name>");
            markup::text(&mut out, name);
            out.push_str("</h2><p>Not drawn yet: it begins when the stages before it are finished.</p></section>");
        }
        out
    }

    /// The standings of all stages as HTML, the last stage first.
    #[must_use]
    pub fn standings_html(&self) -> String {
        let mut out = String::new();
        for stage in self.stages.iter().rev() {
            if !stage.name.is_empty() {
                out.push_str("<h2 class=stage-name>");
                markup::text(&mut out, &stage.name);
                out.push_str("</h2>");
            }
            out.push_str(&stage.standings_html());
        }
        out
    }

    /// The matches of all stages as one picture that stands alone, black on white for paper.
    #[must_use]
    pub fn svg(&self, title: &str) -> String {
        svg::draw(self, title)
    }
}

fn course(fixture: &brackets::Fixture) -> Course {
    let running = match (&fixture.outcome, fixture.status) {
        (Some(Outcome::Played(games)), brackets::Status::Live) => {
            let won = |side| games.iter().filter(|game| game.winner == Some(side)).count();
            Some(Side::BOTH.map(|side| u16::try_from(won(side)).unwrap_or(u16::MAX)))
        }
        _ => None,
    };
    Course { how: fixture.verdict.map(|verdict| verdict.how), running }
}

fn sat_out(stage: &Stage, board: &Board) -> Vec<(u16, EntrantId, &'static str)> {
    let rounds = board.blocks.iter().flat_map(|block| &block.columns).map(|column| column.round);
    let mut sat = Vec::new();
    for round in rounds {
        if let Some((bye, absent)) = stage.sat_out(round) {
            sat.extend(bye.map(|who| (round, who, "bye")));
            sat.extend(absent.iter().map(|who| (round, *who, "sits out")));
        }
    }
    sat
}

fn heats(stage: &Stage) -> HashMap<MatchId, Vec<HeatLine>> {
    let mut heats = HashMap::new();
    for heat in stage.match_ids().filter_map(|id| stage.heat(id)) {
        let mut lines: Vec<HeatLine> = if heat.rows.is_empty() {
            let waiting = |who: &EntrantId| HeatLine { entrant: *who, place: None, kills: None, points: None };
            heat.lobby.iter().map(waiting).collect()
        } else {
            let row = |(row, points): &(brackets::HeatRow, i64)| HeatLine {
                entrant: row.entrant,
                place: row.place,
                kills: Some(row.kills),
                points: Some(*points),
            };
            heat.rows.iter().map(row).collect()
        };
        lines.sort_by_key(|line| line.place.unwrap_or(u32::MAX));
        heats.insert(heat.id, lines);
    }
    heats
}
