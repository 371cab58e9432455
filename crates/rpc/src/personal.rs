//! `personal_*`: signing with the published accounts of an insecure network.

use crate::{arguments::Arguments, error::RpcError, eth, methods::Methods};
use althing_primitives::{Address, Bytes};

pub(crate) fn register(methods: &mut Methods) {
    // The same signature as eth_sign, with the arguments the other way round and a password nobody needs.
    methods.inline("personal_sign", 3, |api, arguments: &mut Arguments<'_>| {
        let (message, address): (Bytes, Address) = (arguments.required()?, arguments.required()?);
        eth::sign_message(api, &address, &message)
    });
    methods.inline("personal_listAccounts", 0, |api, _| {
        Ok::<_, RpcError>(api.accounts.iter().flat_map(|accounts| accounts.addresses()).collect::<Vec<_>>())
    });
}
