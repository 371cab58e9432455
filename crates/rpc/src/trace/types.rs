use crate::arguments::{Argument, Json};
use alloy_rpc_types_trace::parity::TraceType;
use althing_evm::TraceTypes;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Which traces a client wants, as it names them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted(pub(super) TraceTypes);

impl<'de> Deserialize<'de> for Wanted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut types = TraceTypes::default();
        for name in Vec::<TraceType>::deserialize(deserializer)? {
            match name {
                TraceType::Trace => types.trace = true,
                TraceType::VmTrace => types.vm_trace = true,
                TraceType::StateDiff => types.state_diff = true,
            }
        }
        Ok(Self(types))
    }
}

impl Argument for Wanted {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        Json::decode(raw).map(|Json(wanted)| wanted)
    }
}
