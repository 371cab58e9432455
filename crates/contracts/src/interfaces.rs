//! The ABIs of the system contracts, from the Solidity files in `solidity/interfaces`.

#![allow(missing_docs, reason = "the documentation stands in the Solidity files")]
#![allow(clippy::too_many_arguments, reason = "the ABI says so")]

use alloy_sol_types::sol;

sol!(#![sol(all_derives, abi)] "solidity/interfaces/IGovernance.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IConstitution.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IMembers.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/INodes.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IAccess.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IParameters.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IRecovery.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/IAllowList.sol");
sol!(#![sol(all_derives, abi)] "solidity/interfaces/ITransactionHook.sol");
