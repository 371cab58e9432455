//! Where the chain and this node are.

use crate::{json::quantity, methods::Methods};
use althing_primitives::{Address, U64};
use serde::Serialize;

pub(super) fn register(methods: &mut Methods) {
    methods.inline("eth_chainId", 0, |api, _| Ok(U64::from(api.spec.chain_id())));
    methods.inline("eth_blockNumber", 0, |api, _| Ok(U64::from(api.chain.head().number)));
    methods.inline("eth_syncing", 0, |api, _| {
        Ok(match (api.status)().syncing {
            None => Syncing::No(false),
            Some(progress) => Syncing::Yes {
                starting_block: progress.starting_block,
                current_block: progress.current_block,
                highest_block: progress.highest_block,
            },
        })
    });
    // Whoever proposes is paid at the address in the header; this node has none of its own.
    methods.inline("eth_coinbase", 0, |_, _| Ok(Address::ZERO));
    methods.inline("eth_mining", 0, |_, _| Ok(false));
    methods.inline("eth_hashrate", 0, |_, _| Ok(U64::ZERO));
    methods.inline("eth_protocolVersion", 0, |_, _| Ok(U64::from(68)));
}

#[derive(Clone, Serialize)]
#[serde(untagged)]
enum Syncing {
    No(bool),
    #[serde(rename_all = "camelCase")]
    Yes {
        #[serde(serialize_with = "quantity")]
        starting_block: u64,
        #[serde(serialize_with = "quantity")]
        current_block: u64,
        #[serde(serialize_with = "quantity")]
        highest_block: u64,
    },
}
