use super::{
    Requirement, Tally,
    layout::{PROPOSAL_IDS, PROPOSALS, proposal as fields},
};
use crate::{Host, Stop, storage::Store};
use althing_contracts::{GOVERNANCE, IGovernance::GovernorNonexistentProposal};
use althing_primitives::U256;

/// What transactions noted of a proposal; time does the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    None,
    Open,
    Succeeded,
    Defeated,
    Canceled,
    Executed,
}

impl Status {
    fn new(number: u64) -> Self {
        match number {
            1 => Self::Open,
            2 => Self::Succeeded,
            3 => Self::Defeated,
            4 => Self::Canceled,
            5 => Self::Executed,
            _ => Self::None,
        }
    }
}

/// The first three slots of a proposal: all a ballot needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) id: U256,
    /// Slot of the first.
    pub(super) base: U256,
    pub(crate) tally: Tally,
    /// Seconds since 1970.
    pub(crate) vote_start: u64,
    /// Seconds since 1970; 0 while not noted as decided.
    pub(crate) decided_at: u64,
    /// Seconds since 1970; 0 while not queued.
    pub(crate) eta: u64,
    pub(crate) status: Status,
    pub(crate) requirement: Requirement,
    /// The electorate's.
    pub(crate) version: u64,
    pub(crate) generation: u64,
    /// Least gas for its calls.
    pub(crate) execution_gas: u64,
    /// Counted from 1.
    pub(crate) number: u32,
    /// Slots to read for the calls.
    pub(crate) call_slots: u64,
}

impl Proposal {
    /// The proposal of an id.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn load(host: &mut dyn Host, id: U256) -> Result<Self, Stop> {
        Self::find(host, id)?.ok_or_else(|| Stop::revert(GovernorNonexistentProposal { proposalId: id }))
    }

    /// The proposal of an id, if there is one.
    pub(crate) fn find(host: &mut dyn Host, id: U256) -> Result<Option<Self>, Stop> {
        let store = &mut Store::new(host, GOVERNANCE);
        let base = base(store, id)?;
        let progress = store.get(base)?;
        if Status::new(fields::STATUS.number(progress)) == Status::None {
            return Ok(None);
        }
        let requirement = store.get(fields::THRESHOLD.of(base))?;
        let origin = store.get(fields::VERSION.of(base))?;
        Ok(Some(Self::unpack(id, base, [progress, requirement, origin])))
    }

    /// The proposal of a number.
    ///
    /// # Errors
    /// There is none.
    pub(crate) fn numbered(host: &mut dyn Host, number: u32) -> Result<Self, Stop> {
        let store = &mut Store::new(host, GOVERNANCE);
        let slot = number_slot(store, number)?;
        let id = store.get(slot)?;
        Self::load(host, id)
    }

    fn unpack(id: U256, base: U256, [progress, requirement, origin]: [U256; 3]) -> Self {
        Self {
            id,
            base,
            tally: Tally::unpack(progress),
            vote_start: fields::VOTE_START.number(progress),
            decided_at: fields::DECIDED_AT.number(progress),
            eta: fields::ETA.number(progress),
            status: Status::new(fields::STATUS.number(progress)),
            requirement: Requirement::unpack(requirement, origin),
            version: fields::VERSION.number(origin),
            generation: fields::GENERATION.number(origin),
            execution_gas: fields::EXECUTION_GAS.number(origin),
            number: fields::NUMBER.number(origin) as u32,
            call_slots: fields::CALL_SLOTS.number(origin),
        }
    }

    /// Writes what changes after its creation.
    pub(crate) fn save(&self, host: &mut dyn Host) -> Result<(), Stop> {
        let word = self.tally.pack(U256::ZERO);
        let word = fields::VOTE_START.set(word, U256::from(self.vote_start));
        let word = fields::DECIDED_AT.set(word, U256::from(self.decided_at));
        let word = fields::ETA.set(word, U256::from(self.eta));
        let word = fields::STATUS.set(word, U256::from(self.status as u8));
        Store::new(host, GOVERNANCE).set(self.base, word)
    }

    /// Writes what stays, and puts it on the list.
    pub(super) fn insert(&self, host: &mut dyn Host) -> Result<(), Stop> {
        self.save(host)?;
        let store = &mut Store::new(host, GOVERNANCE);
        store.set(fields::THRESHOLD.of(self.base), self.requirement.pack())?;
        let word = fields::VERSION.set(U256::ZERO, U256::from(self.version));
        let word = fields::GENERATION.set(word, U256::from(self.generation));
        let word = fields::EXECUTION_GAS.set(word, U256::from(self.execution_gas));
        let word = fields::NUMBER.set(word, U256::from(self.number));
        let word = fields::CALL_SLOTS.set(word, U256::from(self.call_slots));
        store.set(fields::VERSION.of(self.base), fields::FLOOR.set(word, U256::from(self.requirement.floor)))?;
        let slot = number_slot(store, self.number)?;
        store.set(slot, self.id)?;
        store.set(PROPOSAL_IDS.at(), U256::from(self.number))
    }

    /// Seconds since 1970; ballots of that second still count.
    pub(crate) fn deadline(&self) -> u64 {
        self.vote_start.saturating_add(self.requirement.voting_period.into())
    }

    /// When it expires, if it is noted as succeeded.
    pub(crate) fn expiry(&self) -> u64 {
        self.decided_at.max(self.eta).saturating_add(self.requirement.execution_window.into())
    }
}

/// Slot of what is kept of a proposal.
pub(super) fn base(store: &mut Store<'_>, id: U256) -> Result<U256, Stop> {
    store.entry(PROPOSALS.at(), id)
}

/// How many proposals there are.
pub(crate) fn count(host: &mut dyn Host) -> Result<u32, Stop> {
    Ok(Store::new(host, GOVERNANCE).get(PROPOSAL_IDS.at())?.saturating_to())
}

fn number_slot(store: &mut Store<'_>, number: u32) -> Result<U256, Stop> {
    Ok(store.elements(PROPOSAL_IDS.at())?.wrapping_add(U256::from(number.saturating_sub(1))))
}
