//! Four members and four validators in memory.

use alloy_sol_types::{SolCall, SolError};
use althing_contracts::{GOVERNANCE, IAccess::ReadPolicy, IGovernance, INodes::JoinPolicy, IParameters::FeeMode};
use althing_governance::{
    BlockContext, Constitution, Host, Message, NetworkNode, Reader, SlotChange, Stop, Terms, call,
    genesis::{GenesisMember, GovernanceGenesis, storage},
    is_public_key,
};
use althing_primitives::{Address, B256, Bytes, LogData, U256, alloy::FixedBytes};
use std::collections::{BTreeMap, HashMap};

pub(crate) const NOW: u64 = 1_000_000;
pub(crate) const DAY: u32 = 86_400;

/// State of the system contracts, a block, and whether a proposal is being executed.
pub(crate) struct Chain {
    pub(crate) slots: HashMap<(Address, U256), U256>,
    pub(crate) logs: Vec<LogData>,
    pub(crate) block: BlockContext,
    transient: BTreeMap<U256, U256>,
}

impl Chain {
    pub(crate) fn new() -> Self {
        Self::of(&genesis())
    }

    /// With a rule of one function.
    pub(crate) fn with_rule(target: Address, selector: FixedBytes<4>, rule: IGovernance::Rule) -> Self {
        let mut genesis = genesis();
        genesis.constitution.rules.push(IGovernance::RuleEntry { target, selector, rule });
        Self::of(&genesis)
    }

    fn of(genesis: &GovernanceGenesis) -> Self {
        let mut slots = HashMap::new();
        for (contract, storage) in storage(genesis).expect("a valid genesis") {
            slots.extend(storage.into_iter().map(|(slot, value)| ((contract, slot), value)));
        }
        let block =
            BlockContext { number: 7, timestamp: NOW, chain_id: 5, genesis_hash: B256::repeat_byte(7), insecure: true };
        Self { slots, logs: Vec::new(), block, transient: BTreeMap::new() }
    }

    /// A call by an account; a revert undoes it.
    pub(crate) fn call<C: SolCall>(
        &mut self,
        caller: Address,
        contract: Address,
        input: &C,
    ) -> Result<C::Return, Bytes> {
        let output = self.raw(caller, contract, &input.abi_encode())?;
        Ok(C::abi_decode_returns(&output).expect("the ABI's result"))
    }

    pub(crate) fn raw(&mut self, caller: Address, contract: Address, input: &[u8]) -> Result<Bytes, Bytes> {
        let before = self.slots.clone();
        let block = self.block;
        let message = Message { contract, caller, value: U256::ZERO, input, estimating: false, block };
        call(self, &message).map_err(|stop| {
            self.slots = before;
            match stop {
                Stop::Revert(error) => error,
                other => panic!("{other:?}"),
            }
        })
    }

    /// A call that a proposal makes which met the floor.
    pub(crate) fn decided<C: SolCall>(&mut self, contract: Address, input: &C) -> Result<C::Return, Bytes> {
        self.executed(contract, input, true)
    }

    /// A call that a proposal makes.
    pub(crate) fn executed<C: SolCall>(
        &mut self,
        contract: Address,
        input: &C,
        floor_met: bool,
    ) -> Result<C::Return, Bytes> {
        self.transient.insert(U256::ZERO, U256::from(99));
        self.transient.insert(U256::from(1), U256::from(floor_met));
        let result = self.call(GOVERNANCE, contract, input);
        self.transient.clear();
        result
    }

    /// A call that a proposal makes which met the floor, and that succeeds.
    pub(crate) fn decided_raw(&mut self, contract: Address, input: &[u8]) {
        self.transient.insert(U256::ZERO, U256::from(99));
        self.raw(GOVERNANCE, contract, input).expect("it succeeds");
        self.transient.clear();
    }

    pub(crate) fn view<C: SolCall>(&mut self, contract: Address, input: &C) -> C::Return {
        self.call(Address::repeat_byte(0xee), contract, input).expect("a view answers")
    }
}

/// The revert data of an error.
pub(crate) fn error(error: &impl SolError) -> Bytes {
    error.abi_encode().into()
}

impl Reader for Chain {
    type Error = std::convert::Infallible;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, Self::Error> {
        self.slots.slot(contract, slot)
    }
}

impl Host for Chain {
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop> {
        Ok(self.slots.get(&(contract, slot)).copied().unwrap_or_default())
    }
    fn sstore(&mut self, contract: Address, slot: U256, value: U256) -> Result<(), Stop> {
        self.slots.insert((contract, slot), value);
        Ok(())
    }
    fn tload(&mut self, slot: U256) -> Result<U256, Stop> {
        Ok(self.transient.get(&slot).copied().unwrap_or_default())
    }
    fn tstore(&mut self, slot: U256, value: U256) -> Result<(), Stop> {
        self.transient.insert(slot, value);
        Ok(())
    }
    fn log(&mut self, _: Address, data: LogData) -> Result<(), Stop> {
        self.logs.push(data);
        Ok(())
    }
    fn charge(&mut self, _: u64) -> Result<(), Stop> {
        Ok(())
    }
    fn gas_left(&self) -> u64 {
        u64::MAX
    }
    fn has_code(&mut self, _: Address) -> Result<bool, Stop> {
        Ok(true)
    }
    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop> {
        Ok(Vec::new())
    }
}

/// First account of a member, counted from 1.
pub(crate) fn account(member: u8) -> Address {
    Address::repeat_byte(member)
}

/// The `number`th, from 1 on, of the byte patterns that are Ed25519 public keys.
pub(crate) fn key(number: usize) -> B256 {
    (0..=255).map(B256::repeat_byte).filter(|key| is_public_key(&key.0)).nth(number - 1).expect("enough patterns")
}

pub(crate) fn majority() -> IGovernance::Rule {
    let kind = IGovernance::Kind::Majority;
    IGovernance::Rule { kind, threshold: 0, quorum: 50, perClass: false, votingPeriod: DAY, timelock: 0 }
}

fn genesis() -> GovernanceGenesis {
    let member = |id: u8| GenesisMember {
        account: account(id),
        name: format!("Member {id}"),
        class: 0,
        encryption_key: B256::ZERO,
        certificate_fingerprint: B256::ZERO,
    };
    let node = |id: usize| NetworkNode { public_key: key(id), member: id as u32, host: format!("host-{id}:30930") };
    GovernanceGenesis {
        timestamp: NOW - 1_000,
        insecure: true,
        members: (1..=4).map(member).collect(),
        validators: (1..=4).map(node).collect(),
        followers: Vec::new(),
        terms: terms(),
        fork_times: [Some(0), None, None, None, None, None],
        constitution: Constitution {
            default_rule: majority(),
            rules: Vec::new(),
            floor: IGovernance::Floor { missing: 1, timelock: DAY, veto: true },
            contract: Address::ZERO,
            execution_window: 7 * DAY,
        },
        read_policy: ReadPolicy::Private,
        measurements: Vec::new(),
        join_policy: JoinPolicy { platforms: 6, minimumTcb: 3, vendorShareMax: 60, lease: DAY },
        suspend_on_equivocation: true,
        recovery_threshold: 3,
        senders: BTreeMap::new(),
        deployers: BTreeMap::new(),
    }
}

pub(crate) fn terms() -> Terms {
    Terms {
        gas_limit: 100_000_000,
        block_bytes_max: 2 << 20,
        block_time_ms: 250,
        follow_up_blocks: 12,
        follow_up_ms: 800,
        heartbeat_ms: 60_000,
        leader_timeout_ms: 1_000,
        certification_timeout_ms: 2_000,
        skip_timeout_ms: 2_500,
        retry_timeout_ms: 1_000,
        fee_mode: FeeMode::Zero,
        base_fee: 0,
        contract_size_max: 24_576,
        pool_transactions_max: 100_000,
        pool_transactions_per_sender: 10_000,
        requests_per_second: 0,
        system_lane: 10,
        transaction_allow_list: false,
        deployer_allow_list: false,
        transaction_hook: None,
    }
}
