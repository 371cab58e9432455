//! A proposal as its voters want to see it.

mod name;
mod read;
mod text;

pub(crate) use name::ProposalName;
pub(crate) use read::{Ballot, Failure, Proposal};
