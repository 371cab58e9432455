// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.20;

/// @title A contract that decides which transactions are allowed
/// @notice The interface of Besu's on-chain account permissioning. Called for each transaction, without the right to write,
/// with 500,000 gas that nobody pays. Where it fails, the transaction is refused, but for accounts of active members that
/// call system contracts.
interface ITransactionHook {
    function transactionAllowed(
        address sender, address target, uint256 value, uint256 gasPrice, uint256 gasLimit, bytes calldata payload
    ) external view returns (bool);
}
