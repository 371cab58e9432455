//! Where `contracts/solidity/layout/NodesLayout.sol` puts things.

use crate::layout::Field;

pub(super) const EPOCH_CHANGE: Field = Field::new("epochChange", 0, 0, 8);
pub(super) const SUSPEND_ON_EQUIVOCATION: Field = Field::new("suspendOnEquivocation", 0, 8, 1);
pub(super) const DECIDING: Field = Field::new("deciding", 0, 9, 2);
pub(super) const PLATFORMS: Field = Field::new("platforms", 0, 11, 1);
pub(super) const MINIMUM_TCB: Field = Field::new("minimumTcb", 0, 12, 8);
pub(super) const VENDOR_SHARE_MAX: Field = Field::new("vendorShareMax", 0, 20, 1);
pub(super) const LEASE: Field = Field::new("lease", 0, 21, 4);
pub(super) const VALIDATORS: Field = Field::new("validators", 1, 0, 32);
pub(super) const FOLLOWERS: Field = Field::new("followers", 2, 0, 32);
pub(super) const NODES: Field = Field::new("nodes", 3, 0, 32);
pub(super) const MEASUREMENTS: Field = Field::new("measurements", 4, 0, 32);
pub(super) const MEASUREMENT_POSITION: Field = Field::new("measurementPosition", 5, 0, 32);
pub(super) const EVIDENCE: Field = Field::new("evidence", 6, 0, 32);
pub(super) const FOLLOWERS_OF: Field = Field::new("followersOf", 7, 0, 32);
pub(super) const SUCCESSOR: Field = Field::new("successor", 8, 0, 32);

pub(super) mod node {
    use super::Field;

    pub(crate) const MEMBER: Field = Field::new("Node.member", 0, 0, 4);
    pub(crate) const STATUS: Field = Field::new("Node.status", 0, 4, 1);
    pub(crate) const SEAT: Field = Field::new("Node.seat", 0, 5, 1);
    pub(crate) const SUSPENDED: Field = Field::new("Node.suspended", 0, 6, 1);
    pub(crate) const SINCE: Field = Field::new("Node.since", 0, 7, 6);
    pub(crate) const POSITION: Field = Field::new("Node.position", 0, 13, 2);
    pub(crate) const EQUIVOCATIONS: Field = Field::new("Node.equivocations", 0, 15, 4);
    pub(crate) const MEASUREMENT: Field = Field::new("Node.measurement", 1, 0, 32);
    pub(crate) const HOST: Field = Field::new("Node.host", 2, 0, 32);
}

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    EPOCH_CHANGE,
    SUSPEND_ON_EQUIVOCATION,
    DECIDING,
    PLATFORMS,
    MINIMUM_TCB,
    VENDOR_SHARE_MAX,
    LEASE,
    VALIDATORS,
    FOLLOWERS,
    NODES,
    MEASUREMENTS,
    MEASUREMENT_POSITION,
    EVIDENCE,
    FOLLOWERS_OF,
    SUCCESSOR,
    node::MEMBER,
    node::STATUS,
    node::SEAT,
    node::SUSPENDED,
    node::SINCE,
    node::POSITION,
    node::EQUIVOCATIONS,
    node::MEASUREMENT,
    node::HOST,
];
