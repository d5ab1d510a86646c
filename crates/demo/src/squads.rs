//! The teams of the town: founded, filled by invitations, each with a captain.

use chrono::TimeDelta;
use teams::{
    rules::{form::TeamForm, roster::Role},
    service::{invitation, member, team},
};

use crate::{
    people::{Crowd, Person},
    town::{Site, Stuck, act},
};

/// A team and its people; the first owns it, the second is captain.
pub(crate) struct Squad {
    pub team: i64,
    pub people: Vec<Person>,
}

impl Squad {
    pub fn owner(&self) -> &Person {
        &self.people[0]
    }

    pub fn captain(&self) -> &Person {
        &self.people[1]
    }
}

const TEAMS: [(&str, &str, &str); 8] = [
    ("Delta Force", "DELTA", "Calm hands, loud comms."),
    ("Padma Tigers", "PADMA", "We come with the tide."),
    ("Monsoon Five", "MF", "It pours."),
    ("Old Dhaka Kings", "ODK", "Biryani first, then headshots."),
    ("Hill Tract Hawks", "HAWKS", "We see you before you see us."),
    ("Sundarban Stripes", "STRIPE", "Quiet until it is too late."),
    ("Karnaphuli Current", "KARNA", "Port city, fast current."),
    ("Rickshaw Republic", "RICKS", "Three wheels, five players."),
];

const ROLES: [&str; 5] = ["IGL", "Duelist", "Controller", "Initiator", "Sentinel"];

pub(crate) async fn found(site: &Site<'_>, crowd: &Crowd) -> Result<Vec<Squad>, Stuck> {
    let (clock, random, games) = (&site.clock, site.random, &site.games);
    let mut squads = Vec::new();
    for (number, (name, tag, tagline)) in TEAMS.into_iter().enumerate() {
        site.ago(TimeDelta::days(30) - TimeDelta::hours(5 * number as i64));
        let people = crowd.players[number * 5..number * 5 + 5].to_vec();
        let form = &TeamForm {
            name: name.to_owned(),
            tag: tag.to_owned(),
            game: "valorant".to_owned(),
            game_role: ROLES[0].to_owned(),
            region: "SA".to_owned(),
            description: format!("{name} play Valorant in the evenings, from Dhaka."),
            tagline: tagline.to_owned(),
            ..TeamForm::default()
        };
        let owner = &people[0].actor();
        let made = act!(site, *owner, name, |tx, _cx| team::create(tx, clock, games, owner, form))?;
        for (person, role) in people.iter().zip(ROLES).skip(1) {
            let invite = &invitation::InviteForm {
                username: person.name.to_owned(),
                role: Role::Player,
                message: format!("Join {name} as {role}?"),
            };
            let what = || format!("{} joining {name}", person.name);
            let sent = act!(site, *owner, what(), |tx, _cx| {
                invitation::invite(tx, clock, random, games, owner, made.id, invite)
            })?;
            let who = &person.actor();
            let id = sent.invitation.id;
            act!(site, *who, what(), |tx, _cx| invitation::accept(tx, clock, games, who, id))?;
            let profile = person.profile;
            act!(site, *owner, what(), |tx, _cx| {
                member::change_game_role(tx, clock, games, owner, made.id, profile, role)
            })?;
        }
        let captain = people[1].profile;
        act!(site, *owner, name, |tx, _cx| member::make_captain(tx, clock, owner, made.id, captain))?;
        squads.push(Squad { team: made.id, people });
    }
    Ok(squads)
}
