use crate::scheme::{Digest, Key, RoundContext, digest, key};
use althing_keys::Keyring;
use althing_ledger::{CodecError, decode_block, encode_block};
use althing_primitives::{Block, Bytes};
use bytes::BufMut;
use commonware_codec::{Buf, EncodeSize, Error, FixedSize, Read, ReadExt, Write};
use commonware_consensus::{
    BoundedBlock, CertifiableBlock, Heightable,
    types::{Epoch, Height, Round, View},
};
use commonware_cryptography::{Digestible, Signer, ed25519::PrivateKey};
use std::sync::Arc;
use thiserror::Error as ThisError;

/// A block as the engine carries it: opened and checked, next to the one sealed encoding that
/// travels, is cached and lands in the ledger.
#[derive(Clone)]
pub struct SealedBlock {
    block: Arc<Block>,
    sealed: Bytes,
    context: RoundContext,
}

/// What opening a block from a peer needs.
#[derive(Clone)]
pub struct BlockCodec {
    /// Opens and seals.
    pub keyring: Arc<Keyring>,
    /// Largest sealed encoding in bytes.
    pub bytes_max: usize,
}

/// Why a block cannot travel.
#[derive(Debug, ThisError)]
pub enum SealError {
    /// It has no encoding.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// `extraData` or `parentBeaconBlockRoot` are not those of a consensus block.
    #[error("the header has no consensus context")]
    Context,
    /// It is too large for the network.
    #[error("a block of {0} bytes is too large")]
    TooLarge(usize),
}

impl SealedBlock {
    /// Seals a block this node built.
    pub fn seal(block: Arc<Block>, codec: &BlockCodec) -> Result<Self, SealError> {
        let sealed = encode_block(&block, &codec.keyring)?;
        if sealed.len() > codec.bytes_max {
            return Err(SealError::TooLarge(sealed.len()));
        }
        let context = context(&block).ok_or(SealError::Context)?;
        Ok(Self { block, sealed, context })
    }

    /// Joins a block with its encoding, both from the ledger. The genesis has no context of its own.
    pub fn stored(block: Arc<Block>, sealed: Bytes) -> Result<Self, SealError> {
        let context = match block.number() {
            0 => genesis_context(&block),
            _ => context(&block).ok_or(SealError::Context)?,
        };
        Ok(Self { block, sealed, context })
    }

    /// The block.
    pub const fn block(&self) -> &Arc<Block> {
        &self.block
    }

    /// Its encoding.
    pub const fn sealed(&self) -> &Bytes {
        &self.sealed
    }
}

/// The simplex context a header commits to.
fn context(block: &Block) -> Option<RoundContext> {
    let extra = block.extra().ok()?;
    let leader = key(&block.header.parent_beacon_block_root?.0)?;
    Some(RoundContext {
        round: Round::new(Epoch::new(extra.epoch), View::new(extra.view)),
        leader,
        parent: (View::new(extra.parent_view), digest(block.header.parent_hash)),
    })
}

fn genesis_context(block: &Block) -> RoundContext {
    RoundContext {
        round: Round::new(Epoch::zero(), View::zero()),
        leader: nobody(),
        parent: (View::zero(), digest(block.header.parent_hash)),
    }
}

/// A key that leads nothing, where a type asks for one.
fn nobody() -> Key {
    PrivateKey::from_seed(0).public_key()
}

impl Digestible for SealedBlock {
    type Digest = Digest;

    fn digest(&self) -> Digest {
        digest(self.block.hash())
    }
}

impl Heightable for SealedBlock {
    fn height(&self) -> Height {
        Height::new(self.block.number())
    }
}

impl commonware_consensus::Block for SealedBlock {
    fn parent(&self) -> Digest {
        digest(self.block.header.parent_hash)
    }
}

impl CertifiableBlock for SealedBlock {
    type Context = RoundContext;

    fn context(&self) -> RoundContext {
        self.context.clone()
    }
}

impl Write for SealedBlock {
    fn write(&self, buf: &mut impl BufMut) {
        // A length that did not fit would have been refused by `seal` and `read_cfg`.
        (self.sealed.len() as u32).write(buf);
        buf.put_slice(&self.sealed);
    }
}

impl EncodeSize for SealedBlock {
    fn encode_size(&self) -> usize {
        u32::SIZE + self.sealed.len()
    }
}

impl Read for SealedBlock {
    type Cfg = BlockCodec;

    fn read_cfg(buf: &mut impl Buf, codec: &BlockCodec) -> Result<Self, Error> {
        let length = u32::read(buf)? as usize;
        if length > codec.bytes_max {
            return Err(Error::InvalidLength(length));
        }
        if buf.remaining() < length {
            return Err(Error::EndOfBuffer);
        }
        let sealed = Bytes::from(buf.copy_to_bytes(length));
        let block = decode_block(&sealed, &codec.keyring).map_err(|_| Error::Invalid("Block", "does not open"))?;
        let context = context(&block).ok_or(Error::Invalid("Block", "no consensus context"))?;
        Ok(Self { block: Arc::new(block), sealed, context })
    }
}

impl BoundedBlock for SealedBlock {
    fn max_encode_size(codec: &BlockCodec) -> usize {
        u32::SIZE + codec.bytes_max
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_keys::{Assurance, LedgerSecret, Place};
    use althing_primitives::{
        Body, Extra, Header, Transaction,
        alloy::Signature,
        consensus::{SignableTransaction, TxLegacy, proofs::calculate_transaction_root},
        rlp,
    };
    use commonware_codec::{Decode, Encode};

    fn codec() -> BlockCodec {
        let secret = LedgerSecret::from_bytes([9; 32]);
        let keyring = Keyring::new(&secret, 1, Default::default(), Assurance::InsecureVirtual);
        BlockCodec { keyring: Arc::new(keyring), bytes_max: 4096 }
    }

    fn block() -> Block {
        let transaction = |nonce| {
            Transaction::from(TxLegacy { nonce, ..TxLegacy::default() }.into_signed(Signature::test_signature()))
        };
        let body = Body { transactions: vec![transaction(1), transaction(2)], ..Body::default() };
        let header = Header {
            number: 7,
            extra_data: Extra { epoch: 1, view: 5, parent_view: 4, millis: 0 }.encode().to_vec().into(),
            transactions_root: calculate_transaction_root(&body.transactions),
            base_fee_per_gas: Some(0),
            withdrawals_root: None,
            ..Header::default()
        };
        Block::new(header, body)
    }

    fn with_proposer(mut block: Block) -> Block {
        block.header.withdrawals_root = Some(althing_primitives::EMPTY_ROOT_HASH);
        block.header.blob_gas_used = Some(0);
        block.header.excess_blob_gas = Some(0);
        block.header.parent_beacon_block_root = Some(crate::scheme::bytes(&nobody()).into());
        block.body.withdrawals = Some(Default::default());
        Block::new(block.header, block.body)
    }

    #[test]
    fn a_block_travels_with_its_context() {
        let (codec, block) = (codec(), Arc::new(with_proposer(block())));
        let sealed = SealedBlock::seal(block.clone(), &codec).expect("a consensus block");
        let read = SealedBlock::decode_cfg(sealed.encode(), &codec).expect("its own encoding");
        assert_eq!((read.block(), read.encode()), (&block, sealed.encode()));
        assert_eq!(read.context().round, Round::new(Epoch::new(1), View::new(5)));
        assert_eq!(read.context().parent, (View::new(4), digest(block.header.parent_hash)));
    }

    #[test]
    fn another_body_under_the_header_is_refused() {
        let (codec, block) = (codec(), with_proposer(block()));
        let sealed = SealedBlock::seal(Arc::new(block.clone()), &codec).expect("a consensus block").sealed;
        let public = &sealed[..5 + u32::from_be_bytes(sealed[1..5].try_into().expect("four bytes")) as usize];
        let mut body = block.body.clone();
        body.transactions.reverse();
        let place = Place { height: 7, epoch: 1, parent: block.header.parent_hash };
        let forged = [public, &codec.keyring.seal_block(block.hash(), &place, public, &rlp::encode(&body))].concat();
        let message = [&(forged.len() as u32).to_be_bytes()[..], &forged].concat();
        assert!(SealedBlock::decode_cfg(message, &codec).is_err());
    }

    #[test]
    fn trailing_and_missing_bytes_and_great_lengths_are_refused() {
        let codec = codec();
        let sealed = SealedBlock::seal(Arc::new(with_proposer(block())), &codec).expect("a consensus block");
        let bytes = sealed.encode().to_vec();
        assert!(SealedBlock::decode_cfg([&bytes[..], &[0]].concat(), &codec).is_err());
        assert!(SealedBlock::decode_cfg(bytes[..bytes.len() - 1].to_vec(), &codec).is_err());
        let small = BlockCodec { bytes_max: bytes.len() - 5, ..codec };
        assert!(SealedBlock::decode_cfg(bytes, &small).is_err());
        assert!(matches!(SealedBlock::seal(sealed.block, &small), Err(SealError::TooLarge(_))));
    }

    #[test]
    fn a_header_without_a_proposer_is_no_consensus_block() {
        assert!(matches!(SealedBlock::seal(Arc::new(block()), &codec()), Err(SealError::Context)));
    }
}
