use crate::{Account, Address, AddressMap, B256Map, Bytes, HashMap, U256};

/// What a block did to the state: new values only.
///
/// Produced by the executor, consumed by the state, which pairs it with the previous values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Every account that was touched and differs, or whose storage differs.
    pub accounts: AddressMap<AccountChange>,
    /// Code deployed in the block, by keccak256; exactly the bytes `eth_getCode` returns.
    pub code: B256Map<Bytes>,
}

/// What a block did to one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The record after the block; `None` if the account no longer exists.
    pub account: Option<Account>,
    /// The storage was cleared (self-destruct, or re-creation) before `storage` applies.
    pub wiped: bool,
    /// Slots written, with their value after the block; zero deletes.
    pub storage: HashMap<U256, U256>,
}

/// The previous values a block overwrote: applying it to the state after the block gives the
/// state before. Sorted by address and slot, so its encoding is canonical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changeset {
    /// One entry an account that changed.
    pub accounts: Vec<PreviousAccount>,
}

/// The previous values of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousAccount {
    /// Which account.
    pub address: Address,
    /// Its record before the block; `None` if it did not exist.
    pub account: Option<Account>,
    /// Every slot the block changed (all slots, where the storage was wiped) with its value before.
    pub storage: Vec<(U256, U256)>,
}
