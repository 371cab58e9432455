//! Where `contracts/solidity/layout/AccessLayout.sol` puts things.

use crate::layout::Field;

pub(super) const READ_POLICY: Field = Field::new("readPolicy", 0, 0, 1);
pub(super) const GRANT_COUNT: Field = Field::new("grantCount", 0, 1, 8);
pub(super) const VISIBLE: Field = Field::new("visible", 1, 0, 32);
pub(super) const GRANTS: Field = Field::new("grants", 2, 0, 32);
pub(super) const WATERMARKS: Field = Field::new("sessionWatermark", 3, 0, 32);

pub(super) mod grant {
    use super::Field;

    pub(crate) const AUDITOR: Field = Field::new("Grant.auditor", 0, 0, 20);
    pub(crate) const FROM: Field = Field::new("Grant.from", 0, 20, 6);
    pub(crate) const UNTIL: Field = Field::new("Grant.until", 0, 26, 6);
    pub(crate) const SUBJECT: Field = Field::new("Grant.subject", 1, 0, 20);
    pub(crate) const REVOKED: Field = Field::new("Grant.revoked", 1, 20, 1);
}

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    READ_POLICY,
    GRANT_COUNT,
    VISIBLE,
    GRANTS,
    WATERMARKS,
    grant::AUDITOR,
    grant::FROM,
    grant::UNTIL,
    grant::SUBJECT,
    grant::REVOKED,
];
