//! Many teams in few statements: an owner and five who play.

use kernel::text::fold_name;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use teams::model::core::{team, team_membership};

use crate::{
    people::{insert, people},
    support::{Person, World},
};

/// People of a team: who owns it, and five who play.
const PLAYERS: usize = 6;
/// Rows of a statement.
const BLOCK: usize = 500;

/// So many teams of Valorant, each with whoever owns it.
pub async fn teams(world: &World, count: usize) -> Vec<(i64, Person)> {
    let people = people(&world.db, world.now(), count * PLAYERS).await;
    let names: Vec<String> = (0..count).map(|number| format!("Team {number:04}")).collect();
    let now = world.now();
    for block in names.chunks(BLOCK) {
        let rows = block.iter().map(|name| team::ActiveModel {
            name: Set(name.clone()),
            name_ci: Set(fold_name(name)),
            tag: Set(name.replace("eam ", "")),
            tag_ci: Set(fold_name(&name.replace("eam ", ""))),
            slug: Set(name.to_lowercase().replace(' ', "-")),
            game: Set("valorant".to_owned()),
            region: Set("SA".to_owned()),
            is_active: Set(true),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
        insert::<team::Entity>(&world.db, rows.collect()).await;
    }
    let teams = team::Entity::find().order_by_asc(team::Column::Name).all(world.db.read()).await.expect("readable");
    let seats = people.iter().enumerate().map(|(number, person)| team_membership::ActiveModel {
        team_id: Set(teams[number / PLAYERS].id),
        profile_id: Set(person.profile),
        game: Set("valorant".to_owned()),
        role: Set(if number % PLAYERS == 0 { "OWNER" } else { "PLAYER" }.to_owned()),
        status: Set("ACTIVE".to_owned()),
        joined_at: Set(now),
        is_captain: Set(number % PLAYERS == 1),
        can_manage_roster: Set(number % PLAYERS == 0),
        can_edit_team: Set(number % PLAYERS == 0),
        can_register_tournaments: Set(number % PLAYERS == 0),
        ..Default::default()
    });
    for block in seats.collect::<Vec<_>>().chunks(BLOCK) {
        insert::<team_membership::Entity>(&world.db, block.to_vec()).await;
    }
    let owner = |number: usize, team: &team::Model| {
        let (user, profile) = (people[number * PLAYERS].user, people[number * PLAYERS].profile);
        (team.id, Person { name: team.name.clone(), user, profile })
    };
    teams.iter().enumerate().map(|(number, team)| owner(number, team)).collect()
}
