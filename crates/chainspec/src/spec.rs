use crate::{
    Alloc, Consortium, EthereumHardforks, FeeMode, ForkSchedule, Genesis, GenesisError,
    governance::{check_absent, governance, install},
    header::{check_commitments, header},
};
use althing_governance::genesis::GovernanceGenesis;
use althing_primitives::{
    Address, Block, Body, U256,
    eips::{eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS, eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS},
};
use std::collections::BTreeMap;

/// A chain: its id, first block, rules over time and, for our own networks, its consortium.
///
/// Made from a [`Genesis`] only, so whatever holds one holds a consistent one.
#[derive(Clone, Debug)]
pub struct ChainSpec {
    chain_id: u64,
    genesis: Block,
    alloc: Alloc,
    forks: ForkSchedule,
    deposit_contract: Option<Address>,
    consortium: Option<Consortium>,
    governance: Option<GovernanceGenesis>,
    storage_only: StorageOnly,
}

/// Slots of genesis accounts that have storage, but neither code nor nonce.
type StorageOnly = BTreeMap<Address, Vec<U256>>;

impl ChainSpec {
    pub(crate) fn new(mut genesis: Genesis) -> Result<Self, GenesisError> {
        let chain_id = genesis.config.chain_id.ok_or_else(|| GenesisError::field("config.chainId", "is missing"))?;
        let forks = ForkSchedule::new(&genesis.config)?;
        let consortium = match genesis.althing.clone() {
            Some(raw) => Some(Consortium::new(raw, genesis.gas_limit)?),
            None => None,
        };
        let governance = match &consortium {
            Some(consortium) => governance(&genesis, consortium, &forks)?,
            None => None,
        };
        match &governance {
            Some(governance) => install(governance, &mut genesis.alloc)?,
            None if consortium.is_some() => check_absent(&genesis.alloc)?,
            // Nobody takes an imported chain's contract there for one of ours.
            None => {}
        }
        check_number(&genesis)?;
        let storage_only = storage_only(&genesis.alloc);
        if consortium.is_some() {
            check_consensus(&genesis, &forks)?;
            if let Some(address) = storage_only.keys().next() {
                let field = format!("alloc.{address}.storage");
                return Err(GenesisError::field(field, "an account without code and nonce has none with `althing`"));
            }
        }
        let header = header(&genesis, &forks, consortium.as_ref())?;
        check_commitments(&genesis, &header)?;
        let withdrawals = header.withdrawals_root.map(|_| Default::default());
        let block = Block::new(header, Body { withdrawals, ..Default::default() });
        let deposit_contract = genesis.config.deposit_contract_address.filter(|address| !address.is_zero());
        let alloc = genesis.alloc;
        Ok(Self { chain_id, genesis: block, alloc, forks, deposit_contract, consortium, governance, storage_only })
    }

    /// Chain id that transactions sign (EIP-155).
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// The first block.
    pub const fn genesis(&self) -> &Block {
        &self.genesis
    }

    /// Accounts of the genesis state.
    pub const fn alloc(&self) -> &Alloc {
        &self.alloc
    }

    /// Slots of genesis accounts that have storage, but neither code nor nonce: EIP-7610 forbids to
    /// create a contract there. No transaction makes such an account; only test suites have them.
    pub const fn storage_only(&self) -> &BTreeMap<Address, Vec<U256>> {
        &self.storage_only
    }

    /// When each fork begins.
    pub const fn forks(&self) -> &ForkSchedule {
        &self.forks
    }

    /// Whose deposit logs become EIP-6110 requests.
    pub const fn deposit_contract(&self) -> Option<Address> {
        self.deposit_contract
    }

    /// The consortium; `None` for an imported chain.
    pub const fn consortium(&self) -> Option<&Consortium> {
        self.consortium.as_ref()
    }

    /// What the system contracts are born with; `None` where there are none, so that nothing of the
    /// consortium ever changes.
    pub const fn governance(&self) -> Option<&GovernanceGenesis> {
        self.governance.as_ref()
    }

    /// Whether transactions pay for gas: an imported chain's do.
    pub fn fee_mode(&self) -> FeeMode {
        self.consortium.as_ref().map_or(FeeMode::Eip1559, |consortium| consortium.fee_mode)
    }

    /// Whether the network makes no claim to confidentiality. An imported chain, public anyway,
    /// counts as such.
    pub fn is_insecure(&self) -> bool {
        self.consortium.as_ref().is_none_or(|consortium| consortium.insecure)
    }
}

fn storage_only(alloc: &Alloc) -> StorageOnly {
    let bare = alloc.iter().filter(|(_, account)| account.nonce == 0 && account.code.is_empty());
    let slots = bare.map(|(address, account)| {
        let set = account.storage.iter().filter(|(_, value)| !value.is_zero());
        (*address, set.map(|(slot, _)| *slot).collect::<Vec<_>>())
    });
    slots.filter(|(_, slots)| !slots.is_empty()).collect()
}

/// Blocks are numbered from the genesis, which is 0.
fn check_number(genesis: &Genesis) -> Result<(), GenesisError> {
    match genesis.number {
        None | Some(0) => Ok(()),
        Some(_) => Err(GenesisError::field("number", "a genesis block has number 0")),
    }
}

/// Our consensus needs every header field up to Prague's from the first block.
fn check_consensus(genesis: &Genesis, forks: &ForkSchedule) -> Result<(), GenesisError> {
    let field = |name: &str, reason: &str| Err(GenesisError::field(name, format!("{reason} with `althing`")));
    if forks.terminal_total_difficulty() != Some(U256::ZERO) {
        return field("config.terminalTotalDifficulty", "must be 0 in a genesis");
    }
    if !forks.is_prague_active_at_timestamp(genesis.timestamp) {
        return field("config.pragueTime", "must be active at genesis in one");
    }
    if genesis.difficulty.is_some_and(|difficulty| !difficulty.is_zero()) {
        return field("difficulty", "must be 0 in a genesis");
    }
    if genesis.gas_limit < 5_000_000 || genesis.gas_limit > 10_000_000_000 {
        return field("gasLimit", "must be from 5,000,000 to 10,000,000,000 in a genesis");
    }
    if genesis.config.deposit_contract_address.is_some_and(|address| !address.is_zero()) {
        return field("config.depositContractAddress", "deposits have no meaning in a genesis");
    }
    // EIP-7002 and 7251: without their contracts no block is valid.
    for address in [WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS, CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS] {
        if genesis.alloc.get(&address).is_none_or(|account| account.code.is_empty()) {
            return field(&format!("alloc.{address}"), "the system contract is missing in a genesis");
        }
    }
    Ok(())
}
