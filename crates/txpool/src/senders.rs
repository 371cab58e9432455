use althing_primitives::{Address, B256, B256Map};
use parking_lot::Mutex;

/// Shards, so that recovering threads and verifiers do not meet.
const SHARDS: usize = 16;
/// Senders one generation of a shard holds: 65,536 in all (the pool's own bound), 10 MB for both
/// generations.
const GENERATION: usize = 4096;

/// Senders recovered lately, by transaction hash: a signature costs 40 to 60 µs, remembering 0.1.
///
/// Two generations a shard: when the young one is full it becomes the old one.
#[derive(Default)]
pub(crate) struct Senders {
    shards: [Mutex<Generations>; SHARDS],
}

#[derive(Default)]
struct Generations {
    young: B256Map<Address>,
    old: B256Map<Address>,
}

impl Senders {
    pub(crate) fn get(&self, hash: &B256) -> Option<Address> {
        let shard = self.shard(hash).lock();
        shard.young.get(hash).or_else(|| shard.old.get(hash)).copied()
    }

    pub(crate) fn remember(&self, hash: B256, sender: Address) {
        let mut shard = self.shard(&hash).lock();
        if shard.young.len() >= GENERATION {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.young.insert(hash, sender);
    }

    fn shard(&self, hash: &B256) -> &Mutex<Generations> {
        &self.shards[usize::from(hash[0]) % SHARDS]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest_and_stays_bounded() {
        let senders = Senders::default();
        let hash = |n: u64| B256::left_padding_from(&n.to_be_bytes());
        for n in 0..3 * GENERATION as u64 {
            senders.remember(hash(n), Address::with_last_byte(n as u8));
        }
        assert_eq!(senders.get(&hash(0)), None);
        assert_eq!(senders.get(&hash(3 * GENERATION as u64 - 1)), Some(Address::with_last_byte(255)));
        let len = |generations: &Generations| generations.young.len() + generations.old.len();
        let held: usize = senders.shards.iter().map(|shard| len(&shard.lock())).sum();
        assert!(held <= 2 * GENERATION, "{held} held by one shard");
    }
}
