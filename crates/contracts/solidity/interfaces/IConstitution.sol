// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title A contract that decides proposals instead of the table of rules
/// @notice Called with a fixed 1,000,000 gas and without the right to write. Where it fails or answers something else, the
/// table decides. The floor of loosening functions holds whatever it says. As long as no ballot is against or abstains, a
/// rejection waits for the deadline: the ballots of all members for a proposal always decide it.
interface IConstitution {
    enum Resolution { Open, Accepted, Rejected }

    function resolve(uint256 proposalId) external view returns (Resolution);
}
