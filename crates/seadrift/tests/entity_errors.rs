//! What is refused of entities, each alone and together, with the words in which it is refused.

// The code that SeaORM writes for so many entities is not all used here.
#![allow(dead_code, missing_docs)]

use seadrift::{
    entity::{EntityError, declared_table},
    project::{App, Project},
};

/// An entity with an id and these fields, declared as model `$model` of the app `shop`.
macro_rules! entity {
    ($module:ident $table:tt $model:tt $(#[$attribute:meta])* { $($fields:tt)* }) => {
        mod $module {
            #[allow(unused_imports)]
            use sea_orm::entity::prelude::*;

            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
            #[sea_orm(table_name = $table)]
            #[seadrift(app = "shop", model = $model)]
            $(#[$attribute])*
            pub struct Model {
                #[sea_orm(primary_key)]
                pub id: i64,
                $($fields)*
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

entity!(in_schema "a" "A" #[sea_orm(schema_name = "other")] { pub x: i64, });
entity!(money "a" "A" { #[sea_orm(column_type = "Decimal(None)")] pub x: f64, });
entity!(custom "a" "A" { #[sea_orm(column_type = "custom(\"citext\")")] pub x: String, });
entity!(bytes "a" "A" { #[sea_orm(default_expr = "Expr::val(vec![1u8])")] pub x: Vec<u8>, });
entity!(text_default "a" "A" { #[sea_orm(default_value = "one")] pub x: i64, });
entity!(bool_default "a" "A" { #[sea_orm(default_value = 1)] pub x: bool, });
entity!(long_default "a" "A" { #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "four")] pub x: String, });
entity!(no_choice "a" "A" { #[sea_orm(default_value = "c")] #[seadrift(choices("a", "b"))] pub x: String, });
entity!(extra "a" "A" { #[sea_orm(extra = "COLLATE NOCASE")] pub x: String, });
entity!(long_choice "a" "A" { #[sea_orm(column_type = "String(StringLen::N(3))")] #[seadrift(choices("one", "four"))] pub x: String, });
entity!(text_choice "a" "A" { #[seadrift(choices("one"))] pub x: i64, });
entity!(bound_text "a" "A" { #[seadrift(min = 1)] pub x: String, });
entity!(soft_text "a" "A" { #[seadrift(soft_ref = "shop.B")] pub x: String, });
entity!(target "shop_target" "Target" {
    #[sea_orm(unique)]
    pub code: String,
    pub name: String,
});
entity!(soft_and_hard "a" "A" {
    #[seadrift(soft_ref = "shop.Target")]
    pub x: i64,
    #[sea_orm(belongs_to, from = "x", to = "id")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(set_null "a" "A" {
    pub x: i64,
    #[sea_orm(belongs_to, from = "x", to = "id", on_delete = "SetNull")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(set_default "a" "A" {
    pub x: i64,
    #[sea_orm(belongs_to, from = "x", to = "id", on_update = "SetDefault")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(two_keys "a" "A" {
    pub x: i64,
    #[sea_orm(belongs_to, relation_enum = "One", from = "x", to = "id", on_delete = "Cascade")]
    pub one: BelongsTo<super::target::Entity>,
    #[sea_orm(belongs_to, relation_enum = "Two", from = "x", to = "id")]
    pub two: BelongsTo<super::target::Entity>,
});
entity!(two_indexes "a" "A" #[seadrift(index(columns("x")), index(columns("x"), filter = "x > 0"))] { pub x: i64, });
entity!(two_checks "a" "A" #[seadrift(check(name = "ck_a_x", sql = "x > 0"))] { #[seadrift(max = 3)] pub x: i64, });

mod native {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "Enum", enum_name = "tea")]
    pub enum Tea {
        #[sea_orm(string_value = "black")]
        Black,
    }
}
entity!(native_enum "a" "A" { pub x: super::native::Tea, });

mod enumeration {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
    pub enum Kind {
        #[sea_orm(string_value = "a")]
        A,
        #[sea_orm(string_value = "b")]
        B,
    }
}
entity!(other_choices "a" "A" { #[seadrift(choices("a", "c"))] pub x: super::enumeration::Kind, });

fn refusal<E: seadrift::entity::Declared>() -> String {
    let errors = declared_table::<E>().expect_err("refused");
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn an_entity_alone_is_refused_with_its_reason() {
    for (found, expected) in [
        (
            refusal::<in_schema::Entity>(),
            "shop.A: schema_name = \"other\" is not supported; leave it out, and set the connection's search_path",
        ),
        (
            refusal::<money::Entity>(),
            "shop.A.x: the type Decimal(None) is not in both databases; give precision and scale: column_type = \"Decimal(Some((19, 4)))\"",
        ),
        (
            refusal::<custom::Entity>(),
            "shop.A.x: the type citext is not in both databases; choose one of SeaORM's types for text, numbers, booleans, bytes, dates, times, JSON or UUIDs",
        ),
        (
            refusal::<native_enum::Entity>(),
            "shop.A.x: the type enum tea is not in both databases; write rs_type = \"String\", db_type = \"String(StringLen::N(…))\" at the enumeration: text, checked by its values",
        ),
        (
            refusal::<bytes::Entity>(),
            "shop.A.x: the default Value(Bytes(Some([1]))) is bytes, which the two databases spell differently; set it in code",
        ),
        (
            refusal::<text_default::Entity>(),
            "shop.A.x: the default \"one\" does not fit the type bigint; correct default_value or the type",
        ),
        (
            refusal::<bool_default::Entity>(),
            "shop.A.x: the default 1 does not fit the type boolean; correct default_value or the type",
        ),
        (
            refusal::<long_default::Entity>(),
            "shop.A.x: the default \"four\" does not fit the type varchar(3); correct default_value or the type",
        ),
        (refusal::<no_choice::Entity>(), "shop.A.x: the default 'c' is not among the values allowed: 'a', 'b'"),
        (
            refusal::<extra::Entity>(),
            "shop.A.x: extra = \"COLLATE NOCASE\" cannot be kept in the schema; write #[seadrift(check(…))] for a check",
        ),
        (
            refusal::<long_choice::Entity>(),
            "shop.A.x: the value 'four' does not fit the type varchar(3); correct the choices or the type",
        ),
        (
            refusal::<text_choice::Entity>(),
            "shop.A.x: the value 'one' does not fit the type bigint; correct the choices or the type",
        ),
        (
            refusal::<bound_text::Entity>(),
            "shop.A.x: min and max are for numbers, not for the type text; write #[seadrift(check(…))]",
        ),
        (refusal::<soft_text::Entity>(), "shop.A.x: a soft reference is an integer, not text"),
        (
            refusal::<soft_and_hard::Entity>(),
            "shop.A.x: is a soft reference and a foreign key; take soft_ref or the relation away",
        ),
        (
            refusal::<set_null::Entity>(),
            "shop.A.x: on_delete = \"SetNull\" would make it NULL, but it is not nullable; make it an Option or change the action",
        ),
        (
            refusal::<set_default::Entity>(),
            "shop.A.x: on_update = \"SetDefault\" without a default would make it NULL, but it is not nullable; make it an Option or change the action",
        ),
        (
            refusal::<two_keys::Entity>(),
            "shop.A: two relations make different foreign keys of (x); mark one of them skip_fk",
        ),
        (
            refusal::<two_indexes::Entity>(),
            "shop.A: two different indexes are named \"ix_a_x\"; give one of them another name",
        ),
        (
            refusal::<two_checks::Entity>(),
            "shop.A: two different checks are named \"ck_a_x\"; give one of them another name",
        ),
        (
            refusal::<other_choices::Entity>(),
            "shop.A.x: the choices are 'a', 'c', but the enumeration of the field has 'a', 'b'",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

entity!(same_table "shop_target" "Twin" { pub x: i64, });
entity!(same_model "shop_other" "target" { pub x: i64, });
entity!(far "shop_far" "Far" {
    pub target_id: i64,
    #[sea_orm(belongs_to, from = "target_id", to = "id")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(tarket "shop_tarket" "Tarket" { pub x: i64, });
entity!(by_name "shop_by_name" "ByName" {
    pub name: String,
    #[sea_orm(belongs_to, from = "name", to = "name")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(by_code "shop_by_code" "ByCode" {
    pub code: String,
    #[sea_orm(belongs_to, from = "code", to = "code")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(by_number "shop_by_number" "ByNumber" {
    pub number: i32,
    #[sea_orm(belongs_to, from = "number", to = "id")]
    pub target: BelongsTo<super::target::Entity>,
});
entity!(taken "shop_taken" "Taken" #[seadrift(index(columns("x"), name = "shop_target"), index(columns("y"), name = "uq_shop_target_code"))] {
    pub x: i64,
    pub y: i64,
});

mod by_missing_column {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "shop_by_missing")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub x: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter)]
    pub enum Relation {
        Target,
    }

    impl RelationTrait for Relation {
        fn def(&self) -> RelationDef {
            let mut relation: RelationDef =
                Entity::belongs_to(super::target::Entity).from(Column::X).to(super::target::Column::Id).into();
            relation.to_col = sea_orm::IntoIdentity::into_identity("key");
            relation
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

fn shop() -> App {
    App::new("shop")
}

fn refused(apps: impl IntoIterator<Item = App>) -> String {
    let project = apps.into_iter().fold(Project::new(), Project::app);
    let errors = project.schema().expect_err("refused");
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn entities_together_are_refused_with_their_reason() {
    for (found, expected) in [
        (
            refused([shop().model::<target::Entity>().model::<same_table::Entity>()]),
            "shop.Target and shop.Twin both have the table \"shop_target\"; register one entity a table",
        ),
        (
            refused([shop().model::<target::Entity>().model::<same_model::Entity>()]),
            "shop.target is the name of two models, with the tables \"shop_target\" and \"shop_other\"; rename one of them",
        ),
        (
            refused([shop(), App::new("bar"), shop().model::<target::Entity>()]),
            "the app \"shop\" is added to the project twice; add it once, with all of its models",
        ),
        (
            refused([App::new("bar").model::<target::Entity>()]),
            "shop.Target is registered in the app \"bar\"; register it in \"shop\", or declare app = \"bar\"",
        ),
        (
            refused([shop().model::<far::Entity>()]),
            "shop.Far.target_id: points at the table \"shop_target\", which no registered entity declares; register its entity in its app, correct the relation, or make the column a soft_ref",
        ),
        (
            refused([shop().model::<far::Entity>().model::<tarket::Entity>()]),
            "shop.Far.target_id: points at the table \"shop_target\", which no registered entity declares (did you mean \"shop_tarket\"?); register its entity in its app, correct the relation, or make the column a soft_ref",
        ),
        (
            refused([shop().model::<target::Entity>().model::<by_name::Entity>()]),
            "shop.ByName.name: points at shop.Target (name), which is neither its primary key nor unique; point at the primary key, or make it unique",
        ),
        (
            refused([shop().model::<target::Entity>().model::<by_number::Entity>()]),
            "shop.ByNumber.number: is integer, but points at shop.Target.id, which is bigint; give both one type",
        ),
        (
            refused([shop().model::<target::Entity>().plain::<by_missing_column::Entity>("M")]),
            "shop.M.x: points at shop.Target, which has no column \"key\"; correct `to` of the relation",
        ),
        (
            refused([shop().model::<target::Entity>().model::<taken::Entity>()]),
            "shop.Taken: the index \"shop_target\" is named like the table of shop.Target; names of tables and indexes are one set, rename one\n\
             shop.Target: the index \"uq_shop_target_code\" is named like an index of shop.Taken; names of tables and indexes are one set, rename one",
        ),
        (
            refused([shop().model::<target::Entity>().model::<soft_text::Entity>().model::<text_default::Entity>()]),
            "shop.A.x: a soft reference is an integer, not text\n\
             shop.A.x: the default \"one\" does not fit the type bigint; correct default_value or the type",
        ),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_unique_column_can_be_pointed_at() {
    let project = Project::new().app(shop().model::<target::Entity>().model::<by_code::Entity>());
    assert!(project.schema().is_ok(), "{:?}", project.schema());
}

#[test]
fn errors_name_their_object() {
    let object = |errors: Result<_, Vec<EntityError>>| errors.map(|_| ()).map_err(|e| e[0].object());
    assert_eq!(object(declared_table::<money::Entity>()), Err("shop.A.x".to_owned()));
    assert_eq!(object(declared_table::<two_keys::Entity>()), Err("shop.A".to_owned()));
}
