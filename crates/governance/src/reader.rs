use crate::{Host, SlotChange, Stop};
use althing_primitives::{Address, LogData, U256};
use std::collections::HashMap;

/// A state to read system contracts from, outside any execution.
pub trait Reader {
    /// Why it does not read.
    type Error;

    /// Value of a slot, zero where there is none.
    ///
    /// # Errors
    /// The state does not read.
    fn slot(&self, contract: Address, slot: U256) -> Result<U256, Self::Error>;
}

/// Slots in memory.
impl<S: std::hash::BuildHasher> Reader for HashMap<(Address, U256), U256, S> {
    type Error = std::convert::Infallible;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, Self::Error> {
        Ok(self.get(&(contract, slot)).copied().unwrap_or_default())
    }
}

/// Runs the code that native calls read with over a [`Reader`]: nothing is metered or written.
pub(crate) fn read<R: Reader, T>(
    reader: &R,
    job: impl FnOnce(&mut dyn Host) -> Result<T, Stop>,
) -> Result<Option<T>, R::Error> {
    Ok(attempt(reader, job)?.ok())
}

/// The same, with the reason where it stops.
pub(crate) fn attempt<R: Reader, T>(
    reader: &R,
    job: impl FnOnce(&mut dyn Host) -> Result<T, Stop>,
) -> Result<Result<T, Stop>, R::Error> {
    let mut host = ReadOnly { reader, error: None };
    let result = job(&mut host);
    host.error.map_or(Ok(result), Err)
}

struct ReadOnly<'r, R: Reader> {
    reader: &'r R,
    error: Option<R::Error>,
}

impl<R: Reader> Host for ReadOnly<'_, R> {
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop> {
        self.reader.slot(contract, slot).map_err(|error| {
            self.error = Some(error);
            broken("the state does not read")
        })
    }

    fn sstore(&mut self, _: Address, _: U256, _: U256) -> Result<(), Stop> {
        Err(broken("a reader writes"))
    }

    fn tload(&mut self, _: U256) -> Result<U256, Stop> {
        Ok(U256::ZERO)
    }

    fn tstore(&mut self, _: U256, _: U256) -> Result<(), Stop> {
        Err(broken("a reader writes"))
    }

    fn log(&mut self, _: Address, _: LogData) -> Result<(), Stop> {
        Err(broken("a reader writes"))
    }

    fn charge(&mut self, _: u64) -> Result<(), Stop> {
        Ok(())
    }

    fn gas_left(&self) -> u64 {
        u64::MAX
    }

    fn has_code(&mut self, _: Address) -> Result<bool, Stop> {
        Err(broken("a reader asks for code"))
    }

    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop> {
        Ok(Vec::new())
    }
}

fn broken(reason: &str) -> Stop {
    Stop::Broken(reason.to_owned())
}
