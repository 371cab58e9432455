use crate::storage::{field, with_field};
use althing_primitives::U256;

/// A state variable, or a member of a struct, where solc lays it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// `variable`, or `Struct.member`.
    pub name: &'static str,
    /// Slot, in a struct counted from its first.
    pub slot: u64,
    /// First byte in the slot, from its low end.
    pub offset: usize,
    /// Bytes it takes in the slot; 32 for what has slots elsewhere (mappings, dynamic arrays, strings), more for a
    /// fixed array of several slots.
    pub bytes: usize,
}

impl Field {
    pub(crate) const fn new(name: &'static str, slot: u64, offset: usize, bytes: usize) -> Self {
        Self { name, slot, offset, bytes }
    }

    /// Its slot, for a variable.
    pub(crate) fn at(&self) -> U256 {
        U256::from(self.slot)
    }

    /// Its slot in a struct that begins at `base`.
    pub(crate) fn of(&self, base: U256) -> U256 {
        base.wrapping_add(U256::from(self.slot))
    }

    /// Its value in its slot.
    pub(crate) fn get(&self, word: U256) -> U256 {
        field(word, 8 * self.offset, 8 * self.bytes)
    }

    /// Its value in its slot, if it is a number of at most 64 bits.
    pub(crate) fn number(&self, word: U256) -> u64 {
        self.get(word).saturating_to()
    }

    /// The slot with another value of it.
    pub(crate) fn set(&self, word: U256, value: impl Into<U256>) -> U256 {
        with_field(word, 8 * self.offset, 8 * self.bytes, value.into())
    }
}
