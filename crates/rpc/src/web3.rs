//! `web3_*`.

use crate::methods::Methods;
use althing_primitives::{Bytes, keccak256};

pub(crate) fn register(methods: &mut Methods) {
    methods.inline("web3_clientVersion", 0, |api, _| Ok(api.config.client_version.clone()));
    methods.inline("web3_sha3", 1, |_, arguments| Ok(keccak256(arguments.required::<Bytes>()?)));
}
