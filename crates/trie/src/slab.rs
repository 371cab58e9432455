/// Values by index, in chunks: growing copies nothing, indices are reused.
#[derive(Debug)]
pub(crate) struct Slab<T> {
    chunks: Vec<Vec<T>>,
    free: Vec<u32>,
    next: u32,
}

/// Small enough that an almost empty slab costs little, large enough that the chunk table stays in cache.
const CHUNK_BITS: u32 = 10;
const CHUNK: usize = 1 << CHUNK_BITS;

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), free: Vec::new(), next: 0 }
    }
}

impl<T> Slab<T> {
    pub(crate) fn get(&self, index: u32) -> &T {
        &self.chunks[(index >> CHUNK_BITS) as usize][index as usize % CHUNK]
    }

    pub(crate) fn insert(&mut self, value: T) -> u32 {
        if let Some(index) = self.free.pop() {
            self.chunks[(index >> CHUNK_BITS) as usize][index as usize % CHUNK] = value;
            return index;
        }
        let index = self.next;
        self.next += 1;
        if (index as usize).is_multiple_of(CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        self.chunks[(index >> CHUNK_BITS) as usize].push(value);
        index
    }

    /// The value stays until the index is reused; the caller frees an index once.
    pub(crate) fn remove(&mut self, index: u32) {
        self.free.push(index);
    }

    /// Values in use.
    pub(crate) fn len(&self) -> usize {
        self.next as usize - self.free.len()
    }

    /// Bytes taken, free slots included.
    pub(crate) fn bytes(&self) -> usize {
        self.next as usize * size_of::<T>() + self.free.capacity() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::Slab;

    #[test]
    fn freed_indices_are_reused_and_others_keep_their_values() {
        let mut slab = Slab::default();
        let indices: Vec<u32> = (0..3000u64).map(|value| slab.insert(value)).collect();
        slab.remove(indices[1500]);
        assert_eq!(slab.len(), 2999);
        assert_eq!(slab.insert(7), indices[1500]);
        assert_eq!((*slab.get(indices[1500]), *slab.get(indices[1501])), (7, 1501));
    }
}
