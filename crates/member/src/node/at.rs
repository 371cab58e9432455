use althing_primitives::U64;
use serde_json::{Value, json};

/// Which state a call reads: a block, and slots that are taken to be different.
#[derive(Clone, Debug)]
pub(crate) struct At {
    block: Value,
    overrides: Option<Value>,
}

impl At {
    pub(crate) fn latest() -> Self {
        Self { block: json!("latest"), overrides: None }
    }

    pub(crate) fn block(number: u64) -> Self {
        Self { block: json!(U64::from(number)), overrides: None }
    }

    /// The same with state overrides, as `eth_call` takes them.
    pub(crate) fn with(&self, overrides: Value) -> Self {
        Self { block: self.block.clone(), overrides: Some(overrides) }
    }

    /// What follows the transaction in the parameters of `eth_call`.
    pub(super) fn parameters(&self) -> impl Iterator<Item = Value> {
        [Some(self.block.clone()), self.overrides.clone()].into_iter().flatten()
    }
}
