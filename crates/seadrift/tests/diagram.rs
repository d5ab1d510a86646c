//! Diagrams: what is written for a small schema, and what holds for every page.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use seadrift::{
    diagram::{self, Migrations, Selection},
    migration::{Graph, LoadedMigration, Migration, MigrationId},
    run::Record,
    schema::{Column, ColumnType, ForeignKey, Index, ReferentialAction, Schema, SoftReference, Table},
};

fn table(app: &str, model: &str) -> Table {
    let mut table = Table::new(app, model, format!("{app}_{}", model.to_lowercase()));
    table.primary_key = vec!["id".into()];
    table.columns.push(Column::new("id", ColumnType::BigInt).identity());
    table
}

fn point(table: &mut Table, column: Column, target: &str) {
    table.foreign_keys.push(ForeignKey {
        name: format!("fk_{}_{}", table.name, column.name),
        columns: vec![column.name.clone()],
        references: target.into(),
        referenced_columns: vec!["id".into()],
        on_delete: ReferentialAction::NoAction,
        on_update: ReferentialAction::NoAction,
    });
    table.columns.push(column);
}

/// Two apps: a foreign key of each kind, a soft reference, a name that is no word.
fn small() -> Schema {
    let mut user = table("accounts", "User");
    user.columns.push(Column::new("name", ColumnType::Varchar(40)));
    user.indexes.push(Index::on("uq_name", ["name"]).unique());
    let mut team = table("teams", "Team");
    point(&mut team, Column::new("owner_id", ColumnType::BigInt), "accounts_user");
    point(&mut team, Column::new("parent_id", ColumnType::BigInt).null(), "teams_team");
    let mut badge = table("teams", "Badge");
    point(&mut badge, Column::new("team_id", ColumnType::BigInt), "teams_team");
    badge.indexes.push(Index::on("uq_team", ["team_id"]).unique());
    let mut cup = Column::new("cup_id", ColumnType::BigInt).null();
    cup.soft_ref = Some(SoftReference("cups.Cup".into()));
    badge.columns.push(cup);
    badge.columns.push(Column::new("Worth <€>", ColumnType::Decimal(10, 2)));
    Schema::of([user, team, badge])
}

#[test]
fn a_small_schema_as_mermaid() {
    let schema = small();
    let all = Selection::of(&schema, &[], &[]).expect("all");
    assert_eq!(
        diagram::mermaid(&all),
        "\
erDiagram
    accounts_user {
        bigint id PK
        varchar(40) name UK
    }
    teams_badge {
        bigint id PK
        bigint team_id FK, UK
        bigint cup_id \"null\"
        decimal(10_2) Worth____
    }
    teams_team {
        bigint id PK
        bigint owner_id FK
        bigint parent_id FK \"null\"
    }
    teams_team ||--o| teams_badge : \"team_id\"
    \"cups.Cup\" |o..o{ teams_badge : \"cup_id\"
    accounts_user ||--o{ teams_team : \"owner_id\"
    teams_team |o--o{ teams_team : \"parent_id\"
"
    );
    let markdown = diagram::markdown(&all, "The schema");
    assert_eq!(markdown.matches("```mermaid").count(), 2);
    assert!(markdown.contains("## teams\n\n2 tables.\n"), "{markdown}");
}

#[test]
fn a_part_of_it() {
    let schema = small();
    let tables = |apps: &[&str], tables: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        Selection::of(&schema, &owned(apps), &owned(tables)).map(|some| {
            let text = diagram::mermaid(&some);
            ["accounts_user", "teams_badge", "teams_team"].map(|name| text.contains(&format!("    {name} {{")))
        })
    };
    assert_eq!(tables(&["teams"], &[]), Ok([false, true, true]));
    assert_eq!(tables(&[], &["accounts_user"]), Ok([true, false, true]));
    assert_eq!(tables(&[], &["teams.Badge"]), Ok([false, true, true]));
    assert_eq!(tables(&["accounts"], &["teams_badge"]), Ok([true, true, true]));
    let unknown = tables(&[], &["teams_teem"]).expect_err("there is none");
    assert_eq!(unknown, "there is no table \"teams_teem\"; did you mean \"teams_team\"?");
}

/// Values of an attribute, in order.
fn attributes<'p>(page: &'p str, start: &str) -> Vec<&'p str> {
    page.split(start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// Left, top, right and bottom of every card.
fn cards(svg: &str) -> Vec<[i32; 4]> {
    let number = |text: &str, name: &str| -> i32 {
        let value = text.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next());
        value.and_then(|value| value.parse().ok()).expect("a number")
    };
    let cards = svg.split("<rect class=\"card\"").skip(1);
    cards
        .map(|text| {
            let (x, y) = (number(text, "x"), number(text, "y"));
            [x, y, x + number(text, "width"), y + number(text, "height")]
        })
        .collect()
}

fn check_page(schema: &Schema, page: &str) {
    for foreign in ["<script", "http://", "https://", "<link", "url(", "@import"] {
        assert!(!page.contains(foreign), "the page stands alone: {foreign}");
    }
    let ids: Vec<&str> = attributes(page, " id=\"");
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), known.len(), "each anchor is there once");
    for target in attributes(page, "href=\"#") {
        assert!(known.contains(target), "a link leads nowhere: {target}");
    }
    for table in schema.tables.values() {
        assert!(known.contains(table.name.as_str()), "no anchor of {}", table.name);
        for column in &table.columns {
            let name = column.name.replace('<', "&lt;").replace('>', "&gt;");
            assert!(page.contains(&format!(">{name}")), "no text {name}");
        }
    }
    for drawing in page.split("<div class=\"plane\"").skip(1) {
        let cards = cards(drawing);
        for (at, a) in cards.iter().enumerate() {
            for b in &cards[at + 1..] {
                assert!(a[2] <= b[0] || b[2] <= a[0] || a[3] <= b[1] || b[3] <= a[1], "cards overlap: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn the_page_of_a_small_schema() {
    let schema = small();
    let page = diagram::page(&Selection::of(&schema, &[], &[]).expect("all"), "A <small> schema");
    check_page(&schema, &page);
    for part in [
        "<title>A &lt;small&gt; schema</title>",
        "3 tables in 2 apps, 4 references",
        "points at <a href=\"#app-accounts\">accounts</a> (1)",
        "Worth &lt;€&gt;",
        "class=\"to soft\"",
        "teams_badge.team_id → teams_team",
        "prefers-color-scheme: dark",
    ] {
        assert!(page.contains(part), "no {part:?}");
    }
}

fn node(name: &str, needs: &[&str]) -> LoadedMigration {
    let dependencies = needs.iter().map(|need| id(need)).collect();
    LoadedMigration::new(Migration { dependencies, ..Migration::new(id(name), vec![]) }, "x")
}

#[test]
fn the_migration_graph() {
    let nodes = vec![
        node("a.0001_initial", &[]),
        node("a.0002_more", &["a.0001_initial"]),
        node("b.0001_initial", &["a.0001_initial", "a.0002_more"]),
    ];
    let graph = Graph::build(nodes).expect("sound");
    let record = Record::standing_for([id("a.0001_initial")]);
    let some = Migrations { graph: &graph, record: Some(&record), apps: &[] };
    assert_eq!(
        diagram::history_mermaid(&some),
        "\
flowchart LR
    subgraph a
        a_0001_initial[\"✓ 0001_initial\"]:::done
        a_0002_more[\"0002_more\"]
    end
    subgraph b
        b_0001_initial[\"0001_initial\"]
    end
    a_0001_initial --> a_0002_more
    a_0002_more --> b_0001_initial
    classDef done stroke:#12805c,color:#12805c
"
    );
    let page = diagram::history_page(&some, "Migrations");
    assert!(page.contains("3 migrations, 1 of them have run"), "{page}");
    assert!(page.contains("<title>b.0001_initial needs a.0002_more</title>"), "{page}");
    assert!(!page.contains("b.0001_initial needs a.0001_initial"), "it follows from the others: {page}");
    let unasked = Migrations { record: None, ..some };
    assert!(!diagram::history_mermaid(&unasked).contains("done"));
    let apps = ["b".to_owned()];
    let one = diagram::history_mermaid(&Migrations { apps: &apps, ..unasked });
    assert!(!one.contains("subgraph a") && !one.contains("-->"), "{one}");
}

fn id(text: &str) -> MigrationId {
    text.parse().expect("an id")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// Whatever the schema: cards do not overlap, links lead somewhere, every name can be found.
    #[test]
    fn every_page_holds(schema in support::schema()) {
        check_page(&schema, &diagram::page(&Selection::of(&schema, &[], &[]).expect("all"), "x"));
    }
}
