use crate::{Receipt, RecoveredBlock};
use std::sync::Arc;

/// A block that is final and durable here, with what executing it gave.
#[derive(Clone, Debug)]
pub struct CommittedBlock {
    /// The block with its senders.
    pub block: Arc<RecoveredBlock>,
    /// One receipt a transaction, in order.
    pub receipts: Arc<Vec<Receipt>>,
}
