use super::{
    deploy::guard_creation,
    precompiles::{MovedPrecompiles, Native, Precompiles},
};
use alloy_evm::{
    EvmEnv,
    eth::{EthEvm, EthEvmContext},
};
use revm::{Context, Inspector, MainBuilder, MainContext};

/// An EVM of a chain.
pub(crate) type ChainEvm<DB, I> = EthEvm<DB, I, Precompiles>;

/// How the EVMs of a block are put together: everything but state, block and inspector.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assembly {
    /// The system contracts, on chains that govern themselves.
    pub(crate) native: Option<Native>,
    /// Whether the deployer allow-list is in force.
    pub(crate) guards_creation: bool,
    /// Precompiles that a client pretends elsewhere.
    pub(crate) moved: MovedPrecompiles,
}

/// Whether an EVM calls its inspector, which costs time at every instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inspect {
    Yes,
    No,
}

impl Assembly {
    /// The same with precompiles moved.
    pub(crate) fn with_moved(self, moved: MovedPrecompiles) -> Self {
        Self { moved, ..self }
    }

    /// The same for estimating gas.
    pub(crate) fn estimating(mut self) -> Self {
        if let Some(native) = &mut self.native {
            native.estimating = true;
        }
        self
    }

    /// The precompiles and system contracts under a block's rules.
    pub(crate) fn precompiles(&self, env: &EvmEnv) -> Precompiles {
        Precompiles::new(env.cfg_env.spec, &self.moved, self.native)
    }

    /// An EVM on this state, in this block.
    pub(crate) fn evm<DB: alloy_evm::Database, I: Inspector<EthEvmContext<DB>>>(
        &self,
        db: DB,
        env: EvmEnv,
        inspector: I,
        inspect: Inspect,
    ) -> ChainEvm<DB, I> {
        let precompiles = self.precompiles(&env);
        let context = Context::mainnet().with_block(env.block_env).with_cfg(env.cfg_env).with_db(db);
        let mut evm = context.build_mainnet_with_inspector(inspector).with_precompiles(precompiles);
        if self.guards_creation {
            guard_creation(&mut evm.instruction);
        }
        EthEvm::new(evm, inspect == Inspect::Yes)
    }
}
