use super::{InBlock, Terms, hook::is_allowed};
use crate::{Cache, ExecutionError, Executor, State, TransactionError, error::TransactFailure, native::Assembly};
use alloy_evm::EvmEnv;
use althing_governance::{Role, deployer_role, in_system_lane, is_acknowledgement, is_invited, sender_role};
use althing_primitives::{Address, RecoveredTransaction, Transaction, TransactionExt};
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
    match passes_hook(cache, (assembly, env), hook, tx, sender)? {
        true => Ok(()),
        false => Err(TransactionError::RefusedByHook.into()),
    }
}

/// Members' calls of system contracts always pass, so that they can vote the hook away.
fn passes_hook(
    cache: &mut Cache<'_>,
    evm: (&Assembly, &EvmEnv),
    hook: Address,
    tx: &Transaction,
    sender: Address,
) -> Result<bool, ExecutionError> {
    let is_members = takes_system_lane(cache, sender, tx.to(), tx.input()).map_err(ExecutionError::State)?;
    Ok(is_members || is_allowed(cache, evm, hook, tx, sender)?)
}

impl Executor {
    /// Whether the members' hook lets a transaction into a block of this `env` on this state; where there is no hook, it
    /// does. Costs 500,000 gas of work at most.
    ///
    /// # Errors
    /// The state does not read.
    pub fn passes_hook(
        &self,
        state: State<'_>,
        env: &EvmEnv,
        tx: &RecoveredTransaction,
    ) -> Result<bool, ExecutionError> {
        let terms = self.terms(state).map_err(ExecutionError::State)?;
        let Some(hook) = terms.transaction_hook else { return Ok(true) };
        let (assembly, mut cache) = (terms.assembly(self), Cache::new(state, self.spec()));
        passes_hook(&mut cache, (&assembly, env), hook, tx.inner(), tx.signer())
    }
}

fn on_senders_list(cache: &mut Cache<'_>, tx: &Transaction, sender: Address) -> Result<bool, StateError> {
    let role = sender_role(&InBlock::new(cache), sender)?;
    Ok(role != Role::None || takes_system_lane(cache, sender, tx.to(), tx.input())?)
}

fn on_deployers_list(cache: &mut Cache<'_>, sender: Address) -> Result<bool, StateError> {
    Ok(deployer_role(&InBlock::new(cache), sender)? != Role::None)
}

/// Whether an active member calls a system contract, or one that is invited acknowledges the constitution.
pub(super) fn takes_system_lane(
    cache: &mut Cache<'_>,
    sender: Address,
    to: Option<Address>,
    input: &[u8],
) -> Result<bool, StateError> {
    let reader = InBlock::new(cache);
    Ok(in_system_lane(&reader, sender, to)? || is_acknowledgement(to, input) && is_invited(&reader, sender)?)
}
