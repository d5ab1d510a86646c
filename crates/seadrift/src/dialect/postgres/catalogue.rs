//! The three queries that read a schema from PostgreSQL's catalogue, and their rows.
//!
//! Each query takes the whole of one kind at once, so their number does not grow with the tables.
//! What a [`crate::schema::Schema`] has no word for is collected by the queries in `extras`.
//! Columns of the catalogue that only newer servers have are read through `to_jsonb`.

use sea_orm::sqlx::{self, AssertSqlSafe, FromRow, PgConnection, Row, postgres::PgRow};

/// Which schema of the database is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The first of the search path, usually `public`.
    Current,
    /// The session's temporary tables.
    Temporary,
}

impl Scope {
    /// The condition on `c`, a row of `pg_class`: an ordinary or partitioned table of the scope that
    /// neither Seadrift itself nor an extension keeps there. A partition is part of its table.
    fn condition(self) -> String {
        let namespace = match self {
            Self::Current => "(SELECT n.oid FROM pg_namespace n WHERE n.nspname = current_schema())",
            Self::Temporary => "pg_my_temp_schema()",
        };
        format!(
            "c.relnamespace = {namespace} AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
             AND NOT starts_with(c.relname::text, 'seadrift_') AND NOT EXISTS (SELECT FROM pg_depend e \
             WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')"
        )
    }
}

/// One column; a table without columns has one row without a name.
#[derive(Debug)]
pub(super) struct ColumnRow {
    pub table: String,
    pub unlogged: bool,
    pub name: Option<String>,
    pub ty: String,
    pub not_null: bool,
    pub identity: bool,
    pub default: Option<String>,
    pub extras: String,
}

impl FromRow<'_, PgRow> for ColumnRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            table: row.try_get(0)?,
            unlogged: row.try_get(1)?,
            name: row.try_get(2)?,
            ty: row.try_get(3)?,
            not_null: row.try_get(4)?,
            identity: row.try_get(5)?,
            default: row.try_get(6)?,
            extras: row.try_get(7)?,
        })
    }
}

/// Columns, by table and place. A column whose default is the next value of a sequence that
/// belongs to it (`serial`) counts as identity.
pub(super) async fn columns(connection: &mut PgConnection, scope: Scope) -> Result<Vec<ColumnRow>, sqlx::Error> {
    let sql = format!(
        "SELECT c.relname::text, c.relpersistence = 'u', a.attname::text,
            COALESCE(format_type(a.atttypid, a.atttypmod), ''), COALESCE(a.attnotnull, false),
            COALESCE(a.attidentity <> '' OR s.serial, false),
            CASE WHEN a.attgenerated = '' AND NOT s.serial THEN pg_get_expr(d.adbin, d.adrelid) END,
            concat_ws(' ',
                CASE WHEN l.oid IS NOT NULL THEN 'COLLATE ' || quote_ident(l.collname) END,
                CASE WHEN a.attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY' END,
                CASE a.attgenerated WHEN 's' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
                    WHEN 'v' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') VIRTUAL' END)
         FROM pg_class c
         LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         LEFT JOIN pg_type t ON t.oid = a.atttypid
         LEFT JOIN pg_collation l ON l.oid = a.attcollation AND a.attcollation <> t.typcollation
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
         LEFT JOIN LATERAL (SELECT EXISTS (
            SELECT FROM pg_depend o JOIN pg_class q ON q.oid = o.objid AND q.relkind = 'S'
            JOIN pg_depend u ON u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid
                AND u.refclassid = 'pg_class'::regclass AND u.refobjid = q.oid
            WHERE d.oid IS NOT NULL AND o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass
                AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype = 'a'
                AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%::regclass)') AS serial) s ON true
         WHERE {}
         ORDER BY c.relname, a.attnum",
        scope.condition()
    );
    sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await
}

/// One constraint: `p` primary key, `f` foreign key, `c` check, `x` exclusion.
#[derive(Debug)]
pub(super) struct ConstraintRow {
    pub table: String,
    pub name: String,
    pub kind: String,
    pub columns: Vec<String>,
    pub references: Option<String>,
    pub referenced_columns: Vec<String>,
    pub on_delete: String,
    pub on_update: String,
    pub expression: Option<String>,
    pub extras: String,
}

impl FromRow<'_, PgRow> for ConstraintRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            table: row.try_get(0)?,
            name: row.try_get(1)?,
            kind: row.try_get(2)?,
            columns: row.try_get(3)?,
            references: row.try_get(4)?,
            referenced_columns: row.try_get(5)?,
            on_delete: row.try_get(6)?,
            on_update: row.try_get(7)?,
            expression: row.try_get(8)?,
            extras: row.try_get(9)?,
        })
    }
}

/// Constraints but the unique ones, which are read as indexes.
pub(super) async fn constraints(
    connection: &mut PgConnection,
    scope: Scope,
) -> Result<Vec<ConstraintRow>, sqlx::Error> {
    let names = |relation: &str, numbers: &str| {
        format!(
            "COALESCE((SELECT array_agg(a.attname::text ORDER BY k.place)
                FROM unnest({numbers}) WITH ORDINALITY k (number, place)
                JOIN pg_attribute a ON a.attrelid = {relation} AND a.attnum = k.number), '{{}}')"
        )
    };
    let sql = format!(
        "SELECT c.relname::text, o.conname::text, o.contype::text, {},
            CASE WHEN r.relnamespace = c.relnamespace THEN r.relname::text ELSE n.nspname || '.' || r.relname END, {},
            o.confdeltype::text, o.confupdtype::text,
            CASE o.contype WHEN 'c' THEN pg_get_expr(o.conbin, o.conrelid) WHEN 'x' THEN pg_get_constraintdef(o.oid) END,
            concat_ws(' ',
                CASE WHEN o.confmatchtype = 'f' THEN 'MATCH FULL' END,
                CASE WHEN o.confdeltype IN ('n', 'd') THEN
                    'ON DELETE ONLY (' || NULLIF(to_jsonb(o)->>'confdelsetcols', '') || ')' END,
                CASE WHEN o.contype IN ('p', 'f') AND to_jsonb(o)->>'conperiod' = 'true' THEN 'PERIOD' END,
                CASE WHEN o.condeferrable THEN 'DEFERRABLE' END,
                CASE WHEN o.condeferred THEN 'INITIALLY DEFERRED' END,
                CASE WHEN o.contype = 'c' AND o.connoinherit THEN 'NO INHERIT' END,
                CASE WHEN NOT o.convalidated THEN 'NOT VALID' END)
         FROM pg_constraint o
         JOIN pg_class c ON c.oid = o.conrelid
         LEFT JOIN pg_class r ON r.oid = o.confrelid
         LEFT JOIN pg_namespace n ON n.oid = r.relnamespace
         WHERE o.contype IN ('p', 'f', 'c', 'x') AND o.conparentid = 0 AND {}
         ORDER BY c.relname, o.conname",
        names("o.conrelid", "o.conkey"),
        names("o.confrelid", "o.confkey"),
        scope.condition()
    );
    sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await
}

/// One key of an index.
#[derive(Debug)]
pub(super) struct IndexRow {
    pub table: String,
    pub name: String,
    pub unique: bool,
    pub predicate: Option<String>,
    /// What the index as a whole has beyond its keys.
    pub extras: String,
    /// The column; an expression has none.
    pub column: Option<String>,
    pub expression: String,
    pub descending: bool,
    /// What the key has beyond its direction.
    pub key_extras: String,
}

impl FromRow<'_, PgRow> for IndexRow {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            table: row.try_get(0)?,
            name: row.try_get(1)?,
            unique: row.try_get(2)?,
            predicate: row.try_get(3)?,
            extras: row.try_get(4)?,
            column: row.try_get(5)?,
            expression: row.try_get(6)?,
            descending: row.try_get(7)?,
            key_extras: row.try_get(8)?,
        })
    }
}

/// Keys of indexes, by table, index and place; without those of primary keys and exclusions.
pub(super) async fn indexes(connection: &mut PgConnection, scope: Scope) -> Result<Vec<IndexRow>, sqlx::Error> {
    // Unnesting lets the planner expect few keys; a series would look costly enough to be compiled.
    // Bits of `indoption`: 1 is descending, 2 is nulls first; both or neither is what is usual.
    let sql = format!(
        "SELECT c.relname::text, i.relname::text, x.indisunique, pg_get_expr(x.indpred, x.indrelid),
            concat_ws(' ',
                CASE WHEN m.amname <> 'btree' THEN 'USING ' || m.amname END,
                CASE WHEN x.indnatts > x.indnkeyatts THEN 'INCLUDE (' ||
                    (SELECT string_agg(pg_get_indexdef(x.indexrelid, n, false), ', ' ORDER BY n)
                        FROM generate_series(x.indnkeyatts + 1, x.indnatts) n) || ')' END,
                CASE WHEN x.indisunique AND to_jsonb(x)->>'indnullsnotdistinct' = 'true' THEN 'NULLS NOT DISTINCT' END,
                CASE WHEN NOT x.indimmediate THEN 'DEFERRABLE' END,
                CASE WHEN NOT (x.indisvalid AND x.indisready AND x.indislive) THEN 'INVALID' END),
            a.attname::text, pg_get_indexdef(x.indexrelid, k.place::int, false), x.indoption[k.place - 1] & 1 = 1,
            concat_ws(' ',
                CASE WHEN x.indcollation[k.place - 1] NOT IN (0, COALESCE(a.attcollation, 100)) THEN 'COLLATE ' ||
                    (SELECT quote_ident(l.collname) FROM pg_collation l WHERE l.oid = x.indcollation[k.place - 1]) END,
                CASE WHEN NOT p.opcdefault THEN p.opcname END,
                CASE x.indoption[k.place - 1] WHEN 1 THEN 'NULLS LAST' WHEN 2 THEN 'NULLS FIRST' END)
         FROM pg_index x
         JOIN pg_class c ON c.oid = x.indrelid
         JOIN pg_class i ON i.oid = x.indexrelid
         JOIN pg_am m ON m.oid = i.relam
         CROSS JOIN LATERAL unnest(x.indclass::oid[]) WITH ORDINALITY k (class, place)
         JOIN pg_opclass p ON p.oid = k.class
         LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[k.place - 1] AND a.attnum <> 0
         WHERE NOT x.indisprimary AND NOT x.indisexclusion AND {}
         ORDER BY c.relname, i.relname, k.place",
        scope.condition()
    );
    sqlx::query_as(AssertSqlSafe(sql)).fetch_all(connection).await
}
