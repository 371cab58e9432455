//! The block encoding: one for each block, sealed, refused if anything differs.

mod chain;

use althing_keys::{Assurance, Keyring, LedgerSecret, OpenError};
use althing_ledger::{CodecError, decode_block, encode_block};
use althing_primitives::{B256, Block, Bytes, hex};
use chain::{CHAIN_ID, MARKER, block, chain, genesis, keyring, transaction};
use proptest::prelude::*;

fn sample() -> Block {
    let mut sample =
        block(&genesis(), vec![transaction(0, Bytes::copy_from_slice(&MARKER)), transaction(1, Bytes::new())]);
    sample.header.requests_hash = Some(B256::repeat_byte(3));
    Block::new(sample.header, sample.body)
}

#[test]
fn a_block_reads_back_and_encodes_to_the_same_bytes() {
    for block in chain(6) {
        let encoded = encode_block(&block, &keyring()).unwrap();
        let decoded = decode_block(&encoded, &keyring()).unwrap();
        assert_eq!(decoded, *block);
        assert_eq!(encode_block(&decoded, &keyring()).unwrap(), encoded);
    }
}

#[test]
fn the_encoding_is_frozen() {
    let encoded = encode_block(&sample(), &keyring()).unwrap();
    assert_eq!(hex::encode(&encoded), include_str!("fixtures/block_v1.hex").trim());
}

#[test]
fn the_body_is_not_in_the_clear_and_the_header_is() {
    let block = sample();
    let encoded = encode_block(&block, &keyring()).unwrap();
    assert!(!encoded.windows(MARKER.len()).any(|window| window == MARKER));
    let root = block.header.transactions_root;
    assert!(encoded.windows(32).any(|window| window == root.as_slice()));
}

#[test]
fn every_flipped_bit_is_refused() {
    let encoded = encode_block(&sample(), &keyring()).unwrap().to_vec();
    for at in 0..encoded.len() {
        for bit in [0, 3, 7] {
            let mut bytes = encoded.clone();
            bytes[at] ^= 1 << bit;
            assert!(decode_block(&bytes, &keyring()).is_err(), "byte {at} bit {bit}");
        }
    }
}

#[test]
fn other_lengths_are_refused() {
    let encoded = encode_block(&sample(), &keyring()).unwrap().to_vec();
    for length in 0..encoded.len() {
        assert!(decode_block(&encoded[..length], &keyring()).is_err(), "{length} bytes");
    }
    let mut longer = encoded;
    longer.push(0);
    assert!(decode_block(&longer, &keyring()).is_err());
}

#[test]
fn a_body_the_header_does_not_commit_to_is_never_sealed() {
    let mut block = sample();
    block.body.transactions.pop();
    assert!(matches!(encode_block(&block, &keyring()), Err(CodecError::Body(_))));
}

#[test]
fn another_secret_or_network_does_not_open_it() {
    let encoded = encode_block(&sample(), &keyring()).unwrap();
    let other = |secret, chain_id, assurance| {
        Keyring::new(&LedgerSecret::from_bytes([secret; 32]), chain_id, genesis().hash(), assurance)
    };
    for keyring in [
        other(0x5b, CHAIN_ID, Assurance::InsecureVirtual),
        other(0x5a, CHAIN_ID + 1, Assurance::InsecureVirtual),
        other(0x5a, CHAIN_ID, Assurance::Hardware),
    ] {
        assert!(matches!(decode_block(&encoded, &keyring), Err(CodecError::Seal(OpenError::Salt))));
    }
}

#[test]
fn the_sealed_section_of_another_block_is_refused() {
    let (one, two) = (sample(), block(&genesis(), vec![]));
    let (one, two) = (encode_block(&one, &keyring()).unwrap(), encode_block(&two, &keyring()).unwrap());
    let public = |bytes: &[u8]| 5 + u32::from_be_bytes(bytes[1..5].try_into().unwrap()) as usize;
    let mixed = [&one[..public(&one)], &two[public(&two)..]].concat();
    assert!(matches!(decode_block(&mixed, &keyring()), Err(CodecError::Seal(OpenError::Salt))));
}

proptest! {
    #[test]
    fn any_block_reads_back(inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..100), 0..8)) {
        let transactions = inputs.into_iter().zip(0..).map(|(input, nonce)| transaction(nonce, input.into())).collect();
        let block = block(&genesis(), transactions);
        let encoded = encode_block(&block, &keyring()).unwrap();
        prop_assert_eq!(decode_block(&encoded, &keyring()).unwrap(), block);
    }

    #[test]
    fn any_bytes_decode_or_fail_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(decode_block(&bytes, &keyring()).is_err());
    }
}
