//! The test itself is tested: rules that the database does not have are told, each by its name.

use seadrift::schema::{Check, ForeignKey, Index, ReferentialAction};

use super::{catalogue::Catalogue, faults, migrated};
use testkit::TestDatabase;

testkit::on_both! {
    from migrated;

    async fn rules_that_the_database_does_not_have_are_told(database: &TestDatabase) {
        let mut catalogue = Catalogue::of(web::project());
        catalogue.schema.tables.retain(|name, _| ["accounts_user", "user_profile_userprofile"].contains(&name.as_str()));
        let table = catalogue.schema.tables.get_mut("user_profile_userprofile").expect("profiles");
        table.checks.push(Check::new("no_long_name", "length(display_name) < 1000 AND display_name <> 'x'"));
        table.indexes.push(Index::on("one_bio", ["bio"]).unique());
        table.indexes.push(Index::on("one_private_region", ["region"]).unique().filtered("is_private"));
        // Here the other way round: the database is stricter than it should be.
        for index in table.indexes.iter_mut().filter(|index| index.name == "uq_user_profile_userprofile_user_id") {
            index.predicate = Some("is_private".into());
        }
        table.foreign_keys.push(ForeignKey {
            name: "a_row_of_no_table".to_owned(),
            columns: vec!["avatar".to_owned()],
            references: "accounts_user".to_owned(),
            referenced_columns: vec!["username".to_owned()],
            on_delete: ReferentialAction::Restrict,
            on_update: ReferentialAction::NoAction,
        });
        for column in table.columns.iter_mut().filter(|c| c.name == "avatar") {
            column.nullable = false;
        }
        let found = faults(&catalogue, database).await;
        let stricter = "uq_user_profile_userprofile_user_id: two rows outside of it are refused";
        for told in [stricter, "no_long_name", "one_bio", "one_private_region", "a_row_of_no_table", "avatar: not refused"] {
            assert!(found.iter().any(|fault| fault.contains(told)), "{told} is not told: {found:#?}");
        }
    }
}
