//! Every operation with rows present: what `apply` says is what the database has, and the rows are
//! as they should be.

use seadrift::{
    operation::{Operation, SqlPerDialect},
    schema::{
        Check, Column, ColumnType, DefaultValue, Expression, Index, IndexKey, ReferentialAction, Schema, SoftReference,
        Table,
    },
};

use crate::support::{applied, assert_live, create, open, points, rows, run, sql, table};

/// Players of teams, with something of everything.
fn schema() -> Schema {
    let team = {
        let mut team =
            table("team", [Column::new("name", ColumnType::Varchar(20)), Column::new("slug", ColumnType::Text)]);
        team.indexes = vec![Index::on("uq_team_slug", ["slug"]).unique()];
        team
    };
    let mut player = table(
        "player",
        [
            Column::new("nick", ColumnType::Varchar(10)),
            Column::new("rank", ColumnType::Integer).null(),
            Column::new("active", ColumnType::Boolean).default(true),
            Column::new("team_id", ColumnType::BigInt).null(),
            Column::new("note", ColumnType::Text).null(),
        ],
    );
    player.foreign_keys = vec![points("player", "team_id", "team", ReferentialAction::SetNull)];
    player.indexes = vec![
        Index::on("ix_player_rank", ["rank"]),
        Index::on("uq_player_nick", ["nick"]).unique().filtered("active = true AND nick <> ''"),
    ];
    player.checks = vec![Check::new("ck_player_rank", "rank >= 0")];
    let mut member = Table::new("app", "Member", "member");
    member.columns = vec![Column::new("team_id", ColumnType::BigInt), Column::new("player_id", ColumnType::BigInt)];
    member.primary_key = vec!["team_id".into(), "player_id".into()];
    member.foreign_keys = vec![
        points("member", "team_id", "team", ReferentialAction::Cascade),
        points("member", "player_id", "player", ReferentialAction::NoAction),
    ];
    Schema::of([team, player, member])
}

const ROWS: &str = "
    INSERT INTO team (id, name, slug) VALUES (1, 'Crown', 'crown'), (2, 'Tide', 'tide');
    INSERT INTO player (id, nick, rank, active, team_id, note) VALUES
        (1, 'ann', 5, 1, 1, '12'), (2, 'bob', NULL, 0, 2, NULL), (7, 'cid', 0, 1, NULL, '3');
    INSERT INTO member VALUES (1, 1), (2, 2), (2, 7);";

const MEMBERS: (&str, &[&str]) = ("SELECT * FROM member ORDER BY 2", &["1,1", "2,2", "2,7"]);
const PLAYERS: (&str, &[&str]) = (
    "SELECT id, nick, rank, active, team_id, note FROM player ORDER BY id",
    &["1,ann,5,1,1,12", "2,bob,NULL,0,2,NULL", "7,cid,0,1,NULL,3"],
);

struct Case {
    what: &'static str,
    operations: Vec<Operation>,
    /// How many rebuilds it takes.
    rebuilds: usize,
    /// Queries with the rows they must give afterwards.
    rows: Vec<(&'static str, &'static [&'static str])>,
}

fn on_player(change: impl FnOnce(String) -> Operation) -> Operation {
    change("player".to_owned())
}

fn add(column: Column, fill: Option<DefaultValue>) -> Operation {
    on_player(|table| Operation::AddColumn { table, column, fill })
}

fn alter(column: Column, fill: Option<DefaultValue>) -> Operation {
    on_player(|table| Operation::AlterColumn { table, column, fill })
}

fn add_index(index: Index) -> Operation {
    on_player(|table| Operation::AddIndex { table, index })
}

fn drop_foreign_key(table: &str, foreign_key: &str) -> Operation {
    Operation::DropForeignKey { table: table.into(), foreign_key: foreign_key.into() }
}

fn rename(table: &str, from: &str, to: &str) -> Operation {
    Operation::RenameColumn { table: table.into(), from: from.into(), to: to.into() }
}

fn text(sql: &str) -> DefaultValue {
    Expression::from(sql).into()
}

fn cases() -> Vec<Case> {
    let mut cases = tables();
    cases.extend(columns());
    cases.extend(alterations());
    cases.extend(constraints());
    cases
}

fn tables() -> Vec<Case> {
    let mut cup = table("cup", [Column::new("winner_id", ColumnType::BigInt).null()]);
    cup.foreign_keys = vec![points("cup", "winner_id", "player", ReferentialAction::Restrict)];
    vec![
        Case { what: "create table", operations: vec![Operation::create(cup)], rebuilds: 0, rows: vec![PLAYERS] },
        Case {
            what: "drop table",
            operations: vec![Operation::DropTable { table: "member".into() }],
            rebuilds: 0,
            rows: vec![PLAYERS],
        },
        Case {
            what: "rename table: others' foreign keys follow",
            operations: vec![Operation::RenameTable { from: "team".into(), to: "club".into() }],
            rebuilds: 0,
            rows: vec![("SELECT id, name FROM club", &["1,Crown", "2,Tide"]), MEMBERS],
        },
        Case {
            what: "rename table in case only",
            operations: vec![Operation::RenameTable { from: "team".into(), to: "Team".into() }],
            rebuilds: 0,
            rows: vec![("SELECT count(*) FROM Team", &["2"]), MEMBERS],
        },
        Case {
            what: "change of model or soft reference",
            operations: vec![
                on_player(|table| Operation::AlterModel { table, model: "Gamer".into() }),
                alter(
                    Column {
                        soft_ref: Some(SoftReference("cups.Cup".into())),
                        ..Column::new("rank", ColumnType::Integer).null()
                    },
                    None,
                ),
            ],
            rebuilds: 0,
            rows: vec![PLAYERS],
        },
        Case {
            what: "run sql",
            operations: vec![Operation::RunSql {
                about: "rank everybody".into(),
                forward: SqlPerDialect { postgres: vec![], sqlite: vec!["UPDATE player SET rank = 9".into()] },
                backward: None,
            }],
            rebuilds: 0,
            rows: vec![("SELECT DISTINCT rank FROM player", &["9"])],
        },
    ]
}

fn columns() -> Vec<Case> {
    let after = |column: &str| -> &'static str { Box::leak(format!("SELECT {column} FROM player ORDER BY id").into()) };
    let case = |what, operation, rebuilds, column: &str, rows: &'static [&'static str]| Case {
        what,
        operations: vec![operation],
        rebuilds,
        rows: vec![(after(column), rows), PLAYERS, MEMBERS],
    };
    vec![
        case("add nullable column", add(Column::new("age", ColumnType::SmallInt).null(), None), 0, "age", &["NULL"; 3]),
        case(
            "add column with default",
            add(Column::new("age", ColumnType::Integer).default(7), None),
            0,
            "age",
            &["7"; 3],
        ),
        case(
            "add column with a float default",
            add(Column::new("rating", ColumnType::Double).default(text("1.5")), None),
            0,
            "rating",
            &["1.5"; 3],
        ),
        case(
            "add column with a computed default",
            add(Column::new("seen", ColumnType::TimestampTz).default(text("CURRENT_TIMESTAMP")), None),
            1,
            "seen GLOB '????-??-??T??:??:??.???+00:00'",
            &["1"; 3],
        ),
        case(
            "add column with fill",
            add(Column::new("age", ColumnType::Integer), Some(18.into())),
            1,
            "age",
            &["18"; 3],
        ),
        case(
            "add nullable column with fill",
            add(Column::new("age", ColumnType::Integer).null(), Some(18.into())),
            1,
            "age",
            &["18"; 3],
        ),
        case(
            "add column with a fill that is not its default",
            add(Column::new("age", ColumnType::Integer).default(7), Some(18.into())),
            1,
            "age",
            &["18"; 3],
        ),
        case(
            "add column filled from others",
            add(Column::new("handle", ColumnType::Text), Some(text("upper(nick) || coalesce(rank, '')"))),
            1,
            "handle",
            &["ANN5", "BOB", "CID0"],
        ),
        case(
            "add column filled by a query",
            add(
                Column::new("team_name", ColumnType::Text).null(),
                Some(text("(SELECT name FROM team WHERE team.id = player.team_id)")),
            ),
            1,
            "team_name",
            &["Crown", "Tide", "NULL"],
        ),
        Case {
            what: "a default that comes later is not for rows that are there",
            operations: vec![
                add(Column::new("age", ColumnType::Integer).null(), None),
                alter(Column::new("age", ColumnType::Integer).null().default(7), None),
            ],
            rebuilds: 1,
            rows: vec![("SELECT age FROM player", &["NULL", "NULL", "NULL"])],
        },
        Case {
            what: "a default that goes later was for rows that are there",
            operations: vec![
                add(Column::new("age", ColumnType::Integer).default(7), None),
                alter(Column::new("age", ColumnType::Integer), None),
            ],
            rebuilds: 1,
            rows: vec![("SELECT age FROM player", &["7", "7", "7"])],
        },
        Case {
            what: "a column of an old name is a new column",
            operations: vec![
                on_player(|table| Operation::DropColumn { table, column: "note".into() }),
                add(Column::new("note", ColumnType::Text), Some("new".into())),
                rename("player", "note", "remark"),
            ],
            rebuilds: 1,
            rows: vec![("SELECT remark FROM player", &["new", "new", "new"])],
        },
        Case {
            what: "drop column",
            operations: vec![on_player(|table| Operation::DropColumn { table, column: "note".into() })],
            rebuilds: 0,
            rows: vec![("SELECT id, nick, rank FROM player", &["1,ann,5", "2,bob,NULL", "7,cid,0"]), MEMBERS],
        },
        Case {
            what: "drop column with its foreign key",
            operations: vec![
                drop_foreign_key("player", "fk_player_team_id"),
                on_player(|table| Operation::DropColumn { table, column: "team_id".into() }),
            ],
            rebuilds: 1,
            rows: vec![("SELECT id, nick, rank FROM player", &["1,ann,5", "2,bob,NULL", "7,cid,0"]), MEMBERS],
        },
        Case {
            what: "rename column: index, predicate and check follow",
            operations: vec![rename("player", "nick", "handle"), rename("player", "rank", "level")],
            rebuilds: 0,
            rows: vec![("SELECT handle, level FROM player ORDER BY id", &["ann,5", "bob,NULL", "cid,0"]), MEMBERS],
        },
        Case {
            what: "rename column to a word that needs quotes",
            operations: vec![rename("player", "rank", "order"), rename("player", "nick", "Nick Name")],
            rebuilds: 0,
            rows: vec![("SELECT \"Nick Name\", \"order\" FROM player ORDER BY id", &["ann,5", "bob,NULL", "cid,0"])],
        },
        Case {
            what: "rename a key that others point at",
            operations: vec![rename("team", "id", "team_no")],
            rebuilds: 0,
            rows: vec![("SELECT team_no, slug FROM team", &["1,crown", "2,tide"]), MEMBERS],
        },
    ]
}

fn alterations() -> Vec<Case> {
    let nick = |ty| Column::new("nick", ty);
    let case = |what, operation, rows| Case { what, operations: vec![operation], rebuilds: 1, rows };
    vec![
        case("widen varchar", alter(nick(ColumnType::Varchar(40)), None), vec![PLAYERS, MEMBERS]),
        case("varchar to text", alter(nick(ColumnType::Text), None), vec![PLAYERS, MEMBERS]),
        case(
            "text to integer",
            alter(Column::new("note", ColumnType::BigInt).null(), None),
            vec![("SELECT typeof(note), note FROM player ORDER BY id", &["integer,12", "null,NULL", "integer,3"])],
        ),
        case(
            "boolean to text",
            alter(Column::new("active", ColumnType::Text), None),
            vec![("SELECT active FROM player ORDER BY id", &["true", "false", "true"]), MEMBERS],
        ),
        case(
            "not null with fill",
            alter(Column::new("rank", ColumnType::Integer), Some(99.into())),
            vec![("SELECT rank FROM player ORDER BY id", &["5", "99", "0"]), MEMBERS],
        ),
        case(
            "not null with an expression as fill",
            alter(Column::new("rank", ColumnType::Integer), Some(text("id * 10"))),
            vec![("SELECT rank FROM player ORDER BY id", &["5", "20", "0"]), MEMBERS],
        ),
        case("nullable", alter(nick(ColumnType::Varchar(10)).null(), None), vec![PLAYERS, MEMBERS]),
        case(
            "another default",
            alter(Column::new("active", ColumnType::Boolean).default(false), None),
            vec![PLAYERS, MEMBERS],
        ),
        case("no default", alter(Column::new("active", ColumnType::Boolean), None), vec![PLAYERS, MEMBERS]),
        case("identity no more", alter(Column::new("id", ColumnType::BigInt), None), vec![PLAYERS, MEMBERS]),
        Case {
            what: "another primary key",
            operations: vec![
                drop_foreign_key("member", "fk_member_team_id"),
                Operation::AlterPrimaryKey { table: "member".into(), columns: vec!["player_id".into()] },
            ],
            rebuilds: 1,
            rows: vec![PLAYERS, MEMBERS],
        },
    ]
}

fn constraints() -> Vec<Case> {
    let lower = IndexKey::Expression { sql: "lower(nick)".into(), descending: true };
    let keys = vec![IndexKey::Descending { desc: "rank".into() }, IndexKey::Column("id".into()), lower];
    let expressions = Index { name: "ix_player_odd".into(), keys, unique: false, predicate: Some("rank > 0".into()) };
    let case =
        |what, operation, rebuilds| Case { what, operations: vec![operation], rebuilds, rows: vec![PLAYERS, MEMBERS] };
    vec![
        case("add index", add_index(Index::on("ix_player_team_id", ["team_id", "nick"])), 0),
        case("add unique index", add_index(Index::on("uq_player_note", ["note"]).unique()), 0),
        case("add partial, descending, expression index", add_index(expressions), 0),
        case("drop index", on_player(|table| Operation::DropIndex { table, index: "ix_player_rank".into() }), 0),
        case("drop foreign key", drop_foreign_key("player", "fk_player_team_id"), 1),
        case(
            "add foreign key",
            Operation::AddForeignKey {
                table: "team".into(),
                foreign_key: points("team", "id", "team", ReferentialAction::NoAction),
            },
            1,
        ),
        case(
            "add check",
            on_player(|table| Operation::AddCheck { table, check: Check::new("ck_nick", "length(nick) > 1") }),
            1,
        ),
        case("drop check", on_player(|table| Operation::DropCheck { table, check: "ck_player_rank".into() }), 1),
    ]
}

#[tokio::test]
async fn every_operation_keeps_rows_and_ends_where_apply_says() {
    for case in cases() {
        let mut connection = open().await;
        let before = schema();
        create(&mut connection, &before).await;
        assert_live(&mut connection, &before, "created").await;
        sql(&mut connection, ROWS).await;
        let ran = run(&mut connection, &case.operations, &before).await;
        let ran = ran.unwrap_or_else(|e| panic!("{}: {e}", case.what));
        assert_eq!(ran.rebuilds.len(), case.rebuilds, "{}: rebuilds, statements {:?}", case.what, ran.statements);
        let after = applied(&case.operations, &before);
        assert_live(&mut connection, &after, case.what).await;
        for (query, expected) in &case.rows {
            assert_eq!(rows(&mut connection, query).await, *expected, "{}: {query}", case.what);
        }
    }
}

#[tokio::test]
async fn every_operation_can_be_undone() {
    for case in cases() {
        let before = schema();
        let mut inverses = Vec::new();
        let mut schema = before.clone();
        let mut reversible = true;
        for operation in &case.operations {
            match operation.inverse(&schema) {
                Ok(inverse) => inverses.insert(0, inverse),
                Err(_) => reversible = false,
            }
            operation.apply(&mut schema).unwrap();
        }
        if !reversible {
            continue;
        }
        let mut connection = open().await;
        create(&mut connection, &before).await;
        run(&mut connection, &case.operations, &before).await.unwrap_or_else(|e| panic!("{}: {e}", case.what));
        run(&mut connection, &inverses, &schema).await.unwrap_or_else(|e| panic!("undo {}: {e}", case.what));
        assert_live(&mut connection, &before, &format!("undo {}", case.what)).await;
    }
}
