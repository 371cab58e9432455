//! `alloc`: addresses with or without `0x`, storage words of up to 32 bytes, as geth reads them.

use super::quantity;
use crate::{Alloc, GenesisAccount};
use althing_primitives::{Address, B256, Bytes, U256, hex};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, Visitor},
};
use std::{collections::BTreeMap, fmt};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Entry {
    #[serde(with = "quantity::hex")]
    balance: U256,
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    nonce: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Bytes>,
    #[serde(default, with = "storage", skip_serializing_if = "BTreeMap::is_empty")]
    storage: BTreeMap<U256, U256>,
    /// geth's own tests carry it; it is not kept.
    #[serde(default, skip_serializing)]
    #[allow(dead_code, reason = "accepted so that geth's files load")]
    secret_key: Option<B256>,
}

impl From<Entry> for GenesisAccount {
    fn from(entry: Entry) -> Self {
        Self {
            balance: entry.balance,
            nonce: entry.nonce.unwrap_or_default(),
            code: entry.code.unwrap_or_default(),
            storage: entry.storage,
        }
    }
}

impl From<&GenesisAccount> for Entry {
    fn from(account: &GenesisAccount) -> Self {
        Self {
            balance: account.balance,
            nonce: (account.nonce != 0).then_some(account.nonce),
            code: (!account.code.is_empty()).then(|| account.code.clone()),
            storage: account.storage.clone(),
            secret_key: None,
        }
    }
}

pub(super) fn serialize<S: Serializer>(alloc: &Alloc, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(alloc.iter().map(|(address, account)| (address, Entry::from(account))))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Alloc, D::Error> {
    struct Accounts;

    impl<'de> Visitor<'de> for Accounts {
        type Value = Alloc;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of address to account")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Alloc, A::Error> {
            let mut alloc = Alloc::new();
            while let Some(key) = map.next_key::<String>()? {
                let address: Address =
                    key.parse().map_err(|_| A::Error::custom(format_args!("alloc: `{key}` is no address")))?;
                if alloc.insert(address, map.next_value::<Entry>()?.into()).is_some() {
                    return Err(A::Error::custom(format_args!("alloc: `{key}` appears twice")));
                }
            }
            Ok(alloc)
        }
    }

    deserializer.deserialize_map(Accounts)
}

mod storage {
    use super::*;

    pub(super) fn serialize<S: Serializer>(storage: &BTreeMap<U256, U256>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(storage.iter().map(|(slot, value)| (B256::from(*slot), B256::from(*value))))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<U256, U256>, D::Error> {
        let raw = Option::<BTreeMap<String, String>>::deserialize(deserializer)?.unwrap_or_default();
        let mut storage = BTreeMap::new();
        for (slot, value) in raw {
            let word = |text: &str| {
                word(text).ok_or_else(|| D::Error::custom(format_args!("storage: `{text}` is no word of 32 bytes")))
            };
            if storage.insert(word(&slot)?, word(&value)?).is_some() {
                return Err(D::Error::custom(format_args!("storage: slot `{slot}` appears twice")));
            }
        }
        Ok(storage)
    }

    /// Up to 32 bytes of hexadecimal, padded on the left.
    fn word(text: &str) -> Option<U256> {
        let digits = text.strip_prefix("0x").unwrap_or(text);
        let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
        let bytes = hex::decode(padded).ok()?;
        (bytes.len() <= 32).then(|| U256::from_be_slice(&bytes))
    }
}
