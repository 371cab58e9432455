/// Which edition of geth's answers to give.
///
/// Editions differ in two places: whether logs and transactions carry `blockTimestamp`, and the code
/// of a malformed storage key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edition {
    /// `blockTimestamp` everywhere; a malformed storage key is -32602.
    #[default]
    Current,
    /// geth before 1.16: no `blockTimestamp`; a malformed storage key is -32000.
    Geth115,
}

impl Edition {
    /// The timestamp where this edition has one.
    pub(crate) const fn timestamp(self, timestamp: u64) -> Option<u64> {
        match self {
            Self::Current => Some(timestamp),
            Self::Geth115 => None,
        }
    }
}
