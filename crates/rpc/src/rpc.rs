//! `rpc_*`: what the server says of itself.

use crate::methods::Methods;
use std::collections::BTreeMap;

pub(crate) fn register(methods: &mut Methods) {
    methods.inline("rpc_modules", 0, |api, _| {
        let names = ["althing", "debug", "eth", "net", "rpc", "txpool", "web3"];
        let personal = api.accounts.is_some().then_some("personal");
        let testing = api.spec.is_insecure().then_some("testing");
        Ok(names.into_iter().chain(personal).chain(testing).map(|name| (name, "1.0")).collect::<BTreeMap<_, _>>())
    });
}
