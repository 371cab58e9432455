use super::Proposal;
use crate::{Stop, abi};
use althing_contracts::protocol;
use althing_primitives::{Bytes, U256};

/// What a call that was handed to the trampoline was about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Ballot = 1,
    State,
    Execute,
    ExecuteById,
    Queue,
    QueueById,
    Simulate,
}

impl Kind {
    const ALL: [Self; 7] =
        [Self::Ballot, Self::State, Self::Execute, Self::ExecuteById, Self::Queue, Self::QueueById, Self::Simulate];
}

/// What native code has to remember while the trampoline makes calls: a word that comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Context {
    pub(crate) kind: Kind,
    /// Whether value came with it.
    pub(crate) paid: bool,
    /// The proposal's.
    pub(crate) number: u32,
}

impl Context {
    pub(crate) fn new(kind: Kind, proposal: &Proposal) -> Self {
        Self { kind, paid: false, number: proposal.number }
    }

    pub(super) fn word(self) -> U256 {
        U256::from(self.kind as u64 | u64::from(self.paid) << 8 | u64::from(self.number) << 16)
    }

    /// # Errors
    /// Nothing of ours made it.
    pub(super) fn parse(word: U256) -> Result<Self, Stop> {
        let word: u64 = word.try_into().map_err(|_| Stop::Revert(Bytes::new()))?;
        let kind = Kind::ALL.into_iter().find(|kind| *kind as u64 == word & 0xff);
        let kind = kind.ok_or_else(|| Stop::Revert(Bytes::new()))?;
        Ok(Self { kind, paid: word >> 8 & 1 == 1, number: (word >> 16) as u32 })
    }

    /// The answer to the caller once all is done.
    pub(crate) fn result(self, proposal: &Proposal) -> Bytes {
        match self.kind {
            Kind::Ballot => result(&abi::answer(&U256::from(1))),
            Kind::Execute | Kind::Queue => result(&abi::answer(&proposal.id)),
            Kind::ExecuteById | Kind::QueueById | Kind::State | Kind::Simulate => result(&[]),
        }
    }
}

/// Tells the trampoline to return this.
pub(super) fn result(data: &[u8]) -> Bytes {
    let mut answer = Vec::with_capacity(1 + data.len());
    answer.push(protocol::RESULT);
    answer.extend(data);
    answer.into()
}
