use crate::{
    StateError,
    archive::{Committed, called_only},
    checkpoint::vault::{Sealing, Vault},
    index::{Listed, encode_list, encode_position, list_key, transaction_key},
    kv::Table,
};
use althing_keys::{Keyring, Purpose};
use althing_primitives::{
    Account, Address, AddressMap, B256, B256Map, BlockId, BlockNumber, Bytes, HashMap, Receipt, U256,
};

/// Enough that two of 2^40 keys do not meet.
const KEY_BYTES: usize = 20;

/// What some blocks did, with only the last value of each key.
#[derive(Default)]
pub(crate) struct Fold {
    pub(crate) blocks: u64,
    pub(crate) last: BlockId,
    accounts: AddressMap<Option<Account>>,
    slots: HashMap<(Address, U256), U256>,
    code: B256Map<Bytes>,
    transactions: Vec<(B256, BlockNumber, u32)>,
    lists: HashMap<Listed, Vec<BlockNumber>>,
}

impl Fold {
    /// Rows it will take, about.
    pub(crate) fn keys(&self) -> usize {
        self.accounts.len() + self.slots.len() + self.transactions.len() + self.lists.len()
    }

    /// Adds the next block.
    pub(crate) fn add(&mut self, block: &Committed) {
        self.blocks += 1;
        self.last = block.id;
        self.add_state(block);
        let hashes = block.block.body.transactions.iter().map(|transaction| *transaction.tx_hash());
        self.transactions.extend(hashes.zip(0..).map(|(hash, index)| (hash, block.id.number, index)));
        self.add_logs(block.id.number, &block.receipts);
        for address in called_only(&block.block, &block.changeset) {
            self.list(Listed::Called(address), block.id.number);
        }
    }

    fn add_state(&mut self, block: &Committed) {
        for previous in &block.changeset.accounts {
            let address = previous.address;
            let change = block.changes.accounts.get(&address);
            let account = change.and_then(|change| change.account);
            self.accounts.insert(address, account);
            self.list(Listed::Account(address), block.id.number);
            for (slot, _) in &previous.storage {
                let written = change.filter(|_| account.is_some()).and_then(|change| change.storage.get(slot));
                self.slots.insert((address, *slot), written.copied().unwrap_or_default());
                self.list(Listed::Slot(address, *slot), block.id.number);
            }
        }
        self.code.extend(block.changes.code.iter().map(|(hash, code)| (*hash, code.clone())));
    }

    fn add_logs(&mut self, number: BlockNumber, receipts: &[Receipt]) {
        for log in receipts.iter().flat_map(|receipt| &receipt.logs) {
            self.list(Listed::Emitter(log.address), number);
            for (topic, position) in log.topics().iter().zip(0..) {
                self.list(Listed::Topic(position, *topic), number);
            }
        }
    }

    fn list(&mut self, listed: Listed, number: BlockNumber) {
        let blocks = self.lists.entry(listed).or_default();
        if blocks.last() != Some(&number) {
            blocks.push(number);
        }
    }

    /// Seals everything as the next checkpoint's rows.
    pub(crate) fn seal(&self, vault: &Vault, number: u32) -> Result<Sealing, StateError> {
        let keyring = vault.keyring();
        let mut rows = vault.begin(number);
        for (address, account) in &self.accounts {
            rows.put(Table::Accounts, account_key(keyring, address), &encode_account(address, account.as_ref()))?;
        }
        for ((address, slot), value) in &self.slots {
            rows.put(Table::Slots, slot_key(keyring, address, slot), &encode_slot(address, slot, value))?;
        }
        for (hash, code) in &self.code {
            rows.put(Table::Code, code_key(keyring, hash), code)?;
        }
        for (hash, block, index) in &self.transactions {
            rows.put(Table::Transactions, transaction_key(keyring, hash), &encode_position(*block, *index))?;
        }
        for (listed, blocks) in &self.lists {
            let Some(highest) = blocks.last() else { continue };
            rows.put(listed.table(), list_key(keyring, listed, *highest), &encode_list(blocks))?;
        }
        rows.put(Table::Checkpoint, LAST.to_vec(), &encode_last(&self.last, number))?;
        Ok(rows)
    }
}

/// The only key of [`Table::Checkpoint`].
pub(crate) const LAST: &[u8] = b"last";

fn state_key(keyring: &Keyring, data: &[u8]) -> Vec<u8> {
    keyring.prf(Purpose::State, data)[..KEY_BYTES].to_vec()
}

fn account_key(keyring: &Keyring, address: &Address) -> Vec<u8> {
    state_key(keyring, &[&[1], address.as_slice()].concat())
}

fn slot_key(keyring: &Keyring, address: &Address, slot: &U256) -> Vec<u8> {
    state_key(keyring, &[&[2], address.as_slice(), &slot.to_be_bytes::<32>()].concat())
}

fn code_key(keyring: &Keyring, hash: &B256) -> Vec<u8> {
    state_key(keyring, &[&[3], hash.as_slice()].concat())
}

/// address 20 │ nonce 8 │ balance 32 │ code hash 32; the address alone if there is no account.
fn encode_account(address: &Address, account: Option<&Account>) -> Vec<u8> {
    let mut out = address.to_vec();
    if let Some(Account { nonce, balance, code_hash }) = account {
        out.extend_from_slice(&nonce.to_be_bytes());
        out.extend_from_slice(&balance.to_be_bytes::<32>());
        out.extend_from_slice(code_hash.as_slice());
    }
    out
}

pub(crate) fn decode_account(row: &[u8]) -> Option<(Address, Option<Account>)> {
    let (address, rest) = row.split_first_chunk::<20>()?;
    if rest.is_empty() {
        return Some((address.into(), None));
    }
    let (nonce, rest) = rest.split_first_chunk::<8>()?;
    let (balance, code_hash) = rest.split_first_chunk::<32>()?;
    let code_hash = B256::try_from(code_hash).ok()?;
    let account = Account { nonce: u64::from_be_bytes(*nonce), balance: U256::from_be_bytes(*balance), code_hash };
    Some((address.into(), Some(account)))
}

/// address 20 │ slot 32 │ value 32
fn encode_slot(address: &Address, slot: &U256, value: &U256) -> Vec<u8> {
    [address.as_slice(), &slot.to_be_bytes::<32>(), &value.to_be_bytes::<32>()].concat()
}

pub(crate) fn decode_slot(row: &[u8]) -> Option<(Address, U256, U256)> {
    let (address, rest) = row.split_first_chunk::<20>()?;
    let (slot, value) = rest.split_first_chunk::<32>()?;
    let value: &[u8; 32] = value.try_into().ok()?;
    Some((address.into(), U256::from_be_bytes(*slot), U256::from_be_bytes(*value)))
}

/// height 8 │ hash 32 │ checkpoint number 4
fn encode_last(last: &BlockId, number: u32) -> Vec<u8> {
    [&last.number.to_be_bytes()[..], last.hash.as_slice(), &number.to_be_bytes()].concat()
}

pub(crate) fn decode_last(row: &[u8]) -> Option<(BlockId, u32)> {
    let (height, rest) = row.split_first_chunk::<8>()?;
    let (hash, number) = rest.split_first_chunk::<32>()?;
    let number: &[u8; 4] = number.try_into().ok()?;
    Some((BlockId { number: u64::from_be_bytes(*height), hash: hash.into() }, u32::from_be_bytes(*number)))
}
