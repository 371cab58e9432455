use althing_primitives::{BlockHash, BlockId, BlockNumber, U256};
use std::collections::HashMap;

/// Open blocks at most: the state takes 4096 layers, and reading through a thousand is slow enough.
const OPEN_MAX: usize = 1_024;

/// The executed blocks over the committed one, and which of them is the head.
#[derive(Debug)]
pub(super) struct Branches {
    committed: BlockId,
    open: HashMap<BlockHash, Open>,
    head: BlockHash,
    /// Total difficulty up to and with the committed block.
    committed_difficulty: U256,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    id: BlockId,
    parent: BlockHash,
    total_difficulty: U256,
}

impl Branches {
    pub(super) fn new(committed: BlockId, total_difficulty: U256) -> Self {
        Self { committed, open: HashMap::new(), head: committed.hash, committed_difficulty: total_difficulty }
    }

    pub(super) fn is_open(&self, hash: &BlockHash) -> bool {
        self.open.contains_key(hash)
    }

    /// Total difficulty up to and with a block, `None` where it is neither open nor the committed one.
    pub(super) fn total_difficulty(&self, hash: &BlockHash) -> Option<U256> {
        let open = self.open.get(hash).map(|open| open.total_difficulty);
        open.or((*hash == self.committed.hash).then_some(self.committed_difficulty))
    }

    /// The head, which is open or the committed block.
    pub(super) fn head(&self) -> BlockId {
        self.open.get(&self.head).map_or(self.committed, |open| open.id)
    }

    /// Opens a valid block. It becomes the head if its branch has the higher total difficulty,
    /// and in any case once that reached the `terminal` one (EIP-3675).
    pub(super) fn insert(&mut self, id: BlockId, parent: BlockHash, total: U256, terminal: Option<U256>) {
        let best = self.total_difficulty(&self.head).unwrap_or_default();
        self.open.insert(id.hash, Open { id, parent, total_difficulty: total });
        if total > best || terminal.is_some_and(|terminal| total >= terminal) {
            self.head = id.hash;
        }
    }

    /// The blocks that can be committed, oldest first: those the head stands on, as far as every
    /// block to come, all of them at `from` or above, can only stand on them too.
    pub(super) fn settled(&self, from: BlockNumber) -> Vec<BlockId> {
        let head = self.path(self.head);
        let mut count = head.iter().take_while(|id| id.number < from).count();
        if self.open.len() > head.len() {
            let tips = self.open.values().filter(|open| open.id.number.saturating_add(1) >= from);
            for tip in tips {
                let path = self.path(tip.id.hash);
                count = count.min(path.iter().zip(&head).take_while(|(one, other)| one == other).count());
            }
        }
        let excess = self.open.len().saturating_sub(OPEN_MAX).min(head.len());
        head[..count.max(excess)].to_vec()
    }

    /// From above the committed block up to `hash`.
    fn path(&self, mut hash: BlockHash) -> Vec<BlockId> {
        let mut path = Vec::new();
        while let Some(open) = self.open.get(&hash) {
            path.push(open.id);
            hash = open.parent;
        }
        path.reverse();
        path
    }

    /// Notes that a block is committed, and forgets what does not stand on it.
    pub(super) fn committed(&mut self, id: BlockId) {
        if let Some(open) = self.open.remove(&id.hash) {
            (self.committed, self.committed_difficulty) = (id, open.total_difficulty);
        }
        if self.open.len() == self.path(self.head).len() {
            return;
        }
        let lost: Vec<BlockHash> = self.open.keys().copied().filter(|hash| self.foundation(*hash) != id.hash).collect();
        for hash in lost {
            self.open.remove(&hash);
        }
    }

    fn foundation(&self, mut hash: BlockHash) -> BlockHash {
        while let Some(open) = self.open.get(&hash) {
            hash = open.parent;
        }
        hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::B256;

    fn id(number: u64, branch: u8) -> BlockId {
        let mut hash = B256::repeat_byte(branch);
        hash.0[31] = u8::try_from(number).unwrap();
        BlockId { number, hash }
    }

    /// Genesis 0, then blocks of branch 1, `difficulty` each.
    fn chain(length: u64, difficulty: u64) -> Branches {
        let mut branches = Branches::new(id(0, 1), U256::from(difficulty));
        for number in 1..=length {
            extend(&mut branches, (number, 1), (number - 1, 1), difficulty, None);
        }
        branches
    }

    fn extend(branches: &mut Branches, block: (u64, u8), parent: (u64, u8), difficulty: u64, terminal: Option<u64>) {
        let parent = id(parent.0, parent.1).hash;
        let total = branches.total_difficulty(&parent).unwrap() + U256::from(difficulty);
        branches.insert(id(block.0, block.1), parent, total, terminal.map(U256::from));
    }

    #[test]
    fn a_single_branch_is_settled_up_to_its_head() {
        assert_eq!(chain(3, 10).settled(4), [id(1, 1), id(2, 1), id(3, 1)]);
    }

    #[test]
    fn the_branch_with_more_difficulty_wins_and_a_draw_changes_nothing() {
        let mut branches = chain(2, 10);
        extend(&mut branches, (1, 2), (0, 1), 20, None);
        assert_eq!(branches.head(), id(2, 1));
        extend(&mut branches, (2, 2), (1, 2), 1, None);
        assert_eq!(branches.head(), id(2, 2));
    }

    #[test]
    fn past_the_terminal_difficulty_the_last_block_is_the_head() {
        let mut branches = chain(2, 10);
        extend(&mut branches, (3, 1), (2, 1), 0, Some(30));
        extend(&mut branches, (3, 2), (2, 1), 0, Some(30));
        assert_eq!(branches.head(), id(3, 2));
    }

    #[test]
    fn nothing_is_settled_above_the_fork_of_two_branches_that_may_grow() {
        let mut branches = chain(4, 10);
        extend(&mut branches, (3, 2), (2, 1), 10, None);
        extend(&mut branches, (4, 2), (3, 2), 10, None);
        assert_eq!(branches.settled(5), [id(1, 1), id(2, 1)]);
        // What comes is above the other branch, which has lost.
        assert_eq!(branches.settled(6).len(), 4);
    }

    #[test]
    fn a_block_still_to_come_keeps_open_what_it_may_stand_on() {
        assert_eq!(chain(4, 10).settled(2), [id(1, 1)]);
        assert_eq!(chain(4, 10).settled(1), []);
    }

    #[test]
    fn branches_that_were_not_chosen_are_forgotten_and_too_many_blocks_are_not_kept() {
        let mut branches = chain(2, 10);
        extend(&mut branches, (1, 2), (0, 1), 5, None);
        branches.committed(id(1, 1));
        assert!(!branches.is_open(&id(1, 2).hash) && branches.is_open(&id(2, 1).hash));

        let mut branches = Branches::new(BlockId::default(), U256::ZERO);
        let hash = |number: u64| B256::from(U256::from(number));
        for number in 1..=OPEN_MAX as u64 + 1 {
            branches.insert(BlockId { number, hash: hash(number) }, hash(number - 1), U256::from(number), None);
        }
        assert_eq!(branches.settled(0).len(), 1);
    }
}
