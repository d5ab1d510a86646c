//! Each kind of damage done behind Seadrift's back is seen, and nothing is seen where there is none.

use seadrift::{
    dialect::postgres,
    schema::{ColumnType, IndexKey, Schema},
};

use crate::bench::{bare, on_bench, town};

const DAMAGE: &[&str] = &[
    "DROP TABLE seat",
    "CREATE TABLE extra (id integer)",
    "ALTER TABLE seat RENAME TO seats",
    "ALTER TABLE seat SET UNLOGGED",
    "ALTER TABLE person ADD COLUMN extra integer",
    "ALTER TABLE person DROP COLUMN data",
    "ALTER TABLE person RENAME COLUMN data TO datum",
    "ALTER TABLE person ALTER COLUMN age TYPE bigint",
    "ALTER TABLE person ALTER COLUMN name TYPE varchar(41)",
    "ALTER TABLE person ALTER COLUMN name TYPE varchar",
    "ALTER TABLE person ALTER COLUMN name TYPE varchar(40) COLLATE \"C\"",
    "ALTER TABLE person ALTER COLUMN data DROP DEFAULT, ALTER COLUMN data TYPE json",
    "ALTER TABLE seat ALTER COLUMN price TYPE numeric(10,3)",
    "ALTER TABLE seat ALTER COLUMN price TYPE numeric",
    "ALTER TABLE person ALTER COLUMN age SET NOT NULL",
    "ALTER TABLE person ALTER COLUMN name DROP NOT NULL",
    "ALTER TABLE person ALTER COLUMN name DROP DEFAULT",
    "ALTER TABLE person ALTER COLUMN name SET DEFAULT 'Nobody'",
    "ALTER TABLE person ALTER COLUMN code SET DEFAULT ''",
    "ALTER TABLE seat ALTER COLUMN price SET DEFAULT 0.25",
    "ALTER TABLE person ALTER COLUMN data SET DEFAULT '{}'",
    "ALTER TABLE person ALTER COLUMN id DROP IDENTITY",
    "ALTER TABLE person ALTER COLUMN id SET GENERATED ALWAYS",
    "ALTER TABLE person DROP COLUMN data, ADD COLUMN data jsonb NOT NULL GENERATED ALWAYS AS ('[]'::jsonb) STORED",
    "ALTER TABLE seat DROP CONSTRAINT pk_seat",
    "ALTER TABLE seat DROP CONSTRAINT pk_seat, ADD PRIMARY KEY (place, person_id)",
    "ALTER TABLE seat DROP CONSTRAINT pk_seat, ADD PRIMARY KEY (person_id, place) DEFERRABLE",
    "DROP INDEX ix_person_lower",
    "CREATE INDEX ix_extra ON person (age)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name), age)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (upper(name), age DESC)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (age DESC, lower(name))",
    "DROP INDEX ix_person_lower; CREATE UNIQUE INDEX ix_person_lower ON person (lower(name), age DESC)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name), age DESC NULLS LAST)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name) text_pattern_ops, age DESC)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name) COLLATE \"POSIX\", age DESC)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name), age DESC) INCLUDE (code)",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (lower(name), age DESC) WHERE age > 1",
    "DROP INDEX ix_person_name; CREATE INDEX ix_person_name ON person (name)",
    "DROP INDEX ix_person_name; CREATE INDEX ix_person_name ON person (name) WHERE status IN ('new', 'old') AND age > 6",
    "DROP INDEX ix_person_name; CREATE INDEX ix_person_name ON person USING hash (name) \
        WHERE status IN ('new', 'old') AND age > 5",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_code; DROP INDEX uq_person_code; \
        CREATE INDEX uq_person_code ON person (code); ALTER TABLE person ADD UNIQUE (code); \
        ALTER TABLE seat ADD CONSTRAINT fk_seat_person_code FOREIGN KEY (person_code) REFERENCES person (code) \
        ON DELETE RESTRICT",
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'ix_person_name'::regclass",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id",
    "ALTER TABLE seat RENAME CONSTRAINT fk_seat_person_id TO fk_other",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES person (id)",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE ON UPDATE CASCADE",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES person (id) MATCH FULL ON DELETE CASCADE",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES person (id) ON DELETE CASCADE NOT VALID",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (place) REFERENCES person (id) ON DELETE CASCADE",
    "CREATE SCHEMA aside; CREATE TABLE aside.person (id bigint PRIMARY KEY); \
        ALTER TABLE seat DROP CONSTRAINT fk_seat_person_id, ADD CONSTRAINT fk_seat_person_id \
        FOREIGN KEY (person_id) REFERENCES aside.person (id) ON DELETE CASCADE",
    "ALTER TABLE person DROP CONSTRAINT ck_person_age",
    "ALTER TABLE person ADD CONSTRAINT ck_extra CHECK (age <> 13)",
    "ALTER TABLE person DROP CONSTRAINT ck_person_age, ADD CONSTRAINT ck_person_age CHECK (age BETWEEN 0 AND 199)",
    "ALTER TABLE person DROP CONSTRAINT ck_person_age, ADD CONSTRAINT ck_person_age CHECK (age BETWEEN 0 AND 200) NOT VALID",
    "ALTER TABLE person DROP CONSTRAINT ck_person_age, \
        ADD CONSTRAINT ck_person_age CHECK (age BETWEEN 0 AND 200) NO INHERIT",
    "ALTER TABLE person DROP CONSTRAINT ck_person_status, \
        ADD CONSTRAINT ck_person_status CHECK (status IN ('new', 'old'))",
    "ALTER TABLE person DROP CONSTRAINT ck_person_status, \
        ADD CONSTRAINT ck_person_status CHECK (status NOT IN ('new', 'old', 'gone'))",
    "ALTER TABLE person ADD CONSTRAINT one_name EXCLUDE USING btree (name WITH =)",
];

/// Changes that are none: the schema means the same.
const HARMLESS: &[&str] = &[
    "SELECT 1",
    "CREATE TABLE seadrift_migration (id integer); CREATE VIEW v AS SELECT 1; CREATE SEQUENCE q",
    "ALTER TABLE seat RENAME CONSTRAINT pk_seat TO seat_pkey",
    "ALTER TABLE person ALTER COLUMN name SET STATISTICS 5; COMMENT ON TABLE person IS 'x'",
    "ALTER TABLE person DROP CONSTRAINT ck_person_status, \
        ADD CONSTRAINT ck_person_status CHECK ((status = ANY ('{gone,old,new}'::varchar[])))",
    "ALTER TABLE person DROP CONSTRAINT ck_person_age, ADD CONSTRAINT ck_person_age CHECK (age >= 0 AND age <= '200')",
    "DROP INDEX ix_person_lower; CREATE INDEX ix_person_lower ON person (LOWER(name::text), age DESC NULLS FIRST)",
    "ALTER TABLE person ALTER COLUMN name SET DEFAULT 'nobody'::text, ALTER COLUMN age SET DEFAULT NULL",
    "ALTER TABLE seat DROP CONSTRAINT fk_seat_person_code; DROP INDEX uq_person_code; \
        ALTER TABLE person ADD CONSTRAINT uq_person_code UNIQUE (code); \
        ALTER TABLE seat ADD CONSTRAINT fk_seat_person_code FOREIGN KEY (person_code) REFERENCES person (code) \
        ON DELETE RESTRICT",
    "ALTER TABLE person ALTER COLUMN id DROP IDENTITY; CREATE SEQUENCE p OWNED BY person.id; \
        ALTER TABLE person ALTER COLUMN id SET DEFAULT nextval('p')",
];

fn compare(damage: &'static [&'static str], is_seen: bool) {
    on_bench(async |bench| {
        let expected = bare(&town());
        for statements in damage {
            bench.create(&expected).await;
            bench.sql("DROP SCHEMA IF EXISTS aside CASCADE").await;
            bench.sql(statements).await;
            let found = bench.live(&expected).await;
            assert_eq!(!found.same_as(&expected), is_seen, "{statements}\n{found:#?}");
        }
    });
}

#[test]
fn damage_is_seen() {
    compare(DAMAGE, true);
}

#[test]
fn what_is_no_damage_is_not_seen() {
    compare(HARMLESS, false);
}

/// Where a difference has no word of its own in the schema, people must be able to read it.
#[test]
fn what_has_no_word_is_named() {
    on_bench(async |bench| {
        bench.clear().await;
        bench
            .sql(
                "CREATE TABLE a (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, \
                    twice integer GENERATED ALWAYS AS (3 * 2) STORED, name text COLLATE \"C\", tags text[], \
                    note varchar(9), CONSTRAINT one EXCLUDE USING btree (name WITH =)); \
                 CREATE TABLE b (a_id integer REFERENCES a DEFERRABLE INITIALLY DEFERRED); \
                 CREATE INDEX g ON a USING gin (tags); \
                 CREATE INDEX w ON a (note varchar_pattern_ops DESC NULLS LAST) INCLUDE (id); \
                 CREATE UNIQUE INDEX u ON a (twice) NULLS NOT DISTINCT; \
                 UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'u'::regclass",
            )
            .await;
        let schema = postgres::inspect(&mut bench.connection).await.unwrap();
        let a = schema.table("a").unwrap();
        let ty = |name: &str| a.column(name).unwrap().ty.clone();
        let other = |text: &str| ColumnType::Other(text.to_owned());
        assert_eq!(ty("id"), other("integer GENERATED ALWAYS AS IDENTITY"));
        assert_eq!(ty("twice"), other("integer GENERATED ALWAYS AS ((3 * 2)) STORED"));
        assert_eq!(ty("name"), other("text COLLATE \"C\""));
        assert_eq!(ty("tags"), other("text[]"));
        let keys = |name: &str| -> Vec<String> {
            let text = |key: &IndexKey| match key {
                IndexKey::Expression { sql, .. } => sql.0.clone(),
                other => other.column().unwrap().to_owned(),
            };
            a.index(name).unwrap().keys.iter().map(text).collect()
        };
        assert_eq!(keys("g"), ["tags", "USING gin"]);
        assert_eq!(keys("w"), ["note varchar_pattern_ops NULLS LAST", "INCLUDE (id)"]);
        assert_eq!(keys("u"), ["twice", "NULLS NOT DISTINCT INVALID"]);
        assert_eq!(a.check("one").unwrap().expression.0, "EXCLUDE USING btree (name WITH =)");
        assert_eq!(schema.table("b").unwrap().foreign_keys[0].references, "a DEFERRABLE INITIALLY DEFERRED");
    });
}

#[test]
fn a_partitioned_table_is_one_table() {
    on_bench(async |bench| {
        bench.clear().await;
        bench
            .sql(
                "CREATE TABLE log (id bigint, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); \
                 CREATE INDEX ix_log_at ON log (at); \
                 CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
            )
            .await;
        let schema = postgres::inspect(&mut bench.connection).await.unwrap();
        assert_eq!(schema.tables.keys().collect::<Vec<_>>(), ["log"]);
        assert_eq!(schema.tables["log"].primary_key, ["id", "at"]);
        assert_eq!(schema.tables["log"].indexes.len(), 1);
    });
}

#[test]
fn without_a_current_schema_there_is_nothing() {
    on_bench(async |bench| {
        bench.sql("SET search_path TO nowhere").await;
        assert_eq!(postgres::inspect(&mut bench.connection).await.unwrap(), Schema::default());
    });
}
