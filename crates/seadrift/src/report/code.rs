//! The stable codes of findings.

use std::fmt;

use serde::Serialize;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing disagrees.
    Note,
    /// Something disagrees; the program can run.
    Warning,
    /// Something disagrees; the program may fail or lose data.
    Error,
}

macro_rules! codes {
    ($($name:ident $code:literal $title:literal $severity:ident $about:literal,)*) => {
        /// What kind of disagreement a finding is. The code is stable: scripts may rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $about] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// `SD101` and the like.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// A few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// A sentence.
            pub fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)* }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

codes! {
    Entities "SD101" "entities do not fit together" Error
        "The entities contradict each other or name a table that nobody declares.",
    History "SD102" "history is not sound" Error
        "A migration file does not parse, or the graph has a missing node, a cycle, two leaves or two equal numbers.",
    UnresolvedReference "SD103" "reference without a dependency" Error
        "A migration references a table, and no dependency leads to the migration that creates it.",
    Replay "SD104" "operation does not fit" Error
        "An operation does not fit the schema that the migrations before it leave.",
    PendingChange "SD105" "model changed without a migration" Error
        "The entities and the migrations disagree: a migration is missing.",
    SoftReference "SD106" "soft reference to an unknown model" Warning
        "A soft reference names a model that no app declares.",
    Unapplied "SD201" "migration not applied" Error
        "The history has a migration that the database has not run.",
    UnknownRecord "SD202" "recorded migration does not exist" Error
        "The database says that it has run a migration that is not in the history.",
    AlteredMigration "SD203" "applied migration was changed" Error
        "The meaning of a migration differs from when the database ran it.",
    RecordGap "SD204" "applied before its dependency" Error
        "The database has run a migration, but not one that it depends on.",
    Zombie "SD205" "table exists before its migration" Error
        "A table of a migration that has not been recorded exists already: left by a half-run migration or another program.",
    HalfRun "SD206" "migration half done" Error
        "A migration that is not atomic stopped between two operations; migrate goes on there.",
    MissingTable "SD301" "table missing" Error "A table of the history is not in the database.",
    UnexpectedTable "SD302" "stray table" Warning "The database has a table that no migration creates.",
    MissingColumn "SD303" "column missing" Error "A column of the history is not in the database.",
    UnexpectedColumn "SD304" "stray column" Warning "A table has a column that no migration creates.",
    ColumnDiffers "SD305" "column differs" Error "Type, nullability, default or identity of a column differs.",
    PrimaryKeyDiffers "SD306" "primary key differs" Error "A table has another primary key.",
    MissingIndex "SD307" "index missing" Error "An index of the history is not in the database.",
    UnexpectedIndex "SD308" "stray index" Warning "The database has an index that no migration creates.",
    IndexDiffers "SD309" "index differs" Error "An index covers something else.",
    MissingForeignKey "SD310" "foreign key missing" Error "A foreign key of the history is not in the database.",
    UnexpectedForeignKey "SD311" "stray foreign key" Error "The database has a foreign key that no migration creates.",
    ForeignKeyDiffers "SD312" "foreign key differs" Error "A foreign key points elsewhere or acts otherwise.",
    MissingCheck "SD313" "check missing" Error "A check of the history is not in the database.",
    UnexpectedCheck "SD314" "stray check" Error "The database has a check that no migration creates.",
    CheckDiffers "SD315" "check differs" Error "A check demands something else.",
    BrokenRows "SD316" "rows break a foreign key" Error "Rows point at rows that do not exist.",
    DanglingSoftReference "SD317" "dangling soft references" Warning "Rows point softly at rows that do not exist.",
    Quarantined "SD401" "table in quarantine" Note
        "A repair has moved this table aside; nothing uses it, and nothing will drop it.",
    Replaced "SD501" "replaced migrations are recorded" Warning
        "The database has run exactly the migrations that a regenerated or squashed one replaces, and is not re-recorded yet.",
    PartlyReplaced "SD502" "stopped within replaced migrations" Error
        "The database has run a part of the migrations that a regenerated or squashed one replaces.",
    BothReplaced "SD503" "old and new are recorded" Error
        "The database says that it has run a regenerated or squashed migration and also what that replaces.",
    DropsRows "SD601" "drops a table with its rows" Error
        "The migration drops a table, and with it every row.",
    DropsValues "SD602" "drops a column with its values" Error
        "The migration drops a column, and with it every value.",
    LosesPrecision "SD603" "values lose a part of themselves" Error
        "The new type of a column keeps less of each value, without a word.",
    FailsOnRows "SD611" "column must have a value and rows have none" Warning
        "A column refuses NULL and rows that exist hold nothing; the migration stops there.",
    ValuesMayNotFit "SD612" "values may not fit the new type" Warning
        "A column becomes narrower or of another kind; a value that does not fit stops the migration.",
    Duplicates "SD613" "unique index over rows that exist" Warning
        "Rows that are equal in the keys of a new unique index stop the migration.",
    Dangling "SD614" "foreign key over rows that exist" Warning
        "Rows that point nowhere stop the migration at a new foreign key.",
    BreaksCheck "SD615" "check over rows that exist" Warning
        "Rows that do not keep a new check stop the migration.",
    GoneName "SD621" "name that the running release uses goes" Warning
        "The release that runs while this migration runs still reads and writes the old name, and fails.",
    InsertsFail "SD622" "inserts of the running release fail" Warning
        "A column begins to require a value that the release before does not write.",
    RewritesTable "SD631" "large table is written anew under a lock" Warning
        "PostgreSQL writes every row of a large table anew, while nobody else can write there.",
    ScansUnderLock "SD632" "large table is read under a lock" Warning
        "PostgreSQL reads every row of a large table, while nobody else can write there.",
    SqliteRebuild "SD633" "rebuild of a large table" Warning
        "SQLite copies the whole table for this change, while nobody else can write.",
    DataStepUnderLocks "SD634" "data step while tables are locked" Warning
        "A data step runs in the transaction of a change of tables, whose locks it holds until it ends.",
    UnindexedForeignKey "SD641" "foreign key without an index" Warning
        "No index begins with the columns of a foreign key: joins, and each deletion of a row pointed at, read the whole table.",
    Irreversible "SD642" "step that cannot be undone" Warning
        "A data step names no backward step, so the migration cannot be undone.",
    IdleAcknowledgement "SD643" "acknowledgement of nothing" Warning
        "A migration acknowledges a lint that it does not have.",
    Disallowed "SD701" "values that are not allowed" Error
        "Rows hold values that a check of ours refuses; the adoption needs to know what becomes of them.",
    HoldsNothing "SD702" "rows that hold nothing" Error
        "Rows would hold NULL in a column of ours that refuses it.",
    TooLarge "SD703" "values that do not fit" Error
        "Rows hold values that are longer or larger than a column of ours takes, or that would lose decimal places.",
    NotDistinct "SD704" "rows that are not distinct" Error
        "Rows would be equal where a unique index of ours lets no two be.",
    PointsNowhere "SD705" "rows that point nowhere" Error
        "Rows would point at rows that do not exist.",
    NotComputed "SD706" "values that cannot be computed" Error
        "A registered function refuses the values that it is given.",
    NotProven "SD707" "not provable beforehand" Note
        "Whether the rows fit can only be seen while the adoption runs; it keeps nothing if they do not.",
}

impl Code {
    /// Whether it is about what a migration will do, and so can be acknowledged in its file.
    pub fn is_lint(self) -> bool {
        self.id().starts_with("SD6")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}
