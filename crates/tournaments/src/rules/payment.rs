//! How a payment goes from its form to being found, and what its form must hold.

use super::{settings::Method, status::words};
use crate::error::payment::{PaymentField, PaymentInvalid};

words! {
    /// Where a payment stands.
    PaymentStatus {
        /// Begun, by the old platform.
        Pending "pending" "Pending";
        /// Somebody has to look for it.
        Submitted "submitted" "Submitted";
        /// It is there.
        Verified "verified" "Verified";
        /// It is not there.
        Rejected "rejected" "Rejected";
        /// It was given back.
        Refunded "refunded" "Refunded";
    }
}

words! {
    /// What happens to a payment.
    PaymentStep {
        /// It was found.
        Verify "verify" "verify";
        /// It was not found.
        Reject "reject" "reject";
        /// It is given back.
        Refund "refund" "refund";
    }
}

/// Where a step leads from a state; nothing when there is no such step.
pub const fn target(from: PaymentStatus, step: PaymentStep) -> Option<PaymentStatus> {
    use PaymentStatus as S;
    Some(match (from, step) {
        (S::Pending | S::Submitted, PaymentStep::Verify) => S::Verified,
        (S::Pending | S::Submitted, PaymentStep::Reject) => S::Rejected,
        (S::Verified, PaymentStep::Refund) => S::Refunded,
        _ => return None,
    })
}

/// The states from which a step can be taken.
pub fn sources(step: PaymentStep) -> Vec<PaymentStatus> {
    PaymentStatus::ALL.iter().copied().filter(|from| target(*from, step).is_some()).collect()
}

/// What an entrant writes about money that they have sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// How.
    pub method: Method,
    /// How much, in minor units.
    pub amount: i64,
    /// The provider's reference.
    pub transaction_id: String,
    /// Number or account that it came from.
    pub payer_account: String,
    /// Token of the receipt.
    pub proof: String,
}

impl Submission {
    /// Without spaces around texts, and the reference in capitals: providers print it in either case.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        self.transaction_id = self.transaction_id.trim().to_ascii_uppercase();
        self.payer_account = self.payer_account.trim().to_owned();
        if self.method.is_mobile() {
            self.payer_account.retain(|c| !matches!(c, ' ' | '-'));
        }
        self.proof = self.proof.trim().to_owned();
        self
    }

    /// Every field that is wrong when this much is asked for by one of these methods.
    pub fn invalid(&self, fee: i64, methods: &[Method]) -> Vec<(PaymentField, PaymentInvalid)> {
        let mut wrong = Vec::new();
        if !self.method.is_money() || !methods.contains(&self.method) {
            wrong.push((PaymentField::Method, PaymentInvalid::Method));
        }
        if self.amount != fee {
            wrong.push((PaymentField::Amount, PaymentInvalid::Amount { asked: fee }));
        }
        if !is_reference(&self.transaction_id) {
            wrong.push((PaymentField::TransactionId, PaymentInvalid::Reference));
        }
        let account = if self.method.is_mobile() {
            (!is_mobile_number(&self.payer_account)).then_some(PaymentInvalid::MobileNumber)
        } else {
            let length = self.payer_account.chars().count();
            let printable = !self.payer_account.chars().any(char::is_control);
            (!(4..=64).contains(&length) || !printable).then_some(PaymentInvalid::Account)
        };
        wrong.extend(account.map(|invalid| (PaymentField::PayerAccount, invalid)));
        if self.proof.is_empty() {
            wrong.push((PaymentField::Proof, PaymentInvalid::NoProof));
        }
        wrong
    }
}

/// 6 to 64 letters and digits, with hyphens between them.
fn is_reference(text: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let signs = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    text.len() <= 64 && signs >= 6 && text.bytes().all(good) && !text.starts_with('-') && !text.ends_with('-')
}

/// `01XXXXXXXXX`, also with `+88` or `88` before it.
fn is_mobile_number(text: &str) -> bool {
    let national = text.strip_prefix("+88").or_else(|| text.strip_prefix("88")).unwrap_or(text);
    national.len() == 11 && national.starts_with("01") && national.bytes().all(|byte| byte.is_ascii_digit())
}
