//! Invitations and wishes to join: one pending a person and team.

use chrono::TimeDelta;
use kernel::db::Constraint;
use sea_orm::ActiveValue::Set;
use teams::model::core::{team_invite, team_join_request};
use testkit::TestDatabase;

use crate::support::{assert_outcome, insert, made, migrated, now, open, player};

testkit::on_both! {
    from migrated;

    async fn an_invitation_is_pending_once(database: &TestDatabase) {
        let db = open(database).await;
        let (ann, bob) = (player(&db, "ann").await, player(&db, "bob").await);
        let (lions, kings) = (made(&db, "Lions", "valorant").await.id, made(&db, "Kings", "valorant").await.id);
        let invite = |team: i64, token: &str| team_invite::ActiveModel {
            team_id: Set(team),
            inviter_id: Set(Some(bob)),
            token: Set(token.to_owned()),
            expires_at: Set(now() + TimeDelta::days(7)),
            created_at: Set(now()),
            ..Default::default()
        };
        let to = |row, profile: i64| team_invite::ActiveModel { invited_user_id: Set(Some(profile)), ..row };
        let mailed = |row, address: &str| team_invite::ActiveModel {
            invited_email: Set(address.to_owned()),
            invited_email_ci: Set(kernel::text::fold(address)),
            ..row
        };
        let with_status = |row, status: &str| team_invite::ActiveModel { status: Set(status.to_owned()), ..row };
        let with_role = |row, role: &str| team_invite::ActiveModel { role: Set(role.to_owned()), ..row };
        for (case, row, expected) in [
            ("to a person", to(invite(lions, "1"), ann), None),
            ("to the same person", to(invite(lions, "2"), ann), Some(Constraint::Unique)),
            ("to the same person, over", with_status(to(invite(lions, "3"), ann), "DECLINED"), None),
            ("to the same person by another team", to(invite(kings, "4"), ann), None),
            ("to an address", mailed(invite(lions, "5"), "Cyd@Example.org"), None),
            ("to the same address in another case", mailed(invite(lions, "6"), "cyd@example.ORG"), Some(Constraint::Unique)),
            ("to another address", mailed(invite(lions, "7"), "dan@example.org"), None),
            ("with the same secret", mailed(invite(kings, "7"), "eve@example.org"), Some(Constraint::Unique)),
            ("as owner", with_role(to(invite(lions, "8"), bob), "OWNER"), Some(Constraint::Check)),
            ("in small letters", with_status(to(invite(lions, "9"), bob), "pending"), Some(Constraint::Check)),
            ("as manager", with_role(to(invite(lions, "10"), bob), "MANAGER"), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn a_wish_to_join_is_pending_once(database: &TestDatabase) {
        let db = open(database).await;
        let (ann, bob) = (player(&db, "ann").await, player(&db, "bob").await);
        let lions = made(&db, "Lions", "valorant").await.id;
        let wish = |profile: i64, status: &str| team_join_request::ActiveModel {
            team_id: Set(lions),
            profile_id: Set(profile),
            status: Set(status.to_owned()),
            created_at: Set(now()),
            ..Default::default()
        };
        let reviewed = |row| team_join_request::ActiveModel { reviewed_by_id: Set(Some(bob)), reviewed_at: Set(Some(now())), ..row };
        for (case, row, expected) in [
            ("a wish", wish(ann, "PENDING"), None),
            ("the same wish", wish(ann, "PENDING"), Some(Constraint::Unique)),
            ("a wish of before, withdrawn", wish(ann, "WITHDRAWN"), None),
            ("a wish of before, rejected", reviewed(wish(ann, "REJECTED")), None),
            ("rejected by nobody at no time", wish(ann, "REJECTED"), Some(Constraint::Check)),
            ("a status that there is not", wish(bob, "APPROVED"), Some(Constraint::Check)),
            ("of somebody else", wish(bob, "PENDING"), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }
}
