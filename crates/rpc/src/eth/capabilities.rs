//! `eth_capabilities`: how far back each kind of data is kept (execution-apis 755).

use crate::{api::Api, arguments::Arguments, error::RpcError, json::quantity, methods::Methods};
use althing_primitives::{B256, BlockNumber};
use serde::Serialize;

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_capabilities", 0, capabilities);
}

#[derive(Clone, Serialize)]
struct Capabilities {
    head: Head,
    state: Resource,
    tx: Resource,
    logs: Resource,
    receipts: Resource,
    blocks: Resource,
    stateproofs: Resource,
}

#[derive(Clone, Serialize)]
struct Head {
    #[serde(serialize_with = "quantity")]
    number: BlockNumber,
    hash: B256,
}

/// A kind of data from its oldest block on. No `deleteStrategy`: windows here are bounded by size, not
/// by a count of blocks.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Resource {
    disabled: bool,
    #[serde(serialize_with = "quantity")]
    oldest_block: BlockNumber,
}

impl Resource {
    const fn since(oldest_block: BlockNumber) -> Self {
        Self { disabled: false, oldest_block }
    }
}

/// The ledger forgets nothing, so what is read from it goes back to the genesis.
fn capabilities(api: &Api, _: &mut Arguments<'_>) -> Result<Capabilities, RpcError> {
    let head = api.chain.head();
    let whole = Resource::since(0);
    Ok(Capabilities {
        head: Head { number: head.number, hash: head.hash },
        state: Resource::since(api.chain.storage().oldest_state()),
        tx: whole,
        logs: whole,
        receipts: whole,
        blocks: whole,
        stateproofs: Resource::since(api.chain.storage().oldest_proof()),
    })
}
