use super::{Rpc, hex_u64};
use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English};
use althing_primitives::{
    Address, Bytes, Transaction, TxKind, U256,
    consensus::{SignableTransaction, TxLegacy},
    eips::eip2718::Encodable2718,
    hex,
};
use serde_json::json;

/// One of the published accounts, counting its own nonces.
pub(crate) struct Wallet {
    signer: PrivateKeySigner,
    nonce: u64,
}

impl Wallet {
    /// Account `index` of the published phrase, at its next nonce on that node.
    pub(crate) fn published(index: u32, rpc: &Rpc) -> Self {
        let phrase = "test test test test test test test test test test test junk";
        let builder = MnemonicBuilder::<English>::default().phrase(phrase).index(index).unwrap();
        let signer = builder.build().unwrap();
        let nonce = hex_u64(&rpc.get("eth_getTransactionCount", json!([signer.address(), "pending"])));
        Self { signer, nonce }
    }

    /// Its address.
    pub(crate) fn address(&self) -> Address {
        self.signer.address()
    }

    /// A signed transaction without fee, as raw hexadecimal.
    pub(crate) fn sign(&mut self, to: TxKind, value: u64, gas_limit: u64, input: Bytes) -> String {
        let tx = TxLegacy {
            chain_id: Some(930_930),
            nonce: self.nonce,
            gas_price: 0,
            gas_limit,
            to,
            value: U256::from(value),
            input,
        };
        self.nonce += 1;
        let signature = self.signer.sign_hash_sync(&tx.signature_hash()).unwrap();
        let signed: Transaction = tx.into_signed(signature).into();
        hex::encode_prefixed(signed.encoded_2718())
    }

    /// Sends a transfer and returns its hash.
    pub(crate) fn transfer(&mut self, rpc: &Rpc, to: Address, value: u64) -> String {
        let raw = self.sign(TxKind::Call(to), value, 21_000, Bytes::new());
        rpc.get("eth_sendRawTransaction", json!([raw])).as_str().unwrap().to_owned()
    }
}
