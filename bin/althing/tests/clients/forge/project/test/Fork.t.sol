// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

import {Token} from "../src/Token.sol";
import {VM} from "../src/Vm.sol";

/// Runs on a fork of the network under test: reads its state, writes only to the fork.
contract ForkTest {
    Token private token;
    address private owner;

    function setUp() public {
        token = Token(VM.envAddress("TOKEN"));
        owner = VM.envAddress("OWNER");
    }

    function test_fork_is_of_the_network() public view {
        require(block.chainid == 930930, "chain id");
        require(block.number == VM.envUint("FORK_BLOCK"), "block number");
        require(owner.balance > 1 ether, "balance");
    }

    function test_contract_state_is_read_from_the_network() public view {
        require(token.balanceOf(owner) == token.totalSupply(), "token balance");
    }

    function test_transfer_on_the_fork() public {
        VM.prank(owner);
        token.transfer(address(this), 5);
        require(token.balanceOf(address(this)) == 5, "received");
    }

    function test_custom_error_on_the_fork() public {
        VM.expectRevert(abi.encodeWithSelector(Token.InsufficientBalance.selector, address(this), 0, 1));
        token.transfer(owner, 1);
    }

    function test_predeployed_contracts_have_code() public view {
        require(0x4e59b44847b379578588920cA78FbF26c0B4956C.code.length > 0, "CREATE2 deployer");
        require(0xcA11bde05977b3631167028862bE2a173976CA11.code.length > 0, "Multicall3");
    }
}
