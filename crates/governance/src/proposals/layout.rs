//! Where `contracts/solidity/layout/GovernanceLayout.sol` puts proposals and ballots.

use crate::layout::Field;

pub(crate) const PROPOSAL_IDS: Field = Field::new("proposalIds", 5, 0, 32);
pub(crate) const PROPOSALS: Field = Field::new("proposals", 6, 0, 32);
pub(crate) const BALLOTS: Field = Field::new("ballots", 7, 0, 32);
pub(crate) const NONCES: Field = Field::new("nonces", 8, 0, 32);
pub(crate) const OPEN_PROPOSALS: Field = Field::new("openProposals", 9, 0, 32);
pub(crate) const GENERATION_ENDS: Field = Field::new("generationEnds", 10, 0, 32);

pub(crate) mod proposal {
    use super::Field;

    /// By support and class.
    pub(crate) const TALLY: [[Field; 2]; 3] = [
        [Field::new("Proposal.against0", 0, 0, 2), Field::new("Proposal.against1", 0, 2, 2)],
        [Field::new("Proposal.for0", 0, 4, 2), Field::new("Proposal.for1", 0, 6, 2)],
        [Field::new("Proposal.abstain0", 0, 8, 2), Field::new("Proposal.abstain1", 0, 10, 2)],
    ];
    pub(crate) const VOTE_START: Field = Field::new("Proposal.voteStart", 0, 12, 6);
    pub(crate) const DECIDED_AT: Field = Field::new("Proposal.decidedAt", 0, 18, 6);
    pub(crate) const ETA: Field = Field::new("Proposal.eta", 0, 24, 6);
    pub(crate) const STATUS: Field = Field::new("Proposal.status", 0, 30, 1);

    pub(crate) const THRESHOLD: Field = Field::new("Proposal.threshold", 1, 0, 2);
    pub(crate) const QUORUM: Field = Field::new("Proposal.quorum", 1, 2, 2);
    pub(crate) const CLASS_THRESHOLD: [Field; 2] =
        [Field::new("Proposal.classThreshold0", 1, 4, 2), Field::new("Proposal.classThreshold1", 1, 6, 2)];
    pub(crate) const CLASS_QUORUM: [Field; 2] =
        [Field::new("Proposal.classQuorum0", 1, 8, 2), Field::new("Proposal.classQuorum1", 1, 10, 2)];
    pub(crate) const VETO: Field = Field::new("Proposal.veto", 1, 12, 2);
    pub(crate) const MEMBERS: [Field; 2] =
        [Field::new("Proposal.members0", 1, 14, 2), Field::new("Proposal.members1", 1, 16, 2)];
    pub(crate) const VOTING_PERIOD: Field = Field::new("Proposal.votingPeriod", 1, 18, 4);
    pub(crate) const TIMELOCK: Field = Field::new("Proposal.timelock", 1, 22, 4);
    pub(crate) const EXECUTION_WINDOW: Field = Field::new("Proposal.executionWindow", 1, 26, 4);
    pub(crate) const FLAGS: Field = Field::new("Proposal.flags", 1, 30, 1);

    pub(crate) const VERSION: Field = Field::new("Proposal.version", 2, 0, 8);
    pub(crate) const GENERATION: Field = Field::new("Proposal.generation", 2, 8, 8);
    pub(crate) const EXECUTION_GAS: Field = Field::new("Proposal.executionGas", 2, 16, 4);
    pub(crate) const NUMBER: Field = Field::new("Proposal.number", 2, 20, 4);
    pub(crate) const CALL_SLOTS: Field = Field::new("Proposal.callSlots", 2, 24, 4);
    pub(crate) const FLOOR: Field = Field::new("Proposal.floor", 2, 28, 2);

    pub(crate) const PROPOSER: Field = Field::new("Proposal.proposer", 3, 0, 20);
    pub(crate) const FAILED_AT: Field = Field::new("Proposal.failedAt", 3, 20, 6);
    pub(crate) const FAILED_CALL: Field = Field::new("Proposal.failedCall", 3, 26, 4);
    pub(crate) const DESCRIPTION_HASH: Field = Field::new("Proposal.descriptionHash", 4, 0, 32);
    pub(crate) const CALLS: Field = Field::new("Proposal.calls", 5, 0, 32);
    pub(crate) const FAILURE_REASON: Field = Field::new("Proposal.failureReason", 6, 0, 32);
}

pub(crate) mod call {
    use super::Field;

    pub(crate) const TARGET: Field = Field::new("Call.target", 0, 0, 20);
    pub(crate) const VALUE: Field = Field::new("Call.value", 0, 20, 12);
    pub(crate) const DATA: Field = Field::new("Call.data", 1, 0, 32);
    /// Slots of a call.
    pub(crate) const SLOTS: u64 = 2;
}

/// Everything of it, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[
    PROPOSAL_IDS,
    PROPOSALS,
    BALLOTS,
    NONCES,
    OPEN_PROPOSALS,
    GENERATION_ENDS,
    proposal::TALLY[0][0],
    proposal::TALLY[0][1],
    proposal::TALLY[1][0],
    proposal::TALLY[1][1],
    proposal::TALLY[2][0],
    proposal::TALLY[2][1],
    proposal::VOTE_START,
    proposal::DECIDED_AT,
    proposal::ETA,
    proposal::STATUS,
    proposal::THRESHOLD,
    proposal::QUORUM,
    proposal::CLASS_THRESHOLD[0],
    proposal::CLASS_THRESHOLD[1],
    proposal::CLASS_QUORUM[0],
    proposal::CLASS_QUORUM[1],
    proposal::VETO,
    proposal::MEMBERS[0],
    proposal::MEMBERS[1],
    proposal::VOTING_PERIOD,
    proposal::TIMELOCK,
    proposal::EXECUTION_WINDOW,
    proposal::FLAGS,
    proposal::VERSION,
    proposal::GENERATION,
    proposal::EXECUTION_GAS,
    proposal::NUMBER,
    proposal::CALL_SLOTS,
    proposal::FLOOR,
    proposal::PROPOSER,
    proposal::FAILED_AT,
    proposal::FAILED_CALL,
    proposal::DESCRIPTION_HASH,
    proposal::CALLS,
    proposal::FAILURE_REASON,
    call::TARGET,
    call::VALUE,
    call::DATA,
];
