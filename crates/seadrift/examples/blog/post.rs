//! The post, at five times.

/// As the blog began.
pub mod begun {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_post")]
    #[seadrift(app = "blog", model = "Post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        pub author_id: i64,
        #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
        pub author: BelongsTo<super::super::author::begun::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// With a status: a text with a check, in both databases.
pub mod status {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_post")]
    #[seadrift(app = "blog", model = "Post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub title: String,
        #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "draft")]
        #[seadrift(choices("draft", "public"))]
        pub status: String,
        pub author_id: i64,
        #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
        pub author: BelongsTo<super::super::author::begun::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// The title is a headline; `was` says so, and the values stay.
pub mod headline {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_post")]
    #[seadrift(app = "blog", model = "Post")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[seadrift(was = "title")]
        pub headline: String,
        #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "draft")]
        #[seadrift(choices("draft", "public"))]
        pub status: String,
        pub author_id: i64,
        #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
        pub author: BelongsTo<super::super::author::begun::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// With an index for the front page.
pub mod index {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_post")]
    #[seadrift(app = "blog", model = "Post", index(columns("status", "headline")))]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[seadrift(was = "title")]
        pub headline: String,
        #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "draft")]
        #[seadrift(choices("draft", "public"))]
        pub status: String,
        pub author_id: i64,
        #[sea_orm(belongs_to, from = "author_id", to = "id", on_delete = "Cascade")]
        pub author: BelongsTo<super::super::author::begun::Entity>,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Without the foreign key: a post remembers its author and outlives it.
pub mod soft {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_post")]
    #[seadrift(app = "blog", model = "Post", index(columns("status", "headline")))]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[seadrift(was = "title")]
        pub headline: String,
        #[sea_orm(column_type = "String(StringLen::N(10))", default_value = "draft")]
        #[seadrift(choices("draft", "public"))]
        pub status: String,
        #[seadrift(soft_ref = "blog.Author")]
        pub author_id: i64,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
