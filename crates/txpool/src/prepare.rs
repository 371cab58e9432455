use crate::{BlobRules, PoolError, Rules, blobs, gas, senders::Senders, transaction::Prepared};
use althing_primitives::{
    Address, B256, Bytes, RecoveredTransaction, Transaction, TransactionExt, U256,
    consensus::{Signed, transaction::SignerRecoverable},
    eips::{Decodable2718, Encodable2718, Typed2718},
};

/// Type byte of a blob transaction, whose network form carries a sidecar.
const BLOB_TYPE: u8 = 3;

/// Whether these bytes are a blob transaction's.
pub(crate) fn is_blob(raw: &[u8]) -> bool {
    raw.first() == Some(&BLOB_TYPE)
}

/// What preparing needs besides the bytes.
pub(crate) struct Preparation<'a> {
    pub(crate) rules: &'a Rules,
    pub(crate) tip_min: u128,
    pub(crate) bytes_max: usize,
    pub(crate) senders: &'a Senders,
}

impl Preparation<'_> {
    /// Decodes, checks what needs no state (in geth's order) and recovers the sender, unless it is
    /// remembered.
    pub(crate) fn prepare(&self, hash: B256, raw: &Bytes) -> Result<Prepared, PoolError> {
        self.check_envelope(raw)?;
        if let (true, Some(rules)) = (is_blob(raw), self.rules.blobs) {
            return self.prepare_blobs(raw, rules);
        }
        self.finish(decode(raw, hash)?, hash, raw.len())
    }

    /// As [`Self::prepare`], for a blob transaction with its sidecar, which ends here. Proofs come last:
    /// they cost milliseconds.
    fn prepare_blobs(&self, raw: &Bytes, rules: BlobRules) -> Result<Prepared, PoolError> {
        let (tx, sidecar) = blobs::decode(raw, rules)?;
        let (hash, bytes) = (*tx.tx_hash(), tx.encode_2718_len());
        let prepared = self.finish(tx, hash, bytes)?;
        blobs::prove(&sidecar)?;
        Ok(prepared)
    }

    fn finish(&self, tx: Transaction, hash: B256, bytes: usize) -> Result<Prepared, PoolError> {
        self.check_limits(&tx)?;
        let sender = self.sender(&tx, hash)?;
        self.check_gas(&tx)?;
        let cost = cost(&tx, self.rules);
        let authorities = authorities(&tx);
        Ok(Prepared { transaction: RecoveredTransaction::new_unchecked(tx, sender), hash, cost, bytes, authorities })
    }

    fn check_envelope(&self, raw: &[u8]) -> Result<(), PoolError> {
        match raw.first() {
            Some(&BLOB_TYPE) => self.check_blob_envelope(raw),
            // EIP-2718: a legacy transaction is an RLP list, so it begins at 0xc0.
            Some(&ty) if ty < 0x80 && !matches!(ty, 1 | 2 | 4) => Err(PoolError::TypeNotSupported(ty)),
            _ if raw.len() > self.bytes_max => Err(PoolError::Oversized { size: raw.len(), limit: self.bytes_max }),
            _ => Ok(()),
        }
    }

    fn check_blob_envelope(&self, raw: &[u8]) -> Result<(), PoolError> {
        let Some(rules) = self.rules.blobs else {
            return Err(PoolError::Blob);
        };
        let limit = self.bytes_max + blobs::sidecar_bytes_max(rules);
        if raw.len() > limit {
            return Err(PoolError::Oversized { size: raw.len(), limit });
        }
        Ok(())
    }

    fn check_limits(&self, tx: &Transaction) -> Result<(), PoolError> {
        let rules = self.rules;
        let enabled = match tx.ty() {
            0 => true,
            1 => rules.berlin,
            2 => rules.london,
            3 => rules.blobs.is_some(),
            4 => rules.prague,
            _ => false,
        };
        if !enabled {
            return Err(PoolError::TypeNotSupported(tx.ty()));
        }
        let limit = rules.initcode_bytes_max;
        if rules.shanghai && tx.is_create() && tx.input().len() > limit {
            return Err(PoolError::InitCodeTooLarge { size: tx.input().len(), limit });
        }
        if let Some(cap) = rules.transaction_gas_limit.filter(|cap| tx.gas_limit() > *cap) {
            return Err(PoolError::GasLimitTooHigh { cap, gas: tx.gas_limit() });
        }
        if tx.gas_limit() > rules.block_gas_limit {
            return Err(PoolError::ExceedsBlockGasLimit);
        }
        if tx.max_priority_fee_per_gas().is_some_and(|tip| tip > tx.max_fee_per_gas()) {
            return Err(PoolError::TipAboveFeeCap);
        }
        Ok(())
    }

    fn sender(&self, tx: &Transaction, hash: B256) -> Result<Address, PoolError> {
        let want = self.rules.chain_id;
        if let Some(have) = tx.chain_id().filter(|have| *have != want) {
            return Err(PoolError::WrongChain { have, want });
        }
        if let Some(sender) = self.senders.get(&hash) {
            return Ok(sender);
        }
        let sender =
            tx.recover_signer().map_err(|_| PoolError::InvalidSignature("invalid transaction v, r, s values"))?;
        self.senders.remember(hash, sender);
        Ok(sender)
    }

    fn check_gas(&self, tx: &Transaction) -> Result<(), PoolError> {
        // EIP-2681
        if tx.nonce() == u64::MAX {
            return Err(PoolError::NonceMax);
        }
        let gas = tx.gas_limit();
        let needed = gas::intrinsic(tx, self.rules);
        if gas < needed {
            return Err(PoolError::IntrinsicGas { gas, needed });
        }
        let needed = if self.rules.prague { gas::floor(tx) } else { 0 };
        if gas < needed {
            return Err(PoolError::FloorDataGas { gas, needed });
        }
        let tip = tx.max_priority_fee_per_gas().unwrap_or_else(|| tx.max_fee_per_gas());
        if !self.rules.zero_fee && tip < self.tip_min && !self.rules.may_waive(tx) {
            return Err(PoolError::TipTooLow { tip, needed: self.tip_min });
        }
        if tx.authorization_count() == Some(0) {
            return Err(PoolError::EmptyAuthorizations);
        }
        Ok(())
    }
}

/// The most a transaction can take from its sender.
pub(crate) fn cost(tx: &Transaction, rules: &Rules) -> U256 {
    if rules.zero_fee {
        return tx.value();
    }
    let gas = U256::from(tx.gas_limit()).saturating_mul(U256::from(tx.max_fee_per_gas()));
    let blob_gas = U256::from(tx.blob_gas_used().unwrap_or_default());
    let blobs = blob_gas.saturating_mul(U256::from(tx.max_fee_per_blob_gas().unwrap_or_default()));
    gas.saturating_add(blobs).saturating_add(tx.value())
}

/// Whose code the transaction may set: up to one recover an authorization, of which a transaction
/// pays for some 670 at most.
fn authorities(tx: &Transaction) -> Vec<Address> {
    let list = tx.authorization_list().unwrap_or_default();
    let mut authorities: Vec<_> = list.iter().filter_map(|signed| signed.recover_authority().ok()).collect();
    authorities.sort_unstable();
    authorities.dedup();
    authorities
}

fn decode(raw: &[u8], hash: B256) -> Result<Transaction, PoolError> {
    let tx = Transaction::decode_2718_exact(raw).map_err(|error| PoolError::Decode(error.to_string()))?;
    // The hash was taken of `raw`: an encoding that is not the canonical one would have two.
    if tx.encoded_2718() != raw {
        return Err(PoolError::Decode("non-canonical encoding".into()));
    }
    Ok(match tx {
        Transaction::Legacy(tx) => Transaction::Legacy(with_hash(tx, hash)),
        Transaction::Eip2930(tx) => Transaction::Eip2930(with_hash(tx, hash)),
        Transaction::Eip1559(tx) => Transaction::Eip1559(with_hash(tx, hash)),
        Transaction::Eip7702(tx) => Transaction::Eip7702(with_hash(tx, hash)),
        Transaction::Eip4844(_) => return Err(PoolError::Blob),
    })
}

/// Hands over the hash, which would otherwise be computed by encoding again.
fn with_hash<T>(tx: Signed<T>, hash: B256) -> Signed<T> {
    let signature = *tx.signature();
    Signed::new_unchecked(tx.strip_signature(), signature, hash)
}
