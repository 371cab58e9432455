use crate::json::{Blob, Number};
use althing_chainspec::{Alloc, GenesisAccount};
use althing_primitives::{Address, U256};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `pre` and `postState`: accounts by address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Accounts(BTreeMap<String, Account>);

#[derive(Clone, Debug, Deserialize)]
struct Account {
    #[serde(default)]
    nonce: Number,
    #[serde(default)]
    balance: Number,
    #[serde(default)]
    code: Blob,
    #[serde(default)]
    storage: BTreeMap<String, Number>,
}

impl Accounts {
    pub(crate) fn alloc(&self) -> Result<Alloc, String> {
        self.0.iter().map(|(address, account)| Ok((parse(address)?, account.genesis()?))).collect()
    }
}

fn parse(address: &str) -> Result<Address, String> {
    let bytes = crate::json::bytes(address).ok_or_else(|| format!("`{address}` is no address"))?;
    Blob(bytes).address()
}

impl Account {
    fn genesis(&self) -> Result<GenesisAccount, String> {
        let slot = |key: &String| -> Result<U256, String> {
            let padded = if key.starts_with("0x") { key.clone() } else { format!("0x{key}") };
            crate::json::number(&padded).ok_or_else(|| format!("`{key}` is no slot"))
        };
        let storage = self.storage.iter().filter(|(_, value)| !value.0.is_zero());
        Ok(GenesisAccount {
            balance: self.balance.0,
            nonce: self.nonce.u64()?,
            code: self.code.0.clone(),
            storage: storage.map(|(key, value)| Ok((slot(key)?, value.0))).collect::<Result<_, String>>()?,
        })
    }
}
