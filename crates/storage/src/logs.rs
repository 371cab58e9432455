use althing_primitives::{Address, B256, Bloom};

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
        let any = |mut hits: Box<dyn Iterator<Item = Bloom> + '_>| hits.any(|hit| bloom.contains(&hit));
        let bits = |bytes: &[u8]| Bloom::from(althing_primitives::alloy::BloomInput::Raw(bytes));
        (self.addresses.is_empty() || any(Box::new(self.addresses.iter().map(|address| bits(address.as_slice())))))
            && self
                .topics
                .iter()
                .filter(|topics| !topics.is_empty())
                .all(|topics| any(Box::new(topics.iter().map(|topic| bits(topic.as_slice())))))
    }
}
