//! The person who asks: account and profile.

use std::collections::BTreeMap;

use accounts::User;
use kernel::Tx;
use profiles::{GameIdsRefusal, Profile, ProfileForm, ProfileRefusal, service};

use super::{Nothing, input, output, teams::PlayerId};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::Page,
    problem::Problem,
    table::{Operation, get, patch},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("me.get", "/me", "The account and profile of the person who asks.").alone(show),
        patch("me.edit", "/me", "Changes one's own profile; what is left out stays.")
            .refuses::<ProfileRefusal>()
            .within(edit),
        get("me.game_ids", "/me/game-ids", "The ids by which games know the person who asks.").alone(game_ids),
        patch("me.edit_game_ids", "/me/game-ids", "Changes ids by which games know one; what is left out stays.")
            .refuses::<GameIdsRefusal>()
            .within(edit_game_ids),
    ]
}

output! {
    /// One's own account and profile.
    Me {
        /// Id of the account.
        id: i64,
        /// Id of the profile, as teams and wallets know it.
        profile_id: i64,
        /// The name to sign in with.
        username: String,
        /// Where mail goes.
        email: String,
        /// Whether this is staff.
        is_staff: bool,
        /// The name others see.
        display_name: String,
        /// Code of the region.
        region: String,
        /// About oneself.
        bio: String,
        /// Channel on YouTube, or empty.
        youtube_link: String,
        /// Channel on Twitch, or empty.
        twitch_link: String,
        /// Whether strangers see only the name.
        is_private: bool,
        /// Whether channels and game ids are shown.
        show_socials: bool,
        /// When the account was made.
        joined_at: Moment,
    }
}

fn me(user: User, profile: Profile) -> Me {
    Me {
        id: user.id,
        profile_id: profile.id,
        username: user.username,
        email: user.email,
        is_staff: user.is_staff,
        display_name: profile.display_name,
        region: profile.region,
        bio: profile.bio,
        youtube_link: profile.youtube_link,
        twitch_link: profile.twitch_link,
        is_private: profile.is_private,
        show_socials: profile.show_socials,
        joined_at: user.date_joined.into(),
    }
}

async fn show(ask: &Ask, _: Nothing) -> Result<Me, Problem> {
    Ok(me(ask.user().await?, ask.profile().await?))
}

input! {
    EditMe {
        /// The name others see.
        display_name: Option<String>,
        /// Code of the region.
        region: Option<String>,
        /// About oneself.
        bio: Option<String>,
        /// Channel on YouTube; empty for none.
        youtube_link: Option<String>,
        /// Channel on Twitch; empty for none.
        twitch_link: Option<String>,
        /// Whether strangers see only the name.
        is_private: Option<bool>,
        /// Whether channels and game ids are shown.
        show_socials: Option<bool>,
    }
}

async fn edit(tx: &Tx, ask: &Ask, input: EditMe) -> Result<Me, Problem> {
    let user = ask.user().await?;
    let old = service::ensure(tx, ask.clock(), &user).await?;
    let form = ProfileForm {
        display_name: input.display_name.unwrap_or(old.display_name),
        region: input.region.unwrap_or(old.region),
        bio: input.bio.unwrap_or(old.bio),
        youtube_link: input.youtube_link.unwrap_or(old.youtube_link),
        twitch_link: input.twitch_link.unwrap_or(old.twitch_link),
        is_private: input.is_private.unwrap_or(old.is_private),
        show_socials: input.show_socials.unwrap_or(old.show_socials),
    };
    let profile = service::edit_within(tx, ask.clock(), &user, &form).await?;
    Ok(me(user, profile))
}

input! {
    EditGameIds {
        /// Ids by their kinds, such as `riot_id`; empty for none.
        ids: BTreeMap<String, String>,
    }
}

/// What every game asks for, each once.
fn ids(ask: &Ask, profile: &Profile) -> Page<PlayerId> {
    let mut all: Vec<PlayerId> = Vec::new();
    for game in ask.games().list(true) {
        for id in super::teams::ids(::teams::service::query::game_ids(ask.games(), &game.name(), profile)) {
            if all.iter().all(|there| there.kind != id.kind) {
                all.push(id);
            }
        }
    }
    Page::whole(all)
}

async fn game_ids(ask: &Ask, _: Nothing) -> Result<Page<PlayerId>, Problem> {
    Ok(ids(ask, &ask.profile().await?))
}

async fn edit_game_ids(tx: &Tx, ask: &Ask, input: EditGameIds) -> Result<Page<PlayerId>, Problem> {
    let (user, wanted) = (ask.user().await?, input.ids.into_iter().collect::<Vec<_>>());
    Ok(ids(ask, &service::change_game_ids_within(tx, ask.clock(), ask.games(), &user, &wanted).await?))
}
