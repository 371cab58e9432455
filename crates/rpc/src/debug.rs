//! `debug_*`: what developers look into.

use crate::{
    arguments::Arguments,
    block_ref::BlockRef,
    error::RpcError,
    methods::{Methods, Reads},
};
use althing_primitives::{
    B256, Bytes, RecoveredBlock,
    consensus::{Eip2718EncodableReceipt, TxReceipt},
    eips::eip2718::Encodable2718,
    rlp,
};
use std::sync::Arc;

pub(crate) fn register(methods: &mut Methods) {
    methods.reading("debug_getRawHeader", 1, |reads, arguments| {
        Ok(Bytes::from(rlp::encode(&block(reads, arguments)?.header)))
    });
    methods.reading("debug_getRawBlock", 1, |reads, arguments| {
        Ok(Bytes::from(rlp::encode(block(reads, arguments)?.block())))
    });
    methods.reading("debug_getRawReceipts", 1, raw_receipts);
    methods.reading("debug_getRawTransaction", 1, raw_transaction);
}

fn block(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Arc<RecoveredBlock>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let number = reads.api.chain.number(block).ok_or_else(|| not_found(block))?;
    reads.api.chain.block(number, reads.reach)
}

fn not_found(block: BlockRef) -> RpcError {
    match block {
        BlockRef::Number(number) => RpcError::refused(format!("block #{number} not found")),
        _ => RpcError::refused("block not found"),
    }
}

/// EIP-2718 bytes of each receipt, with its bloom.
fn raw_receipts(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Vec<Bytes>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let number = reads.api.chain.number(block).ok_or_else(|| not_found(block))?;
    let committed = reads.api.chain.committed(number, reads.reach)?;
    let encode = |receipt: &althing_primitives::Receipt| {
        let mut out = Vec::new();
        receipt.eip2718_encode_with_bloom(&receipt.bloom(), &mut out);
        Bytes::from(out)
    };
    Ok(committed.receipts.iter().map(encode).collect())
}

fn raw_transaction(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Bytes, RpcError> {
    let hash: B256 = arguments.required()?;
    if let Some(pooled) = reads.api.pool.get(&hash) {
        return Ok(pooled.encoded().into());
    }
    let Some((number, index)) = reads.api.chain.position(&hash)? else { return Ok(Bytes::new()) };
    let block = reads.api.chain.block(number, reads.reach)?;
    Ok(block.block().body.transactions.get(index).map(|tx| tx.encoded_2718().into()).unwrap_or_default())
}
