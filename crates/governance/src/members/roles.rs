//! What an account may do for its member, as bits.

/// Manages accounts and participants.
pub(crate) const ADMIN: u8 = 1;
/// Proposes, and casts the member's ballot.
pub(crate) const VOTER: u8 = 2;
/// Manages the member's nodes.
pub(crate) const OPERATOR: u8 = 4;
/// Every role.
pub(crate) const ALL: u8 = ADMIN | VOTER | OPERATOR;
