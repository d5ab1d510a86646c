//! Negative controls: every kind of damage by hand is seen by the inspector.

use seadrift::{
    dialect::sqlite::inspect,
    schema::{Check, Column, ColumnType, Index, ReferentialAction, Schema, Table},
};

use crate::support::{bare, create, open, points, rows, sql, table};

fn schema() -> Schema {
    let mut player = table(
        "player",
        [
            Column::new("nick", ColumnType::Varchar(20)),
            Column::new("rank", ColumnType::Integer).null().default(0),
            Column::new("team_id", ColumnType::BigInt),
        ],
    );
    player.indexes = vec![
        Index::on("ix_player_rank", ["rank"]),
        Index::on("uq_player_nick", ["nick"]).unique().filtered("rank > 0"),
    ];
    player.checks = vec![Check::new("ck_player_rank", "rank >= 0")];
    player.foreign_keys = vec![points("player", "team_id", "team", ReferentialAction::Cascade)];
    let mut pair = Table::new("app", "Pair", "pair");
    pair.columns = vec![Column::new("a", ColumnType::BigInt), Column::new("b", ColumnType::BigInt)];
    pair.primary_key = vec!["a".into(), "b".into()];
    Schema::of([player, pair, table("team", [Column::new("name", ColumnType::Text)])])
}

/// Changes of the text of a definition: table, what is there, what comes in its place.
const EDITS: [(&str, &str, &str); 21] = [
    ("player", "varchar(20)", "varchar(21)"),
    ("player", "varchar(20)", "char(20)"),
    ("player", "<= 20", "<= 30"),
    ("player", "\"rank\" integer DEFAULT", "\"rank\" integer NOT NULL DEFAULT"),
    ("player", "\"team_id\" bigint NOT NULL", "\"team_id\" bigint"),
    ("player", "DEFAULT 0", "DEFAULT 1"),
    ("player", "DEFAULT 0", ""),
    ("player", "DEFAULT 0", "DEFAULT (0 + 0)"),
    ("player", " AUTOINCREMENT", ""),
    ("player", "rank >= 0", "rank > 0"),
    ("player", "\"ck_player_rank\"", "\"ck_rank\""),
    ("player", "ON DELETE CASCADE", ""),
    ("player", "ON DELETE CASCADE", "ON DELETE CASCADE ON UPDATE CASCADE"),
    ("player", "ON DELETE CASCADE", "ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED"),
    ("player", "\"fk_player_team_id\"", "\"fk_other\""),
    ("player", "\"nick\" varchar(20)", "\"nick\" varchar(20) COLLATE NOCASE"),
    ("player", "\"nick\" varchar(20) NOT NULL", "\"nick\" varchar(20) NOT NULL ON CONFLICT IGNORE"),
    ("player", "\"nick\" varchar(20)", "\"nick\" varchar(20) UNIQUE"),
    ("pair", "(\"a\", \"b\")", "(\"b\", \"a\")"),
    ("pair", "(\"a\", \"b\")", "(\"a\")"),
    ("pair", "PRIMARY KEY (\"a\", \"b\")", "UNIQUE (\"a\", \"b\")"),
];

const STATEMENTS: [&str; 14] = [
    "CREATE TABLE zombie (id integer)",
    "DROP TABLE pair",
    "ALTER TABLE pair RENAME TO couple",
    "ALTER TABLE player ADD COLUMN extra text",
    "ALTER TABLE team DROP COLUMN name",
    "ALTER TABLE team RENAME COLUMN name TO title",
    "CREATE INDEX ix_more ON player (nick)",
    "DROP INDEX ix_player_rank",
    "DROP INDEX ix_player_rank; CREATE INDEX ix_player_rank ON player (nick)",
    "DROP INDEX ix_player_rank; CREATE INDEX ix_player_rank ON player (rank DESC)",
    "DROP INDEX ix_player_rank; CREATE INDEX ix_player_rank ON player (rank COLLATE NOCASE)",
    "DROP INDEX uq_player_nick; CREATE INDEX uq_player_nick ON player (nick) WHERE rank > 0",
    "DROP INDEX uq_player_nick; CREATE UNIQUE INDEX uq_player_nick ON player (nick)",
    "DROP INDEX uq_player_nick; CREATE UNIQUE INDEX uq_player_nick ON player (lower(nick)) WHERE rank > 0",
];

#[tokio::test]
async fn edited_definitions_are_seen() {
    for (name, from, to) in EDITS {
        let mut connection = open().await;
        create(&mut connection, &schema()).await;
        let text =
            rows(&mut connection, &format!("SELECT sql FROM sqlite_master WHERE name = '{name}'")).await.remove(0);
        assert!(text.contains(from), "{text} does not hold {from}");
        sql(&mut connection, &format!("PRAGMA foreign_keys = OFF; DROP TABLE {name}; {}", text.replacen(from, to, 1)))
            .await;
        let live = inspect(&mut connection).await.unwrap();
        // Indexes went with the table; they are not what this asks about.
        let without_indexes = |schema: &Schema| {
            let mut schema = bare(schema);
            schema
                .tables
                .values_mut()
                .for_each(|t| t.indexes.retain(|i| i.name == "uq_player_nick" && i.predicate.is_none()));
            schema
        };
        assert_ne!(without_indexes(&live), without_indexes(&schema()), "{name}: {from} -> {to}");
    }
    let mut connection = open().await;
    create(&mut connection, &schema()).await;
    assert_eq!(
        bare(&inspect(&mut connection).await.unwrap()),
        bare(&schema()),
        "without damage there is no difference"
    );
}

#[tokio::test]
async fn statements_by_hand_are_seen() {
    for damage in STATEMENTS {
        let mut connection = open().await;
        create(&mut connection, &schema()).await;
        sql(&mut connection, damage).await;
        let live = inspect(&mut connection).await.unwrap();
        assert_ne!(bare(&live), bare(&schema()), "{damage}");
    }
}

#[tokio::test]
async fn what_is_not_the_projects_is_left_out() {
    let mut connection = open().await;
    create(&mut connection, &schema()).await;
    sql(
        &mut connection,
        "CREATE TABLE seadrift_record (id integer primary key, at text);
         CREATE INDEX seadrift_ix ON seadrift_record (at);
         CREATE VIEW v AS SELECT 1;
         CREATE VIRTUAL TABLE search USING fts5(body);
         CREATE TEMP TABLE passing (a);
         CREATE TEMP TABLE player (a);
         ANALYZE;",
    )
    .await;
    assert_eq!(bare(&inspect(&mut connection).await.unwrap()), bare(&schema()));
}
