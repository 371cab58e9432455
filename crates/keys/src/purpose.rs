/// What a key is for. Every purpose has its own keys; none opens what another sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Bodies of blocks, on the wire and in the ledger.
    Block = 1,
    /// Senders, receipts and changesets in the ledger.
    Derived = 2,
    /// Values and keys of the state in a checkpoint.
    State = 3,
    /// Transaction, topic and history indexes.
    Index = 4,
    /// Transactions of the pool between nodes.
    Pool = 5,
    /// Block randomness (`mixHash`).
    Randomness = 6,
    /// Session tokens.
    Session = 7,
    /// Consensus journals.
    Journal = 8,
}

impl Purpose {
    /// All purposes, by ascending number.
    pub(crate) const ALL: [Self; 8] = [
        Self::Block,
        Self::Derived,
        Self::State,
        Self::Index,
        Self::Pool,
        Self::Randomness,
        Self::Session,
        Self::Journal,
    ];

    /// Position in [`Purpose::ALL`].
    pub(crate) const fn index(self) -> usize {
        self as usize - 1
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Derived => "derived",
            Self::State => "state",
            Self::Index => "index",
            Self::Pool => "pool",
            Self::Randomness => "randomness",
            Self::Session => "session",
            Self::Journal => "journal",
        }
    }
}

/// What stands behind the secret. It is part of every label, so keys of an insecure network never
/// equal those of a real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assurance {
    /// Held inside attested hardware only.
    Hardware,
    /// No hardware behind it (`"insecure": true` in the genesis).
    InsecureVirtual,
}

impl Assurance {
    /// The label of a derivation: `althing/keys/<name>/v1`, marked where insecure.
    pub(crate) fn label(self, name: &str) -> String {
        match self {
            Self::Hardware => format!("althing/keys/{name}/v1"),
            Self::InsecureVirtual => format!("insecure-virtual/althing/keys/{name}/v1"),
        }
    }

    /// The label of one use (`seal`, `prf`, `salt`, `checkpoint`) of a purpose's key.
    pub(crate) fn use_label(self, purpose: Purpose, usage: &str) -> String {
        self.label(&format!("{}-{usage}", purpose.name()))
    }
}
