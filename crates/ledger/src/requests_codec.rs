//! The encoding of a block's EIP-7685 requests, which anyone may read.
//!
//! ```text
//! version 1 │ public length 4 │ public section: RLP [request, …] │ sealed section: nothing, authenticating the rest
//! ```
//! A request is its type and its data. Only blocks with requests have such a record: what the
//! header's `requestsHash` says of the others is that they have none.

use crate::CodecError;
use althing_keys::OpenError;
use althing_primitives::{
    Bytes, Header,
    eips::eip7685::{EMPTY_REQUESTS_HASH, Requests},
    rlp::{self, Decodable},
};

const VERSION: u8 = 1;
const PREFIX_BYTES: usize = 5;

/// Whether the header says that its block has requests.
pub(crate) fn has_requests(header: &Header) -> bool {
    header.requests_hash.is_some_and(|hash| hash != EMPTY_REQUESTS_HASH)
}

/// Whether these are the block's requests.
pub(crate) fn are_requests_of(header: &Header, requests: &Requests) -> bool {
    header.requests_hash.map_or(requests.is_empty(), |hash| hash == requests.requests_hash())
}

/// Version, length and public section; `seal` makes the sealed section that authenticates them.
pub(crate) fn encode_requests(requests: &Requests, seal: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let section = rlp::encode::<&Vec<Bytes>>(requests);
    let length = u32::try_from(section.len()).unwrap_or(u32::MAX);
    let mut out = Vec::with_capacity(PREFIX_BYTES + section.len());
    out.push(VERSION);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(&section);
    let sealed = seal(&out);
    out.extend_from_slice(&sealed);
    out
}

/// Reads the public section. Whether they are the block's is for the header to say.
pub(crate) fn read_requests(record: &[u8]) -> Result<Requests, CodecError> {
    let mut section = &split(record)?.0[PREFIX_BYTES..];
    let requests = Vec::<Bytes>::decode(&mut section)?;
    if !section.is_empty() {
        return Err(CodecError::NotCanonical);
    }
    Ok(Requests::new(requests))
}

/// Reads the public section and has the sealed section `open`ed: `open(public, sealed)`.
pub(crate) fn open_requests(
    record: &[u8],
    open: impl FnOnce(&[u8], &[u8]) -> Result<Vec<u8>, OpenError>,
) -> Result<Requests, CodecError> {
    let (public, sealed) = split(record)?;
    if !open(public, sealed)?.is_empty() {
        return Err(CodecError::NotCanonical);
    }
    read_requests(record)
}

fn split(record: &[u8]) -> Result<(&[u8], &[u8]), CodecError> {
    let (prefix, _) = record.split_first_chunk::<PREFIX_BYTES>().ok_or(CodecError::Length)?;
    if prefix[0] != VERSION {
        return Err(CodecError::Version(prefix[0]));
    }
    let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
    record.split_at_checked(PREFIX_BYTES + length).ok_or(CodecError::Length)
}
