//! A block's RLP. Decoding is strict: whatever decodes encodes to the same bytes.

use crate::{Block, Body, Header, Transaction};
use alloy_consensus::BlockBody;
use alloy_eips::{eip2718::Decodable2718, eip2718::Eip2718Error, eip4895::Withdrawals};
use alloy_rlp::{BufMut, Decodable, Encodable, Error};

impl Encodable for Block {
    fn encode(&self, out: &mut dyn BufMut) {
        self.borrowed().encode(out);
    }

    fn length(&self) -> usize {
        self.borrowed().length()
    }
}

impl Block {
    fn borrowed(&self) -> alloy_consensus::Block<&Transaction, &Header> {
        alloy_consensus::Block {
            header: &self.header,
            body: BlockBody {
                transactions: self.body.transactions.iter().collect(),
                ommers: self.body.ommers.iter().collect(),
                withdrawals: self.body.withdrawals.clone(),
            },
        }
    }
}

impl Decodable for Block {
    fn decode(buf: &mut &[u8]) -> alloy_rlp::Result<Self> {
        let mut rest = alloy_rlp::Header::decode_bytes(buf, true)?;
        let header = Header::decode(&mut rest)?;
        let transactions = transactions(&mut rest)?;
        let ommers = Vec::decode(&mut rest)?;
        let withdrawals = if rest.is_empty() { None } else { Some(Withdrawals::decode(&mut rest)?) };
        if !rest.is_empty() {
            return Err(Error::UnexpectedLength);
        }
        Ok(Self::new(header, Body { transactions, ommers, withdrawals }))
    }
}

fn transactions(buf: &mut &[u8]) -> alloy_rlp::Result<Vec<Transaction>> {
    let mut rest = alloy_rlp::Header::decode_bytes(buf, true)?;
    let mut transactions = Vec::new();
    while !rest.is_empty() {
        transactions.push(transaction(&mut rest)?);
    }
    Ok(transactions)
}

/// A legacy transaction stands in a block as its list, any other as a string of exactly its EIP-2718 bytes. (alloy
/// takes strings of other lengths, and bytes that are in no string.)
fn transaction(buf: &mut &[u8]) -> alloy_rlp::Result<Transaction> {
    if is_list(buf) {
        return Transaction::decode(buf);
    }
    let typed = alloy_rlp::Header::decode_bytes(buf, false)?;
    if is_list(typed) {
        return Err(Error::UnexpectedList);
    }
    Transaction::decode_2718_exact(typed).map_err(|error| match error {
        Eip2718Error::RlpError(error) => error,
        _ => Error::Custom("unknown transaction type"),
    })
}

/// EIP-2718: what begins like a list is a legacy transaction.
fn is_list(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|first| *first >= alloy_rlp::EMPTY_LIST_CODE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::{SignableTransaction, TxEip2930, TxLegacy};
    use alloy_eips::eip2718::Encodable2718;
    use alloy_primitives::{Signature, U256};

    fn signature() -> Signature {
        Signature::new(U256::from(1), U256::from(2), false)
    }

    fn typed() -> Transaction {
        TxEip2930::default().into_signed(signature()).into()
    }

    fn legacy() -> Transaction {
        TxLegacy::default().into_signed(signature()).into()
    }

    /// A block whose list of transactions is these bytes.
    fn with_transactions(payload: &[u8]) -> Vec<u8> {
        let list = |payload: &[u8]| {
            let mut out = Vec::new();
            alloy_rlp::Header { list: true, payload_length: payload.len() }.encode(&mut out);
            out.extend(payload);
            out
        };
        list(&[alloy_rlp::encode(Header::default()), list(payload), list(&[])].concat())
    }

    fn string(payload: &[u8]) -> Vec<u8> {
        alloy_rlp::encode(payload)
    }

    fn decode(bytes: &[u8]) -> alloy_rlp::Result<Block> {
        Block::decode(&mut &*bytes)
    }

    #[test]
    fn what_decodes_encodes_to_the_same_bytes() {
        let transactions = [legacy().encoded_2718(), string(&typed().encoded_2718()), string(&typed().encoded_2718())];
        let bytes = with_transactions(&transactions.concat());
        let block = decode(&bytes).unwrap();
        assert_eq!(block.body.transactions, [legacy(), typed(), typed()]);
        assert_eq!(alloy_rlp::encode(&block), bytes);
    }

    #[test]
    fn a_typed_transaction_fills_its_string() {
        let typed = typed().encoded_2718();
        let mut longer = string(&typed);
        *longer.first_mut().unwrap() += 1;
        let refused = [
            // The string says a byte more than the transaction has, and another follows.
            [longer, string(&typed)].concat(),
            string(&[&typed[..], &[0]].concat()),
            // In no string.
            typed.clone(),
            // A legacy transaction in one.
            string(&legacy().encoded_2718()),
            string(&[]),
            string(&[5]),
        ];
        for transactions in refused {
            assert!(decode(&with_transactions(&transactions)).is_err(), "{transactions:02x?}");
        }
    }

    #[test]
    fn nothing_follows_the_withdrawals() {
        let mut block = with_transactions(&[]);
        block.extend([0xc0, 0xc0]);
        block[2] += 2;
        assert!(matches!(decode(&block), Err(Error::UnexpectedLength)));
    }
}
