use super::double::double;
use crate::native::{Assembly, ChainEvm, Inspect, Native};
use alloy_evm::{Evm, EvmEnv};
use althing_contracts::{SYSTEM_CONTRACTS, system_code};
use althing_primitives::{Address, B256, Bytes, Log, U256};
use revm::{
    bytecode::Bytecode,
    context::{
        TxEnv,
        result::{ExecutionResult, ResultAndState},
    },
    database::InMemoryDB,
    inspector::NoOpInspector,
    primitives::hardfork::SpecId,
    state::{AccountInfo, EvmState},
};

pub(super) const SENDER: Address = Address::repeat_byte(0xaa);
/// More than any test uses, within 64 bits.
pub(super) const GAS: u64 = 1 << 40;

/// A state with the system contracts in it.
pub(super) struct World {
    pub(super) db: InMemoryDB,
    pub(super) assembly: Assembly,
}

/// A transaction that ran.
pub(super) struct Ran {
    pub(super) result: ExecutionResult,
    pub(super) state: EvmState,
}

impl World {
    pub(super) fn new() -> Self {
        let mut world = Self { db: InMemoryDB::default(), assembly: assembly() };
        for address in SYSTEM_CONTRACTS {
            world.put(address, Bytecode::new_raw(system_code(&address)));
        }
        let balance = U256::from(1_000_000);
        world.db.insert_account_info(SENDER, AccountInfo { balance, ..Default::default() });
        world
    }

    /// A world with these contracts.
    pub(super) fn with(contracts: &[(Address, &[u8])]) -> Self {
        let mut world = Self::new();
        for (address, code) in contracts {
            world.put(*address, Bytecode::new_raw(Bytes::copy_from_slice(code)));
        }
        world
    }

    pub(super) fn put(&mut self, address: Address, code: Bytecode) {
        let info = AccountInfo { nonce: 1, code_hash: code.hash_slow(), code: Some(code), ..Default::default() };
        self.db.insert_account_info(address, info);
    }

    pub(super) fn set(&mut self, contract: Address, slot: u64, value: u64) {
        self.db.insert_account_storage(contract, U256::from(slot), U256::from(value)).unwrap();
    }

    pub(super) fn env() -> EvmEnv {
        let mut env: EvmEnv = EvmEnv::default();
        env.cfg_env.set_spec_and_mainnet_gas_params(SpecId::OSAKA);
        env.cfg_env.tx_gas_limit_cap = Some(u64::MAX);
        env.cfg_env.disable_block_gas_limit = true;
        env.cfg_env.disable_nonce_check = true;
        env.block_env.timestamp = U256::from(1_700_000_000);
        env
    }

    pub(super) fn evm(&mut self) -> ChainEvm<&mut InMemoryDB, NoOpInspector> {
        self.assembly.evm(&mut self.db, Self::env(), NoOpInspector, Inspect::No)
    }

    pub(super) fn tx(to: Address, input: Vec<u8>) -> TxEnv {
        TxEnv { caller: SENDER, kind: to.into(), data: input.into(), gas_limit: GAS, ..TxEnv::default() }
    }

    /// Runs a transaction; nothing of it stays.
    pub(super) fn run(&mut self, tx: TxEnv) -> Ran {
        let ResultAndState { result, state } = self.evm().transact_raw(tx).unwrap();
        Ran { result, state }
    }

    pub(super) fn call(&mut self, to: Address, input: Vec<u8>) -> Ran {
        self.run(Self::tx(to, input))
    }
}

impl Ran {
    /// The words of what a successful transaction returned.
    pub(super) fn words(&self) -> Vec<U256> {
        self.output().chunks(32).map(U256::from_be_slice).collect()
    }

    pub(super) fn output(&self) -> Bytes {
        assert!(self.result.is_success(), "{:?}", self.result);
        self.result.output().cloned().unwrap_or_default()
    }

    /// What a reverted transaction said.
    pub(super) fn revert(&self) -> Bytes {
        match &self.result {
            ExecutionResult::Revert { output, .. } => output.clone(),
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn slot(&self, contract: Address, slot: u64) -> U256 {
        let account = self.state.get(&contract);
        let slot = account.and_then(|account| account.storage.get(&U256::from(slot)));
        slot.map(|slot| slot.present_value()).unwrap_or_default()
    }

    pub(super) fn logs(&self) -> &[Log] {
        self.result.logs()
    }
}

fn assembly() -> Assembly {
    let native = Native { code: double, estimating: false, genesis_hash: B256::ZERO, insecure: true };
    Assembly { native: Some(native), ..Assembly::default() }
}
