//! Rows of an entity whose type only its registration knew: for whoever goes through all models.
//!
//! Not here: rules. What a row must keep the schema tells and the database holds.

use std::{collections::BTreeMap, fmt, pin::Pin};

use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, DatabaseExecutor, DbErr, EntityTrait, IdenStatic, IntoActiveModel,
    Iterable, ModelTrait, QueryFilter, Value,
};

/// Values by the names of their columns. They have the types of the model's fields.
pub type Row = BTreeMap<String, Value>;

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, DbErr>> + Send + 'a>>;

/// Writing and reading rows through an entity, with its own types: what it cannot hold is an error.
#[derive(Clone, Copy)]
pub struct Rows {
    insert: for<'a> fn(DatabaseExecutor<'a>, &'a Row) -> Answer<'a, Row>,
    find: for<'a> fn(DatabaseExecutor<'a>, &'a Row) -> Answer<'a, Vec<Row>>,
    update: for<'a> fn(DatabaseExecutor<'a>, &'a Row, &'a Row) -> Answer<'a, u64>,
}

impl Rows {
    /// The rows of this entity.
    pub fn of<E>() -> Self
    where
        E: EntityTrait,
        E::Model: IntoActiveModel<E::ActiveModel>,
        E::ActiveModel: Send,
    {
        Self {
            insert: |db, row| {
                Box::pin(async move {
                    let inserted = E::insert(active::<E>(row)?).exec_with_returning(&db).await?;
                    Ok(values::<E>(&inserted))
                })
            },
            find: |db, like| {
                Box::pin(async move {
                    let found = E::find().filter(condition::<E>(like)?).all(&db).await?;
                    Ok(found.iter().map(values::<E>).collect())
                })
            },
            update: |db, like, row| {
                Box::pin(async move {
                    let update = E::update_many().set(active::<E>(row)?).filter(condition::<E>(like)?);
                    Ok(update.exec(&db).await?.rows_affected)
                })
            },
        }
    }

    /// Inserts a row of these values, the others being left to the database, and gives it back whole.
    ///
    /// # Errors
    /// When a value does not fit its column, and whatever the database refuses.
    pub async fn insert<'a>(&self, db: impl Into<DatabaseExecutor<'a>>, row: &'a Row) -> Result<Row, DbErr> {
        (self.insert)(db.into(), row).await
    }

    /// All rows that have these values.
    ///
    /// # Errors
    /// When a column is unknown, and when a row found is not what the entity says.
    pub async fn find<'a>(&self, db: impl Into<DatabaseExecutor<'a>>, like: &'a Row) -> Result<Vec<Row>, DbErr> {
        (self.find)(db.into(), like).await
    }

    /// Sets the values of `row` in all rows that have those of `like`; how many these were.
    ///
    /// # Errors
    /// When a value does not fit its column, and whatever the database refuses.
    pub async fn update<'a>(
        &self,
        db: impl Into<DatabaseExecutor<'a>>,
        like: &'a Row,
        row: &'a Row,
    ) -> Result<u64, DbErr> {
        (self.update)(db.into(), like, row).await
    }
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rows")
    }
}

fn column<E: EntityTrait>(name: &str) -> Result<E::Column, DbErr> {
    E::Column::iter()
        .find(|column| column.as_str() == name)
        .ok_or_else(|| DbErr::Type(format!("`{}` has no column `{name}`", E::default().table_name())))
}

fn active<E: EntityTrait>(row: &Row) -> Result<E::ActiveModel, DbErr> {
    let mut active = <E::ActiveModel as ActiveModelTrait>::default();
    for (name, value) in row {
        active.try_set(column::<E>(name)?, value.clone())?;
    }
    Ok(active)
}

fn condition<E: EntityTrait>(like: &Row) -> Result<Condition, DbErr> {
    like.iter().try_fold(Condition::all(), |all, (name, value)| {
        let column = column::<E>(name)?;
        Ok(all.add(if *value == value.as_null() { column.is_null() } else { column.eq(value.clone()) }))
    })
}

fn values<E: EntityTrait>(model: &E::Model) -> Row {
    E::Column::iter().map(|column| (column.as_str().to_owned(), model.get(column))).collect()
}
