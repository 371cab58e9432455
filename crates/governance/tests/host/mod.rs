//! A world of system contracts and scripted applications in memory: metered about as the EVM meters, undone where a
//! frame fails, with the trampoline's protocol played in Rust.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its part of it")]

mod frame;
mod genesis;
mod trampoline;

pub use genesis::{DAY, START, account, genesis, majority, rule};

use alloy_sol_types::{SolCall, SolError, SolEvent};
use althing_contracts::{GOVERNANCE, is_system};
use althing_governance::{BlockContext, Message, SlotChange, Stop};
use althing_primitives::{Address, B256, Bytes, LogData, U256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// EIP-7825.
pub const TRANSACTION_GAS: u64 = 16_777_216;
const CALL_DEPTH_MAX: usize = 1024;

/// An application contract: what it does when called.
#[derive(Clone, Debug, Default)]
pub struct App {
    /// Calls it makes, in order; how they ended goes to [`World::seen`].
    pub calls: Vec<(Address, Vec<u8>)>,
    /// Gas it burns.
    pub burns: u64,
    /// Answers by reverting.
    pub reverts: bool,
    pub answer: Vec<u8>,
}

/// Everything a transaction can see and change.
#[derive(Default)]
pub struct World {
    pub slots: HashMap<(Address, U256), U256>,
    pub apps: BTreeMap<Address, App>,
    pub balances: HashMap<Address, U256>,
    pub logs: Vec<(Address, LogData)>,
    /// How calls of applications ended.
    pub seen: Vec<Result<Bytes, Bytes>>,
    pub timestamp: u64,
    pub estimating: bool,
    pub insecure: bool,
    /// Gas the last transaction used, intrinsic gas included.
    pub gas_used: u64,
    pub(crate) transient: HashMap<U256, U256>,
    pub(crate) before: HashMap<(Address, U256), U256>,
    pub(crate) warm: HashSet<(Address, U256)>,
    pub(crate) warm_accounts: HashSet<Address>,
    pub(crate) journal: Vec<Undo>,
    pub(crate) depth: usize,
}

/// How to undo one change.
pub(crate) enum Undo {
    Slot((Address, U256), U256),
    Transient(U256, U256),
    Balance(Address, U256),
    Log,
}

/// One call.
#[derive(Clone, Copy)]
pub(crate) struct Call<'c> {
    pub(crate) caller: Address,
    pub(crate) target: Address,
    pub(crate) value: U256,
    pub(crate) input: &'c [u8],
    pub(crate) gas: u64,
    pub(crate) is_static: bool,
}

/// How a call ended, and the gas it left.
pub(crate) struct Ended {
    pub(crate) result: Result<Bytes, Bytes>,
    pub(crate) gas: u64,
}

impl World {
    /// A transaction with as much gas as one may have.
    pub fn send(&mut self, from: Address, to: Address, call: &impl SolCall) -> Result<Bytes, Bytes> {
        self.transact(from, to, U256::ZERO, &call.abi_encode(), TRANSACTION_GAS)
    }

    /// A transaction.
    pub fn transact(
        &mut self,
        caller: Address,
        target: Address,
        value: U256,
        input: &[u8],
        gas: u64,
    ) -> Result<Bytes, Bytes> {
        self.begin(target);
        let intrinsic = 21_000 + input.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum::<u64>();
        let Some(inner) = gas.checked_sub(intrinsic) else { return Err(Bytes::new()) };
        let ended = self.call(Call { caller, target, value, input, gas: inner, is_static: false });
        self.gas_used = gas - ended.gas;
        ended.result
    }

    /// A view: nothing stays, nothing can be written.
    pub fn view<C: SolCall>(&mut self, to: Address, call: &C) -> C::Return {
        let answer = self.try_view(to, call).expect("the view answers");
        C::abi_decode_returns(&answer).expect("the answer decodes")
    }

    pub fn try_view(&mut self, to: Address, call: &impl SolCall) -> Result<Bytes, Bytes> {
        self.static_transact(Address::ZERO, to, &call.abi_encode())
    }

    /// A call in a static frame.
    pub fn static_transact(&mut self, caller: Address, target: Address, input: &[u8]) -> Result<Bytes, Bytes> {
        self.begin(target);
        let value = U256::ZERO;
        self.call(Call { caller, target, value, input, gas: TRANSACTION_GAS, is_static: true }).result
    }

    /// `eth_call`: may write, nothing stays.
    pub fn dry_run<C: SolCall>(&mut self, from: Address, to: Address, call: &C) -> Result<C::Return, Bytes> {
        self.begin(to);
        let input = call.abi_encode();
        let mark = self.journal.len();
        let value = U256::ZERO;
        let call = Call { caller: from, target: to, value, input: &input, gas: TRANSACTION_GAS, is_static: false };
        let ended = self.call(call);
        self.undo(mark);
        ended.result.map(|answer| C::abi_decode_returns(&answer).expect("the answer decodes"))
    }

    /// The last event of a kind.
    pub fn last<E: SolEvent>(&self) -> Option<E> {
        self.logs.iter().rev().find_map(|(_, data)| E::decode_log_data(data).ok())
    }

    /// How many events of a kind there are.
    pub fn count<E: SolEvent>(&self) -> usize {
        self.logs.iter().filter(|(_, data)| E::decode_log_data(data).is_ok()).count()
    }

    pub fn slots_of(&self, contract: Address) -> BTreeMap<U256, U256> {
        let ours = self.slots.iter().filter(|((address, _), value)| *address == contract && !value.is_zero());
        ours.map(|((_, slot), value)| (*slot, *value)).collect()
    }

    fn begin(&mut self, target: Address) {
        self.transient.clear();
        self.before.clear();
        self.warm.clear();
        self.warm_accounts = HashSet::from([target]);
        self.journal.clear();
    }

    /// Any call, at any depth. Where it fails all it did is undone.
    pub(crate) fn call(&mut self, call: Call<'_>) -> Ended {
        if self.depth >= CALL_DEPTH_MAX {
            return Ended { result: Err(Bytes::new()), gas: call.gas };
        }
        let mark = self.journal.len();
        if !self.transfer(call.caller, call.target, call.value) {
            return Ended { result: Err(Bytes::new()), gas: call.gas };
        }
        self.depth += 1;
        let ended = self.run(call);
        self.depth -= 1;
        if ended.result.is_err() {
            self.undo(mark);
        }
        ended
    }

    fn run(&mut self, call: Call<'_>) -> Ended {
        match call.target {
            GOVERNANCE if call.caller != GOVERNANCE => trampoline::main(self, call),
            GOVERNANCE if call.input.first() == Some(&1) => trampoline::batch(self, call),
            target if is_system(&target) => self.native(call),
            target => match self.apps.get(&target).cloned() {
                Some(app) => self.app(call, app),
                None => Ended { result: Ok(Bytes::new()), gas: call.gas },
            },
        }
    }

    fn native(&mut self, call: Call<'_>) -> Ended {
        let block = BlockContext {
            number: 1,
            timestamp: self.timestamp,
            chain_id: 930_930,
            genesis_hash: B256::ZERO,
            insecure: self.insecure,
        };
        let message = Message {
            contract: call.target,
            caller: call.caller,
            value: call.value,
            input: call.input,
            estimating: self.estimating,
            block,
        };
        let mut frame = frame::Frame { world: self, gas: call.gas, is_static: call.is_static };
        let result = althing_governance::call(&mut frame, &message);
        let gas = frame.gas;
        match result {
            Ok(answer) => Ended { result: Ok(answer), gas },
            Err(Stop::Revert(reason)) => Ended { result: Err(reason), gas },
            Err(Stop::OutOfGas) => Ended { result: Err(Bytes::new()), gas: 0 },
            Err(Stop::Broken(reason)) => panic!("native code is broken: {reason}"),
        }
    }

    fn app(&mut self, call: Call<'_>, app: App) -> Ended {
        let Some(mut gas) = call.gas.checked_sub(app.burns + 100) else {
            return Ended { result: Err(Bytes::new()), gas: 0 };
        };
        for (target, input) in app.calls {
            let given = gas - gas / 64;
            let inner = Call { caller: call.target, target, value: U256::ZERO, input: &input, gas: given, ..call };
            let ended = self.call(inner);
            gas = gas - given + ended.gas;
            self.seen.push(ended.result);
        }
        let answer = Bytes::from(app.answer);
        Ended { result: if app.reverts { Err(answer) } else { Ok(answer) }, gas }
    }

    fn transfer(&mut self, from: Address, to: Address, value: U256) -> bool {
        if value.is_zero() || from == to {
            return true;
        }
        let had = self.balances.get(&from).copied().unwrap_or_default();
        let Some(left) = had.checked_sub(value) else { return false };
        let has = self.balances.get(&to).copied().unwrap_or_default();
        self.journal.extend([Undo::Balance(from, had), Undo::Balance(to, has)]);
        self.balances.insert(from, left);
        self.balances.insert(to, has + value);
        true
    }

    fn undo(&mut self, mark: usize) {
        for undo in self.journal.drain(mark..).rev() {
            match undo {
                Undo::Slot(slot, value) => drop(self.slots.insert(slot, value)),
                Undo::Transient(slot, value) => drop(self.transient.insert(slot, value)),
                Undo::Balance(address, value) => drop(self.balances.insert(address, value)),
                Undo::Log => drop(self.logs.pop()),
            }
        }
    }

    pub(crate) fn changes(&self) -> Vec<SlotChange> {
        let mut changes: Vec<_> = self
            .before
            .iter()
            .map(|(&(contract, slot), &before)| {
                let after = self.slots.get(&(contract, slot)).copied().unwrap_or_default();
                SlotChange { contract, slot, before, after }
            })
            .filter(|change| change.before != change.after)
            .collect();
        changes.sort_by_key(|change| (change.contract, change.slot));
        changes
    }
}

/// The error a call reverted with.
pub fn error<E: SolError>(result: Result<impl std::fmt::Debug, Bytes>) -> E {
    let reason = result.expect_err("the call reverts");
    E::abi_decode(&reason).unwrap_or_else(|_| panic!("{} expected, not {reason}", E::SIGNATURE))
}
