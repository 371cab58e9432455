//! Where `contracts/solidity/layout/MembersLayout.sol` puts things.

use crate::layout::Field;

pub(super) const MEMBER_COUNT: Field = Field::new("memberCount", 0, 0, 4);
pub(super) const ACTIVE: Field = Field::new("active", 0, 4, 4);
pub(super) const ACTIVE_CLASS_0: Field = Field::new("activeClass0", 0, 8, 4);
pub(super) const ACTIVE_CLASS_1: Field = Field::new("activeClass1", 0, 12, 4);
pub(super) const VERSION: Field = Field::new("version", 0, 16, 8);
pub(super) const SUSPENDED: Field = Field::new("suspended", 0, 24, 4);
pub(super) const MEMBERS: Field = Field::new("members", 1, 0, 32);
pub(super) const ACCOUNTS: Field = Field::new("accounts", 2, 0, 32);
pub(super) const VOTING_FOR: Field = Field::new("votingFor", 3, 0, 32);
pub(super) const TOTALS: Field = Field::new("totals", 4, 0, 32);

pub(super) mod member {
    use super::Field;

    pub(crate) const STATUS: Field = Field::new("Member.status", 0, 0, 1);
    pub(crate) const CLASS: Field = Field::new("Member.class", 0, 1, 1);
    pub(crate) const SINCE: Field = Field::new("Member.since", 0, 2, 6);
    pub(crate) const SINCE_VERSION: Field = Field::new("Member.sinceVersion", 0, 8, 8);
    pub(crate) const ACCOUNT: Field = Field::new("Member.account", 1, 0, 20);
    pub(crate) const ENCRYPTION_KEY: Field = Field::new("Member.encryptionKey", 2, 0, 32);
    pub(crate) const CERTIFICATE: Field = Field::new("Member.certificateFingerprint", 3, 0, 32);
    pub(crate) const ACKNOWLEDGED: Field = Field::new("Member.acknowledged", 4, 0, 32);
    pub(crate) const NAME: Field = Field::new("Member.name", 5, 0, 32);
    pub(crate) const ACCOUNTS: Field = Field::new("Member.accounts", 6, 0, 32);
    pub(crate) const HISTORY: Field = Field::new("Member.history", 7, 0, 32);
}

pub(super) mod account {
    use super::Field;

    pub(crate) const MEMBER: Field = Field::new("Account.member", 0, 0, 4);
    pub(crate) const ROLES: Field = Field::new("Account.roles", 0, 4, 1);
    pub(crate) const SPONSOR: Field = Field::new("Account.sponsor", 0, 5, 4);
}

pub(crate) mod checkpoint {
    use super::Field;

    pub(crate) const TIME: Field = Field::new("Checkpoint.time", 0, 0, 6);
    pub(crate) const VALUE: Field = Field::new("Checkpoint.value", 0, 6, 26);
}

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    MEMBER_COUNT,
    ACTIVE,
    ACTIVE_CLASS_0,
    ACTIVE_CLASS_1,
    VERSION,
    SUSPENDED,
    MEMBERS,
    ACCOUNTS,
    VOTING_FOR,
    TOTALS,
    member::STATUS,
    member::CLASS,
    member::SINCE,
    member::SINCE_VERSION,
    member::ACCOUNT,
    member::ENCRYPTION_KEY,
    member::CERTIFICATE,
    member::ACKNOWLEDGED,
    member::NAME,
    member::ACCOUNTS,
    member::HISTORY,
    account::MEMBER,
    account::ROLES,
    account::SPONSOR,
    checkpoint::TIME,
    checkpoint::VALUE,
];
