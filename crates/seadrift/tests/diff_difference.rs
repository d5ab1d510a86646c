//! What is found against what was expected: each damage is named exactly once.

mod support;

use proptest::prelude::*;
use seadrift::{
    diff::{ColumnProperty, Difference, DifferenceKind as Kind, difference},
    schema::{Check, Column, ColumnType as T, ForeignKey, Index, Schema, SoftReference, Table},
};

fn key(name: &str, column: &str, references: &str) -> ForeignKey {
    ForeignKey {
        name: name.into(),
        columns: vec![column.into()],
        references: references.into(),
        referenced_columns: vec!["id".into()],
        on_delete: Default::default(),
        on_update: Default::default(),
    }
}

/// Teams that belong to users; every kind of part is there.
fn expected() -> Schema {
    let mut user = Table::new("accounts", "User", "user");
    user.columns = vec![Column::new("id", T::BigInt).identity(), Column::new("name", T::Varchar(40))];
    user.primary_key = vec!["id".into()];
    user.indexes = vec![Index::on("uq_name", ["name"]).unique()];
    let mut team = Table::new("teams", "Team", "team");
    team.columns = vec![
        Column::new("id", T::BigInt).identity(),
        Column::new("owner_id", T::BigInt),
        Column::new("tag", T::Varchar(5)).default("x"),
        Column::new("prize_id", T::BigInt).null(),
    ];
    team.columns[3].soft_ref = Some(SoftReference("economy.Prize".into()));
    team.primary_key = vec!["id".into()];
    team.indexes =
        vec![Index::on("ix_owner", ["owner_id"]), Index::on("uq_tag", ["tag"]).unique().filtered("owner_id > 0")];
    team.foreign_keys = vec![key("fk_owner", "owner_id", "user")];
    team.checks = vec![Check::new("ck_tag", "length(tag) > 1"), Check::new("ck_both", "tag <> '' OR owner_id = 1")];
    Schema::of([user, team])
}

/// As a live database is read: without app, model and soft references.
fn live() -> Schema {
    let mut schema = expected();
    for table in schema.tables.values_mut() {
        table.app.clear();
        table.model.clear();
        table.columns.iter_mut().for_each(|column| column.soft_ref = None);
        table.columns.reverse();
    }
    schema
}

fn drop_column(table: &mut Table, column: &str) {
    table.columns.retain(|c| c.name != column);
    table.primary_key.retain(|c| c != column);
    table.indexes.retain(|i| {
        i.keys.iter().all(|k| k.column() != Some(column)) && !i.predicate.as_ref().is_some_and(|p| p.mentions(column))
    });
    table.foreign_keys.retain(|f| !f.columns.iter().any(|c| c == column));
    table.checks.retain(|c| !c.expression.mentions(column));
}

#[test]
fn nothing_is_wrong_with_a_faithful_database() {
    assert_eq!(difference(&expected(), &live()), []);
}

#[test]
fn each_damage_is_named_once() {
    let team = |schema: &mut Schema, change: &dyn Fn(&mut Table)| change(schema.tables.get_mut("team").expect("team"));
    type Damage<'a> = Box<dyn Fn(&mut Schema) + 'a>;
    let on_team = |change: &'static dyn Fn(&mut Table)| -> Damage<'_> { Box::new(move |schema| team(schema, change)) };
    let cases: Vec<(Damage<'_>, &str)> = vec![
        (
            Box::new(|s| {
                s.tables.remove("user");
                s.tables.get_mut("team").expect("team").foreign_keys.clear();
            }),
            "table user: missing, expected 2 columns; with it foreign key fk_owner of team",
        ),
        (
            Box::new(|s| {
                s.tables.insert("zombie".into(), Table::new("", "", "zombie"));
            }),
            "table zombie: unexpected, found 0 columns",
        ),
        (
            on_team(&|t| drop_column(t, "owner_id")),
            "column owner_id of team: missing, expected bigint not null; with it index ix_owner of team, \
             index uq_tag of team, foreign key fk_owner of team, check ck_both of team",
        ),
        (
            on_team(&|t| drop_column(t, "id")),
            "column id of team: missing, expected bigint not null identity; with it primary key of team",
        ),
        (
            on_team(&|t| {
                t.columns.push(Column::new("extra", T::Text).null());
                t.indexes.push(Index::on("ix_extra", ["extra"]));
                t.checks.push(Check::new("ck_extra", "extra <> ''"));
                t.foreign_keys.push(key("fk_extra", "extra", "user"));
            }),
            "column extra of team: unexpected, found text null; with it index ix_extra of team, \
             foreign key fk_extra of team, check ck_extra of team",
        ),
        (
            on_team(&|t| {
                let tag = t.columns.iter_mut().find(|c| c.name == "tag").expect("tag");
                *tag = Column::new("tag", T::Other("varchar(5) without its check".into())).null();
            }),
            "column tag of team: expected varchar(5) not null default 'x', found other(varchar(5) without its check) null",
        ),
        (on_team(&|t| t.primary_key.clear()), "primary key of team: expected (id), found none"),
        (
            on_team(&|t| {
                t.primary_key = vec!["owner_id".into()];
                t.columns.iter_mut().for_each(|c| c.identity = false);
            }),
            "primary key of team: expected (id), found (owner_id)",
        ),
        (
            on_team(&|t| drop(t.indexes.remove(1))),
            "index uq_tag of team: missing, expected unique (tag) where owner_id > 0",
        ),
        (
            on_team(&|t| t.indexes[1].predicate = None),
            "index uq_tag of team: expected unique (tag) where owner_id > 0, found unique (tag)",
        ),
        (on_team(&|t| t.indexes.push(Index::on("ix", ["tag"]))), "index ix of team: unexpected, found (tag)"),
        (
            on_team(&|t| t.foreign_keys.clear()),
            "foreign key fk_owner of team: missing, expected (owner_id) to user (id)",
        ),
        (
            on_team(&|t| t.foreign_keys[0].referenced_columns = vec!["name".into()]),
            "foreign key fk_owner of team: expected (owner_id) to user (id), found (owner_id) to user (name)",
        ),
        (
            on_team(&|t| t.foreign_keys.push(key("fk", "prize_id", "user"))),
            "foreign key fk of team: unexpected, found (prize_id) to user (id)",
        ),
        (on_team(&|t| drop(t.checks.remove(0))), "check ck_tag of team: missing, expected length(tag) > 1"),
        (
            on_team(&|t| t.checks[0].expression = "tag > ''".into()),
            "check ck_tag of team: expected length(tag) > 1, found tag > ''",
        ),
        (on_team(&|t| t.checks.push(Check::new("ck", "tag > ''"))), "check ck of team: unexpected, found tag > ''"),
    ];
    for (damage, expected_text) in cases {
        let mut found = live();
        damage(&mut found);
        let texts: Vec<String> = difference(&expected(), &found).iter().map(Difference::to_string).collect();
        assert_eq!(texts, [expected_text]);
    }
}

#[test]
fn properties_of_a_column_are_told_apart() {
    type Case<'a> = (&'a dyn Fn(&mut Column), ColumnProperty);
    let cases: [Case<'_>; 4] = [
        (&|c| c.ty = T::Text, ColumnProperty::Type),
        (&|c| c.nullable = true, ColumnProperty::Null),
        (&|c| c.default = Some("y".into()), ColumnProperty::Default),
        (&|c| c.identity = true, ColumnProperty::Identity),
    ];
    for (change, property) in cases {
        let mut found = live();
        let team = found.tables.get_mut("team").expect("team");
        change(team.columns.iter_mut().find(|c| c.name == "tag").expect("tag"));
        let differences = difference(&expected(), &found);
        assert_eq!(differences.len(), 1);
        assert_eq!(differences[0].kind, Kind::ColumnDiffers { what: vec![property] });
    }
}

/// A column renamed by hand: one is missing, one is too much, and what followed it is not listed.
#[test]
fn a_renamed_column_is_two_findings_and_no_more() {
    let mut found = live();
    let team = found.tables.get_mut("team").expect("team");
    for column in team.columns.iter_mut().filter(|c| c.name == "owner_id") {
        column.name = "boss_id".into();
    }
    team.foreign_keys[0].columns = vec!["boss_id".into()];
    team.indexes[0] = Index::on("ix_owner", ["boss_id"]);
    team.indexes[1].predicate = Some("boss_id > 0".into());
    team.checks[1].expression = "tag <> '' OR boss_id = 1".into();
    let kinds: Vec<Kind> = difference(&expected(), &found).into_iter().map(|d| d.kind).collect();
    assert_eq!(kinds, [Kind::MissingColumn, Kind::UnexpectedColumn]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Nothing between equals, and something between any two that differ in what a database holds.
    #[test]
    fn differences_are_found_exactly_where_there_are_some((one, other) in support::schema_pair()) {
        let bare = |schema: &Schema| {
            let mut schema = schema.canonical();
            for table in schema.tables.values_mut() {
                table.app.clear();
                table.model.clear();
                table.columns.iter_mut().for_each(|column| column.soft_ref = None);
            }
            schema
        };
        prop_assert_eq!(difference(&one, &bare(&one)), []);
        prop_assert_eq!(difference(&one, &other).is_empty(), bare(&one) == bare(&other));
    }
}
