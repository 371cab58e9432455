use alloy_trie::root::ordered_trie_root_encoded;
use althing_primitives::{
    B256, Bloom, Changes, Receipt,
    consensus::{Eip2718EncodableReceipt, TxReceipt},
    eips::eip7685::Requests,
};

/// What executing a block gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Executed {
    /// One receipt a transaction, in order.
    pub receipts: Vec<Receipt>,
    /// What the block did to the state.
    pub changes: Changes,
    /// Gas of all transactions.
    pub gas_used: u64,
    /// Blob gas of all transactions.
    pub blob_gas_used: u64,
    /// EIP-7685 requests, the governance delta last where there is one; empty before Prague.
    pub requests: Requests,
    /// Every receipt's bloom.
    pub bloom: Bloom,
    /// Root of the receipts, with their blooms.
    pub receipts_root: B256,
}

/// Root of the receipts, and their common bloom.
pub(crate) fn receipts_root(receipts: &[Receipt]) -> (B256, Bloom) {
    let mut all = Bloom::ZERO;
    let encoded: Vec<Vec<u8>> = receipts
        .iter()
        .map(|receipt| {
            let bloom = if receipt.logs.is_empty() { Bloom::ZERO } else { receipt.bloom() };
            all |= bloom;
            let mut out = Vec::with_capacity(receipt.eip2718_encoded_length_with_bloom(&bloom));
            receipt.eip2718_encode_with_bloom(&bloom, &mut out);
            out
        })
        .collect();
    (ordered_trie_root_encoded(&encoded), all)
}
