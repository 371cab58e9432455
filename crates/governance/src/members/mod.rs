//! Members: who belongs to the consortium, with which accounts and participants.
//!
//! A ballot reads two slots here: the account's and the head of its member's record.

mod checkpoints;
mod electorate;
mod layout;
mod record;
mod roles;

pub(crate) use electorate::{
    Account, Electorate, Voter, account, electorate, is_active, sponsor, total_at, voter, votes_at,
};
pub(crate) use layout::LAYOUT;
pub(crate) use roles::{ADMIN, OPERATOR, VOTER};
