//! Blocks, their counts and their uncles. What is not there is `null`.

use crate::{
    arguments::Arguments,
    block_ref::{BlockRef, HeightRef},
    error::RpcError,
    json::{BlockJson, ReceiptContext, ReceiptJson, Transactions},
    methods::{Methods, Reads},
    prices::Prices,
};
use althing_primitives::{B256, CommittedBlock, RecoveredBlock, U64};
use std::sync::Arc;

pub(super) fn register(methods: &mut Methods) {
    methods.reading("eth_getBlockByHash", 2, |reads, arguments| {
        let block = by_hash(arguments)?;
        show(reads, block, arguments)
    });
    methods.reading("eth_getBlockByNumber", 2, |reads, arguments| {
        let block = by_number(arguments)?;
        show(reads, block, arguments)
    });
    methods.reading("eth_getBlockReceipts", 1, receipts);
    methods.reading("eth_getBlockTransactionCountByHash", 1, |reads, arguments| {
        count(reads, by_hash(arguments)?, |block| block.block().body.transactions.len())
    });
    methods.reading("eth_getBlockTransactionCountByNumber", 1, |reads, arguments| {
        count(reads, by_number(arguments)?, |block| block.block().body.transactions.len())
    });
    methods.reading("eth_getUncleCountByBlockHash", 1, |reads, arguments| {
        count(reads, by_hash(arguments)?, |block| block.block().body.ommers.len())
    });
    methods.reading("eth_getUncleCountByBlockNumber", 1, |reads, arguments| {
        count(reads, by_number(arguments)?, |block| block.block().body.ommers.len())
    });
    methods.reading("eth_getUncleByBlockHashAndIndex", 2, |reads, arguments| {
        let block = by_hash(arguments)?;
        uncle(reads, block, arguments)
    });
    methods.reading("eth_getUncleByBlockNumberAndIndex", 2, |reads, arguments| {
        let block = by_number(arguments)?;
        uncle(reads, block, arguments)
    });
}

/// A block argument that is a hash.
pub(super) fn by_hash(arguments: &mut Arguments<'_>) -> Result<BlockRef, RpcError> {
    let hash: B256 = arguments.required()?;
    Ok(BlockRef::Hash { hash, canonical: false })
}

/// A block argument that is a height or a tag.
pub(super) fn by_number(arguments: &mut Arguments<'_>) -> Result<BlockRef, RpcError> {
    let HeightRef(block) = arguments.required()?;
    Ok(block)
}

/// The block, `None` where there is none.
pub(super) fn find(reads: Reads<'_>, block: BlockRef) -> Result<Option<Arc<RecoveredBlock>>, RpcError> {
    let chain = &reads.api.chain;
    chain.number(block).map(|number| chain.block(number, reads.reach)).transpose()
}

fn show(reads: Reads<'_>, block: BlockRef, arguments: &mut Arguments<'_>) -> Result<Option<BlockJson>, RpcError> {
    let transactions = match arguments.optional::<bool>()? {
        Some(true) => Transactions::Full,
        _ => Transactions::Hashes,
    };
    let Some(block) = find(reads, block)? else { return Ok(None) };
    let prices = match transactions {
        Transactions::Full => Prices::of(reads, &block)?,
        Transactions::Hashes => Prices::by_header(reads.api.pricing, &block),
    };
    Ok(Some(BlockJson::new(&block, transactions, &prices, reads.api.config.edition)))
}

fn count(reads: Reads<'_>, block: BlockRef, of: impl Fn(&RecoveredBlock) -> usize) -> Result<Option<U64>, RpcError> {
    Ok(find(reads, block)?.map(|block| U64::from(of(&block))))
}

fn uncle(reads: Reads<'_>, block: BlockRef, arguments: &mut Arguments<'_>) -> Result<Option<BlockJson>, RpcError> {
    let index: u64 = arguments.required()?;
    let Some(block) = find(reads, block)? else { return Ok(None) };
    let uncle = usize::try_from(index).ok().and_then(|index| block.block().body.ommers.get(index));
    Ok(uncle.map(BlockJson::uncle))
}

fn receipts(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<Option<Vec<ReceiptJson>>, RpcError> {
    let block: BlockRef = arguments.required()?;
    let chain = &reads.api.chain;
    let Some(number) = chain.number(block) else { return Ok(None) };
    let block = chain.committed(number, reads.reach)?;
    Ok(Some(receipt_context(reads, &block)?.all()))
}

/// What the receipts of a block are shown with.
pub(crate) fn receipt_context<'a>(reads: Reads<'_>, block: &'a CommittedBlock) -> Result<ReceiptContext<'a>, RpcError> {
    Ok(ReceiptContext {
        block: &block.block,
        receipts: &block.receipts,
        blob_gas_price: super::fee_market::blob_base_fee(reads.api, &block.block.header),
        prices: Prices::of(reads, &block.block)?,
        edition: reads.api.config.edition,
    })
}
