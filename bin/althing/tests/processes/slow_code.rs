//! Byte code that turns gas into as much time as the rules allow, written by hand.
//!
//! Time of `eth_call` for 16,777,216 gas on one core of a busy machine: BN254 pairing 540 ms,
//! BLS12-381 pairing 350 ms, ecrecover 310 ms, modexp 210 ms, Keccak 170 ms. Creations, transient
//! and cold storage, arithmetic, copies of memory and return data stayed below 90 ms.

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_primitives::{B256, U256, hex};

/// A contract that does one thing until its gas is used up, and what it does it to.
pub(crate) struct Slow {
    pub(crate) name: &'static str,
    pub(crate) code: Vec<u8>,
    pub(crate) input: Vec<u8>,
}

const BN254_G1: [u8; 64] = hex!(
    "0000000000000000000000000000000000000000000000000000000000000001"
    "0000000000000000000000000000000000000000000000000000000000000002"
);
const BN254_G2: [u8; 128] = hex!(
    "198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"
    "1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"
    "090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"
    "12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
);
const BLS_G1: [u8; 128] = hex!(
    "0000000000000000000000000000000017f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb"
    "0000000000000000000000000000000008b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1"
);
const BLS_G2: [u8; 256] = hex!(
    "00000000000000000000000000000000024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8"
    "0000000000000000000000000000000013e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "000000000000000000000000000000000ce5d527727d6e118cc9cdc6da2e351aadfd9baa8cbdd3a76d429a695160d12c923ac9cc3baca289e193548608b82801"
    "000000000000000000000000000000000606c4a02ea734cc32acd2b02bc28b99cb3e287e85a763af267492ab572e99ab3f370d275cec1da1aaa9075ff05f79be"
);

/// The slowest uses of gas, one of each kind.
pub(crate) fn contracts() -> [Slow; 6] {
    [
        Slow { name: "modexp", code: precompile(0x05), input: modexp(16) },
        Slow { name: "bn254 pairing", code: precompile(0x08), input: [&BN254_G1[..], &BN254_G2].concat().repeat(8) },
        Slow { name: "bls12-381 pairing", code: precompile(0x0f), input: [&BLS_G1[..], &BLS_G2].concat() },
        Slow { name: "ecrecover", code: precompile(0x01), input: signature() },
        Slow { name: "keccak", code: forever(&hex!("60885f2050")), input: Vec::new() },
        Slow { name: "storage", code: storage(), input: Vec::new() },
    ]
}

/// Code of a creation that leaves `code`: push2 length, dup1, push1 12, push0, codecopy, push0,
/// return, padded to 12 bytes.
pub(crate) fn creation(code: &[u8]) -> Vec<u8> {
    let length = u16::try_from(code.len()).unwrap().to_be_bytes();
    let copy = [0x61, length[0], length[1], 0x80, 0x60, 0x0c, 0x5f, 0x39, 0x5f, 0xf3, 0x00, 0x00];
    [&copy[..], code].concat()
}

/// Calls a precompile with the calldata again and again: calldatacopy(0, 0, calldatasize), then
/// staticcall(gas, address, 0, calldatasize, 0, 0) in a loop.
fn precompile(address: u8) -> Vec<u8> {
    let mut code = hex!("365f5f375b5f5f365f60005afa50600456").to_vec();
    code[10] = address;
    code
}

/// jumpdest, the body, and back.
fn forever(body: &[u8]) -> Vec<u8> {
    [&[0x5b][..], body, &hex!("5f56")].concat()
}

/// Fills new slots, numbered by the gas left, while 30,000 gas are left: a transaction that
/// succeeds, so that all of it lands in the state.
fn storage() -> Vec<u8> {
    hex!("5b5a5a556175305a115f5700").to_vec()
}

/// Base, exponent and odd modulus of so many bytes.
fn modexp(bytes: u8) -> Vec<u8> {
    let mut word = [0; 32];
    word[31] = bytes;
    [word.repeat(3), vec![0xff; 3 * usize::from(bytes)]].concat()
}

/// A hash and its signature, as the precompile takes them: hash, 27 or 28, r, s.
fn signature() -> Vec<u8> {
    let hash = B256::repeat_byte(0x11);
    let signed = PrivateKeySigner::from_bytes(&hash).unwrap().sign_hash_sync(&hash).unwrap();
    let words = [U256::from(27 + u64::from(signed.v())), signed.r(), signed.s()];
    [hash.to_vec(), words.iter().flat_map(|word| word.to_be_bytes::<32>()).collect()].concat()
}
