//! The transaction of a state test that gives fields and a key instead of signed bytes.

use crate::{
    basic::signer,
    json::{Blob, Number},
};
use alloy_signer::SignerSync;
use althing_primitives::{
    Transaction, TxKind, U256,
    consensus::{EthereumTypedTransaction, SignableTransaction, TxEip1559, TxEip2930, TxEip4844, TxLegacy},
    eips::eip2930::AccessList,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `transaction`: lists of which a verdict's `indexes` pick one each.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unsigned {
    data: Vec<Blob>,
    gas_limit: Vec<Number>,
    value: Vec<String>,
    #[serde(default)]
    nonce: Number,
    #[serde(default)]
    to: Blob,
    secret_key: Option<Blob>,
    gas_price: Option<Number>,
    max_fee_per_gas: Option<Number>,
    max_priority_fee_per_gas: Option<Number>,
    access_lists: Option<Vec<Option<AccessList>>>,
}

impl Unsigned {
    /// Signs what the indexes name.
    pub(crate) fn sign(&self, indexes: &BTreeMap<String, Number>) -> Result<Transaction, String> {
        let key = self.secret_key.as_ref().ok_or("has neither `txbytes` nor `secretKey`")?;
        let tx = self.typed(indexes)?;
        let signature = signer(key)?.sign_hash_sync(&tx.signature_hash()).map_err(|error| error.to_string())?;
        Ok(tx.into_signed(signature).into())
    }

    fn typed(&self, indexes: &BTreeMap<String, Number>) -> Result<EthereumTypedTransaction<TxEip4844>, String> {
        let index = |name: &str| indexes.get(name).map_or(Ok(0), |index| index.u64()).map(|index| index as usize);
        let input = pick(&self.data, index("data")?, "data")?.0.clone();
        let gas_limit = pick(&self.gas_limit, index("gas")?, "gasLimit")?.u64()?;
        let value = value(pick(&self.value, index("value")?, "value")?)?;
        let to = if self.to.0.is_empty() { TxKind::Create } else { TxKind::Call(self.to.address()?) };
        let nonce = self.nonce.u64()?;
        let access_list = self.access_lists.as_ref().and_then(|lists| lists.get(index("data").ok()?)?.clone());
        if let Some(max_fee) = self.max_fee_per_gas {
            let (max_fee_per_gas, tip) = (wei(Some(max_fee))?, wei(self.max_priority_fee_per_gas)?);
            let access_list = access_list.unwrap_or_default();
            return Ok(TxEip1559 {
                chain_id: 1,
                nonce,
                gas_limit,
                max_fee_per_gas,
                max_priority_fee_per_gas: tip,
                to,
                value,
                access_list,
                input,
            }
            .into());
        }
        let gas_price = wei(self.gas_price)?;
        Ok(match access_list {
            Some(access_list) => {
                TxEip2930 { chain_id: 1, nonce, gas_price, gas_limit, to, value, access_list, input }.into()
            }
            None => TxLegacy { chain_id: None, nonce, gas_price, gas_limit, to, value, input }.into(),
        })
    }
}

fn pick<'a, T>(list: &'a [T], index: usize, name: &str) -> Result<&'a T, String> {
    list.get(index).ok_or_else(|| format!("`{name}` has no {index}"))
}

/// Values of more than 256 bits are marked `0x:bigint`; no transaction can carry one.
fn value(text: &str) -> Result<U256, String> {
    crate::json::number(text).ok_or_else(|| format!("rlp: `{text}` is no value of a transaction"))
}

fn wei(number: Option<Number>) -> Result<u128, String> {
    u128::try_from(number.unwrap_or_default().0).map_err(|_| "rlp: a price of more than 128 bits".into())
}
