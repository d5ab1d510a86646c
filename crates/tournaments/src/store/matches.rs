//! Queries of matches, one or a page of them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationTrait, Select, sea_query::SelectStatement,
};
use teams::model::core::team_membership as member;

use super::draw::Stored;
use crate::model::{
    bracket, bracket_node as node, dispute, entry_player, game, r#match as meeting, registration, tournament,
};

/// The match; nothing when it is not there or was deleted.
pub(crate) async fn find(db: &impl ConnectionTrait, id: i64) -> Stored<Option<meeting::Model>> {
    Ok(meeting::Entity::find_by_id(id).filter(meeting::Column::IsDeleted.eq(false)).one(db).await?)
}

/// The match, locked until the unit's end.
pub(crate) async fn lock(db: &impl ConnectionTrait, id: i64) -> Stored<Option<meeting::Model>> {
    let found = meeting::Entity::find_by_id(id).filter(meeting::Column::IsDeleted.eq(false));
    Ok(found.lock_exclusive().one(db).await?)
}

/// Changes a match that is as it was read; answers whether it was.
pub(crate) async fn update(db: &impl ConnectionTrait, was: &meeting::Model, row: meeting::ActiveModel) -> Stored<bool> {
    let same = Condition::all()
        .add(meeting::Column::Id.eq(was.id))
        .add(meeting::Column::State.eq(was.state.as_str()))
        .add(meeting::Column::Revision.eq(was.revision));
    Ok(meeting::Entity::update_many().set(row).filter(same).exec(db).await?.rows_affected == 1)
}

/// These entries, by id.
pub(crate) async fn entries(db: &impl ConnectionTrait, ids: &[i64]) -> Stored<Vec<registration::Model>> {
    let mut found = Vec::new();
    for block in ids.chunks(1_000) {
        let these = registration::Column::Id.is_in(block.iter().copied());
        let query = registration::Entity::find().filter(these).order_by_asc(registration::Column::Id);
        found.extend(query.all(db).await?);
    }
    Ok(found)
}

/// What a drawing shows of an entry: its id, name, seed and team.
pub(crate) type ShownRow = (i64, String, Option<i32>, Option<i64>);

/// These entries, as drawings show them.
pub(crate) async fn shown(db: &impl ConnectionTrait, ids: &[i64]) -> Stored<Vec<ShownRow>> {
    use registration::Column::{DisplayName, Id, Seed, TeamId};
    let mut found = Vec::new();
    for block in ids.chunks(1_000) {
        let query = registration::Entity::find().select_only().columns([Id, DisplayName, Seed, TeamId]);
        found.extend(query.filter(Id.is_in(block.iter().copied())).into_tuple::<ShownRow>().all(db).await?);
    }
    Ok(found)
}

/// What a drawing shows of a match: its role, id, state, time, both scores and revision.
pub(crate) type PinnedRow = (String, i64, String, Option<DateTime<Utc>>, i32, i32, i32);

/// The matches of a bracket, as drawings show them.
pub(crate) async fn pinned(db: &impl ConnectionTrait, bracket: i64) -> Stored<Vec<PinnedRow>> {
    use meeting::Column::{
        BracketId, Code, Id, IsDeleted, Participant1Score, Participant2Score, Revision, ScheduledTime, State,
    };
    let columns = [Code, Id, State, ScheduledTime, Participant1Score, Participant2Score, Revision];
    let query = meeting::Entity::find().select_only().columns(columns);
    Ok(query.filter(BracketId.eq(bracket)).filter(IsDeleted.eq(false)).into_tuple::<PinnedRow>().all(db).await?)
}

/// Matches of a tournament in which both sides are known and which are not decided.
pub(crate) async fn playable(db: &impl ConnectionTrait, tournament: i64) -> Stored<Vec<meeting::Model>> {
    let query = meeting::Entity::find()
        .filter(meeting::Column::TournamentId.eq(tournament))
        .filter(meeting::Column::IsDeleted.eq(false))
        .filter(meeting::Column::State.is_in(["scheduled", "check_in", "ready"]))
        .filter(meeting::Column::Participant1Id.is_not_null())
        .filter(meeting::Column::Participant2Id.is_not_null())
        .order_by_asc(meeting::Column::Id);
    Ok(query.all(db).await?)
}

/// Matches of a tournament that are planned, also those that are not played as the bracket stands, and in which nobody
/// has done anything yet, locked.
pub(crate) async fn untouched(db: &impl ConnectionTrait, tournament: i64) -> Stored<Vec<meeting::Model>> {
    let query = meeting::Entity::find()
        .filter(meeting::Column::TournamentId.eq(tournament))
        .filter(meeting::Column::IsDeleted.eq(false))
        .filter(meeting::Column::State.is_in(["scheduled", "ready", "cancelled"]))
        .filter(meeting::Column::Participant1CheckedIn.eq(false))
        .filter(meeting::Column::Participant2CheckedIn.eq(false))
        .filter(meeting::Column::StartedAt.is_null())
        .order_by_asc(meeting::Column::Id);
    Ok(query.lock_exclusive().all(db).await?)
}

/// Undecided matches of these entries that are planned between two moments, without one.
pub(crate) async fn around(
    db: &impl ConnectionTrait,
    entries: &[i64],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    without: i64,
) -> Stored<Vec<meeting::Model>> {
    let of = Condition::any()
        .add(meeting::Column::Participant1Id.is_in(entries.iter().copied()))
        .add(meeting::Column::Participant2Id.is_in(entries.iter().copied()));
    let query = meeting::Entity::find()
        .filter(of)
        .filter(meeting::Column::IsDeleted.eq(false))
        .filter(meeting::Column::Id.ne(without))
        .filter(meeting::Column::State.is_not_in(["completed", "forfeit", "cancelled"]))
        .filter(meeting::Column::ScheduledTime.gt(from))
        .filter(meeting::Column::ScheduledTime.lt(to))
        .order_by_asc(meeting::Column::ScheduledTime);
    Ok(query.all(db).await?)
}

/// A disputed match whose winner or loser stands in this one.
pub(crate) async fn disputed_before(db: &impl ConnectionTrait, id: i64) -> Stored<Option<i64>> {
    let here = node::Entity::find().filter(node::Column::MatchId.eq(id)).one(db).await?;
    let Some(here) = here else { return Ok(None) };
    let leads = Condition::any().add(node::Column::ParentNodeId.eq(here.id)).add(node::Column::LoserNodeId.eq(here.id));
    let found: Option<i64> = node::Entity::find()
        .select_only()
        .column(node::Column::MatchId)
        .inner_join(meeting::Entity)
        .filter(node::Column::BracketId.eq(here.bracket_id))
        .filter(leads)
        .filter(meeting::Column::State.eq("disputed"))
        .into_tuple()
        .one(db)
        .await?;
    Ok(found)
}

/// Sets the counters of a tournament.
pub(crate) async fn set_counts(
    db: &impl ConnectionTrait,
    id: i64,
    total: i32,
    completed: i32,
    now: DateTime<Utc>,
) -> Stored<()> {
    let row = tournament::ActiveModel {
        total_matches: Set(total),
        completed_matches: Set(completed),
        updated_at: Set(now),
        ..Default::default()
    };
    tournament::Entity::update_many().set(row).filter(tournament::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// Moves a tournament from one state to another; answers whether it stood there.
pub(crate) async fn set_status(
    db: &impl ConnectionTrait,
    id: i64,
    from: &str,
    row: tournament::ActiveModel,
) -> Stored<bool> {
    let there = Condition::all().add(tournament::Column::Id.eq(id)).add(tournament::Column::Status.eq(from));
    Ok(tournament::Entity::update_many().set(row).filter(there).exec(db).await?.rows_affected == 1)
}

/// Which matches a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this tournament.
    pub tournament: Option<i64>,
    /// In one of these states; all when empty.
    pub states: Vec<String>,
    /// Of this round.
    pub round: Option<i32>,
    /// Of this stage.
    pub stage: Option<i16>,
    /// In which this entry plays.
    pub entry: Option<i64>,
}

/// Matches in the order of play after one of them: its round, number and id.
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    filter: &Filter,
    after: Option<(i32, i32, i64)>,
    limit: u64,
) -> Stored<Vec<meeting::Model>> {
    let mut wanted = Condition::all()
        .add(meeting::Column::IsDeleted.eq(false))
        .add_option(filter.tournament.map(|id| meeting::Column::TournamentId.eq(id)))
        .add_option(filter.round.map(|round| meeting::Column::RoundNumber.eq(round)))
        .add_option(filter.stage.map(|stage| meeting::Column::Stage.eq(stage)));
    if !filter.states.is_empty() {
        wanted = wanted.add(meeting::Column::State.is_in(filter.states.iter().map(String::as_str)));
    }
    if let Some(entry) = filter.entry {
        let plays = Condition::any()
            .add(meeting::Column::Participant1Id.eq(entry))
            .add(meeting::Column::Participant2Id.eq(entry));
        wanted = wanted.add(plays);
    }
    if let Some((round, number, id)) = after {
        use meeting::Column::{Id, MatchNumber, RoundNumber};
        let later = Condition::any()
            .add(RoundNumber.gt(round))
            .add(Condition::all().add(RoundNumber.eq(round)).add(MatchNumber.gt(number)))
            .add(Condition::all().add(RoundNumber.eq(round)).add(MatchNumber.eq(number)).add(Id.gt(id)));
        wanted = wanted.add(later);
    }
    let query = meeting::Entity::find()
        .filter(wanted)
        .order_by_asc(meeting::Column::RoundNumber)
        .order_by_asc(meeting::Column::MatchNumber)
        .order_by_asc(meeting::Column::Id);
    Ok(query.limit(limit).all(db).await?)
}

/// Undecided matches with both sides known of the entries that a person plays for or entered, and of these teams.
pub(crate) async fn open_of(db: &impl ConnectionTrait, user: i64, teams: &[i64]) -> Stored<Vec<meeting::Model>> {
    let plays = entry_player::Entity::find()
        .select_only()
        .column(entry_player::Column::RegistrationId)
        .filter(entry_player::Column::UserId.eq(user))
        .filter(entry_player::Column::IsLive.eq(true));
    let mut mine = Condition::any()
        .add(registration::Column::UserId.eq(user))
        .add(registration::Column::Id.in_subquery(plays.into_query()));
    if !teams.is_empty() {
        mine = mine.add(registration::Column::TeamId.is_in(teams.iter().copied()));
    }
    let entries: Vec<i64> = registration::Entity::find()
        .select_only()
        .column(registration::Column::Id)
        .filter(mine)
        .filter(registration::Column::IsDeleted.eq(false))
        .filter(registration::Column::Status.eq("confirmed"))
        .into_tuple()
        .all(db)
        .await?;
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let of = Condition::any()
        .add(meeting::Column::Participant1Id.is_in(entries.iter().copied()))
        .add(meeting::Column::Participant2Id.is_in(entries.iter().copied()));
    let query = meeting::Entity::find()
        .filter(of)
        .filter(meeting::Column::IsDeleted.eq(false))
        .filter(meeting::Column::State.is_not_in(["completed", "forfeit", "cancelled"]))
        .filter(meeting::Column::Participant1Id.is_not_null())
        .filter(meeting::Column::Participant2Id.is_not_null())
        .order_by_asc(meeting::Column::ScheduledTime)
        .order_by_asc(meeting::Column::Id);
    Ok(query.all(db).await?)
}

/// When the last match of a tournament was decided.
pub(crate) async fn last_completed(db: &impl ConnectionTrait, tournament: i64) -> Stored<Option<DateTime<Utc>>> {
    let last: Option<Option<DateTime<Utc>>> = meeting::Entity::find()
        .select_only()
        .column(meeting::Column::CompletedAt)
        .filter(meeting::Column::TournamentId.eq(tournament))
        .filter(meeting::Column::IsDeleted.eq(false))
        .filter(meeting::Column::CompletedAt.is_not_null())
        .order_by_desc(meeting::Column::CompletedAt)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.flatten())
}

/// How many disputes of a tournament wait for a decision.
pub(crate) async fn open_disputes(db: &impl ConnectionTrait, tournament: i64) -> Stored<u64> {
    use sea_orm::PaginatorTrait;
    let query = dispute::Entity::find()
        .inner_join(meeting::Entity)
        .filter(meeting::Column::TournamentId.eq(tournament))
        .filter(dispute::Column::Status.is_in(["open", "under_review", "escalated"]));
    Ok(query.count(db).await?)
}

/// The code of the plugin of a game.
pub(crate) async fn game_code(db: &impl ConnectionTrait, game: i64) -> Stored<Option<String>> {
    Ok(game::Entity::find_by_id(game).one(db).await?.and_then(|game| game.code))
}

/// Teams for which a person stands: as owner, manager or captain.
pub(crate) async fn teams_represented(db: &impl ConnectionTrait, user: i64) -> Stored<Vec<i64>> {
    Ok(representing(user).into_tuple().all(db).await?)
}

fn representing(user: i64) -> Select<member::Entity> {
    use profiles::model::user_profile as profile;
    let stands =
        Condition::any().add(member::Column::Role.is_in(["OWNER", "MANAGER"])).add(member::Column::IsCaptain.eq(true));
    member::Entity::find()
        .select_only()
        .column(member::Column::TeamId)
        .join(JoinType::InnerJoin, member::Relation::UserProfile.def())
        .filter(profile::Column::UserId.eq(user))
        .filter(member::Column::Status.eq("ACTIVE"))
        .filter(stands)
}

/// The ids of the entries for which a person stands, to be looked for in.
pub(crate) fn stood_for(user: i64) -> SelectStatement {
    let own = Condition::any()
        .add(registration::Column::UserId.eq(user))
        .add(registration::Column::TeamId.in_subquery(representing(user).into_query()));
    registration::Entity::find().select_only().column(registration::Column::Id).filter(own).into_query()
}

/// Those of these brackets that are published.
pub(crate) async fn published(db: &impl ConnectionTrait, brackets: &[i64]) -> Stored<Vec<i64>> {
    if brackets.is_empty() {
        return Ok(Vec::new());
    }
    let query = bracket::Entity::find()
        .select_only()
        .column(bracket::Column::Id)
        .filter(bracket::Column::Id.is_in(brackets.iter().copied()))
        .filter(bracket::Column::IsFinalized.eq(true));
    Ok(query.into_tuple().all(db).await?)
}
