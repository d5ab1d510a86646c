//! Plain SeaORM entities, of the old style and the dense format, against the schema they mean.

#![allow(missing_docs)]

use seadrift::{
    entity::plain_table,
    project::{App, Project},
    schema::{Column, ColumnType, DefaultValue, Expression, ForeignKey, Index, ReferentialAction, Schema, Table},
};

mod author {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "library_author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "String(StringLen::N(80))", unique, indexed)]
        pub email: String,
        #[sea_orm(indexed, comment = "as on the cover")]
        pub name: String,
        #[sea_orm(unique_key = "place")]
        pub country: String,
        #[sea_orm(unique_key = "place", column_name = "city_name", renamed_from = "town")]
        pub city: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(has_many = "super::book::Entity")]
        Book,
    }

    impl Related<super::book::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Book.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod book {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(4))")]
    pub enum Binding {
        #[sea_orm(string_value = "hard")]
        Hard,
        #[sea_orm(string_value = "soft")]
        Soft,
    }

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "library_book")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub isbn: String,
        pub author_id: i64,
        pub editor_id: Option<i64>,
        pub reader_id: i64,
        #[sea_orm(default_value = 1)]
        pub edition: i16,
        #[sea_orm(default_value = true)]
        pub in_print: bool,
        #[sea_orm(default_value = "untitled", comment = "renamed_from nothing")]
        pub title: String,
        #[sea_orm(default_value = 9.5)]
        pub price: f64,
        #[sea_orm(default_expr = "Expr::current_timestamp()")]
        pub added_at: DateTimeUtc,
        pub binding: Option<Binding>,
        pub pages: u32,
        pub day: Date,
        pub hour: Option<Time>,
        pub local: DateTime,
        pub data: Json,
        pub cover: Vec<u8>,
        #[sea_orm(column_type = "Decimal(Some((10, 2)))", nullable)]
        pub weight: f64,
        pub ratio: f32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::AuthorId",
            to = "super::author::Column::Id",
            on_delete = "Cascade",
            on_update = "Restrict"
        )]
        Author,
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::EditorId",
            to = "super::author::Column::Id",
            on_delete = "SetNull",
            fk_name = "book_editor"
        )]
        Editor,
        #[sea_orm(
            belongs_to = "super::author::Entity",
            from = "Column::ReaderId",
            to = "super::author::Column::Id",
            skip_fk
        )]
        Reader,
    }

    impl Related<super::author::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Author.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn action(name: &str, column: &str, on_delete: ReferentialAction, on_update: ReferentialAction) -> ForeignKey {
    ForeignKey {
        name: name.to_owned(),
        columns: vec![column.to_owned()],
        references: "library_author".to_owned(),
        referenced_columns: vec!["id".to_owned()],
        on_delete,
        on_update,
    }
}

fn author_table() -> Table {
    let mut table = Table::new("library", "Author", "library_author");
    table.primary_key = vec!["id".to_owned()];
    table.columns = vec![
        Column::new("id", ColumnType::BigInt).identity(),
        Column::new("email", ColumnType::Varchar(80)),
        Column::new("name", ColumnType::Text),
        Column::new("country", ColumnType::Text),
        Column::new("city_name", ColumnType::Text).null(),
    ];
    table.indexes = vec![
        Index::on("uq_library_author_email", ["email"]).unique(),
        Index::on("ix_library_author_name", ["name"]),
        Index::on("uq_library_author_country_city_name", ["country", "city_name"]).unique(),
    ];
    table
}

fn book_table() -> Table {
    let sql = |text: &str| DefaultValue::Sql { sql: Expression::from(text) };
    let mut table = Table::new("library", "Book", "library_book");
    table.primary_key = vec!["isbn".to_owned()];
    table.columns = vec![
        Column::new("isbn", ColumnType::Text),
        Column::new("author_id", ColumnType::BigInt),
        Column::new("editor_id", ColumnType::BigInt).null(),
        Column::new("reader_id", ColumnType::BigInt),
        Column::new("edition", ColumnType::SmallInt).default(1),
        Column::new("in_print", ColumnType::Boolean).default(true),
        Column::new("title", ColumnType::Text).default("untitled"),
        Column::new("price", ColumnType::Double).default(sql("9.5")),
        Column::new("added_at", ColumnType::TimestampTz).default(sql("CURRENT_TIMESTAMP")),
        Column::new("binding", ColumnType::Varchar(4)).null(),
        Column::new("pages", ColumnType::BigInt),
        Column::new("day", ColumnType::Date),
        Column::new("hour", ColumnType::Time).null(),
        Column::new("local", ColumnType::Timestamp),
        Column::new("data", ColumnType::Json),
        Column::new("cover", ColumnType::Bytes),
        Column::new("weight", ColumnType::Decimal(10, 2)).null(),
        Column::new("ratio", ColumnType::Real),
    ];
    table.foreign_keys = vec![
        action("fk_library_book_author_id", "author_id", ReferentialAction::Cascade, ReferentialAction::Restrict),
        action("book_editor", "editor_id", ReferentialAction::SetNull, ReferentialAction::NoAction),
    ];
    table.indexes = vec![
        Index::on("ix_library_book_author_id", ["author_id"]),
        Index::on("ix_library_book_editor_id", ["editor_id"]),
    ];
    table
}

#[test]
fn old_style_entities_are_read_whole() {
    assert_eq!(plain_table::<author::Entity>("library", "Author"), Ok(author_table()));
    assert_eq!(plain_table::<book::Entity>("library", "Book"), Ok(book_table()));
    let app = App::new("library").plain::<author::Entity>("Author").plain::<book::Entity>("Book");
    assert_eq!(Project::new().app(app).schema(), Ok(Schema::of([author_table(), book_table()])));
}

#[test]
fn former_names_of_sea_orm_are_hints() {
    let app = App::new("library").plain::<author::Entity>("Author").plain::<book::Entity>("Book");
    let expected = seadrift::diff::Hints::default().column("library_author", "city_name", "town");
    assert_eq!(Project::new().app(app).hints(), expected);
}

mod dense {
    pub mod node {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "tree_node")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            pub parent_id: Option<i32>,
            #[sea_orm(
                self_ref,
                relation_enum = "Parent",
                relation_reverse = "Children",
                from = "parent_id",
                to = "id"
            )]
            pub parent: BelongsTo<Option<Entity>>,
            #[sea_orm(self_ref, relation_enum = "Children", relation_reverse = "Parent")]
            pub children: HasMany<Entity>,
            #[sea_orm(has_many, via = "node_tag")]
            pub tags: HasMany<super::tag::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod tag {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "tree_tag")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            #[sea_orm(has_many, via = "node_tag")]
            pub nodes: HasMany<super::node::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod node_tag {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "tree_node_tag")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub node_id: i32,
            #[sea_orm(primary_key, auto_increment = false)]
            pub tag_id: i32,
            #[sea_orm(belongs_to, from = "node_id", to = "id", on_delete = "Cascade")]
            pub node: BelongsTo<super::node::Entity>,
            #[sea_orm(belongs_to, from = "tag_id", to = "id", on_delete = "Cascade")]
            pub tag: BelongsTo<super::tag::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub mod note {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = "tree_note")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            pub node_id: i32,
            pub tag_id: i32,
            #[sea_orm(belongs_to, from = "(node_id, tag_id)", to = "(node_id, tag_id)")]
            pub node_tag: BelongsTo<super::node_tag::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}

#[test]
fn dense_entities_have_the_keys_of_the_pointing_side() {
    let app = App::new("tree")
        .plain::<dense::node::Entity>("Node")
        .plain::<dense::tag::Entity>("Tag")
        .plain::<dense::node_tag::Entity>("NodeTag")
        .plain::<dense::note::Entity>("Note");
    let schema = Project::new().app(app).schema().unwrap();
    let keys = |table: &str| -> Vec<String> {
        let key = |k: &ForeignKey| {
            format!("{}({}) -> {}({})", k.name, k.columns.join(","), k.references, k.referenced_columns.join(","))
        };
        schema.tables[table].foreign_keys.iter().map(key).collect()
    };
    assert_eq!(keys("tree_node"), ["fk_tree_node_parent_id(parent_id) -> tree_node(id)"]);
    assert!(keys("tree_tag").is_empty());
    let expected =
        ["fk_tree_node_tag_node_id(node_id) -> tree_node(id)", "fk_tree_node_tag_tag_id(tag_id) -> tree_tag(id)"];
    assert_eq!(keys("tree_node_tag"), expected);
    let expected = ["fk_tree_note_node_id_tag_id(node_id,tag_id) -> tree_node_tag(node_id,tag_id)"];
    assert_eq!(keys("tree_note"), expected);

    let indexes = |table: &str| schema.tables[table].indexes.iter().map(|i| i.name.as_str()).collect::<Vec<_>>();
    assert_eq!(indexes("tree_node"), ["ix_tree_node_parent_id"]);
    // The primary key begins with node_id.
    assert_eq!(indexes("tree_node_tag"), ["ix_tree_node_tag_tag_id"]);
    assert_eq!(indexes("tree_note"), ["ix_tree_note_node_id_tag_id"]);
    assert_eq!(schema.tables["tree_node_tag"].primary_key, ["node_id", "tag_id"]);
    assert!(schema.tables["tree_node_tag"].columns.iter().all(|c| !c.identity));
    assert_eq!(schema.tables["tree_node"].columns[0], Column::new("id", ColumnType::Integer).identity());
}
