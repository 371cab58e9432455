// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {IAccess} from "./IAccess.sol";
import {IAllowList} from "./IAllowList.sol";
import {IGovernance} from "./IGovernance.sol";
import {IMembers} from "./IMembers.sol";
import {INodes} from "./INodes.sol";
import {IParameters} from "./IParameters.sol";
import {IRecovery} from "./IRecovery.sol";

/// @title Where the system contracts live
library Althing {
    IGovernance internal constant GOVERNANCE = IGovernance(0xC0C0000000000000000000000000000000000001);
    IMembers internal constant MEMBERS = IMembers(0xc0C0000000000000000000000000000000000002);
    INodes internal constant NODES = INodes(0xc0C0000000000000000000000000000000000003);
    IAccess internal constant ACCESS = IAccess(0xc0C0000000000000000000000000000000000004);
    IParameters internal constant PARAMETERS = IParameters(0xc0C0000000000000000000000000000000000005);
    IRecovery internal constant RECOVERY = IRecovery(0xc0c0000000000000000000000000000000000006);
    IAllowList internal constant DEPLOYERS = IAllowList(0x0200000000000000000000000000000000000000);
    IAllowList internal constant SENDERS = IAllowList(0x0200000000000000000000000000000000000002);
}
