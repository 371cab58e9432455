use alloy_evm::overrides::OverrideBlockHashes;
use althing_chainspec::ChainSpec;
use althing_primitives::{
    Account, AccountChange, Address, AddressMap, B256, B256Map, Changes, HashMap, KECCAK256_EMPTY, U256,
    alloy::map::DefaultHashBuilder,
};
use althing_storage::{StateError, View};
use revm::{
    Database, DatabaseCommit, DatabaseRef,
    bytecode::Bytecode,
    state::{Account as EvmAccount, AccountInfo, EvmStorage},
};
use std::{
    collections::{BTreeMap, hash_map::Entry},
    fmt,
};

/// The state a block is executed on; `&View` is one.
pub type State<'a> = &'a dyn DatabaseRef<Error = StateError>;

/// The state after a block's parent, which also says what root changes to it would give; a
/// [`View`] of the head, of a layer or of a recent block is one.
pub trait ParentState: DatabaseRef<Error = StateError> {
    /// State root after these changes.
    ///
    /// # Errors
    /// The state's trie cannot be read any more.
    fn root_after(&self, changes: &Changes) -> Result<B256, StateError>;
}

impl ParentState for View {
    fn root_after(&self, changes: &Changes) -> Result<B256, StateError> {
        Self::root_after(self, changes)
    }
}

/// What a block (or a call) has read and written so far, over an unchanging state.
///
/// Reads once, remembers both the value found and the value now, and in the end names what differs.
pub struct Cache<'a> {
    state: State<'a>,
    /// See [`ChainSpec::storage_only`].
    storage_only: &'a BTreeMap<Address, Vec<U256>>,
    accounts: AddressMap<Cached>,
    code: B256Map<Bytecode>,
    block_hashes: BTreeMap<u64, B256>,
}

#[derive(Default)]
struct Cached {
    /// The record in the state below.
    original: Option<Account>,
    present: Option<AccountInfo>,
    /// Storage below is gone: destroyed or created anew.
    wiped: bool,
    /// Has storage, but neither code nor nonce; see [`guard`].
    storage_only: bool,
    storage: HashMap<U256, Slot, DefaultHashBuilder>,
}

#[derive(Clone, Copy)]
struct Slot {
    original: U256,
    present: U256,
}

impl<'a> Cache<'a> {
    /// An empty cache over a state of this chain.
    pub fn new(state: State<'a>, chain: &'a ChainSpec) -> Self {
        let storage_only = chain.storage_only();
        Self {
            state,
            storage_only,
            accounts: AddressMap::default(),
            code: B256Map::default(),
            block_hashes: BTreeMap::new(),
        }
    }

    /// The state below.
    pub(crate) const fn state(&self) -> State<'a> {
        self.state
    }

    fn account(&mut self, address: Address) -> Result<&mut Cached, StateError> {
        match self.accounts.entry(address) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let cached = entry.insert(Cached::load(self.state, address)?);
                for slot in self.storage_only.get(&address).into_iter().flatten() {
                    cached.storage_only |= !self.state.storage_ref(address, *slot)?.is_zero();
                }
                Ok(cached)
            }
        }
    }

    /// Prepares for a transaction of `sender`, whose real nonce counts.
    pub(crate) fn admit(&mut self, sender: Address) -> Result<(), StateError> {
        if self.storage_only.contains_key(&sender) {
            self.account(sender)?.storage_only = false;
        }
        Ok(())
    }

    /// Adds to balances, as rewards and withdrawals do; adding nothing touches nothing.
    pub(crate) fn add_balance(&mut self, address: Address, amount: U256) -> Result<(), StateError> {
        if amount.is_zero() {
            return Ok(());
        }
        let info = self.account(address)?.present.get_or_insert_default();
        info.balance = info.balance.saturating_add(amount);
        Ok(())
    }

    /// Empties an account's balance (the DAO fork) and says how much it was.
    pub(crate) fn take_balance(&mut self, address: Address) -> Result<U256, StateError> {
        let present = &mut self.account(address)?.present;
        Ok(present.as_mut().map_or(U256::ZERO, |info| std::mem::take(&mut info.balance)))
    }

    /// Sets parts of an account's record, whatever it was.
    pub(crate) fn overwrite_record(
        &mut self,
        address: Address,
        balance: Option<U256>,
        nonce: Option<u64>,
        code: Option<(B256, Bytecode)>,
    ) -> Result<(), StateError> {
        let cached = self.account(address)?;
        cached.storage_only = false;
        let info = cached.present.get_or_insert_default();
        info.balance = balance.unwrap_or(info.balance);
        info.nonce = nonce.unwrap_or(info.nonce);
        if let Some((hash, code)) = code {
            info.code_hash = hash;
            info.code = Some(code.clone());
            self.code.insert(hash, code);
        }
        Ok(())
    }

    /// Empties an account's storage.
    pub(crate) fn clear_storage(&mut self, address: Address) -> Result<(), StateError> {
        let cached = self.account(address)?;
        cached.wiped = true;
        cached.storage.clear();
        Ok(())
    }

    /// Sets slots of an account, which exists from then on.
    pub(crate) fn overwrite_slots(
        &mut self,
        address: Address,
        slots: impl Iterator<Item = (U256, U256)>,
    ) -> Result<(), StateError> {
        self.account(address)?.present.get_or_insert_default();
        for (key, present) in slots {
            let original = self.storage(address, key)?;
            self.account(address)?.storage.entry(key).or_insert(Slot { original, present }).present = present;
        }
        Ok(())
    }

    /// Slots of an account that were read or written: value below and value now.
    pub(crate) fn slots(&self, address: Address) -> impl Iterator<Item = (U256, (U256, U256))> + '_ {
        let slots = self.accounts.get(&address).into_iter().flat_map(|cached| &cached.storage);
        slots.map(|(slot, values)| (*slot, (values.original, values.present)))
    }

    /// Everything that differs from the state below.
    pub(crate) fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        for (address, cached) in &self.accounts {
            if let Some(info) = &cached.present
                && info.code_hash != cached.original.unwrap_or_default().code_hash
            {
                let code = info.code.as_ref().or_else(|| self.code.get(&info.code_hash));
                if let Some(code) = code.filter(|code| !code.is_empty()) {
                    changes.code.insert(info.code_hash, code.original_bytes());
                }
            }
            if let Some(change) = cached.change() {
                changes.accounts.insert(*address, change);
            }
        }
        changes
    }
}

impl Cached {
    fn load(state: State<'_>, address: Address) -> Result<Self, StateError> {
        let present = state.basic_ref(address)?;
        let original = present.as_ref().map(record);
        Ok(Self { original, present, ..Self::default() })
    }

    /// The record as the EVM is to see it.
    fn visible(&self) -> Option<AccountInfo> {
        let mut info = self.present.clone();
        if let (true, Some(info)) = (self.storage_only, &mut info) {
            guard(info);
        }
        info
    }

    fn apply(&mut self, mut account: EvmAccount) {
        if std::mem::take(&mut self.storage_only) {
            self.storage_only = !account.is_selfdestructed() && unguard(&mut account.info);
        }
        if account.is_selfdestructed() {
            self.clear(None);
        } else if account.is_created() {
            self.clear(Some(account.info));
            self.write(account.storage);
        } else if account.info.is_empty() {
            // EIP-161; revm keeps empty accounts of earlier forks away from here.
            self.clear(None);
        } else {
            self.present = Some(account.info);
            self.write(account.storage);
        }
    }

    fn clear(&mut self, present: Option<AccountInfo>) {
        self.present = present;
        self.wiped = true;
        self.storage.clear();
    }

    fn write(&mut self, storage: EvmStorage) {
        for (key, slot) in storage {
            if slot.is_changed() {
                let value = slot.present_value;
                let original = slot.original_value;
                self.storage.entry(key).or_insert(Slot { original, present: value }).present = value;
            }
        }
    }

    fn change(&self) -> Option<AccountChange> {
        let account = self.present.as_ref().map(record);
        let wiped = self.wiped && self.original.is_some();
        let mut storage = HashMap::default();
        if account.is_some() {
            let differs =
                |slot: &Slot| if self.wiped { !slot.present.is_zero() } else { slot.present != slot.original };
            storage
                .extend(self.storage.iter().filter(|(_, slot)| differs(slot)).map(|(key, slot)| (*key, slot.present)));
        }
        let same = account == self.original && !wiped && storage.is_empty();
        (!same).then_some(AccountChange { account, wiped, storage })
    }
}

fn record(info: &AccountInfo) -> Account {
    Account { nonce: info.nonce, balance: info.balance, code_hash: info.code_hash }
}

/// EIP-7610: revm refuses to create a contract where there is code or a nonce, and knows nothing of
/// storage. So an account that has only storage shows a nonce, which no code can read; without
/// balance, when it must still count as empty, a code hash that means the same as none.
fn guard(info: &mut AccountInfo) {
    if info.balance.is_zero() {
        info.code_hash = B256::ZERO;
    } else {
        info.nonce = u64::MAX;
    }
}

/// Undoes [`guard`]; tells whether the account still is what it was.
fn unguard(info: &mut AccountInfo) -> bool {
    let guarded = info.code_hash.is_zero() || info.nonce == u64::MAX;
    if guarded {
        info.nonce = 0;
        info.code_hash = KECCAK256_EMPTY;
    }
    guarded
}

impl Database for Cache<'_> {
    type Error = StateError;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        Ok(self.account(address)?.visible())
    }

    fn code_by_hash(&mut self, code_hash: B256) -> Result<Bytecode, StateError> {
        if code_hash.is_zero() {
            return Ok(Bytecode::default());
        }
        match self.code.entry(code_hash) {
            Entry::Occupied(entry) => Ok(entry.get().clone()),
            Entry::Vacant(entry) => Ok(entry.insert(self.state.code_by_hash_ref(code_hash)?).clone()),
        }
    }

    fn storage(&mut self, address: Address, key: U256) -> Result<U256, StateError> {
        let state = self.state;
        let cached = self.account(address)?;
        if let Some(slot) = cached.storage.get(&key) {
            return Ok(slot.present);
        }
        if cached.wiped || cached.original.is_none() {
            return Ok(U256::ZERO);
        }
        let value = state.storage_ref(address, key)?;
        cached.storage.insert(key, Slot { original: value, present: value });
        Ok(value)
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, StateError> {
        match self.block_hashes.get(&number) {
            Some(hash) => Ok(*hash),
            None => self.state.block_hash_ref(number),
        }
    }
}

impl DatabaseCommit for Cache<'_> {
    fn commit(&mut self, changes: AddressMap<EvmAccount>) {
        for (address, account) in changes {
            if !account.is_touched() {
                continue;
            }
            if let (true, Some(code)) = (!account.info.is_empty_code_hash(), &account.info.code) {
                self.code.entry(account.info.code_hash).or_insert_with(|| code.clone());
            }
            // Every account the EVM touched it loaded through `basic`; overrides load it first too.
            self.accounts.entry(address).or_default().apply(account);
        }
    }
}

impl OverrideBlockHashes for Cache<'_> {
    fn override_block_hashes(&mut self, block_hashes: BTreeMap<u64, B256>) {
        self.block_hashes.extend(block_hashes);
    }
}

impl fmt::Debug for Cache<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Cache").field("accounts", &self.accounts.len()).finish_non_exhaustive()
    }
}
