use crate::Terms;
use althing_chainspec::{ChainSpec, Hardfork};
use althing_primitives::{Header, eips::eip7840::BlobParams};

/// What is in force in one block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) fork: Hardfork,
    pub(crate) terms: Terms,
    pub(crate) blobs: Blobs,
}

/// Whether a block may carry blobs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blobs {
    /// Our networks: never.
    Refused,
    /// Imported chains, from Cancun on.
    Limited(BlobParams),
    /// Imported chains before Cancun; the EVM refuses the type.
    NotYet,
}

impl Rules {
    pub(crate) fn new(chain: &ChainSpec, header: &Header, terms: Terms) -> Self {
        let forks = terms.forks(chain);
        let fork = forks.of(header);
        let blobs = match (chain.consortium(), forks.blob_params(header.timestamp)) {
            (Some(_), _) => Blobs::Refused,
            (None, Some(params)) => Blobs::Limited(params),
            (None, None) => Blobs::NotYet,
        };
        Self { fork, terms, blobs }
    }

    pub(crate) fn is(&self, fork: Hardfork) -> bool {
        self.fork >= fork
    }
}
