//! The one encoding of a block, on the wire and on disk.
//!
//! ```text
//! version 1 │ public length 4 │ public section: RLP [header, nothing] │ sealed section
//! ```
//! The second item of the public section is the empty string, kept for a later version; a block's
//! governance delta follows from its execution and has a record of its own. Version, length and public section are authenticated by the seal; the sealed section is the
//! RLP of the body under the block's canonical salt. Every block has exactly one encoding.

use althing_keys::{Keyring, OpenError, Place};
use althing_primitives::{
    B256, Block, BlockError, Body, Bytes, Header, keccak256,
    rlp::{self, Decodable, Encodable},
};
use thiserror::Error;

const VERSION: u8 = 1;
const PREFIX_BYTES: usize = 5;

/// Longest encoded block: what a record's frame and a peer's message must hold. Far above what
/// the gas limit allows (100 M gas of calldata is 10 MB), far below what would hurt memory.
pub const BLOCK_BYTES_MAX: usize = 64 << 20;

/// Why bytes are no encoded block, or a block cannot be encoded.
#[derive(Clone, Debug, Error)]
pub enum CodecError {
    /// Shorter or longer than it says.
    #[error("encoded block has a wrong length")]
    Length,
    /// Another format.
    #[error("encoded block has version {0}, this is version 1")]
    Version(u8),
    /// The public section or the body is not RLP, or not in its canonical form.
    #[error("encoded block: {0}")]
    Rlp(rlp::Error),
    /// There is another encoding of the same block.
    #[error("encoded block is not canonical")]
    NotCanonical,
    /// Does not open.
    #[error(transparent)]
    Seal(#[from] OpenError),
    /// The header does not commit to the body.
    #[error("block body: {0}")]
    Body(String),
}

impl From<rlp::Error> for CodecError {
    fn from(error: rlp::Error) -> Self {
        Self::Rlp(error)
    }
}

impl From<BlockError> for CodecError {
    fn from(error: BlockError) -> Self {
        Self::Body(error.to_string())
    }
}

/// What anyone may read of a block without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicSection {
    pub(crate) hash: B256,
    pub(crate) header: Header,
}

/// Encodes and seals a block.
///
/// # Errors
/// [`CodecError::Body`] if the header does not commit to the body: two bodies sealed under one
/// hash would share a key. [`CodecError::Length`] past [`BLOCK_BYTES_MAX`].
pub fn encode_block(block: &Block, keyring: &Keyring) -> Result<Bytes, CodecError> {
    block.check_body()?;
    let mut out = public_section(&block.header);
    let sealed = keyring.seal_block(block.hash(), &place(&block.header), &out, &rlp::encode(&block.body));
    out.extend_from_slice(&sealed);
    if out.len() > BLOCK_BYTES_MAX {
        return Err(CodecError::Length);
    }
    Ok(out.into())
}

/// Opens, decodes and checks a block: the header commits to the body, and
/// `encode_block(decode_block(x)) == x`.
///
/// # Errors
/// [`CodecError`] for anything but the one encoding of a block of this network.
pub fn decode_block(encoded: &[u8], keyring: &Keyring) -> Result<Block, CodecError> {
    if encoded.len() > BLOCK_BYTES_MAX {
        return Err(CodecError::Length);
    }
    let (public, sealed) = split(encoded)?;
    let PublicSection { hash, header, .. } = decode_public(public)?;
    let body = keyring.open_block(hash, &place(&header), public, sealed)?;
    let block = Block::new(header, decode_canonical::<Body>(&body)?);
    block.check_body()?;
    Ok(block)
}

/// Reads the public section of an encoded block, without a key.
pub(crate) fn read_public(encoded: &[u8]) -> Result<PublicSection, CodecError> {
    decode_public(split(encoded)?.0)
}

/// Version, length, header and an empty string.
fn public_section(header: &Header) -> Vec<u8> {
    let reserved = Bytes::new();
    let payload_length = header.length() + reserved.length();
    let list = rlp::Header { list: true, payload_length };
    let length = list.length() + payload_length;
    let mut out = Vec::with_capacity(PREFIX_BYTES + length);
    out.push(VERSION);
    out.extend_from_slice(&u32::try_from(length).expect("a header is a few hundred bytes").to_be_bytes());
    list.encode(&mut out);
    header.encode(&mut out);
    reserved.encode(&mut out);
    out
}

/// Splits into public section (with its prefix) and sealed section.
fn split(encoded: &[u8]) -> Result<(&[u8], &[u8]), CodecError> {
    let (prefix, _) = encoded.split_first_chunk::<PREFIX_BYTES>().ok_or(CodecError::Length)?;
    if prefix[0] != VERSION {
        return Err(CodecError::Version(prefix[0]));
    }
    let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
    encoded.split_at_checked(PREFIX_BYTES + length).ok_or(CodecError::Length)
}

fn decode_public(section: &[u8]) -> Result<PublicSection, CodecError> {
    let mut rest = &section[PREFIX_BYTES..];
    let mut payload = rlp::Header::decode_bytes(&mut rest, true)?;
    let start = payload;
    let header = Header::decode(&mut payload)?;
    let hash = keccak256(&start[..start.len() - payload.len()]);
    Bytes::decode(&mut payload)?;
    if !rest.is_empty() || !payload.is_empty() || public_section(&header) != section {
        return Err(CodecError::NotCanonical);
    }
    Ok(PublicSection { hash, header })
}

fn decode_canonical<T: Decodable + Encodable>(bytes: &[u8]) -> Result<T, CodecError> {
    let mut rest = bytes;
    let value = T::decode(&mut rest)?;
    if !rest.is_empty() || rlp::encode(&value) != bytes {
        return Err(CodecError::NotCanonical);
    }
    Ok(value)
}

/// Where a block's record belongs. Imported blocks have no epoch.
fn place(header: &Header) -> Place {
    let epoch = althing_primitives::Extra::decode(&header.extra_data).map_or(0, |extra| extra.epoch);
    Place { height: header.number, epoch, parent: header.parent_hash }
}
