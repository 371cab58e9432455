// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Token} from "../src/Token.sol";
import {VM} from "../src/Vm.sol";

/// Deploys two tokens, one of them through the CREATE2 deployer, and moves some of the first.
contract Deploy {
    function run() external returns (Token token, Token salted) {
        VM.startBroadcast();
        token = new Token(1000);
        salted = new Token{salt: keccak256(abi.encode(token))}(2000);
        token.transfer(address(0xA1), 10);
        token.transfer(address(0xA2), 20);
        VM.stopBroadcast();
    }
}
