use crate::{
    Assurance, CheckpointOpener, CheckpointSealer, LedgerSecret, OpenError, Place, Purpose, random,
    record::{self, Subject},
};
use althing_primitives::B256;
use aws_lc_rs::{
    constant_time,
    hkdf::{HKDF_SHA256, KeyType, Prk, Salt},
    hmac,
};
use zeroize::Zeroizing;

/// The keys of one key epoch of one network, by purpose.
///
/// Cheap to share (`Arc<Keyring>`), all methods are pure but for fresh salts.
pub struct Keyring {
    chain_id: u64,
    seal: [Prk; Purpose::ALL.len()],
    prf: [hmac::Key; Purpose::ALL.len()],
    checkpoint: Prk,
    block_salt: hmac::Key,
}

impl Keyring {
    /// Derives every key from the ledger secret, bound to the network.
    pub fn new(secret: &LedgerSecret, chain_id: u64, genesis_hash: B256, assurance: Assurance) -> Self {
        let root = extract(secret, chain_id, genesis_hash, assurance);
        Self {
            chain_id,
            seal: Purpose::ALL.map(|purpose| seal_key(&root, assurance, purpose, "seal")),
            prf: Purpose::ALL.map(|purpose| prf_key(&root, assurance, purpose, "prf")),
            checkpoint: seal_key(&root, assurance, Purpose::State, "checkpoint"),
            block_salt: prf_key(&root, assurance, Purpose::Block, "salt"),
        }
    }

    /// Chain id of the network the keys belong to.
    pub const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    /// Seals a record under a fresh random salt: salt ‖ commitment ‖ ciphertext ‖ tag.
    ///
    /// `aad` is authenticated, not stored. Blocks are sealed by [`Keyring::seal_block`].
    pub fn seal(&self, purpose: Purpose, place: &Place, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        record::seal(&self.seal[purpose.index()], &self.subject(purpose, place, aad), &random(), plaintext)
    }

    /// Opens what [`Keyring::seal`] made with the same purpose, place and `aad`.
    ///
    /// # Errors
    /// [`OpenError`] if anything differs.
    pub fn open(&self, purpose: Purpose, place: &Place, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        record::open(&self.seal[purpose.index()], &self.subject(purpose, place, aad), sealed)
    }

    /// Seals a block's body under its canonical salt, so that every node makes the same bytes.
    ///
    /// The caller has checked that `hash` commits to `plaintext` and `aad`: two different bodies
    /// under one hash would share key and nonce.
    pub fn seal_block(&self, hash: B256, place: &Place, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
        let subject = self.subject(Purpose::Block, place, aad);
        record::seal(&self.seal[Purpose::Block.index()], &subject, &self.block_salt(hash), plaintext)
    }

    /// Opens a block's body.
    ///
    /// # Errors
    /// [`OpenError::Salt`] if the salt is not the canonical one, otherwise as [`Keyring::open`].
    pub fn open_block(&self, hash: B256, place: &Place, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
        constant_time::verify_slices_are_equal(record::salt_of(sealed)?, &self.block_salt(hash))
            .map_err(|_| OpenError::Salt)?;
        self.open(Purpose::Block, place, aad, sealed)
    }

    /// The canonical salt of a block's record: a PRF of its hash.
    pub fn block_salt(&self, hash: B256) -> [u8; 32] {
        tag(&self.block_salt, hash.as_slice())
    }

    /// A pseudorandom function of `data`: database keys, block randomness.
    pub fn prf(&self, purpose: Purpose, data: &[u8]) -> B256 {
        tag(&self.prf[purpose.index()], data).into()
    }

    /// A key for the values of a new checkpoint, from a fresh random salt.
    pub fn new_checkpoint(&self) -> CheckpointSealer {
        CheckpointSealer::new(&self.checkpoint, random())
    }

    /// The key of an earlier checkpoint, from its [`CheckpointSealer::preamble`].
    ///
    /// # Errors
    /// [`OpenError`] if the preamble is not of this keyring.
    pub fn open_checkpoint(&self, preamble: &[u8]) -> Result<CheckpointOpener, OpenError> {
        CheckpointOpener::new(&self.checkpoint, preamble)
    }

    fn subject<'a>(&self, purpose: Purpose, place: &'a Place, aad: &'a [u8]) -> Subject<'a> {
        Subject { chain_id: self.chain_id, purpose, place, aad }
    }
}

fn extract(secret: &LedgerSecret, chain_id: u64, genesis_hash: B256, assurance: Assurance) -> Prk {
    let mut salt = assurance.label("ledger-secret").into_bytes();
    salt.extend_from_slice(&chain_id.to_be_bytes());
    salt.extend_from_slice(genesis_hash.as_slice());
    Salt::new(HKDF_SHA256, &salt).extract(secret.expose())
}

struct KeyLen;

impl KeyType for KeyLen {
    fn len(&self) -> usize {
        32
    }
}

fn expand(root: &Prk, label: &str) -> Zeroizing<[u8; 32]> {
    let mut bytes = Zeroizing::new([0; 32]);
    root.expand(&[label.as_bytes()], KeyLen)
        .and_then(|okm| okm.fill(bytes.as_mut()))
        .expect("32 bytes are within HKDF's limit");
    bytes
}

fn seal_key(root: &Prk, assurance: Assurance, purpose: Purpose, usage: &str) -> Prk {
    Prk::new_less_safe(HKDF_SHA256, expand(root, &assurance.use_label(purpose, usage)).as_ref())
}

fn prf_key(root: &Prk, assurance: Assurance, purpose: Purpose, usage: &str) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, expand(root, &assurance.use_label(purpose, usage)).as_ref())
}

fn tag(key: &hmac::Key, data: &[u8]) -> [u8; 32] {
    hmac::sign(key, data).as_ref().try_into().expect("HMAC-SHA-256 gives 32 bytes")
}
