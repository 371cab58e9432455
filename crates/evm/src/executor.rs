use crate::{
    crypto,
    native::{Native, NativeCode},
};
use althing_chainspec::ChainSpec;
use std::sync::Arc;

/// Runs transactions by a chain's rules: verifies blocks, builds them, simulates calls.
///
/// Holds no state; cheap to clone.
#[derive(Clone, Debug)]
pub struct Executor {
    spec: Arc<ChainSpec>,
    code: NativeCode,
}

impl Executor {
    /// An executor for a chain.
    pub fn new(spec: Arc<ChainSpec>) -> Self {
        crypto::install();
        Self { spec, code: althing_governance::call }
    }

    /// The system contracts, for those chains that have them.
    pub(crate) fn native(&self) -> Native {
        Native {
            code: self.code,
            estimating: false,
            genesis_hash: self.spec.genesis().hash(),
            insecure: self.spec.is_insecure(),
        }
    }

    /// The chain.
    pub fn spec(&self) -> &ChainSpec {
        &self.spec
    }
}
