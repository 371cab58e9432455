//! Governance as its callers see it: through the trampoline's protocol, on a metered host.

#![allow(unreachable_pub, reason = "its modules share what they have")]

mod attacks;
mod ballots;
mod constitution;
mod gas;
#[path = "../host/mod.rs"]
mod host;
mod model;
mod proposals;
#[rustfmt::skip]
mod reference;
mod steps;
mod views;
