use crate::{abi::contracts, node::Node};
use althing_primitives::{B256, U64, U256, keccak256};
use eyre::{WrapErr, eyre};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is read of an account of `debug_accountRange`.
#[derive(Deserialize)]
struct Dumped {
    #[serde(default)]
    storage: BTreeMap<B256, String>,
}

#[derive(Deserialize)]
struct Page {
    accounts: BTreeMap<String, Dumped>,
}

/// Every slot of every system contract that is not zero, by name of the contract: the exact state, as proofs and
/// the ledger's governance deltas have it.
///
/// # Errors
/// The node does not serve `debug_accountRange`, or a contract has more slots than it gives.
pub(crate) async fn read_slots(node: &Node, block: u64) -> eyre::Result<Value> {
    let mut found = Map::new();
    for contract in contracts() {
        let start = keccak256(contract.address);
        let arguments = vec![json!(U64::from(block)), json!(start), json!(1), json!(true), json!(false)];
        let page: Page = node.request("debug_accountRange", arguments).await.wrap_err("slots")?;
        let account = page.accounts.into_values().next().ok_or_else(|| eyre!("no account of {}", contract.name))?;
        let slots = account.storage.into_iter().map(|(slot, digits)| Ok((slot.to_string(), word(&digits)?)));
        found.insert(contract.name.to_owned(), Value::Object(slots.collect::<eyre::Result<_>>()?));
    }
    Ok(found.into())
}

/// Geth writes values without leading zeros.
fn word(digits: &str) -> eyre::Result<Value> {
    let value = U256::from_str_radix(digits, 16).wrap_err("value of a slot")?;
    Ok(json!(B256::from(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_whole_words() {
        assert_eq!(word("1f4").unwrap(), json!(B256::from(U256::from(500))));
        assert!(word("x").is_err());
    }
}
