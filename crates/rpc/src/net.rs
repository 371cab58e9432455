//! `net_*`.

use crate::methods::Methods;
use althing_primitives::U64;

pub(crate) fn register(methods: &mut Methods) {
    methods.inline("net_version", 0, |api, _| Ok(api.spec.chain_id().to_string()));
    methods.inline("net_listening", 0, |_, _| Ok(true));
    methods.inline("net_peerCount", 0, |api, _| Ok(U64::from((api.status)().peers)));
}
