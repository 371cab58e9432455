//! Encodings of senders, receipts and changesets, before sealing. RLP where there is structure.

use althing_primitives::{
    Account, Address, B256, Changeset, Log, PreviousAccount, Receipt, TxType, U256,
    rlp::{self, Decodable, Encodable, Header},
    rlp_list,
};

pub(crate) fn encode_senders(senders: &[Address]) -> Vec<u8> {
    senders.iter().flat_map(|sender| sender.0.0).collect()
}

pub(crate) fn decode_senders(bytes: &[u8]) -> rlp::Result<Vec<Address>> {
    let (senders, rest) = bytes.as_chunks::<20>();
    if rest.is_empty() { Ok(senders.iter().map(Address::from).collect()) } else { Err(rlp::Error::UnexpectedLength) }
}

pub(crate) fn encode_receipts(receipts: &[Receipt]) -> Vec<u8> {
    rlp_list::encode(receipts, |receipt, out| {
        (receipt.tx_type as u8).encode(out);
        receipt.success.encode(out);
        receipt.cumulative_gas_used.encode(out);
        receipt.logs.encode(out);
        // Only imported chains have it, before Byzantium.
        receipt.state_root.iter().for_each(|root| root.encode(out));
    })
}

pub(crate) fn decode_receipts(bytes: &[u8]) -> rlp::Result<Vec<Receipt>> {
    decode_all(bytes, |fields| {
        let tx_type = TxType::try_from(u8::decode(fields)?).map_err(|_| rlp::Error::Custom("transaction type"))?;
        let success = bool::decode(fields)?;
        let cumulative_gas_used = u64::decode(fields)?;
        let logs = Vec::<Log>::decode(fields)?;
        let state_root = if fields.is_empty() { None } else { Some(B256::decode(fields)?) };
        Ok(Receipt { tx_type, success, state_root, cumulative_gas_used, logs })
    })
}

pub(crate) fn encode_changeset(changeset: &Changeset) -> Vec<u8> {
    rlp_list::encode(&changeset.accounts, |previous, out| {
        previous.address.encode(out);
        encode_account(previous.account.as_ref(), out);
        let slots = rlp_list::encode(&previous.storage, |(slot, value), out| {
            slot.encode(out);
            value.encode(out);
        });
        out.extend_from_slice(&slots);
    })
}

pub(crate) fn decode_changeset(bytes: &[u8]) -> rlp::Result<Changeset> {
    let accounts = decode_all(bytes, |fields| {
        let address = Address::decode(fields)?;
        let account = decode_account(fields)?;
        let storage = rlp_list::decode(fields, |slot| Ok((U256::decode(slot)?, U256::decode(slot)?)))?;
        Ok(PreviousAccount { address, account, storage })
    })?;
    Ok(Changeset { accounts })
}

/// An account that does not exist is the empty list.
fn encode_account(account: Option<&Account>, out: &mut Vec<u8>) {
    let mut fields = Vec::new();
    if let Some(Account { nonce, balance, code_hash }) = account {
        nonce.encode(&mut fields);
        balance.encode(&mut fields);
        code_hash.encode(&mut fields);
    }
    rlp_list::put(&fields, out);
}

fn decode_account(buf: &mut &[u8]) -> rlp::Result<Option<Account>> {
    let mut fields = Header::decode_bytes(buf, true)?;
    if fields.is_empty() {
        return Ok(None);
    }
    let nonce = u64::decode(&mut fields)?;
    let balance = U256::decode(&mut fields)?;
    let code_hash = B256::decode(&mut fields)?;
    if fields.is_empty() { Ok(Some(Account { nonce, balance, code_hash })) } else { Err(rlp::Error::UnexpectedLength) }
}

fn decode_all<T>(mut bytes: &[u8], decode: impl Fn(&mut &[u8]) -> rlp::Result<T>) -> rlp::Result<Vec<T>> {
    let items = rlp_list::decode(&mut bytes, decode)?;
    if bytes.is_empty() { Ok(items) } else { Err(rlp::Error::UnexpectedLength) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{Bytes, LogData};
    use proptest::{collection::vec, option, prelude::*};

    fn word() -> impl Strategy<Value = U256> {
        any::<[u8; 32]>().prop_map(U256::from_be_bytes)
    }

    fn address() -> impl Strategy<Value = Address> {
        any::<[u8; 20]>().prop_map(Address::from)
    }

    fn log() -> impl Strategy<Value = Log> {
        let topics = vec(any::<[u8; 32]>().prop_map(B256::from), 0..=4);
        (address(), topics, vec(any::<u8>(), 0..80)).prop_map(|(address, topics, data)| Log {
            address,
            data: LogData::new_unchecked(topics, Bytes::from(data)),
        })
    }

    fn receipt() -> impl Strategy<Value = Receipt> {
        let root = option::of(any::<[u8; 32]>().prop_map(B256::from));
        (0u8..=4, any::<bool>(), root, any::<u64>(), vec(log(), 0..4)).prop_map(
            |(kind, success, state_root, cumulative_gas_used, logs)| {
                let tx_type = TxType::try_from(kind).unwrap();
                Receipt { tx_type, success, state_root, cumulative_gas_used, logs }
            },
        )
    }

    fn previous() -> impl Strategy<Value = PreviousAccount> {
        let account = (any::<u64>(), word(), any::<[u8; 32]>()).prop_map(|(nonce, balance, code)| Account {
            nonce,
            balance,
            code_hash: code.into(),
        });
        (address(), option::of(account), vec((word(), word()), 0..5))
            .prop_map(|(address, account, storage)| PreviousAccount { address, account, storage })
    }

    proptest! {
        #[test]
        fn receipts_read_back(receipts in vec(receipt(), 0..6)) {
            prop_assert_eq!(decode_receipts(&encode_receipts(&receipts)).unwrap(), receipts);
        }

        #[test]
        fn changesets_read_back(accounts in vec(previous(), 0..6)) {
            let changeset = Changeset { accounts };
            prop_assert_eq!(decode_changeset(&encode_changeset(&changeset)).unwrap(), changeset);
        }

        #[test]
        fn senders_read_back(senders in vec(address(), 0..6)) {
            prop_assert_eq!(decode_senders(&encode_senders(&senders)).unwrap(), senders);
        }

        #[test]
        fn any_bytes_decode_or_fail_without_panic(bytes in vec(any::<u8>(), 0..200)) {
            let _ = decode_receipts(&bytes);
            let _ = decode_changeset(&bytes);
            let _ = decode_senders(&bytes);
        }
    }
}
