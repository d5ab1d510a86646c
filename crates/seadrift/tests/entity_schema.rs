//! Declared entities against the schema they mean: checks, indexes, soft references, former names.

#![allow(missing_docs)]

use seadrift::{
    diff::Hints,
    project::{App, Project, UnresolvedSoftRef},
    schema::{Check, Column, ColumnType, ForeignKey, Index, IndexKey, ReferentialAction, Schema, SoftReference, Table},
};

mod accounts {
    pub mod user {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
        #[sea_orm(table_name = "accounts_user")]
        #[seadrift(app = "accounts", model = "User", was = "auth_user", was = "accounts_person")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
            #[seadrift(was = "nick", was = "login")]
            pub username: String,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub fn app() -> seadrift::project::App {
        seadrift::project::App::new("accounts").model::<user::Entity>().migrations(seadrift::migrations!())
    }
}

mod tournaments {
    pub mod registration {
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
        pub enum Kind {
            #[sea_orm(string_value = "solo")]
            Solo,
            #[sea_orm(string_value = "team")]
            Team,
        }

        #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = "i32", db_type = "Integer")]
        pub enum Level {
            #[sea_orm(num_value = -1)]
            Low,
            #[sea_orm(num_value = 7)]
            High,
        }

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
        #[sea_orm(table_name = "tournaments_registration")]
        #[seadrift(
            app = "tournaments",
            model = "Registration",
            check(name = "registration_user_xor_team", sql = "(user_id IS NULL) <> (team_id IS NULL)"),
            index(columns("tournament_id", "-created_at")),
            index(columns("tournament_id", "slot"), unique, filter = "slot IS NOT NULL", name = "unique_slot"),
            index(columns("season_id"), filter = "season_id IS NOT NULL", name = "by_season"),
            index(columns("cup_id"), filter = "slot > 0"),
            index(sql = "lower(status)")
        )]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
            #[seadrift(choices("pending", "it's on" = "On"))]
            pub status: String,
            pub kind: Option<Kind>,
            pub level: Level,
            #[seadrift(choices("one"))]
            pub order: String,
            #[seadrift(min = 0, max = 100)]
            pub amount: i64,
            #[seadrift(min = 0.5)]
            pub ratio: f64,
            #[seadrift(max = -1)]
            pub debt: i32,
            pub slot: Option<i32>,
            pub user_id: Option<i64>,
            #[seadrift(soft_ref = "teams.Team")]
            pub team_id: Option<i64>,
            #[seadrift(soft_ref = "tournaments.Tournament")]
            pub tournament_id: i64,
            #[seadrift(soft_ref = "ACCOUNTS.user")]
            pub season_id: i64,
            #[seadrift(soft_ref = "cups.Cup")]
            pub cup_id: i64,
            pub created_at: DateTimeUtc,
            #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "SetNull")]
            pub user: BelongsTo<Option<super::super::accounts::user::Entity>>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}

fn project() -> Project {
    let tournaments = App::new("tournaments").model::<tournaments::registration::Entity>();
    Project::new().app(accounts::app()).app(tournaments)
}

fn user() -> Table {
    let mut table = Table::new("accounts", "User", "accounts_user");
    table.primary_key = vec!["id".to_owned()];
    table.columns =
        vec![Column::new("id", ColumnType::BigInt).identity(), Column::new("username", ColumnType::Varchar(150))];
    table.indexes = vec![Index::on("uq_accounts_user_username", ["username"]).unique()];
    table
}

fn registration() -> Table {
    let soft = |name: &str, label: &str| {
        let mut column = Column::new(name, ColumnType::BigInt);
        column.soft_ref = Some(SoftReference(label.to_owned()));
        column
    };
    let mut table = Table::new("tournaments", "Registration", "tournaments_registration");
    table.primary_key = vec!["id".to_owned()];
    table.columns = vec![
        Column::new("id", ColumnType::BigInt).identity(),
        Column::new("status", ColumnType::Varchar(20)).default("pending"),
        Column::new("kind", ColumnType::Varchar(8)).null(),
        Column::new("level", ColumnType::Integer),
        Column::new("order", ColumnType::Text),
        Column::new("amount", ColumnType::BigInt),
        Column::new("ratio", ColumnType::Double),
        Column::new("debt", ColumnType::Integer),
        Column::new("slot", ColumnType::Integer).null(),
        Column::new("user_id", ColumnType::BigInt).null(),
        soft("team_id", "teams.Team").null(),
        soft("tournament_id", "tournaments.Tournament"),
        soft("season_id", "ACCOUNTS.user"),
        soft("cup_id", "cups.Cup"),
        Column::new("created_at", ColumnType::TimestampTz),
    ];
    table.foreign_keys = vec![ForeignKey {
        name: "fk_tournaments_registration_user_id".to_owned(),
        columns: vec!["user_id".to_owned()],
        references: "accounts_user".to_owned(),
        referenced_columns: vec!["id".to_owned()],
        on_delete: ReferentialAction::SetNull,
        on_update: ReferentialAction::NoAction,
    }];
    let name = |rest: &str| format!("ix_tournaments_registration_{rest}");
    let mut by_time = Index::on(name("tournament_id_created_at"), ["tournament_id"]);
    by_time.keys.push(IndexKey::Descending { desc: "created_at".to_owned() });
    let mut lower = Index::on(name("lower_status"), [""]);
    lower.keys = vec![IndexKey::Expression { sql: "lower(status)".into(), descending: false }];
    table.indexes = vec![
        by_time,
        Index::on("unique_slot", ["tournament_id", "slot"]).unique().filtered("slot IS NOT NULL"),
        Index::on("by_season", ["season_id"]).filtered("season_id IS NOT NULL"),
        Index::on(name("cup_id"), ["cup_id"]).filtered("slot > 0"),
        lower,
        // What references need and nothing else serves; cup_id's own index has not all rows.
        Index::on(name("user_id"), ["user_id"]),
        Index::on(name("team_id"), ["team_id"]),
        Index::on(format!("{}_ref", name("cup_id")), ["cup_id"]),
    ];
    let check = |column: &str, rule: &str| Check::new(format!("ck_tournaments_registration_{column}"), rule);
    table.checks = vec![
        Check::new("registration_user_xor_team", "(user_id IS NULL) <> (team_id IS NULL)"),
        check("status", "status IN ('pending', 'it''s on')"),
        check("kind", "kind IN ('solo', 'team')"),
        check("level", "level IN (-1, 7)"),
        check("order", "\"order\" = 'one'"),
        check("amount", "amount >= 0 AND amount <= 100"),
        check("ratio", "ratio >= 0.5"),
        check("debt", "debt <= -1"),
    ];
    table
}

#[test]
fn declarations_become_checks_indexes_and_soft_references() {
    let schema = project().schema().unwrap();
    assert_eq!(schema.tables["accounts_user"], user());
    assert_eq!(schema.tables["tournaments_registration"], registration());
    assert_eq!(schema, Schema::of([user(), registration()]));
}

#[test]
fn former_names_are_hints() {
    let expected = Hints::default()
        .table("accounts_user", "auth_user")
        .table("accounts_user", "accounts_person")
        .column("accounts_user", "username", "nick")
        .column("accounts_user", "username", "login");
    assert_eq!(project().hints(), expected);
}

#[test]
fn soft_references_to_nobody_are_listed_and_allowed() {
    let unresolved = |column: &str, label: &str| UnresolvedSoftRef {
        table: "tournaments_registration".to_owned(),
        column: column.to_owned(),
        label: label.to_owned(),
    };
    let expected = [
        unresolved("team_id", "teams.Team"),
        unresolved("tournament_id", "tournaments.Tournament"),
        unresolved("cup_id", "cups.Cup"),
    ];
    assert_eq!(project().unresolved_soft_refs(), expected);
}

#[test]
fn models_are_found_by_label() {
    let project = project();
    assert_eq!(project.model("Accounts.user").map(|m| m.table_name), Some("accounts_user"));
    assert!(project.model("accounts.Users").is_none());
    assert_eq!(project.models().count(), 2);
    // This crate has no folder of migrations.
    assert!(project.apps[0].migrations.files.is_empty());
    assert!(project.apps[0].migrations.folder.ends_with("/migrations"));
}
