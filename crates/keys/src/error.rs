use thiserror::Error;

/// Why a sealed record does not open. Says nothing of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum OpenError {
    /// Shorter than salt, commitment and tag.
    #[error("sealed record is too short")]
    Short,
    /// A block sealed under another salt than the one its hash prescribes.
    #[error("sealed block has a salt that is not canonical")]
    Salt,
    /// Sealed under another ledger secret, purpose, network or place.
    #[error("sealed record is of another key or place")]
    Key,
    /// Ciphertext or authenticated data were altered.
    #[error("sealed record was altered")]
    Altered,
}

/// A checkpoint sealed more values than its counter can number (2³²); start another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a checkpoint cannot seal more than 2^32 values")]
pub struct CounterExhausted;
