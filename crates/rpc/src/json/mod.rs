//! What goes over the wire, field for field as geth writes it.

mod block;
mod log;
mod receipt;
mod transaction;

pub(crate) use block::{BlockJson, HeaderJson, Transactions};
pub(crate) use log::{LogJson, LogPosition};
pub(crate) use receipt::{ReceiptContext, ReceiptJson};
pub(crate) use transaction::{Inclusion, TransactionJson};

use serde::Serializer;

/// Which edition of geth's answers to give.
///
/// Editions differ in two places: whether logs and transactions carry `blockTimestamp`, and the code
/// of a malformed storage key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// `blockTimestamp` everywhere; a malformed storage key is -32602.
    #[default]
    Current,
    /// geth before 1.16: no `blockTimestamp`; a malformed storage key is -32000.
    Geth115,
}

impl Edition {
    /// The timestamp where this edition has one.
    pub(crate) const fn timestamp(self, timestamp: u64) -> Option<u64> {
        match self {
            Self::Current => Some(timestamp),
            Self::Geth115 => None,
        }
    }
}

/// A quantity: `0x` and digits without leading zeros.
pub(crate) fn quantity<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:#x}"))
}

/// [`quantity`], or `null`.
pub(crate) fn quantity_opt<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => quantity(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// [`quantity`] of up to 128 bits.
pub(crate) fn quantity_wide<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:#x}"))
}

/// [`quantity_wide`], or `null`.
pub(crate) fn quantity_wide_opt<S: Serializer>(value: &Option<u128>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => quantity_wide(value, serializer),
        None => serializer.serialize_none(),
    }
}
