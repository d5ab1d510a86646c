//! A tournament on the eve of play: entries are rows, so that many sizes are quick; everything after them is acts.

use std::collections::HashMap;

use brackets::{Game, Outcome, Side};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, DbError};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testkit::TestDatabase;
use tournaments::{
    Bracket, Match, Tournament,
    model::{
        bracket, bracket_node as node, dispute, entry_player, r#match as meeting, prize_award, registration,
        result_submission, tournament,
    },
    rules::{seeding::Method, structure::HeldUp},
    service::{
        draw, matches,
        play::{self, Drawing},
        result::{self, Report, Reported},
    },
};

pub(crate) use crate::support::act;
pub use crate::support::{Person, World, insert, migrated};

pub struct Scene {
    pub world: World,
    pub cup: i64,
    /// The entries, best seed first.
    pub entries: Vec<i64>,
    /// Who plays for each of them.
    pub players: Vec<Person>,
    /// Somebody of the platform's staff.
    pub staff: Person,
}

impl Scene {
    /// A tournament of single players that waits for its draw; `change` sets what it is about.
    pub async fn new(
        database: &TestDatabase,
        entries: usize,
        change: impl FnOnce(tournament::ActiveModel) -> tournament::ActiveModel,
    ) -> Self {
        let world = World::on(database).await;
        let (now, start) = (world.now(), world.now() + TimeDelta::hours(1));
        let staff = world.person("stefan").await;
        let row = tournament::ActiveModel {
            name: Set("Cup".to_owned()),
            slug: Set("cup".to_owned()),
            description: Set("A cup.".to_owned()),
            organizer_id: Set(world.organizer.user),
            status: Set("registration_closed".to_owned()),
            published_at: Set(Some(now)),
            game_id: Set(world.solo_game),
            participation_type: Set("solo".to_owned()),
            max_participants: Set(4096),
            enable_check_in: Set(false),
            registration_start: Set(now - TimeDelta::hours(2)),
            registration_end: Set(now - TimeDelta::hours(1)),
            tournament_start: Set(start),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let cup = insert(&world.db, change(row)).await.id;
        let mut scene = Self { world, cup, entries: vec![], players: vec![], staff };
        scene.enter(entries).await;
        scene
    }

    /// Confirmed entries of new people, in few statements.
    async fn enter(&mut self, count: usize) {
        let (db, now, cup) = (&self.world.db, self.world.now(), self.cup);
        let (names, step): (Vec<String>, usize) =
            ((1..=count).map(|number| format!("player{number:04}")).collect(), 500);
        for block in names.chunks(step) {
            let people = block.iter().map(|name| accounts::model::user::ActiveModel {
                password: Set("unusable".to_owned()),
                username: Set(name.clone()),
                username_ci: Set(name.clone()),
                email: Set(format!("{name}@example.org")),
                email_ci: Set(format!("{name}@example.org")),
                is_active: Set(true),
                date_joined: Set(now),
                ..Default::default()
            });
            let people: Vec<_> = people.collect();
            let people = &people;
            db.write(|tx| async move {
                accounts::model::user::Entity::insert_many(people.clone()).exec_without_returning(&tx).await?;
                Ok::<_, DbError>(())
            })
            .await
            .expect("people");
        }
        let users = accounts::model::user::Entity::find()
            .filter(accounts::model::user::Column::Username.starts_with("player"))
            .order_by_asc(accounts::model::user::Column::Username)
            .all(db.read())
            .await
            .expect("readable");
        for block in users.chunks(step) {
            db.write(|tx| async move {
                let profiles = block.iter().map(|user| profiles::model::user_profile::ActiveModel {
                    user_id: Set(user.id),
                    display_name: Set(user.username.clone()),
                    created_at: Set(now),
                    ..Default::default()
                });
                profiles::model::user_profile::Entity::insert_many(profiles).exec_without_returning(&tx).await?;
                let entries = block.iter().zip(1..).map(|(user, number)| registration::ActiveModel {
                    tournament_id: Set(cup),
                    user_id: Set(Some(user.id)),
                    display_name: Set(user.username.clone()),
                    status: Set("confirmed".to_owned()),
                    registered_at: Set(now + TimeDelta::microseconds(number)),
                    created_at: Set(now),
                    updated_at: Set(now),
                    ..Default::default()
                });
                registration::Entity::insert_many(entries).exec_without_returning(&tx).await?;
                Ok::<_, DbError>(())
            })
            .await
            .expect("entries");
        }
        let profiles = profiles::model::user_profile::Entity::find().all(db.read()).await.expect("readable");
        self.players = users
            .iter()
            .map(|user| Person {
                name: user.username.clone(),
                user: user.id,
                profile: profiles.iter().find(|profile| profile.user_id == user.id).expect("a profile").id,
            })
            .collect();
        let entries = registration::Entity::find()
            .filter(registration::Column::TournamentId.eq(cup))
            .order_by_asc(registration::Column::Id)
            .all(db.read())
            .await
            .expect("readable");
        let of = |person: &Person| entries.iter().find(|entry| entry.user_id == Some(person.user)).expect("entered").id;
        self.entries = self.players.iter().map(of).collect();
    }

    pub fn organizer(&self) -> Actor {
        self.world.organizer.actor()
    }

    /// Who plays for an entry.
    pub fn player(&self, entry: i64) -> &Person {
        let at = self.entries.iter().position(|one| *one == entry).expect("an entry of the cup");
        &self.players[at]
    }

    /// Draws and publishes the bracket, and lets play begin. The first entry is the best seed.
    pub async fn begin(&self) {
        self.draw().await;
        let cup = self.cup;
        act!(self.world, self.organizer(), |tx, cx| draw::publish(tx, cx, cup)).expect("published");
        self.go_live().await;
    }

    pub async fn draw(&self) -> Bracket {
        let cup = self.cup;
        act!(self.world, self.organizer(), |tx, cx| draw::generate(tx, cx, cup, Method::SlotOrder)).expect("drawn")
    }

    /// As the clock of tournaments does when play is due.
    pub async fn go_live(&self) {
        let cup = self.tournament().await;
        self.world.at(cup.tournament_start);
        self.set_status("live").await;
        let live = self.tournament().await;
        let live = &live;
        act!(self.world, Actor::System, |tx, cx| matches::tournament_started(tx, cx, live)).expect("started");
    }

    /// The tournament is in this state, by no act.
    pub async fn set_status(&self, status: &str) {
        let row = tournament::ActiveModel { status: Set(status.to_owned()), ..Default::default() };
        let (row, id) = (&row, self.cup);
        self.world
            .db
            .write(|tx| async move {
                let of = tournament::Column::Id.eq(id);
                tournament::Entity::update_many().set(row.clone()).filter(of).exec(&tx).await?;
                Ok::<_, DbError>(())
            })
            .await
            .expect("written");
    }

    pub async fn tournament(&self) -> Tournament {
        self.world.tournament(self.cup).await
    }

    pub async fn bracket(&self) -> Bracket {
        let of = bracket::Column::TournamentId.eq(self.cup);
        bracket::Entity::find().filter(of).one(self.world.db.read()).await.expect("readable").expect("drawn")
    }

    /// All matches that are not deleted, in the order of play.
    pub async fn matches(&self) -> Vec<Match> {
        meeting::Entity::find()
            .filter(meeting::Column::TournamentId.eq(self.cup))
            .filter(meeting::Column::IsDeleted.eq(false))
            .order_by_asc(meeting::Column::RoundNumber)
            .order_by_asc(meeting::Column::MatchNumber)
            .all(self.world.db.read())
            .await
            .expect("readable")
    }

    /// The match of this role.
    pub async fn the(&self, code: &str) -> Match {
        let found = self.matches().await.into_iter().find(|one| one.code == code);
        found.unwrap_or_else(|| panic!("there is no {code}"))
    }

    /// The report of a match that this side won in all games.
    pub fn won(&self, row: &Match, side: Side) -> Report {
        let games = vec![Game::won_by(side); usize::try_from(row.best_of).expect("few") / 2 + 1];
        Report { revision: row.revision, between: pair(row), games, note: String::new(), screenshot: None }
    }

    /// One side reports.
    pub async fn report(
        &self,
        row: &Match,
        by: Side,
        report: &Report,
    ) -> Result<Reported, tournaments::error::play::ReportRefusal> {
        let (id, who) = (row.id, self.player(pair(row)[by.index()]).actor());
        act!(self.world, who, |tx, cx| result::report(tx, cx, id, report))
    }

    /// Both sides say that this one won.
    pub async fn agree(&self, row: &Match, winner: Side) {
        let report = self.won(row, winner);
        let first = self.report(row, Side::A, &report).await.unwrap_or_else(|no| panic!("{}: {no}", row.code));
        assert!(matches!(first, Reported::Waiting { .. }), "{}: {first:?}", row.code);
        let second = self.report(row, Side::B, &report).await.unwrap_or_else(|no| panic!("{}: {no}", row.code));
        assert_eq!(second, Reported::Confirmed, "{}", row.code);
    }

    /// Plays the match of this role to its end.
    pub async fn play(&self, code: &str, winner: Side) -> Match {
        let row = self.the(code).await;
        self.agree(&row, winner).await;
        self.the(code).await
    }

    /// Both sides agree on every match until nothing is left to play; `winner` says who wins.
    pub async fn play_all(&self, winner: impl Fn(&Match) -> Side) {
        loop {
            let open = self.matches().await.into_iter().filter(playable).collect::<Vec<_>>();
            if open.is_empty() {
                return;
            }
            for row in open {
                self.agree(&row, winner(&row)).await;
            }
        }
    }

    /// The organizer decides every match until nothing is left to play: an act for each, where two reports would be two.
    pub async fn decide_all(&self, winner: impl Fn(&Match) -> Side) {
        loop {
            let open = self.matches().await.into_iter().filter(playable).collect::<Vec<_>>();
            if open.is_empty() {
                return;
            }
            for row in open {
                let (id, revision) = (row.id, row.revision);
                let outcome = &Outcome::Played(self.won(&row, winner(&row)).games);
                let decided =
                    act!(self.world, self.organizer(), |tx, cx| result::decide(tx, cx, id, revision, outcome, "Seen."));
                decided.unwrap_or_else(|no| panic!("{}: {no}", row.code));
            }
        }
    }

    /// Whether all is decided. Where a decision is waited for, the organizer makes it.
    pub async fn is_over(&self) -> bool {
        let (world, cup) = (&self.world, self.cup);
        let tournament = self.tournament().await;
        if tournament.status == "completed" {
            return true;
        }
        let by = self.organizer().into();
        let cx = world.context(&by);
        let drawing = play::drawing(&world.db, &cx, &tournament).await.expect("readable").expect("published");
        match drawing.waits.first() {
            Some(HeldUp::OnlyRematches { .. }) => {
                act!(world, self.organizer(), |tx, cx| draw::pair_round(tx, cx, cup, true)).expect("paired");
            }
            Some(HeldUp::Tie { tied, .. }) => {
                let how = brackets::TieDecision::Ruling;
                act!(world, self.organizer(), |tx, cx| draw::break_tie(tx, cx, cup, tied.clone(), how))
                    .expect("broken");
            }
            other => panic!("{}: it waits for {other:?}", tournament.format),
        }
        false
    }

    /// Nodes and matches say what the stored value says.
    pub async fn rows_follow(&self) {
        let by = self.organizer().into();
        let cx = self.world.context(&by);
        let cup = self.tournament().await;
        let drawing = play::drawing(&self.world.db, &cx, &cup).await.expect("readable").expect("published");
        rows_follow(self, &drawing).await;
    }

    /// The entry that was made first wins, so that nobody is ever tied.
    pub fn better(row: &Match) -> Side {
        let [one, other] = pair(row);
        if one < other { Side::A } else { Side::B }
    }

    pub async fn awards(&self) -> Vec<prize_award::Model> {
        prize_award::Entity::find()
            .filter(prize_award::Column::TournamentId.eq(self.cup))
            .order_by_asc(prize_award::Column::Place)
            .order_by_asc(prize_award::Column::Id)
            .all(self.world.db.read())
            .await
            .expect("readable")
    }

    /// The reports of a match, oldest first, as side and status.
    pub async fn reports(&self, id: i64) -> Vec<(i16, String)> {
        let found = result_submission::Entity::find()
            .filter(result_submission::Column::MatchId.eq(id))
            .order_by_asc(result_submission::Column::Id)
            .all(self.world.db.read())
            .await
            .expect("readable");
        found.into_iter().map(|report| (report.side, report.status)).collect()
    }

    pub async fn dispute(&self, id: i64) -> dispute::Model {
        dispute::Entity::find_by_id(id).one(self.world.db.read()).await.expect("readable").expect("it is there")
    }

    /// Gives an entry players besides who entered it.
    pub async fn line_up(&self, entry: i64, people: &[&Person]) {
        for (number, person) in people.iter().enumerate() {
            let row = entry_player::ActiveModel {
                tournament_id: Set(self.cup),
                registration_id: Set(entry),
                user_id: Set(person.user),
                display_name: Set(person.name.clone()),
                is_captain: Set(number == 0),
                ..Default::default()
            };
            insert(&self.world.db, row).await;
        }
    }

    pub fn later(&self, minutes: i64) -> DateTime<Utc> {
        self.world.now() + TimeDelta::minutes(minutes)
    }
}

pub fn pair(row: &Match) -> [i64; 2] {
    [row.participant1_id.expect("a first side"), row.participant2_id.expect("a second side")]
}

/// Whether both sides are known and can report.
pub fn playable(row: &Match) -> bool {
    matches!(row.state.as_str(), "ready" | "live") && row.participant1_id.is_some() && row.participant2_id.is_some()
}

async fn rows_follow(scene: &Scene, drawing: &Drawing) {
    let projection = tournaments::rules::meeting::project(&drawing.structure);
    let rows = scene.matches().await;
    assert_eq!(rows.len(), projection.meetings.len());
    let row_of: HashMap<&str, &Match> = rows.iter().map(|row| (row.code.as_str(), row)).collect();
    for meeting in projection.meetings.values() {
        let row = row_of[meeting.role.1.to_string().as_str()];
        assert_eq!([row.participant1_id, row.participant2_id], meeting.sides, "{}", row.code);
        assert_eq!((row.round_number, row.match_number), (meeting.round, meeting.number), "{}", row.code);
    }
    let nodes = node::Entity::find().all(scene.world.db.read()).await.expect("readable");
    assert_eq!(nodes.len(), projection.nodes.len());
    let node_of: HashMap<&str, &node::Model> = nodes.iter().map(|node| (node.code.as_str(), node)).collect();
    let code_of: HashMap<i64, &str> = nodes.iter().map(|node| (node.id, node.code.as_str())).collect();
    for wanted in projection.nodes.values() {
        let node = node_of[wanted.role.1.to_string().as_str()];
        assert_eq!(
            ([node.participant1_id, node.participant2_id], node.winner_id, node.is_bye),
            (wanted.sides, wanted.winner, wanted.is_bye),
            "{}",
            node.code
        );
        assert_eq!(node.match_id, row_of.get(node.code.as_str()).map(|row| row.id), "{}", node.code);
    }
    for link in tournaments::rules::meeting::links(&drawing.structure) {
        let (from, to) = (link.from.1.to_string(), link.to.1.to_string());
        let (from, to) = (node_of[from.as_str()], node_of[to.as_str()]);
        let slot = Some(if link.side == Side::A { 1 } else { 2 });
        let (next, in_slot) =
            if link.winner { (from.parent_node_id, from.parent_slot) } else { (from.loser_node_id, from.loser_slot) };
        assert_eq!((next.map(|id| code_of[&id]), in_slot), (Some(to.code.as_str()), slot), "{}", from.code);
        let child = if link.side == Side::A { to.child1_node_id } else { to.child2_node_id };
        assert_eq!(child, Some(from.id), "{}", to.code);
    }
}
