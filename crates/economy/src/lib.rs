//! Economy: coins, wallets and the ledger. Only this crate writes wallets.
//!
//! Every movement is a transfer between two wallets: it has two entries that sum to zero, and never changes. Coins
//! come from the treasury, which may be overdrawn and is the only wallet that may, so that all wallets together
//! always hold nothing. [`verify`](service::verify) proves it.

pub mod error;
pub mod model;
pub mod rules;
pub mod service;
mod store;

pub use error::{
    AdjustRefusal, EntryFeeRefusal, PolicyRefusal, PrizeRefusal, RefundRefusal, ReverseRefusal, TransferRefusal,
};
pub use model::{transaction::Model as Transaction, transfer::Model as Transfer, wallet::Model as Wallet};
pub use rules::{About, Facts, Filter, Holder, NewTransfer, Placement, Reason, split};
pub use service::Receipt;

/// This app: its entities and its migrations.
pub fn app() -> seadrift::project::App {
    seadrift::project::App::new("economy")
        .model::<model::wallet::Entity>()
        .model::<model::transfer::Entity>()
        .model::<model::transaction::Entity>()
        .model::<model::coin_policy::Entity>()
        .migrations(seadrift::migrations!())
}
