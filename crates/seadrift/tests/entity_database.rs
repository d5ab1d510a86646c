//! Entities on both databases: the tables that they mean are made and read back without a
//! difference, and SeaORM keeps rows of every type in them, within the rules declared.

#![allow(missing_docs)]

use sea_orm::{ActiveModelTrait, ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter, Set};
use seadrift::{
    dialect::{Dialect, Step},
    diff::{Answers, diff},
    project::{App, Project},
    report::verify,
    run::Connection,
    schema::Schema,
};
use testkit::{Kind, TestDatabase, on_both};

mod owner {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "zoo_owner")]
    #[seadrift(app = "zoo", model = "Owner", index(sql = "lower(name)", unique, filter = "name <> ''"))]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "String(StringLen::N(20))")]
        pub name: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod animal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
    pub enum Diet {
        #[sea_orm(string_value = "plants")]
        Plants,
        #[sea_orm(string_value = "meat")]
        Meat,
    }

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "i32", db_type = "Integer")]
    pub enum Size {
        #[sea_orm(num_value = -1)]
        Small,
        #[sea_orm(num_value = 1)]
        Large,
    }

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "zoo_animal")]
    #[seadrift(
        app = "zoo",
        model = "Animal",
        check(name = "animal_left_after_born", sql = "\"left\" IS NULL OR \"left\" >= born"),
        index(columns("diet", "-born"), filter = "\"left\" IS NULL")
    )]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique_key = "chip")]
        pub code: String,
        #[sea_orm(unique_key = "chip")]
        pub series: i16,
        pub diet: Option<Diet>,
        pub size: Size,
        #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "new")]
        #[seadrift(choices("new", "it's old" = "Old"))]
        pub state: String,
        #[seadrift(min = 0, max = 10)]
        pub legs: i32,
        #[seadrift(min = 0.5)]
        pub weight: f64,
        pub ratio: f32,
        #[sea_orm(default_value = true)]
        pub alive: bool,
        pub born: Date,
        pub left: Option<Date>,
        pub feeding: Time,
        pub local: DateTime,
        #[sea_orm(default_expr = "Expr::current_timestamp()")]
        pub added_at: DateTimeUtc,
        pub notes: Json,
        pub picture: Vec<u8>,
        #[seadrift(soft_ref = "shows.Show")]
        pub show_id: Option<i64>,
        pub owner_id: Option<i64>,
        #[sea_orm(belongs_to, from = "owner_id", to = "id", on_delete = "Cascade")]
        pub owner: BelongsTo<Option<super::owner::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn project() -> Project {
    Project::new().app(App::new("zoo").model::<owner::Entity>().model::<animal::Entity>())
}

/// Makes the tables of the project.
async fn made(db: &TestDatabase) -> Schema {
    let project = project();
    let schema = project.schema().expect("sound entities");
    let operations = diff(&Schema::default(), &schema, &project.hints(), &Answers::default()).expect("no questions");
    let dialect = if db.kind() == Kind::Postgres { Dialect::Postgres } else { Dialect::Sqlite };
    for step in dialect.render(&operations, &Schema::default()).expect("the operations fit") {
        match step {
            Step::Sql(statement) => db.execute(&statement).await,
            other => panic!("a new table needs only statements: {other:?}"),
        }
    }
    schema
}

fn giraffe() -> animal::ActiveModel {
    use sea_orm::prelude::{Date, DateTime, Time};
    let day = Date::from_ymd_opt(2020, 2, 29).expect("a day");
    let hour = Time::from_hms_milli_opt(7, 30, 0, 250).expect("an hour");
    animal::ActiveModel {
        code: Set("G-1".to_owned()),
        series: Set(-3),
        diet: Set(Some(animal::Diet::Plants)),
        size: Set(animal::Size::Large),
        legs: Set(4),
        weight: Set(812.25),
        ratio: Set(0.5),
        born: Set(day),
        left: Set(None),
        feeding: Set(hour),
        local: Set(DateTime::new(day, hour)),
        notes: Set(sea_orm::prelude::Json::Array(vec!["tall".into()])),
        picture: Set(vec![0, 255, 39]),
        show_id: Set(Some(404)),
        ..Default::default()
    }
}

async fn refused(connection: &DatabaseConnection, what: &str, change: impl FnOnce(&mut animal::ActiveModel)) {
    let mut row = giraffe();
    row.code = Set(what.to_owned());
    change(&mut row);
    let result: Result<animal::Model, DbErr> = row.insert(connection).await;
    assert!(result.is_err(), "{what} was taken: {result:?}");
}

on_both! {
    async fn what_entities_mean_is_what_is_read(db: &TestDatabase) {
        let mut expected = made(db).await;
        let url = db.url().parse().expect("a database URL");
        let mut connection = Connection::open(&url, false).await.expect("the database answers");
        let live = verify::inspect(&mut connection, &expected).await.expect("the schema is read");
        connection.close().await.expect("the connection closes");
        // The database does not know of apps and soft references.
        for table in expected.tables.values_mut() {
            table.app.clear();
            table.model.clear();
            table.columns.iter_mut().for_each(|column| column.soft_ref = None);
        }
        assert_eq!(live.canonical(), expected.canonical());
    }

    async fn sea_orm_keeps_rows_of_every_type(db: &TestDatabase) {
        made(db).await;
        let connection = db.connect().await;
        let written = giraffe().insert(&connection).await.expect("a row");
        let read = animal::Entity::find_by_id(written.id).one(&connection).await.expect("an answer").expect("the row");
        assert_eq!(read, written);
        assert_eq!((read.state.as_str(), read.alive), ("new", true));
        assert_eq!((read.diet, read.size), (Some(animal::Diet::Plants), animal::Size::Large));
        assert_eq!(read.picture, [0, 255, 39]);
        let meat = animal::Entity::find().filter(animal::Column::Diet.eq(animal::Diet::Meat));
        assert!(meat.all(&connection).await.expect("an answer").is_empty());
        connection.close().await.expect("a pool closes");
    }

    async fn the_rules_declared_hold(db: &TestDatabase) {
        made(db).await;
        let connection = db.connect().await;
        giraffe().insert(&connection).await.expect("a row");
        refused(&connection, "another state", |row| row.state = Set("dead".to_owned())).await;
        refused(&connection, "too many legs", |row| row.legs = Set(11)).await;
        refused(&connection, "too few legs", |row| row.legs = Set(-1)).await;
        refused(&connection, "no weight", |row| row.weight = Set(0.25)).await;
        refused(&connection, "left before born", |row| row.left = Set(sea_orm::prelude::Date::from_ymd_opt(2020, 2, 28)))
            .await;
        refused(&connection, "the same chip", |row| row.code = Set("G-1".to_owned())).await;
        refused(&connection, "an owner who is not there", |row| row.owner_id = Set(Some(7))).await;

        let owner = owner::ActiveModel { name: Set("Ada".to_owned()), ..Default::default() };
        let owner = owner.insert(&connection).await.expect("an owner");
        let twin = owner::ActiveModel { name: Set("ADA".to_owned()), ..Default::default() };
        assert!(twin.insert(&connection).await.is_err(), "lower(name) is unique");
        let mut owned = giraffe();
        (owned.code, owned.owner_id) = (Set("G-2".to_owned()), Set(Some(owner.id)));
        owned.insert(&connection).await.expect("a row with an owner");
        owner::Entity::delete_by_id(owner.id).exec(&connection).await.expect("the owner goes");
        let codes: Vec<_> = animal::Entity::find().all(&connection).await.expect("rows").into_iter().map(|a| a.code).collect();
        assert_eq!(codes, ["G-1"]);
        connection.close().await.expect("a pool closes");
    }
}
