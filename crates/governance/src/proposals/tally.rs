use super::layout::proposal::TALLY;
use althing_primitives::U256;

/// What a ballot says, as GovernorBravo counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    Against = 0,
    For = 1,
    Abstain = 2,
}

impl Support {
    pub(crate) fn new(number: u8) -> Option<Self> {
        [Self::Against, Self::For, Self::Abstain].into_iter().find(|support| *support as u8 == number)
    }
}

/// Ballots by support and class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally([[u32; 2]; 3]);

impl Tally {
    pub(super) fn unpack(word: U256) -> Self {
        Self(TALLY.map(|classes| classes.map(|field| field.number(word) as u32)))
    }

    pub(super) fn pack(self, word: U256) -> U256 {
        let fields = TALLY.as_flattened().iter().zip(self.0.as_flattened());
        fields.fold(word, |word, (field, count)| field.set(word, U256::from(*count)))
    }

    pub(crate) fn add(&mut self, support: Support, class: u8) {
        self.0[support as usize][usize::from(class.min(1))] += 1;
    }

    /// Ballots of a class.
    pub(crate) fn of(&self, support: Support, class: usize) -> u32 {
        self.0[support as usize][class]
    }

    /// Ballots of both classes.
    pub(crate) fn count(&self, support: Support) -> u32 {
        self.0[support as usize].iter().sum()
    }

    /// Ballots of a class, whatever they say.
    pub(crate) fn cast(&self, class: usize) -> u32 {
        self.0.iter().map(|classes| classes[class]).sum()
    }
}
