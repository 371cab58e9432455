use super::server::Known;
use alloy_rpc_types_engine::{ForkchoiceState, ForkchoiceUpdated, PayloadStatus, PayloadStatusEnum};
use jsonrpsee::{
    RpcModule,
    types::{ErrorObjectOwned, Params, error::INVALID_PARAMS_CODE},
};
use serde_json::Value;

/// Versions differ in the payload attributes only, and none are taken.
const FORKCHOICE_UPDATED: [&str; 3] =
    ["engine_forkchoiceUpdatedV1", "engine_forkchoiceUpdatedV2", "engine_forkchoiceUpdatedV3"];
/// `Invalid payload attributes` (execution-apis, `engine/common.md`).
const INVALID_ATTRIBUTES: i32 = -38003;

pub(super) fn methods(known: Known) -> RpcModule<Known> {
    let mut module = RpcModule::new(known);
    for name in FORKCHOICE_UPDATED {
        module
            .register_method(name, |params, known, _| forkchoice_updated(&params, known))
            .expect("method names are distinct");
    }
    let exchange = |_: Params<'_>, _: &Known, _: &_| FORKCHOICE_UPDATED.to_vec();
    module.register_method("engine_exchangeCapabilities", exchange).expect("method names are distinct");
    module
}

/// `VALID` for a block of this chain, which stays as it is; `SYNCING` for any other.
fn forkchoice_updated(params: &Params<'_>, known: &Known) -> Result<ForkchoiceUpdated, ErrorObjectOwned> {
    let mut params = params.sequence();
    let state: ForkchoiceState = params.next().map_err(|_| invalid("invalid forkchoice state"))?;
    let attributes: Option<Value> = params.optional_next().map_err(|_| invalid("invalid payload attributes"))?;
    if attributes.is_some() {
        return Err(ErrorObjectOwned::owned(INVALID_ATTRIBUTES, "no payloads are built here", None::<()>));
    }
    let head = state.head_block_hash;
    let status = if known(&head) { PayloadStatusEnum::Valid } else { PayloadStatusEnum::Syncing };
    let valid = (status == PayloadStatusEnum::Valid).then_some(head);
    Ok(ForkchoiceUpdated::new(PayloadStatus::new(status, valid)))
}

fn invalid(reason: &'static str) -> ErrorObjectOwned {
    ErrorObjectOwned::owned(INVALID_PARAMS_CODE, reason, None::<()>)
}
