use std::collections::BTreeMap;

/// Gas each sponsor had in blocks beyond the waiting sponsor that had least, so that a share is fair
/// over many blocks where one holds only a few slow transactions.
///
/// Nobody saves up: who was idle starts where the least served one is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Debts(BTreeMap<u32, u64>);

impl Debts {
    pub(crate) fn of(&self, sponsor: u32) -> u64 {
        self.0.get(&sponsor).copied().unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn charge(&mut self, sponsor: u32, gas: u64) {
        let debt = self.0.entry(sponsor).or_default();
        *debt = debt.saturating_add(gas);
    }

    /// Counts from the least served of those that wait; where nobody waits, nobody owes anything.
    pub(crate) fn settle(&mut self, waiting: &[u32]) {
        let Some(least) = waiting.iter().map(|sponsor| self.of(*sponsor)).min() else {
            self.0.clear();
            return;
        };
        self.0.retain(|_, debt| {
            *debt = debt.saturating_sub(least);
            *debt > 0
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_catches_up_and_who_was_idle_saved_nothing() {
        let mut debts = Debts::default();
        debts.charge(1, 100);
        debts.settle(&[1, 2]);
        assert_eq!((debts.of(1), debts.of(2)), (100, 0));
        debts.charge(2, 70);
        debts.settle(&[1, 2]);
        assert_eq!((debts.of(1), debts.of(2), debts.of(3)), (30, 0, 0));
        debts.settle(&[1]);
        assert!(debts.is_empty(), "alone, it owes nobody");
    }

    #[test]
    fn sending_one_at_a_time_forgives_nothing_while_another_waits() {
        let mut debts = Debts::default();
        debts.charge(1, 100);
        debts.settle(&[2]);
        assert_eq!(debts.of(1), 100);
        debts.charge(2, 40);
        debts.settle(&[2]);
        assert_eq!(debts.of(1), 60);
        debts.settle(&[]);
        assert!(debts.is_empty());
    }
}
