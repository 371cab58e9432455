//! `eth_*`, one file a subject.

mod accounts;
mod blocks;
pub(crate) mod calls;
mod capabilities;
mod config;
mod fee_market;
mod fill;
mod filters;
mod hook;
mod logs;
mod proof;
mod simulate;
mod state;
mod status;
mod submit;
mod subscribe;
mod transactions;

pub(crate) use accounts::sign_message;
pub(crate) use blocks::receipt_context;
pub(crate) use submit::submit_parsed;

use crate::methods::Methods;

/// Everything but signing.
pub(crate) fn register(methods: &mut Methods) {
    accounts::register(methods);
    blocks::register(methods);
    calls::register(methods);
    capabilities::register(methods);
    config::register(methods);
    fee_market::register(methods);
    fill::register(methods);
    filters::register(methods);
    logs::register(methods);
    proof::register(methods);
    simulate::register(methods);
    state::register(methods);
    status::register(methods);
    submit::register(methods);
    subscribe::register(methods);
    transactions::register(methods);
}

/// Signing with the published accounts of an insecure network.
pub(crate) fn register_signing(methods: &mut Methods) {
    accounts::register_signing(methods);
}
