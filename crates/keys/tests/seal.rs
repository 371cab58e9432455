//! Sealing: frozen bytes, key commitment, separation of purposes, networks and places.
#![allow(missing_docs, reason = "a test file")]

use althing_keys::{Assurance, Keyring, LedgerSecret, OpenError, Place, Purpose, SEALED_OVERHEAD_BYTES};
use althing_primitives::{B256, hex};
use proptest::prelude::*;

const PURPOSES: [Purpose; 8] = [
    Purpose::Block,
    Purpose::Derived,
    Purpose::State,
    Purpose::Index,
    Purpose::Pool,
    Purpose::Randomness,
    Purpose::Session,
    Purpose::Journal,
];

fn keyring_of(secret: u8, chain_id: u64, genesis: u8, assurance: Assurance) -> Keyring {
    Keyring::new(&LedgerSecret::from_bytes([secret; 32]), chain_id, B256::repeat_byte(genesis), assurance)
}

fn keyring() -> Keyring {
    keyring_of(1, 930_930, 2, Assurance::InsecureVirtual)
}

fn place() -> Place {
    Place { height: 5, epoch: 1, parent: B256::repeat_byte(4) }
}

#[test]
fn sealed_blocks_are_frozen() {
    let fixture = include_str!("fixtures/sealed_block_v1.hex");
    let mut lines = fixture.lines();
    for assurance in [Assurance::Hardware, Assurance::InsecureVirtual] {
        let keyring = keyring_of(1, 930_930, 2, assurance);
        let sealed = keyring.seal_block(B256::repeat_byte(3), &place(), b"public", b"body");
        assert_eq!(Some(hex::encode(&sealed).as_str()), lines.next(), "{assurance:?}");
    }
}

#[test]
fn functions_of_the_secret_are_frozen() {
    let mut lines = include_str!("fixtures/prf_v1.hex").lines();
    for purpose in PURPOSES {
        let value = hex::encode(keyring().prf(purpose, b"data"));
        assert_eq!(Some(value.as_str()), lines.next(), "{purpose:?}");
    }
}

#[test]
fn a_block_has_one_encoding_and_other_salts_are_refused() {
    let (keys, hash) = (keyring(), B256::repeat_byte(3));
    let sealed = keys.seal_block(hash, &place(), b"public", b"body");
    assert_eq!(sealed, keys.seal_block(hash, &place(), b"public", b"body"));
    assert_eq!(sealed[..32], keys.block_salt(hash));
    assert_eq!(keys.open_block(hash, &place(), b"public", &sealed).unwrap(), b"body");
    let salted = keys.seal(Purpose::Block, &place(), b"public", b"body");
    assert_eq!(keys.open(Purpose::Block, &place(), b"public", &salted).unwrap(), b"body");
    assert_eq!(keys.open_block(hash, &place(), b"public", &salted), Err(OpenError::Salt));
    assert_eq!(keys.open_block(B256::repeat_byte(9), &place(), b"public", &sealed), Err(OpenError::Salt));
}

#[test]
fn every_flipped_bit_is_refused() {
    let keys = keyring();
    let sealed = keys.seal(Purpose::Derived, &place(), b"aad", b"some plaintext");
    assert_eq!(sealed.len(), 14 + SEALED_OVERHEAD_BYTES);
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut altered = sealed.clone();
            altered[at] ^= 1 << bit;
            let expected = if at < 64 { OpenError::Key } else { OpenError::Altered };
            assert_eq!(keys.open(Purpose::Derived, &place(), b"aad", &altered), Err(expected), "byte {at}");
        }
    }
    for length in 0..SEALED_OVERHEAD_BYTES {
        assert_eq!(keys.open(Purpose::Derived, &place(), b"aad", &sealed[..length]), Err(OpenError::Short));
    }
}

#[test]
fn a_record_opens_under_its_own_key_purpose_and_place_only() {
    let keys = keyring();
    let sealed = keys.seal(Purpose::Derived, &place(), b"aad", b"plaintext");
    for other in [
        keyring_of(9, 930_930, 2, Assurance::InsecureVirtual),
        keyring_of(1, 930_931, 2, Assurance::InsecureVirtual),
        keyring_of(1, 930_930, 9, Assurance::InsecureVirtual),
        keyring_of(1, 930_930, 2, Assurance::Hardware),
    ] {
        assert_eq!(other.open(Purpose::Derived, &place(), b"aad", &sealed), Err(OpenError::Key));
    }
    for purpose in PURPOSES.into_iter().filter(|purpose| *purpose != Purpose::Derived) {
        assert_eq!(keys.open(purpose, &place(), b"aad", &sealed), Err(OpenError::Key));
    }
    for moved in
        [Place { height: 6, ..place() }, Place { epoch: 2, ..place() }, Place { parent: B256::ZERO, ..place() }]
    {
        assert_eq!(keys.open(Purpose::Derived, &moved, b"aad", &sealed), Err(OpenError::Altered));
    }
    assert_eq!(keys.open(Purpose::Derived, &place(), b"ada", &sealed), Err(OpenError::Altered));
}

#[test]
fn every_purpose_has_its_own_function() {
    let values: std::collections::BTreeSet<_> =
        PURPOSES.into_iter().map(|purpose| keyring().prf(purpose, b"data")).collect();
    assert_eq!(values.len(), PURPOSES.len());
    assert_ne!(keyring().block_salt(B256::ZERO), keyring().prf(Purpose::Block, B256::ZERO.as_slice()).0);
}

#[test]
fn checkpoint_values_open_in_their_table_under_their_key_only() {
    let keys = keyring();
    let mut sealer = keys.new_checkpoint();
    let sealed: Vec<_> = (0..100u8).map(|value| sealer.seal(value % 2, &[value], &[value; 40]).unwrap()).collect();
    assert_eq!(sealer.values_sealed(), 100);
    let opener = keys.open_checkpoint(sealer.preamble()).unwrap();
    for (value, sealed) in (0..100u8).zip(&sealed) {
        assert_eq!(opener.open(value % 2, &[value], sealed).unwrap(), [value; 40]);
        assert_eq!(opener.open(value % 2 + 1, &[value], sealed), Err(OpenError::Altered));
        assert_eq!(opener.open(value % 2, &[value, 0], sealed), Err(OpenError::Altered));
    }
    for at in 0..sealed[7].len() {
        let mut altered = sealed[7].clone();
        altered[at] ^= 1;
        assert_eq!(opener.open(1, &[7], &altered), Err(OpenError::Altered));
    }
    assert_eq!(opener.open(1, &[7], &sealed[7][..19]), Err(OpenError::Short));
}

#[test]
fn a_checkpoint_opens_under_its_own_preamble_and_keyring_only() {
    let (keys, mut sealer) = (keyring(), keyring().new_checkpoint());
    let sealed = sealer.seal(1, b"key", b"value").unwrap();
    let later = keys.new_checkpoint();
    assert_ne!(later.preamble(), sealer.preamble());
    let opener = keys.open_checkpoint(later.preamble()).unwrap();
    assert_eq!(opener.open(1, b"key", &sealed), Err(OpenError::Altered));
    let stranger = keyring_of(9, 930_930, 2, Assurance::InsecureVirtual);
    assert_eq!(stranger.open_checkpoint(sealer.preamble()).err(), Some(OpenError::Key));
    assert_eq!(keys.open_checkpoint(&sealer.preamble()[..63]).err(), Some(OpenError::Short));
}

proptest! {
    #[test]
    fn anything_sealed_opens(plaintext in prop::collection::vec(any::<u8>(), 0..300), aad in prop::collection::vec(any::<u8>(), 0..50)) {
        let keys = keyring();
        let sealed = keys.seal(Purpose::Pool, &place(), &aad, &plaintext);
        prop_assert_ne!(&sealed, &keys.seal(Purpose::Pool, &place(), &aad, &plaintext), "salts are fresh");
        prop_assert_eq!(keys.open(Purpose::Pool, &place(), &aad, &sealed).unwrap(), plaintext);
    }

    #[test]
    fn any_bytes_open_or_fail_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let keys = keyring();
        prop_assert!(keys.open(Purpose::Pool, &place(), &[], &bytes).is_err());
        prop_assert!(keys.open_checkpoint(&bytes).is_err());
    }
}
