use super::{InBlock, Terms, hook::is_allowed};
use crate::{Cache, ExecutionError, TransactionError, error::TransactFailure, native::Assembly};
use alloy_evm::EvmEnv;
use althing_governance::{Role, deployer_role, in_system_lane, sender_role};
use althing_primitives::{Address, Transaction, TransactionExt};
use althing_storage::StateError;

/// Checks that the members allow a transaction, on the state as it is before it.
///
/// # Errors
/// [`TransactFailure::Transaction`] naming the term that forbids it.
pub(crate) fn check_permission(
    terms: &Terms,
    cache: &mut Cache<'_>,
    (assembly, env): (&Assembly, &EvmEnv),
    tx: &Transaction,
    sender: Address,
) -> Result<(), TransactFailure> {
    let Terms { transaction_allow_list, deployer_allow_list, transaction_hook, .. } = *terms;
    if transaction_allow_list && !on_senders_list(cache, tx, sender).map_err(ExecutionError::State)? {
        return Err(TransactionError::SenderNotAllowed.into());
    }
    if deployer_allow_list && tx.is_create() && !on_deployers_list(cache, sender).map_err(ExecutionError::State)? {
        return Err(TransactionError::DeployerNotAllowed.into());
    }
    let Some(hook) = transaction_hook else { return Ok(()) };
    // Members can always vote the hook away.
    if calls_as_member(cache, tx, sender).map_err(ExecutionError::State)?
        || is_allowed(cache, (assembly, env), hook, tx, sender)?
    {
        return Ok(());
    }
    Err(TransactionError::RefusedByHook.into())
}

fn on_senders_list(cache: &mut Cache<'_>, tx: &Transaction, sender: Address) -> Result<bool, StateError> {
    let reader = InBlock::new(cache);
    Ok(sender_role(&reader, sender)? != Role::None || in_system_lane(&reader, sender, tx.to())?)
}

fn on_deployers_list(cache: &mut Cache<'_>, sender: Address) -> Result<bool, StateError> {
    Ok(deployer_role(&InBlock::new(cache), sender)? != Role::None)
}

/// Whether an active member calls a system contract.
pub(super) fn calls_as_member(cache: &mut Cache<'_>, tx: &Transaction, sender: Address) -> Result<bool, StateError> {
    in_system_lane(&InBlock::new(cache), sender, tx.to())
}
