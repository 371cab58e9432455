//! Native code runs only in its own name.

use super::{Script, World, assemble, bytecode::push_address, double::words, forward, world::SENDER};
use crate::native::Assembly;
use alloy_evm::Evm;
use alloy_sol_types::SolError;
use althing_contracts::{ACCESS, GOVERNANCE, IMembers, MEMBERS, SYSTEM_CONTRACTS};
use althing_primitives::{Address, Bytes, U256};
use revm::{
    Database,
    bytecode::{Bytecode, opcode as op},
    context::{
        TxEnv,
        result::{EVMError, ExecutionResult},
    },
    context_interface::journaled_state::{JournalTr, TransferError},
    database::InMemoryDB,
    inspector::NoOpInspector,
    primitives::{B256, StorageKey, StorageValue, hardfork::SpecId},
    state::AccountInfo,
};

const CONTRACT: Address = Address::repeat_byte(0xcc);

/// What a script that writes, sent through a contract by an instruction, gives: success, return data.
fn through(opcode: u8, target: Address, script: Script) -> (bool, Bytes, super::Ran) {
    let mut world = World::with(&[(CONTRACT, &forward(opcode, target, 0))]);
    let ran = world.call(CONTRACT, script.bytes());
    let output = ran.output();
    (output[31] == 1, output.slice(32..), ran)
}

fn writing() -> Script {
    Script::default().store(MEMBERS, 1, 7).log(1, 3).who()
}

#[test]
fn a_contract_may_call() {
    let (success, output, ran) = through(op::CALL, MEMBERS, writing());
    assert!(success);
    assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::from(7), 1));
    assert_eq!(ran.logs()[0].address, MEMBERS);
    let who: Vec<_> = output.chunks(32).skip(1).take(2).map(U256::from_be_slice).collect();
    assert_eq!(who, [MEMBERS, CONTRACT].map(|address| U256::from_be_bytes(address.into_word().0)));
}

#[test]
fn delegatecall_and_callcode_reach_only_code_that_fails() {
    for contract in SYSTEM_CONTRACTS {
        for opcode in [op::DELEGATECALL, op::CALLCODE] {
            let (success, output, ran) = through(opcode, contract, writing());
            assert!(!success && output.is_empty());
            assert_eq!((ran.slot(MEMBERS, 1), ran.slot(CONTRACT, 1), ran.logs().len()), (U256::ZERO, U256::ZERO, 0));
        }
    }
}

#[test]
fn static_calls_read_and_do_not_write() {
    let refused = Bytes::from(IMembers::StaticCallNotAllowed {}.abi_encode());
    for script in [writing(), Script::default().log(0, 0), Script::default().tstore(0, 1)] {
        let (success, output, ran) = through(op::STATICCALL, MEMBERS, script.clone());
        assert!(!success);
        assert_eq!(output, refused);
        assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::ZERO, 0));
        // The same through the trampoline.
        let (success, output, _) = through(op::STATICCALL, GOVERNANCE, script);
        assert!(!success);
        assert_eq!(output, refused);
    }
    for contract in [MEMBERS, GOVERNANCE] {
        assert!(through(op::STATICCALL, contract, Script::default().load(MEMBERS, 1).tload(0)).0);
    }
}

#[test]
fn value_is_refused_and_stays() {
    for contract in SYSTEM_CONTRACTS.into_iter().filter(|contract| *contract != GOVERNANCE) {
        let tx = World::tx(contract, Script::default().who().bytes());
        let ran = World::new().run(TxEnv { value: U256::ONE, ..tx });
        assert_eq!(ran.revert(), IMembers::ValueNotAccepted {}.abi_encode());
        assert!(ran.state.get(&contract).is_none_or(|account| account.info.balance.is_zero()));
    }
    // Governance's own code passes value on to native code to judge.
    let tx = World::tx(GOVERNANCE, Script::default().who().bytes());
    let ran = World::new().run(TxEnv { value: U256::ONE, ..tx });
    assert_eq!(ran.state[&GOVERNANCE].info.balance, U256::ONE);
}

#[test]
fn a_destroyed_contract_leaves_value_and_nothing_else() {
    let code = assemble(&[&push_address(MEMBERS), &[op::SELFDESTRUCT]]);
    let mut world = World::with(&[(CONTRACT, &code)]);
    let ran = world.run(TxEnv { value: U256::from(5), ..World::tx(CONTRACT, Vec::new()) });
    assert_eq!(ran.state[&MEMBERS].info.balance, U256::from(5));
    assert_eq!(ran.state[&MEMBERS].info.nonce, 1);
    assert!(!ran.state[&MEMBERS].is_selfdestructed());
    let before = world.db.basic(MEMBERS).unwrap().unwrap();
    assert_eq!(ran.state[&MEMBERS].info.code_hash, before.code_hash);
}

#[test]
fn an_account_that_delegates_to_a_system_contract_cannot_act_as_one() {
    let delegating = Address::repeat_byte(0xdd);
    for contract in SYSTEM_CONTRACTS {
        let mut world = World::with(&[(CONTRACT, &forward(op::CALL, delegating, 0))]);
        world.put(delegating, Bytecode::new_eip7702(contract));
        let ran = world.call(CONTRACT, writing().bytes());
        assert_eq!(ran.words()[0], U256::ZERO, "{contract}");
        assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::ZERO, 0));
        // By a transaction, and by the account's own.
        for tx in [World::tx(delegating, writing().bytes()), batch_of_its_own(delegating)] {
            let ran = world.run(tx);
            assert!(!ran.result.is_success(), "{contract}");
            assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::ZERO, 0));
        }
    }
}

/// The account calls itself with what looks like a batch.
fn batch_of_its_own(account: Address) -> TxEnv {
    let calls = words(&[U256::ZERO, U256::ZERO, U256::ZERO, MEMBERS.into_word().into(), U256::ZERO, U256::ZERO]);
    TxEnv { caller: account, ..World::tx(account, [&[1], &calls[..]].concat()) }
}

#[test]
fn no_contract_can_be_created_over_one() {
    for contract in SYSTEM_CONTRACTS {
        let mut world = World::new();
        let mut evm = world.evm();
        let journal = &mut evm.ctx_mut().journaled_state;
        journal.load_account(SENDER).unwrap();
        journal.load_account(contract).unwrap();
        let created = journal.create_account_checkpoint(SENDER, contract, U256::ZERO, SpecId::OSAKA);
        assert!(matches!(created, Err(TransferError::CreateCollision)));
    }
}

#[test]
fn code_that_a_client_pretends_runs_instead() {
    // PUSH1 42, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN
    let code = [0x60, 42, 0x5f, 0x52, 0x60, 32, 0x5f, 0xf3];
    let ran = World::with(&[(MEMBERS, &code)]).call(MEMBERS, writing().bytes());
    assert_eq!(ran.words(), [U256::from(42)]);
}

#[test]
fn a_chain_without_them_has_ordinary_accounts_there() {
    let mut world = World::new();
    world.assembly = Assembly::default();
    assert!(world.call(MEMBERS, writing().bytes()).result.is_halt());
    let mut empty = World { db: InMemoryDB::default(), assembly: Assembly::default() };
    assert_eq!(empty.call(ACCESS, writing().bytes()).output(), Bytes::new());
}

#[test]
fn native_code_knows_what_it_is_asked_for() {
    let mut world = World::new();
    let estimating = |world: &mut World| world.call(MEMBERS, Script::default().who().bytes()).words()[4];
    assert_eq!(estimating(&mut world), U256::ZERO);
    world.assembly = std::mem::take(&mut world.assembly).estimating();
    assert_eq!(estimating(&mut world), U256::ONE);
    assert_eq!(world.call(MEMBERS, Script::default().who().bytes()).words()[5], U256::from(1_700_000_000));
}

#[test]
fn a_failing_caller_undoes_what_native_code_did() {
    let code = forward(op::CALL, MEMBERS, 0);
    // Instead of returning, it reverts.
    let code = [&code[..code.len() - 1], &[op::REVERT]].concat();
    let ran = World::with(&[(CONTRACT, &code)]).call(CONTRACT, writing().bytes());
    assert_eq!(ran.revert()[31], 1, "the call itself succeeded");
    assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::ZERO, 0));
    let reverting = World::new().call(MEMBERS, writing().revert().bytes());
    assert_eq!(reverting.revert(), Bytes::from_static(b"no"));
    assert_eq!((reverting.slot(MEMBERS, 1), reverting.logs().len()), (U256::ZERO, 0));
}

/// A state whose system contracts do not read.
#[derive(Debug)]
struct Torn(InMemoryDB);

#[derive(Debug, thiserror::Error)]
#[error("torn")]
struct TornError;

impl revm::database_interface::DBErrorMarker for TornError {}

impl Database for Torn {
    type Error = TornError;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, TornError> {
        self.0.basic(address).map_err(|_| TornError)
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, TornError> {
        self.0.code_by_hash(hash).map_err(|_| TornError)
    }

    fn storage(&mut self, _: Address, _: StorageKey) -> Result<StorageValue, TornError> {
        Err(TornError)
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, TornError> {
        self.0.block_hash(number).map_err(|_| TornError)
    }
}

#[test]
fn a_broken_machine_is_no_result() {
    let World { db, assembly } = World::with(&[(CONTRACT, &forward(op::CALL, MEMBERS, 0))]);
    let mut evm = assembly.evm(Torn(db), World::env(), NoOpInspector, super::super::Inspect::No);
    for to in [MEMBERS, CONTRACT, GOVERNANCE] {
        let unreadable = evm.transact_raw(World::tx(to, Script::default().load(MEMBERS, 1).bytes()));
        assert!(matches!(unreadable, Err(EVMError::Database(TornError))), "{unreadable:?}");
        let broken = evm.transact_raw(World::tx(to, Script::default().broken().bytes()));
        assert!(matches!(broken, Err(EVMError::Custom(_))), "{broken:?}");
    }
    let fine = evm.transact_raw(World::tx(MEMBERS, Script::default().give(1).bytes())).unwrap();
    assert!(matches!(fine.result, ExecutionResult::Success { .. }));
}
