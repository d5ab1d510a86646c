//! The ledger read as a whole, block by block, as it stood at one moment.

use kernel::Db;
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};

use crate::model::{transaction, transfer, wallet};

/// What one moment looked like, whatever others write meanwhile.
pub(crate) struct Snapshot(DatabaseTransaction);

/// An entry's place in its wallet: id, wallet, transfer, amount, balance after, version.
pub(crate) type Step = (i64, i64, Option<i64>, i64, Option<i64>, Option<i64>);

impl Snapshot {
    pub(crate) async fn open(db: &Db) -> Result<Self, DbErr> {
        db.snapshot().await.map(Self)
    }

    pub(crate) async fn close(self) -> Result<(), DbErr> {
        self.0.rollback().await
    }

    pub(crate) async fn steps(&self, after: i64, limit: u64) -> Result<Vec<Step>, DbErr> {
        use transaction::Column;
        transaction::Entity::find()
            .select_only()
            .columns([
                Column::Id,
                Column::WalletId,
                Column::TransferId,
                Column::Amount,
                Column::BalanceAfter,
                Column::Version,
            ])
            .filter(Column::Id.gt(after))
            .order_by_asc(Column::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.0)
            .await
    }

    pub(crate) async fn wallets(&self, after: i64, limit: u64) -> Result<Vec<wallet::Model>, DbErr> {
        let id = wallet::Column::Id;
        wallet::Entity::find().filter(id.gt(after)).order_by_asc(id).limit(limit).all(&self.0).await
    }

    pub(crate) async fn transfers(&self, after: i64, limit: u64) -> Result<Vec<transfer::Model>, DbErr> {
        let id = transfer::Column::Id;
        transfer::Entity::find().filter(id.gt(after)).order_by_asc(id).limit(limit).all(&self.0).await
    }

    pub(crate) async fn transfers_by_id(&self, ids: Vec<i64>) -> Result<Vec<transfer::Model>, DbErr> {
        transfer::Entity::find().filter(transfer::Column::Id.is_in(ids)).all(&self.0).await
    }

    /// Entries of the transfers from one id to another.
    pub(crate) async fn entries_of(&self, first: i64, last: i64) -> Result<Vec<transaction::Model>, DbErr> {
        let of = transaction::Column::TransferId;
        transaction::Entity::find().filter(of.between(first, last)).order_by_asc(of).all(&self.0).await
    }

    /// Entries whose transfer is not there: their ids, and what they name.
    pub(crate) async fn orphans(&self, limit: u64) -> Result<Vec<(i64, i64)>, DbErr> {
        let lost: Condition =
            Condition::all().add(transaction::Column::TransferId.is_not_null()).add(transfer::Column::Id.is_null());
        transaction::Entity::find()
            .select_only()
            .columns([transaction::Column::Id, transaction::Column::TransferId])
            .join(JoinType::LeftJoin, transaction::Relation::Transfer.def())
            .filter(lost)
            .order_by_asc(transaction::Column::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.0)
            .await
    }

    /// Transfers that are taken back more than once.
    pub(crate) async fn reversed_twice(&self, limit: u64) -> Result<Vec<i64>, DbErr> {
        let of = transfer::Column::ReversesId;
        let several: SimpleExpr = Expr::col(of).count().gt(1);
        transfer::Entity::find()
            .select_only()
            .column(of)
            .filter(of.is_not_null())
            .group_by(of)
            .having(several)
            .order_by_asc(of)
            .limit(limit)
            .into_tuple()
            .all(&self.0)
            .await
    }

    /// Ids of the transfers that take this one back.
    pub(crate) async fn reversals_of(&self, id: i64) -> Result<Vec<i64>, DbErr> {
        transfer::Entity::find()
            .select_only()
            .column(transfer::Column::Id)
            .filter(transfer::Column::ReversesId.eq(id))
            .order_by_asc(transfer::Column::Id)
            .into_tuple()
            .all(&self.0)
            .await
    }
}
