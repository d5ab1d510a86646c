//! A platform with people and teams, for tests of team life: every act in a unit of work of its own.

use kernel::{Actor, Db, DbError, PluginRegistry, SystemRandom, TestClock};
use notifications::Notification;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use teams::{
    Invitation, Role, Team, TeamForm,
    error::{AcceptRefusal, InviteRefusal, TeamRefusal},
    model::core::{team, team_membership},
    service::{self, invitation::InviteForm},
};
use testkit::TestDatabase;

use crate::support::{now, open, player};

pub struct World {
    pub db: Db,
    pub clock: TestClock,
    pub games: PluginRegistry,
}

/// Somebody with an account and a profile.
#[derive(Clone, Debug)]
pub struct Person {
    pub name: String,
    pub profile: i64,
    pub user: i64,
}

impl Person {
    pub fn actor(&self) -> Actor {
        Actor::user(self.user)
    }

    pub fn staff(&self) -> Actor {
        Actor::staff(self.user)
    }
}

/// Runs an act in a unit of work of its own: `act!(world, |tx| an_act(&tx, …))`.
macro_rules! act {
    ($world:expr, |$tx:ident| $call:expr) => {
        $world.db.write(|$tx| async move { $call.await }).await
    };
}
pub(crate) use act;

pub fn games() -> PluginRegistry {
    let registry = PluginRegistry::new();
    for game in teams::games() {
        registry.register(game).expect("it has a name");
    }
    registry
}

pub fn form(name: &str, tag: &str, game: &str) -> TeamForm {
    let region = match game {
        "valorant" | "dota2" => "SA",
        _ => "ASIA",
    };
    TeamForm {
        name: name.to_owned(),
        tag: tag.to_owned(),
        game: game.to_owned(),
        region: region.to_owned(),
        ..TeamForm::default()
    }
}

impl World {
    pub async fn on(database: &TestDatabase) -> Self {
        Self { db: open(database).await, clock: TestClock::at(now()), games: games() }
    }

    pub async fn person(&self, name: &str) -> Person {
        let profile = player(&self.db, name).await;
        let row = profiles::model::user_profile::Entity::find_by_id(profile).one(self.db.read()).await;
        let user = row.expect("readable").expect("just made").user_id;
        Person { name: name.to_owned(), profile, user }
    }

    pub async fn create(&self, by: &Person, form: &TeamForm) -> Result<Team, TeamRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        act!(self, |tx| service::team::create(&tx, clock, games, actor, form))
    }

    /// A new team, its tag made of its name.
    pub async fn team(&self, owner: &Person, name: &str, game: &str) -> Team {
        self.create(owner, &form(name, name, game)).await.unwrap_or_else(|refusal| panic!("{name}: {refusal}"))
    }

    pub async fn invite(
        &self,
        by: &Person,
        team: &Team,
        whom: &Person,
        role: Role,
    ) -> Result<Invitation, InviteRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        let form = &InviteForm { username: whom.name.to_uppercase(), role, message: String::new() };
        let sent = act!(self, |tx| service::invitation::invite(&tx, clock, &SystemRandom, games, actor, team.id, form));
        sent.map(|sent| sent.invitation)
    }

    pub async fn accept(&self, by: &Person, invitation: i64) -> Result<Invitation, AcceptRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        act!(self, |tx| service::invitation::accept(&tx, clock, games, actor, invitation))
    }

    /// Makes somebody a member, through an invitation of the owner.
    pub async fn join(&self, owner: &Person, team: &Team, whom: &Person, role: Role) {
        let invitation = self.invite(owner, team, whom, role).await;
        let invitation = invitation.unwrap_or_else(|refusal| panic!("{}: {refusal}", whom.name));
        self.accept(whom, invitation.id).await.unwrap_or_else(|refusal| panic!("{}: {refusal}", whom.name));
    }

    pub async fn change_game_role(&self, by: &Person, team: &Team, whom: &Person, role: &str) -> Result<(), String> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        let done =
            act!(self, |tx| service::member::change_game_role(&tx, clock, games, actor, team.id, whom.profile, role));
        done.map_err(|refusal| refusal.to_string())
    }

    pub async fn make_captain(&self, by: &Person, team: &Team, whom: &Person) {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| service::member::make_captain(&tx, clock, actor, team.id, whom.profile)).expect("a captain");
    }

    /// The active members of a team: profile, role, role in the game and badge, by when they first came.
    pub async fn members(&self, team: i64) -> Vec<(i64, String, String, bool)> {
        let found = team_membership::Entity::find()
            .filter(team_membership::Column::TeamId.eq(team))
            .filter(team_membership::Column::Status.eq("ACTIVE"))
            .order_by_asc(team_membership::Column::Id)
            .all(self.db.read())
            .await
            .expect("readable");
        found.into_iter().map(|row| (row.profile_id, row.role, row.player_role, row.is_captain)).collect()
    }

    /// What somebody is in a team, and whether captain.
    pub async fn role_of(&self, team: &Team, whom: &Person) -> Option<(String, String, bool)> {
        let members = self.members(team.id).await;
        let found = members.into_iter().find(|(profile, ..)| *profile == whom.profile);
        found.map(|(_, role, game_role, captain)| (role, game_role, captain))
    }

    pub async fn stored(&self, team: i64) -> Team {
        team::Entity::find_by_id(team).one(self.db.read()).await.expect("readable").expect("it is there")
    }

    /// What somebody was told: kind, title and link, oldest first.
    pub async fn told(&self, whom: &Person) -> Vec<(String, String, String)> {
        let page = notifications::service::list(&self.db, whom.user, None).await.expect("readable");
        let mut notices: Vec<Notification> = page.notices;
        notices.sort_by_key(|notice| notice.id);
        notices.into_iter().map(|notice| (notice.r#type, notice.title, notice.url)).collect()
    }
}

/// Ends a unit of work by undoing it, and answers what the act did.
pub enum Undone {
    Done(char),
    Database(DbError),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}
