use althing_primitives::{Address, B256, Bloom, alloy::BloomInput};

/// What `eth_getLogs` looks for in a range of blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogQuery {
    /// Any of these emitters; empty for all.
    pub addresses: Vec<Address>,
    /// By position, any of these topics; an empty position matches everything.
    pub topics: [Vec<B256>; 4],
}

impl LogQuery {
    /// Whether a block with this bloom may hold a matching log (false positives happen).
    pub fn may_match(&self, bloom: &Bloom) -> bool {
        may_hold(bloom, &self.addresses) && self.topics.iter().all(|topics| may_hold(bloom, topics))
    }
}

fn may_hold(bloom: &Bloom, any_of: &[impl AsRef<[u8]>]) -> bool {
    any_of.is_empty() || any_of.iter().any(|bytes| bloom.contains_input(BloomInput::Raw(bytes.as_ref())))
}
