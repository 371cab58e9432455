//! The contract that decides which transactions are allowed, asked as Besu asked its own.

use crate::{Cache, ExecutionError, native::Assembly};
use alloy_evm::EvmEnv;
use alloy_sol_types::SolCall;
use althing_contracts::ITransactionHook::transactionAllowedCall;
use althing_primitives::{Address, Transaction, TransactionExt, TxKind, U256};
use althing_storage::StateError;
use revm::{
    Context, ExecuteEvm, MainBuilder, MainContext,
    context::{
        ContextTr, JournalTr, TxEnv,
        result::{EVMError, ExecutionResult, HaltReason},
    },
    handler::{EthFrame, EvmTr, EvmTrError, Handler, MainnetHandler},
    interpreter::{FrameInput, GasTracker, interpreter_action::FrameInit},
    state::EvmState,
};

/// Gas of the question, whatever the block has left.
const HOOK_GAS: u64 = 500_000;

/// Whether the hook answers `true`. Who asks is nobody: the zero address.
pub(super) fn is_allowed(
    cache: &mut Cache<'_>,
    (assembly, env): (&Assembly, &EvmEnv),
    hook: Address,
    tx: &Transaction,
    sender: Address,
) -> Result<bool, ExecutionError> {
    let question = transactionAllowedCall {
        sender,
        target: tx.to().unwrap_or_default(),
        value: tx.value(),
        gasPrice: U256::from(tx.max_fee_per_gas()),
        gasLimit: U256::from(tx.gas_limit()),
        payload: tx.input().clone(),
    };
    let (cfg, block) = (env.cfg_env.clone(), env.block_env.clone());
    let context = Context::mainnet().with_block(block).with_cfg(cfg).with_db(cache);
    let mut evm = context.build_mainnet().with_precompiles(assembly.precompiles(env));
    let (kind, data) = (TxKind::Call(hook), question.abi_encode().into());
    evm.ctx.tx = TxEnv { kind, data, gas_limit: HOOK_GAS, ..TxEnv::default() };
    let result: Result<_, EVMError<StateError>> = ReadOnly::default().run_system_call(&mut evm);
    // What it loaded and warmed is dropped.
    drop(evm.finalize());
    match result? {
        ExecutionResult::Success { output, .. } => Ok(is_true(output.data())),
        ExecutionResult::Revert { .. } | ExecutionResult::Halt { .. } => Ok(false),
    }
}

/// The one word that means it.
fn is_true(output: &[u8]) -> bool {
    output.len() == 32 && U256::from_be_slice(output) == U256::ONE
}

/// Runs a call as STATICCALL would.
struct ReadOnly<EVM, ERROR>(MainnetHandler<EVM, ERROR, EthFrame>);

impl<EVM, ERROR> Default for ReadOnly<EVM, ERROR> {
    fn default() -> Self {
        Self(MainnetHandler::default())
    }
}

impl<EVM, ERROR> Handler for ReadOnly<EVM, ERROR>
where
    EVM: EvmTr<Context: ContextTr<Journal: JournalTr<State = EvmState>>, Frame = EthFrame>,
    ERROR: EvmTrError<EVM>,
{
    type Evm = EVM;
    type Error = ERROR;
    type HaltReason = HaltReason;

    fn first_frame_input(&mut self, evm: &mut EVM, gas: &mut GasTracker) -> Result<Option<FrameInit>, ERROR> {
        let mut frame = self.0.first_frame_input(evm, gas)?;
        if let Some(FrameInit { frame_input: FrameInput::Call(inputs), .. }) = &mut frame {
            inputs.is_static = true;
        }
        Ok(frame)
    }
}
