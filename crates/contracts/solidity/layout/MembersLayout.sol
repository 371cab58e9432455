// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title Where `Members` keeps what it knows
/// @notice State variables only, frozen; the native code uses the same slots. A ballot reads the account's slot and the
/// first slot of its member.
contract MembersLayout {
    /// A value from a moment on, until the next one.
    struct Checkpoint {
        uint48 time;
        uint208 value;
    }

    struct Account {
        /// 0: belongs to no member
        uint32 member;
        /// bits: 1 ADMIN, 2 VOTER, 4 OPERATOR
        uint8 roles;
        /// the member it takes part for; 0: none
        uint32 sponsor;
    }

    struct Member {
        /// 1 invited, 2 active, 3 suspended, 4 removed
        uint8 status;
        uint8 class;
        /// seconds since 1970 of the last change of status
        uint48 since;
        /// `version` from which on it votes
        uint64 sinceVersion;
        address account;
        bytes32 encryptionKey;
        bytes32 certificateFingerprint;
        bytes32 acknowledged;
        string name;
        address[] accounts;
        /// 1 while it is active
        Checkpoint[] history;
    }

    uint32 internal memberCount;
    uint32 internal active;
    uint32 internal activeClass0;
    uint32 internal activeClass1;
    /// raised by every change of who may vote
    uint64 internal version;
    uint32 internal suspended;
    mapping(uint32 id => Member) internal members;
    mapping(address account => Account) internal accounts;
    /// the member whose ballot an account may cast, if that member is active
    mapping(address account => Checkpoint[]) internal votingFor;
    /// active members
    Checkpoint[] internal totals;
}
