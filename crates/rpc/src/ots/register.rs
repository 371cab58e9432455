use super::{blocks, origins, search, transactions};
use crate::{
    arguments::{Argument, Arguments, Count},
    block_ref::{BlockRef, HeightRef},
    chain::state_error,
    error::RpcError,
    methods::{Methods, Reads},
};
use althing_primitives::Address;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Level of the API that is served.
const API_LEVEL: u64 = 8;

pub(crate) fn register(methods: &mut Methods) {
    methods.inline("ots_getApiLevel", 0, |_, _| Ok(API_LEVEL));
    methods.reading("erigon_getHeaderByNumber", 1, blocks::header);
    methods.reading("ots_hasCode", 2, has_code);
    methods.reading("ots_getBlockDetails", 1, |reads, arguments| {
        let Height(block) = arguments.required()?;
        blocks::details(reads, block)
    });
    methods.reading("ots_getBlockDetailsByHash", 1, |reads, arguments| {
        blocks::details(reads, BlockRef::Hash { hash: arguments.required()?, canonical: false })
    });
    methods.reading("ots_getBlockTransactions", 3, blocks::transactions);
    methods.working("ots_getInternalOperations", 1, transactions::internal_operations);
    methods.working("ots_getTransactionError", 1, transactions::error);
    methods.working("ots_traceTransaction", 1, transactions::trace);
    methods.working("ots_getTransactionBySenderAndNonce", 2, origins::by_sender_and_nonce);
    methods.working("ots_getContractCreator", 1, origins::contract_creator);
    methods.working("ots_searchTransactionsBefore", 3, |reads, arguments| {
        search::search(reads, arguments, search::Direction::Before)
    });
    methods.working("ots_searchTransactionsAfter", 3, |reads, arguments| {
        search::search(reads, arguments, search::Direction::After)
    });
}

/// A height that Otterscan sends as a JSON number and others as text, or a tag.
pub(super) struct Height(pub(super) BlockRef);

impl Argument for Height {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        match Count::decode(raw) {
            Ok(Count(number)) => Ok(Self(BlockRef::Number(number))),
            Err(_) => HeightRef::decode(raw).map(|HeightRef(block)| Self(block)),
        }
    }
}

fn has_code(reads: Reads<'_>, arguments: &mut Arguments<'_>) -> Result<bool, RpcError> {
    let address: Address = arguments.required()?;
    let block = arguments.optional()?.map_or(BlockRef::Latest, |AnyBlock(block)| block);
    let view = reads.api.chain.view(block, reads.reach)?;
    Ok(view.account(&address).map_err(state_error)?.is_some_and(|account| account.has_code()))
}

/// A block by tag, hash, text or JSON number.
struct AnyBlock(BlockRef);

impl Argument for AnyBlock {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        match raw.get().parse() {
            Ok(number) => Ok(Self(BlockRef::Number(number))),
            Err(_) => BlockRef::decode(raw).map(Self),
        }
    }
}
