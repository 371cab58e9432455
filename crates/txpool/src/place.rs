/// Where a transaction stands in the pool. Sorted by sponsor, so that one sponsor's are a range; a
/// sender's are in nonce order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) sponsor: u32,
    pub(crate) lane: Lane,
    /// Grows with every place that is given.
    pub(crate) number: u64,
}

/// Which part of a block a transaction may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// A member's call of a system contract, with nothing but such calls of its sender before it.
    System,
    /// All others.
    Open,
}

impl Place {
    pub(crate) const fn open(sponsor: u32, number: u64) -> Self {
        Self { sponsor, lane: Lane::Open, number }
    }

    /// Before every place of this sponsor.
    pub(crate) const fn first_of(sponsor: u32) -> Self {
        Self { sponsor, lane: Lane::System, number: 0 }
    }

    /// After every place of this sponsor.
    pub(crate) const fn last_of(sponsor: u32) -> Self {
        Self { sponsor, lane: Lane::Open, number: u64::MAX }
    }
}
