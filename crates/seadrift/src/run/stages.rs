//! Running a migration that is not atomic: stage by stage, each journaled, begun where the last
//! runner stopped.

use super::{
    Connection,
    error::{ExecuteError, Kept},
    execute::{Progress, retried},
    journal::{self, Entry},
    migrate::now,
    plan::Planned,
    runner::Runner,
};
use crate::{
    dialect::{
        postgres, quote, quote_text,
        stage::{Position, Stage, Work},
    },
    schema::{Index, Schema, Table},
};

/// Blocks of a table that one transaction fills: 16 MiB, well below a second of locked rows.
const BLOCKS: i64 = 2_048;

impl<P: FnMut(Progress<'_>)> Runner<'_, P> {
    /// Runs what is not done of a migration, and leads the schema along. `record` is the statement
    /// that records it, or forgets it.
    pub async fn stages(
        &mut self,
        planned: &Planned,
        schema: &mut Schema,
        begun: Option<&Entry>,
        record: String,
    ) -> Result<(), ExecuteError> {
        let count = planned.operations.len();
        if let Some(entry) = begun.filter(|entry| !entry.fits(planned)) {
            return Err(ExecuteError::OtherBeginning { id: planned.id.clone(), done: entry.position.touched() });
        }
        let start = begun.map(|entry| entry.position).unwrap_or_default();
        let (done, rest) = planned.operations.split_at(start.operations);
        for operation in done {
            let misfit = |source| ExecuteError::Misfit { id: planned.id.clone(), source: Box::new(source) };
            operation.apply(schema).map_err(misfit)?;
        }
        let stages = self.connection.dialect().stages(rest, schema);
        let stages =
            stages.map_err(|source| ExecuteError::Render { id: planned.id.clone(), source: Box::new(source) })?;
        if begun.is_some() {
            (self.progress)(Progress::Resumed(planned, start.operations, count));
        } else {
            // An index that is being built belongs to a migration that has begun.
            let entry = [journal::write(planned, start, &now())];
            retried!(self, planned, self.transaction(planned, &[], &entry).await)?;
        }
        let mut reached = start;
        // The stages count from the first operation that is not done.
        for mut stage in stages {
            stage.reaches.operations += start.operations;
            if stage.reaches <= start {
                continue;
            }
            if let Err(error) = retried!(self, planned, self.stage(planned, &stage).await) {
                let done = self.take_back(planned, &stage, reached, &error).await;
                return Err(error.keeping(kept(done, count)));
            }
            reached = stage.reaches;
        }
        for operation in rest {
            let misfit = |source| ExecuteError::Misfit { id: planned.id.clone(), source: Box::new(source) };
            operation.apply(schema).map_err(misfit)?;
        }
        let records = [record, journal::delete(&planned.id)];
        let recorded = retried!(self, planned, self.transaction(planned, &[], &records).await);
        recorded.map_err(|error| error.keeping(kept(count, count)))
    }

    async fn stage(&mut self, planned: &Planned, stage: &Stage) -> Result<(), ExecuteError> {
        let entry = [journal::write(planned, stage.reaches, &now())];
        match &stage.work {
            Work::Steps(steps) => self.transaction(planned, steps, &entry).await,
            Work::Statement(sql) => {
                let step = [crate::dialect::Step::Sql(sql.clone())];
                match self.transaction(planned, &step, &entry).await {
                    Err(error) if error.wants_no_transaction() => self.statement(planned, sql).await?,
                    done => return done,
                }
                self.transaction(planned, &[], &entry).await
            }
            Work::Batches { table, update } => self.batches(planned, table, update, &entry).await,
            Work::BuildIndex { table, index } => {
                self.build_index(planned, table, index).await?;
                self.transaction(planned, &[], &entry).await
            }
            Work::DropIndex { table, index } => {
                self.drop_index(planned, table, index).await?;
                self.transaction(planned, &[], &entry).await
            }
        }
    }

    /// Takes back the earlier stages of an operation that was refused, so that people can change it;
    /// says how many operations are done then. Where it only waited for a lock, what is done stays.
    async fn take_back(&mut self, planned: &Planned, stage: &Stage, reached: Position, error: &ExecuteError) -> usize {
        let before = Position::after(reached.operations);
        let mut statements = stage.undo.clone();
        if before == Position::default() && (reached == before || !stage.undo.is_empty()) {
            statements.push(journal::delete(&planned.id));
        } else if !stage.undo.is_empty() {
            statements.push(journal::write(planned, before, &now()));
        }
        if error.is_refusal() && !statements.is_empty() {
            // Where this fails too, the journal says what is there, and the next runner goes on with it.
            let _ = self.transaction(planned, &[], &statements).await;
        }
        before.operations
    }

    async fn batches(
        &mut self,
        planned: &Planned,
        table: &str,
        update: &str,
        entry: &[String],
    ) -> Result<(), ExecuteError> {
        // A partitioned table is as long as its longest part. Rows that come later hold a value already.
        let relation = quote_text(&quote(table));
        let size = format!(
            "SELECT CAST(GREATEST(pg_relation_size({relation}), (SELECT max(pg_relation_size(relid)) \
             FROM pg_partition_tree({relation}))) / CAST(current_setting('block_size') AS bigint) AS text)"
        );
        let blocks = self.connection.rows(&size).await?;
        let blocks: i64 = blocks.first().and_then(|row| row[0].as_ref()?.parse().ok()).unwrap_or(0);
        let mut from = 0;
        loop {
            let to = from + BLOCKS;
            let last = to > blocks;
            let end = if last { String::new() } else { format!(" AND ctid < '({to},0)'") };
            let step = [crate::dialect::Step::Sql(format!("{update} AND ctid >= '({from},0)'{end}"))];
            self.transaction(planned, &step, if last { entry } else { &[] }).await?;
            if last {
                return Ok(());
            }
            from = to;
        }
    }

    /// Builds an index while others write. What an earlier build has left invalid is dropped, before
    /// and, when this one fails, afterwards; an index that is there as it should be is taken as built.
    async fn build_index(&mut self, planned: &Planned, table: &Table, index: &Index) -> Result<(), ExecuteError> {
        match self.live_index(table, index).await? {
            Live::Absent => {}
            Live::Same => return Ok(()),
            Live::Invalid => self.statement(planned, &postgres::drop_index(&index.name)).await?,
            Live::Other => {
                let (id, index) = (planned.id.clone(), index.name.clone());
                return Err(ExecuteError::OtherIndex { id, index, kept: Kept::Nothing });
            }
        }
        let built = self.statement(planned, &postgres::build_index(table, index)).await;
        if built.is_err() && matches!(self.live_index(table, index).await, Ok(Live::Invalid)) {
            let _ = self.statement(planned, &postgres::drop_index(&index.name)).await;
        }
        built
    }

    async fn drop_index(&mut self, planned: &Planned, table: &str, index: &str) -> Result<(), ExecuteError> {
        let sql = format!(
            "SELECT CAST(EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid AND o.contype = 'u') AS text) \
             FROM pg_class i WHERE i.relname = {} AND i.relkind IN ('i', 'I') \
             AND i.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
            quote_text(index)
        );
        match self.connection.rows(&sql).await?.first().map(|row| row[0].as_deref() == Some("true")) {
            None => Ok(()),
            Some(false) => self.statement(planned, &postgres::drop_index(index)).await,
            // A database that another tool made can hold it as a constraint.
            Some(true) => {
                let sql = format!("ALTER TABLE {} DROP CONSTRAINT {}", quote(table), quote(index));
                self.transaction(planned, &[crate::dialect::Step::Sql(sql)], &[]).await
            }
        }
    }

    /// What there is of an index.
    async fn live_index(&mut self, table: &Table, index: &Index) -> Result<Live, ExecuteError> {
        let sql = format!(
            "SELECT CAST(c.relname AS text), CAST(x.indisvalid AND x.indisready AND x.indislive AS text) \
             FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid \
             WHERE i.relname = {} AND i.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
            quote_text(&index.name)
        );
        let rows = self.connection.rows(&sql).await?;
        let Some(row) = rows.first() else { return Ok(Live::Absent) };
        if row[0].as_deref() != Some(&table.name) {
            return Ok(Live::Other);
        }
        if row[1].as_deref() != Some("true") {
            return Ok(Live::Invalid);
        }
        let Connection::Postgres(connection) = &mut *self.connection else { return Ok(Live::Other) };
        let expected = Schema::of([Table { indexes: vec![index.clone()], ..table.clone() }]);
        let mut found = postgres::inspect(connection).await?;
        postgres::settle(connection, &expected, &mut found).await?;
        let (expected, found) = (expected.canonical(), found.canonical());
        let same = found.table(&table.name).and_then(|t| t.index(&index.name))
            == expected.table(&table.name).and_then(|t| t.index(&index.name));
        Ok(if same { Live::Same } else { Live::Other })
    }
}

fn kept(done: usize, count: usize) -> Kept {
    let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Kept::Operations { done: number(done), count: number(count) }
}

/// What there is of an index before it is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Live {
    Absent,
    /// Left by a build that did not end.
    Invalid,
    /// As it should be.
    Same,
    /// Something else of its name.
    Other,
}
