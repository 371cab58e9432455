//! Members: who belongs to the consortium, with which accounts and participants.
//!
//! A ballot reads two slots here: the account's and the head of its member's record.

mod accounts;
mod call;
mod checkpoints;
mod electorate;
mod enrolment;
mod event;
mod invited;
mod layout;
mod participants;
mod record;
mod roles;
mod standing;
mod views;

pub(crate) use call::{call, effect};
pub(crate) use electorate::{
    Account, Electorate, Voter, account, electorate, is_active, sponsor, total_at, voter, votes_at,
};
pub(crate) use enrolment::{Invitation, acknowledge, activate_first, invite};
pub use invited::{is_acknowledgement, is_invited};
pub(crate) use layout::LAYOUT;
pub(crate) use roles::{ADMIN, OPERATOR};
pub(crate) use views::seconds;

use event::emit;
