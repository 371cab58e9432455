// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Governance` keeps what it knows
/// @notice State variables only, frozen; the native code uses the same slots. A ballot reads the first three slots of its
/// proposal, writes the first, and sets two bits.
contract GovernanceLayout {
    struct RuleRecord {
        uint8 kind;
        uint16 threshold;
        uint8 quorum;
        bool perClass;
        uint32 votingPeriod;
        uint32 timelock;
        /// place in `ruleKeys`, counted from 1; 0 in the default rule
        uint16 position;
    }

    struct Floor {
        uint16 missing;
        uint32 timelock;
        bool veto;
    }

    struct RuleKey {
        address target;
        bytes4 selector;
    }

    struct Call {
        address target;
        uint96 value;
        bytes data;
    }

    struct Proposal {
        // slot 0, changed by ballots
        uint16 against0;
        uint16 against1;
        uint16 for0;
        uint16 for1;
        uint16 abstain0;
        uint16 abstain1;
        uint48 voteStart;
        /// when it succeeded or was defeated, as far as a transaction noted it
        uint48 decidedAt;
        uint48 eta;
        /// 1 open, 2 succeeded, 3 defeated, 4 canceled, 5 executed
        uint8 status;
        // slot 1, the requirement
        uint16 threshold;
        uint16 quorum;
        uint16 classThreshold0;
        uint16 classThreshold1;
        uint16 classQuorum0;
        uint16 classQuorum1;
        uint16 veto;
        /// members of each class when it was made
        uint16 members0;
        uint16 members1;
        uint32 votingPeriod;
        uint32 timelock;
        uint32 executionWindow;
        /// bits: 1 plurality, 2 perClass, 4 loosening
        uint8 flags;
        // slot 2
        /// of the electorate
        uint64 version;
        uint64 generation;
        uint32 executionGas;
        /// place in `proposalIds`, counted from 1
        uint32 number;
        /// slots to read for the calls
        uint32 callSlots;
        /// ballots for that the floor asks for, whoever decides
        uint16 floor;
        // slot 3
        address proposer;
        uint48 failedAt;
        uint32 failedCall;
        // slots 4 to 6
        bytes32 descriptionHash;
        Call[] calls;
        bytes failureReason;
    }

    RuleRecord internal defaultRule;
    Floor internal floor;
    address internal constitution;
    uint32 internal executionWindow;
    uint64 internal generation;
    RuleKey[] internal ruleKeys;
    mapping(address target => mapping(bytes4 selector => RuleRecord)) internal rules;
    uint256[] internal proposalIds;
    mapping(uint256 proposalId => Proposal) internal proposals;
    /// two bits a member, 128 members a word: 0 none, else 1 + support
    mapping(uint256 proposalId => mapping(uint256 word => uint256)) internal ballots;
    mapping(address owner => uint256) internal nonces;
    /// numbers of a member's proposals that may be open
    mapping(uint32 member => uint32[16]) internal openProposals;
    /// when proposals of a generation were dropped
    mapping(uint64 generation => uint48) internal generationEnds;
}
