use alloy_signer_local::{MnemonicBuilder, coins_bip39::English};
use althing_primitives::{
    Address, B256, Bytes, Transaction, TxKind, U256,
    consensus::{
        SignableTransaction, TxEip1559,
        crypto::secp256k1::{recover_signer, sign_message},
    },
    eips::Encodable2718,
    keccak256,
};
use eyre::{Context, Result, ensure};
use rayon::prelude::*;
use std::path::Path;

/// How many accounts of the phrase fund the senders.
const FUNDERS: u32 = 10;

/// A key, its address and the next nonce to sign with.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    secret: B256,
    pub(crate) address: Address,
    pub(crate) nonce: u64,
}

/// What all transactions of a run share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) chain_id: u64,
    pub(crate) max_fee: u128,
    pub(crate) tip: u128,
}

/// What one transaction does.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) to: TxKind,
    pub(crate) value: U256,
    pub(crate) input: Bytes,
    pub(crate) gas_limit: u64,
}

/// A signed transaction.
#[derive(Clone, Debug)]
pub(crate) struct Signed {
    pub(crate) hash: B256,
    pub(crate) raw: Vec<u8>,
}

impl Account {
    pub(crate) fn new(secret: B256) -> Result<Self> {
        let digest = B256::repeat_byte(1);
        let signature = sign_message(secret, digest).wrap_err("not a private key")?;
        Ok(Self { secret, address: recover_signer(&signature, digest)?, nonce: 0 })
    }

    /// Signs with the account's next nonce.
    pub(crate) fn sign(&mut self, act: Act, terms: &Terms) -> Signed {
        self.nonce += 1;
        self.sign_with(self.nonce - 1, act, terms)
    }

    /// Signs with a given nonce.
    pub(crate) fn sign_with(&self, nonce: u64, act: Act, terms: &Terms) -> Signed {
        let tx = TxEip1559 {
            chain_id: terms.chain_id,
            nonce,
            gas_limit: act.gas_limit,
            max_fee_per_gas: terms.max_fee,
            max_priority_fee_per_gas: terms.tip,
            to: act.to,
            value: act.value,
            input: act.input,
            ..Default::default()
        };
        let signature = sign_message(self.secret, tx.signature_hash()).expect("the key was checked when it was made");
        let tx = Transaction::from(tx.into_signed(signature));
        Signed { hash: *tx.tx_hash(), raw: tx.encoded_2718() }
    }
}

/// The senders: keys are hashes of the seed and a number.
pub(crate) fn senders(seed: &str, count: u32) -> Result<Vec<Account>> {
    let secret = |n: u32| keccak256([b"althing/load/account/v1 ", seed.as_bytes(), &n.to_be_bytes()].concat());
    (0..count).into_par_iter().map(|n| Account::new(secret(n))).collect()
}

/// The accounts of a phrase that pay for the senders.
pub(crate) fn funders(phrase: &str) -> Result<Vec<Account>> {
    let account = |index| {
        let builder = MnemonicBuilder::<English>::default().phrase(phrase).index(index)?;
        Account::new(builder.build()?.to_bytes())
    };
    (0..FUNDERS).map(|index| account(index).wrap_err("mnemonic")).collect()
}

/// The account of a private key in a file.
pub(crate) fn funder_from_file(path: &Path) -> Result<Vec<Account>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).wrap_err_with(|| format!("key file {name}"))?;
    let secret = text.trim().parse::<B256>();
    ensure!(secret.is_ok(), "key file {name} does not hold 32 bytes in hex");
    Ok(vec![Account::new(secret?).wrap_err_with(|| format!("key file {name}"))?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{consensus::transaction::SignerRecoverable, eips::Decodable2718};

    #[test]
    fn the_phrase_gives_the_published_accounts() {
        let phrase = "test test test test test test test test test test test junk";
        let first = funders(phrase).unwrap()[0].address;
        assert_eq!(first.to_string(), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    }

    #[test]
    fn signed_transactions_recover_to_their_sender_and_hash() {
        let mut account = senders("seed", 1).unwrap().remove(0);
        let terms = Terms { chain_id: 7, max_fee: 2, tip: 1 };
        let act = Act { to: TxKind::Create, value: U256::ONE, input: Bytes::new(), gas_limit: 21_000 };
        let signed = account.sign(act, &terms);
        let tx = Transaction::decode_2718_exact(&signed.raw).unwrap();
        assert_eq!(tx.recover_signer().unwrap(), account.address);
        assert_eq!((*tx.tx_hash(), account.nonce), (signed.hash, 1));
    }

    #[test]
    fn a_key_file_is_read_or_refused_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), format!("{}\n", B256::repeat_byte(7))).unwrap();
        assert_eq!(funder_from_file(file.path()).unwrap().len(), 1);
        std::fs::write(file.path(), "secret").unwrap();
        let error = funder_from_file(file.path()).unwrap_err().to_string();
        assert!(error.ends_with("does not hold 32 bytes in hex"), "{error}");
    }
}
