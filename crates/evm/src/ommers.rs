use crate::{Executor, HeaderError, HeaderRules, Terms};
use althing_chainspec::Hardfork;
use althing_primitives::{B256, Block, Header};
use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// A block's ommers are children of its ancestors up to this many generations back.
pub const OMMER_GENERATIONS: usize = 7;
/// Ommers a block has at most.
const OMMERS_MAX: usize = 2;

/// Why a block's ommers break a rule.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OmmerError {
    /// More than two.
    #[error("ommers: {0} of them, at most 2")]
    Count(usize),
    /// One stands twice in this block, or in it and an ancestor.
    #[error("ommers: one is included twice")]
    Duplicate,
    /// One is an ancestor of the block, or the block itself.
    #[error("ommers: one is an ancestor")]
    Ancestor,
    /// The parent of one is no ancestor that is near enough.
    #[error("ommers: the parent of one is not among the last ancestors")]
    Dangling,
    /// The header of one is invalid itself.
    #[error("ommers: {0}")]
    Header(#[from] HeaderError),
}

impl Executor {
    /// Checks the ommers of a block of an imported chain. `ancestors` starts with the parent and
    /// goes back [`OMMER_GENERATIONS`] blocks, or to the genesis.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn validate_ommers(&self, block: &Block, ancestors: &[&Block]) -> Result<(), OmmerError> {
        if block.body.ommers.is_empty() {
            return Ok(());
        }
        if block.body.ommers.len() > OMMERS_MAX {
            return Err(OmmerError::Count(block.body.ommers.len()));
        }
        let near = &ancestors[..ancestors.len().min(OMMER_GENERATIONS)];
        let by_hash: BTreeMap<B256, &Header> = near.iter().map(|block| (block.hash(), &block.header)).collect();
        let mut included: BTreeSet<B256> =
            near.iter().flat_map(|block| &block.body.ommers).map(Header::hash_slow).collect();
        for ommer in &block.body.ommers {
            let hash = ommer.hash_slow();
            if !included.insert(hash) {
                return Err(OmmerError::Duplicate);
            }
            if hash == block.hash() || by_hash.contains_key(&hash) {
                return Err(OmmerError::Ancestor);
            }
            match by_hash.get(&ommer.parent_hash) {
                Some(parent) if ommer.parent_hash != block.header.parent_hash => self.validate_ommer(ommer, parent)?,
                _ => return Err(OmmerError::Dangling),
            }
        }
        Ok(())
    }

    /// An ommer is a block of proof of work.
    fn validate_ommer(&self, ommer: &Header, parent: &Header) -> Result<(), HeaderError> {
        if self.spec().forks().of(ommer) >= Hardfork::Paris {
            return Err(HeaderError::Range { field: "difficulty", reason: "is zero in an ommer" });
        }
        self.validate_header(ommer, parent, HeaderRules::Imported, &Terms::genesis(self.spec()))
    }
}
