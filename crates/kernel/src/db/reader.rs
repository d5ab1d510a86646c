//! Queries outside of units of work, on connections that cannot write.

use std::sync::Arc;

use sea_orm::prelude::async_trait::async_trait;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::error::is_broken_connection;
use super::places::{Place, Places};

/// Where one reads. SeaORM's queries run on it: `Entity::find().one(db.read())`. Each may be of another connection and
/// sees what is stored then. The database refuses to write through it.
pub struct Reader {
    pub(super) places: Arc<Places>,
}

/// A connection while it is asked.
struct Lent {
    connection: DatabaseTransaction,
    place: Place,
    /// Whether others have used it before.
    used: bool,
}

impl Reader {
    async fn lend(&self) -> Result<Lent, DbErr> {
        let place = self.places.take().await?;
        let (connection, used) = place.connection().await?;
        Ok(Lent { connection, place, used })
    }

    /// Asks once more, which changes nothing, where the server has ended its connections meanwhile.
    async fn ask(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let lent = self.lend().await?;
        let (used, answer) = (lent.used, lent.connection.query_all_raw(statement.clone()).await);
        match lent.end(answer) {
            Err(error) if used && is_broken_connection(&error) => {
                let lent = self.lend().await?;
                let answer = lent.connection.query_all_raw(statement).await;
                lent.end(answer)
            }
            answer => answer,
        }
    }
}

impl Lent {
    /// Gives the connection back, unless it is gone.
    fn end<T>(self, answer: Result<T, DbErr>) -> Result<T, DbErr> {
        let is_gone = answer.as_ref().is_err_and(|error| self.place.is_gone(error));
        if !is_gone {
            self.place.keep(self.connection, false);
        }
        answer
    }
}

#[async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.places.pool().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let lent = self.lend().await?;
        let answer = lent.connection.execute_raw(statement).await;
        lent.end(answer)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let lent = self.lend().await?;
        let answer = lent.connection.execute_unprepared(sql).await;
        lent.end(answer)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.ask(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.ask(statement).await
    }
}
