use crate::crypto;
use althing_chainspec::ChainSpec;
use std::sync::Arc;

/// Runs transactions by a chain's rules: verifies blocks, builds them, simulates calls.
///
/// Holds no state; cheap to clone.
#[derive(Clone, Debug)]
pub struct Executor {
    spec: Arc<ChainSpec>,
}

impl Executor {
    /// An executor for a chain.
    pub fn new(spec: Arc<ChainSpec>) -> Self {
        crypto::install();
        Self { spec }
    }

    /// The chain.
    pub fn spec(&self) -> &ChainSpec {
        &self.spec
    }
}
