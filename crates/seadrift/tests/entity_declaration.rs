//! What `#[derive(seadrift::Declare)]` hands out at run time, in the dense and the plain format.

#![allow(missing_docs)]

use seadrift::{
    entity::{Choice, ChoiceValue, Declared, Format, Number, SortKey},
    schema::Literal,
};

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "accounts_user")]
    #[seadrift(app = "accounts", model = "User")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(unique)]
        pub username: String,
        #[sea_orm(has_many)]
        pub registrations: HasMany<super::registration::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod registration {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
    #[sea_orm(rs_type = "String", db_type = "String(StringLen::N(8))")]
    pub enum Kind {
        #[sea_orm(string_value = "solo")]
        Solo,
        #[sea_orm(string_value = "team")]
        Team,
    }

    /// A place in a tournament,
    /// asked for or given.
    ///
    /// Not shown.
    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "tournaments_registration")]
    #[seadrift(
        app = "tournaments",
        model = "Registration",
        label = "registration",
        plural = "registrations",
        was = "tournaments_entry",
        was = "tournaments_signup",
        ordering("-created_at", "id"),
        list("user", "status"),
        search("status"),
        filter("status", "kind"),
        name("status", "slot_number"),
        date = "created_at",
        append_only,
        check(name = "registration_user_xor_team", sql = "(user_id IS NULL) <> (team_id IS NULL)"),
        index(columns("tournament_id", "-created_at")),
        index(
            columns("tournament_id", "slot_number"),
            unique,
            filter = "slot_number IS NOT NULL",
            name = "unique_slot"
        ),
        index(sql = "lower(status)", unique)
    )]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "pending")]
        #[seadrift(label = "state", help = "Where it stands.", choices("pending", "confirmed" = "Sure"))]
        pub status: String,
        pub kind: Option<Kind>,
        pub user_id: Option<i64>,
        /// The team.
        #[seadrift(soft_ref = "teams.Team")]
        pub team_id: Option<i64>,
        #[seadrift(soft_ref = "tournaments.Tournament")]
        pub tournament_id: i64,
        pub slot_number: Option<i32>,
        #[seadrift(was = "coins", was = "fee", min = 0, max = 100)]
        pub amount: i64,
        #[seadrift(choices(1 = "One", -2))]
        pub round: i32,
        pub created_at: DateTimeUtc,
        #[sea_orm(belongs_to, from = "user_id", to = "id", on_delete = "Cascade")]
        pub user: BelongsTo<Option<super::user::Entity>>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod plain {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "economy_rate", rename_all = "camelCase")]
    #[seadrift(app = "economy", model = "ExchangeRate", ordering("dayOf"))]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub day_of: Date,
        #[seadrift(min = -1.0e-3, max = 0.5)]
        #[sea_orm(column_name = "rate")]
        pub rate_of_day: f64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod payout {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
    #[sea_orm(table_name = "economy_payout")]
    #[seadrift(app = "economy", model = "Payout", date = "paid_on")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        #[seadrift(section = "Money", money = "currency")]
        pub amount: i64,
        pub currency: String,
        #[seadrift(section = "Proof", format = "email")]
        pub email: Option<String>,
        #[seadrift(format = "url")]
        pub link: String,
        #[seadrift(format = "image")]
        pub photo: String,
        #[seadrift(format = "file", readonly)]
        pub invoice: Option<String>,
        #[seadrift(multiline)]
        pub note: String,
        #[seadrift(secret)]
        pub token: String,
        pub paid_on: Option<Date>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[test]
fn a_dense_model_declares_everything_once() {
    let declared = registration::Entity::declaration();
    assert_eq!(declared.name(), "tournaments.Registration");
    assert_eq!((declared.label, declared.plural), ("registration", "registrations"));
    assert_eq!(declared.doc, "A place in a tournament, asked for or given.");
    assert_eq!(declared.was, ["tournaments_entry", "tournaments_signup"]);
    let key = |column, descending| SortKey { column, descending };
    assert_eq!(declared.ordering, [key("created_at", true), key("id", false)]);
    assert_eq!(declared.list, ["user", "status"]);
    assert_eq!(declared.search, ["status"]);
    assert_eq!((declared.filter, declared.naming), (&["status", "kind"][..], &["status", "slot_number"][..]));
    assert_eq!((declared.date, declared.append_only), (Some("created_at"), true));
    assert_eq!(declared.checks[0].name, "registration_user_xor_team");
    assert_eq!(declared.checks[0].sql, "(user_id IS NULL) <> (team_id IS NULL)");
    assert_eq!(declared.indexes.len(), 3);
    assert_eq!(declared.indexes[0].columns, [key("tournament_id", false), key("created_at", true)]);
    assert_eq!(declared.indexes[1].filter, Some("slot_number IS NOT NULL"));
    assert_eq!((declared.indexes[1].name, declared.indexes[1].unique), (Some("unique_slot"), true));
    assert_eq!((declared.indexes[2].sql, declared.indexes[2].unique), (Some("lower(status)"), true));
    assert_eq!(declared.relation("user").map(|r| r.columns), Some(&["user_id"][..]));
    assert!(declared.relation("status").is_none());
}

#[test]
fn columns_declare_labels_choices_references_and_bounds() {
    let declared = registration::Entity::declaration();
    let column = |name: &str| declared.column(name).unwrap();
    let names: Vec<_> = declared.columns.iter().map(|c| c.name).collect();
    let expected = "id status kind user_id team_id tournament_id slot_number amount round created_at";
    assert_eq!(names.join(" "), expected);

    assert_eq!((column("status").label, column("status").help), ("state", "Where it stands."));
    assert_eq!((column("created_at").label, column("user_id").label), ("created at", "user"));
    assert_eq!((column("team_id").soft_ref, column("team_id").doc), (Some("teams.Team"), "The team."));
    assert_eq!(column("amount").was, ["coins", "fee"]);
    assert_eq!((column("amount").min, column("amount").max), (Some(Number::Int(0)), Some(Number::Int(100))));
    let choice = |value, label| Choice { value, label };
    let (pending, confirmed) = (ChoiceValue::Text("pending"), ChoiceValue::Text("confirmed"));
    assert_eq!(column("status").choices, [choice(pending, "Pending"), choice(confirmed, "Sure")]);
    let (one, minus_two) = (ChoiceValue::Int(1), ChoiceValue::Int(-2));
    assert_eq!(column("round").choices, [choice(one, "One"), choice(minus_two, "-2")]);
}

#[test]
fn columns_declare_how_forms_and_pages_treat_them() {
    let declared = payout::Entity::declaration();
    assert_eq!((declared.date, declared.append_only), (Some("paid_on"), false));
    let column = |name: &str| declared.column(name).unwrap();
    let flags = |name: &str| {
        let c = column(name);
        [("secret", c.secret), ("readonly", c.readonly), ("multiline", c.multiline), ("editable", c.editable())]
            .iter()
            .filter_map(|(word, holds)| holds.then_some(*word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for (name, format, section, words) in [
        ("id", None, None, "editable"),
        ("amount", None, Some("Money"), "editable"),
        ("currency", None, Some("Money"), "editable"),
        ("email", Some(Format::Email), Some("Proof"), "editable"),
        ("link", Some(Format::Url), Some("Proof"), "editable"),
        ("photo", Some(Format::Image), Some("Proof"), "editable"),
        ("invoice", Some(Format::File), Some("Proof"), "readonly"),
        ("note", None, Some("Proof"), "multiline editable"),
        ("token", None, Some("Proof"), "secret"),
    ] {
        assert_eq!((column(name).format, column(name).section), (format, section), "{name}");
        assert_eq!(flags(name), words, "{name}");
    }
    assert_eq!((column("amount").money, column("currency").money), (Some("currency"), None));
}

#[test]
fn the_values_of_an_enumeration_are_known() {
    let declared = registration::Entity::declaration();
    let text = |value: &str| Literal::Text(value.to_owned());
    assert_eq!(declared.column("kind").unwrap().allowed(), [text("solo"), text("team")]);
    assert_eq!(declared.column("status").unwrap().allowed(), [text("pending"), text("confirmed")]);
    assert!(declared.column("amount").unwrap().allowed().is_empty());
}

#[test]
fn a_plain_model_declares_too_and_labels_have_defaults() {
    let declared = plain::Entity::declaration();
    assert_eq!((declared.label, declared.plural, declared.doc), ("exchange rate", "exchange rates", ""));
    assert_eq!(declared.columns.iter().map(|c| c.name).collect::<Vec<_>>(), ["dayOf", "rate"]);
    assert_eq!(declared.columns[1].min, Some(Number::Float(-0.001)));
    let user = user::Entity::declaration();
    assert_eq!(user.name(), "accounts.User");
    assert_eq!((user.date, user.append_only, user.filter.len(), user.naming.len()), (None, false, 0, 0));
}
