//! Ballots: one of each member for each proposal.

mod bits;
mod cast;
mod signature;

pub(crate) use bits::ballot_of;
pub(crate) use cast::call;
pub(crate) use signature::{NAME, VERSION, ballot_typehash, domain_answer, extended_ballot_typehash, nonce};
