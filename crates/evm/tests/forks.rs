//! Members move a fork, and a block whose proposer keeps to another schedule is refused.

mod chain;
mod governed;
mod memory;

use althing_evm::{ExecutionError, InvalidBlock, InvalidTransaction, TransactionError};
use althing_primitives::{Address, RecoveredTransaction, hex};
use chain::{Chain, Queue, dev_key, sign, template};
use governed::refused;

/// Stores how many zero bits the number 1 begins with, which is what Osaka's CLZ counts (EIP-7939).
const COUNTER: [u8; 6] = hex!("60011e5f5500");
const COUNTED: Address = Address::repeat_byte(0xc0);
/// More gas than Osaka lets a transaction ask for (EIP-7825).
const GREEDY: u64 = 16_777_217;

fn count(nonce: u64, gas_limit: u64) -> RecoveredTransaction {
    sign(&dev_key(), template(nonce, COUNTED.into(), gas_limit))
}

/// A chain of this genesis, and the same where members chose another time.
fn vote(genesis: Option<u64>, chosen: Option<u64>) -> (Chain, Chain) {
    let make = || {
        let mut chain = Chain::with_osaka_at(genesis);
        chain.put(COUNTED, &COUNTER);
        chain
    };
    let mut voted = make();
    voted.schedule_osaka(chosen);
    (make(), voted)
}

/// What a proposer makes that keeps to the genesis, refused by everybody else for this reason.
fn ignored(chain: &Chain, voted: &Chain, tx: RecoveredTransaction) -> ExecutionError {
    let built = chain.build(&mut Queue::new(vec![tx]));
    assert_eq!(built.body.transactions.len(), 1);
    let block = chain.seal(&built);
    assert!(chain.executor.execute(&block, &chain.state).is_ok(), "without the vote it is fine");
    voted.executor.execute(&block, &voted.state).unwrap_err()
}

#[test]
fn a_scheduled_fork_binds_every_proposer() {
    let (chain, voted) = vote(None, Some(0));
    let error = ignored(&chain, &voted, count(0, 100_000));
    assert!(matches!(error, ExecutionError::Invalid(InvalidBlock::GasUsed { .. })), "{error}");
    let error = ignored(&chain, &voted, count(0, GREEDY));
    let cap =
        TransactionError::Evm(InvalidTransaction::TxGasLimitGreaterThanCap { gas_limit: GREEDY, cap: GREEDY - 1 });
    assert_eq!(refused(&error), &cap);
}

#[test]
fn a_fork_put_off_or_withdrawn_binds_nobody_yet() {
    for chosen in [Some(7_200), None] {
        let (chain, mut voted) = vote(Some(0), chosen);
        let error = ignored(&chain, &voted, count(0, 100_000));
        assert!(matches!(error, ExecutionError::Invalid(InvalidBlock::GasUsed { .. })), "{error}");
        assert!(!voted.mine(vec![count(0, GREEDY)]).executed.receipts[0].success, "there is no such instruction");
    }
}

#[test]
fn a_fork_is_in_force_from_its_second_on() {
    let (_, mut chain) = vote(None, Some(1));
    let succeeded = [0, 1, 2, 3, 4].map(|nonce| {
        let built = chain.mine(vec![count(nonce, 100_000)]);
        (built.header.timestamp, built.executed.receipts[0].success)
    });
    assert_eq!(succeeded, [(0, false), (0, false), (0, false), (1, true), (1, true)]);
    assert_eq!(chain.slot(COUNTED, 0), althing_primitives::U256::from(255));
}

#[test]
fn a_call_in_the_next_block_follows_the_schedule() {
    use alloy_rpc_types_eth::TransactionRequest;
    let run = |chain: &Chain| {
        let request = TransactionRequest { to: Some(COUNTED.into()), ..Default::default() };
        chain.executor.call(&chain.state, chain.call(request), &Default::default()).unwrap().is_success()
    };
    let (chain, voted) = vote(None, Some(0));
    assert!(!run(&chain) && run(&voted));
}
