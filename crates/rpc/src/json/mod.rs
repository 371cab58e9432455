//! What goes over the wire, field for field as geth writes it.

mod block;
mod edition;
mod log;
mod payload;
mod quantity;
mod receipt;
mod transaction;

pub(crate) use block::{BlockJson, HeaderJson, Transactions};
pub use edition::Edition;
pub(crate) use log::{LogJson, LogPosition};
pub(crate) use payload::PayloadJson;
pub(crate) use quantity::{quantity, quantity_in, quantity_opt, quantity_wide, quantity_wide_opt};
pub(crate) use receipt::{ReceiptContext, ReceiptJson, TimedReceipt};
pub(crate) use transaction::{Inclusion, TransactionJson};
