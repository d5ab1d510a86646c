//! A person who can sign in.

use sea_orm::entity::prelude::*;

/// Credentials and flags of one person. The player behind it is a profile.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "accounts_user")]
#[seadrift(
    app = "accounts",
    model = "User",
    label = "user",
    plural = "users",
    ordering("username"),
    list("username", "email", "is_staff", "is_active", "date_joined"),
    search("username", "email", "first_name", "last_name"),
    filter("is_active", "is_staff", "is_superuser", "is_verified"),
    name("username"),
    date = "date_joined"
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The name that this person signs in with.
    #[sea_orm(column_type = "String(StringLen::N(150))")]
    #[seadrift(label = "username", help = "Letters, digits and @ . + - _ only.")]
    pub username: String,
    /// The folded username; see `kernel` for the folding.
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    #[seadrift(
        label = "username, folded",
        help = "Computed; makes usernames unique without regard to case.",
        readonly
    )]
    pub username_ci: String,
    /// Given name.
    #[sea_orm(column_type = "String(StringLen::N(150))", default_value = "")]
    #[seadrift(label = "first name")]
    pub first_name: String,
    /// Family name.
    #[sea_orm(column_type = "String(StringLen::N(150))", default_value = "")]
    #[seadrift(label = "last name")]
    pub last_name: String,
    /// Where mail goes.
    #[sea_orm(column_type = "String(StringLen::N(254))")]
    #[seadrift(label = "e-mail", help = "Where mail goes; unique without regard to case.", format = "email")]
    pub email: String,
    /// The folded address.
    #[sea_orm(column_type = "String(StringLen::N(254))", unique)]
    #[seadrift(label = "e-mail, folded", help = "Computed; makes addresses unique without regard to case.", readonly)]
    pub email_ci: String,
    /// Whether the address is known to be this person's.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "verified", help = "The address is known to be this person's.")]
    pub is_verified: bool,
    /// When the address was verified.
    #[seadrift(label = "verified at", readonly)]
    pub email_verified_at: Option<DateTimeUtc>,
    /// Whether signing in is allowed.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", section = "Rights", help = "Switch off instead of deleting.")]
    pub is_active: bool,
    /// Whether the admin may be entered.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "staff", help = "May enter the administration.")]
    pub is_staff: bool,
    /// Whether everything is allowed.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "superuser", help = "May do everything without being asked.")]
    pub is_superuser: bool,
    /// Argon2id hash in PHC form.
    #[sea_orm(column_type = "String(StringLen::N(128))")]
    #[seadrift(label = "password", section = "Record", help = "Hash of the password; never the password.", secret)]
    pub password: String,
    /// When this person last signed in.
    #[seadrift(label = "last sign-in", readonly)]
    pub last_login: Option<DateTimeUtc>,
    /// When the account was made.
    #[seadrift(label = "joined", readonly)]
    pub date_joined: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
