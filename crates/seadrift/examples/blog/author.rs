//! The author, at three times.

/// As the blog began: one name.
pub mod begun {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_author")]
    #[seadrift(app = "blog", model = "Author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub email: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// Between: the new columns beside the old one, so that a data step can fill them.
pub mod names {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_author")]
    #[seadrift(app = "blog", model = "Author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub email: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub name: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub given_name: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub family_name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}

/// After: two names.
pub mod split {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "blog_author")]
    #[seadrift(app = "blog", model = "Author")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub email: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub given_name: String,
        #[sea_orm(column_type = "String(StringLen::N(80))", default_value = "")]
        pub family_name: String,
    }
    impl ActiveModelBehavior for ActiveModel {}
}
