use crate::{PooledTransaction, core::Core};
use althing_primitives::Address;
use std::{collections::BTreeMap, sync::Arc};

/// Numbers of transactions, for `txpool_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Status {
    /// Executable ones.
    pub pending: usize,
    /// Those that wait for a nonce or for funds.
    pub queued: usize,
}

/// Every pooled transaction by sender and nonce, for `txpool_content` and `txpool_inspect`.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Executable ones.
    pub pending: BTreeMap<Address, Vec<Arc<PooledTransaction>>>,
    /// Those that wait for a nonce or for funds.
    pub queued: BTreeMap<Address, Vec<Arc<PooledTransaction>>>,
}

impl Core {
    pub(crate) fn status(&self) -> Status {
        Status { pending: self.ready.len(), queued: self.queued.len() }
    }

    pub(crate) fn content(&self) -> Content {
        self.accounts.keys().fold(Content::default(), |mut content, sender| {
            self.add_content(&mut content, sender);
            content
        })
    }

    pub(crate) fn content_of(&self, sender: &Address) -> Content {
        let mut content = Content::default();
        self.add_content(&mut content, sender);
        content
    }

    fn add_content(&self, content: &mut Content, sender: &Address) {
        let Some((pending, queued)) = self.accounts.get(sender).map(|account| account.split()) else { return };
        if !pending.is_empty() {
            content.pending.insert(*sender, pending);
        }
        if !queued.is_empty() {
            content.queued.insert(*sender, queued);
        }
    }
}
