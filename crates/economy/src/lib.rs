//! Economy: coins, wallets and the ledger. Only this crate writes wallets.

pub mod model;
pub mod service;
mod store;

pub use model::{transaction::Model as Transaction, wallet::Model as Wallet};

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("economy")
        .model::<model::wallet::Entity>()
        .model::<model::transaction::Entity>()
        .model::<model::coin_policy::Entity>()
        .migrations(seadrift::migrations!())
}
