//! Who lives in the town.

use accounts::{rules::SignUp, service::Standing};
use chrono::TimeDelta;
use economy::Holder;
use kernel::{Actor, Clock};
use profiles::rules::ProfileForm;

use crate::town::{Login, Site, Stuck, Town, act};

/// A person of the town.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub user: i64,
    pub profile: i64,
    pub name: &'static str,
}

impl Person {
    pub fn actor(&self) -> Actor {
        Actor::user(self.user)
    }
}

/// Everybody.
pub(crate) struct Crowd {
    pub admin: Person,
    pub organizer: Person,
    pub referee: Person,
    pub players: Vec<Person>,
}

/// Usernames of those who play in teams, five a team, and of those who play alone. The first of a team owns it, the
/// second is its captain.
pub(crate) const PLAYERS: [&str; 44] = [
    "nadia", "rafi", "tamim", "ishraq", "zara", // Delta Force
    "arif", "sumaiya", "kabir", "nabil", "mitu", // Padma Tigers
    "farhan", "oishi", "rony", "labib", "tania", // Monsoon Five
    "shuvo", "priya", "adnan", "raisa", "hridoy", // Old Dhaka Kings
    "mahin", "jannat", "sakib", "tasnim", "omar", // Hill Tract Hawks
    "rumi", "anika", "fahim", "diya", "yasin", // Sundarban Stripes
    "imran", "lamia", "porosh", "nusrat", "siam", // Karnaphuli Current
    "turjo", "mehedi", "ayesha", "rakib", "sneha", // Rickshaw Republic
    "bijoy", "munia", "tareq", "elora",
];

/// Everybody signs up, some weeks ago, and gets coins to play with.
pub(crate) async fn arrive(site: &Site<'_>) -> Result<Crowd, Stuck> {
    site.ago(TimeDelta::days(40));
    let admin = join(site, "admin", "Admin", Standing::Superuser).await?;
    let organizer = join(site, "olga", "Olga, Dhaka Arena", Standing::Person).await?;
    let referee = join(site, "rubel", "Rubel, referee", Standing::Person).await?;
    let mut players = Vec::new();
    for (number, name) in PLAYERS.into_iter().enumerate() {
        site.ago(TimeDelta::days(35) - TimeDelta::minutes(17 * number as i64));
        let player = join(site, name, name, Standing::Person).await?;
        let (clock, holder) = (&site.clock, Holder::Player(player.profile));
        act!(site, Actor::System, "a welcome gift", |tx, _cx| {
            economy::service::adjust(tx, clock, &Actor::System, holder, 120, "Welcome to DeltaCrown", None)
        })?;
        players.push(player);
    }
    let (clock, holder) = (&site.clock, Holder::Player(organizer.profile));
    act!(site, Actor::System, "prize coins for the organizer", |tx, _cx| {
        economy::service::adjust(tx, clock, &Actor::System, holder, 5_000, "Season budget", None)
    })?;
    Ok(Crowd { admin, organizer, referee, players })
}

async fn join(site: &Site<'_>, username: &'static str, shown: &str, standing: Standing) -> Result<Person, Stuck> {
    let stuck = |why: String| Stuck::new(format!("{username} signing up"), why);
    let form = SignUp {
        username: username.to_owned(),
        email: format!("{username}@demo.example"),
        password: site.password.clone(),
        password_again: site.password.clone(),
    };
    let prepared = accounts::service::prepare(form).await.map_err(|refusal| stuck(refusal.to_string()))?;
    let (prepared, clock) = (&prepared, &site.clock);
    let joined = site.db.write(|tx| async move { profiles::service::join(&tx, clock, prepared, standing).await }).await;
    let user = joined.map_err(|refusal| stuck(refusal.to_string()))?;
    let form = ProfileForm {
        display_name: capitalized(shown),
        region: "BD".to_owned(),
        show_socials: true,
        ..ProfileForm::default()
    };
    let profile = profiles::service::edit(site.db, clock, &user, &form).await;
    let profile = profile.map_err(|refusal| stuck(refusal.to_string()))?;
    let tag = (clock.now().timestamp() % 9_000 + 1_000).to_string();
    let ids =
        [("riot_id", format!("{username}#{tag}")), ("efootball_id", format!("{:09}", 100_000_000 + user.id * 7_919))];
    let ids = ids.map(|(column, id)| (column.to_owned(), id));
    profiles::service::change_game_ids(site.db, clock, &site.games, &user, &ids)
        .await
        .map_err(|refusal| stuck(refusal.to_string()))?;
    Ok(Person { user: user.id, profile: profile.id, name: username })
}

fn capitalized(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

impl Crowd {
    pub fn town(self, password: String) -> Town {
        let login = |username: &str, what| Login { username: username.to_owned(), what };
        let logins = vec![
            login(self.organizer.name, "holds the cups: the organizer's desk"),
            login(self.players[1].name, "captain of Delta Force, in play now"),
            login(self.players[40].name, "plays alone"),
            login(self.referee.name, "referee of the cup in play"),
            login(self.admin.name, "superuser, with the administration at /admin"),
        ];
        Town { password, logins }
    }
}
