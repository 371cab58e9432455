use super::{BlockCalls, BlockFields, SequenceError, SequenceRequest};
use alloy_rpc_types_eth::{TransactionRequest, state::StateOverride};
use althing_primitives::{Header, U256};

/// Blocks of one request, gaps included (geth's number).
const BLOCKS_MAX: u64 = 256;
/// Calls of one block (geth's number).
const BLOCK_CALLS_MAX: usize = 5_000;
/// Calls of one request (geth's number).
const CALLS_MAX: usize = 10_000;
/// Accounts and slots that overrides may set, and withdrawals: what they change is hashed again for every
/// block.
const OVERRIDES_MAX: usize = 20_000;
/// Seconds between blocks that name no time (geth's number).
const INTERVAL: u64 = 12;

/// A block with its place.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) number: u64,
    pub(super) timestamp: u64,
    pub(super) fields: BlockFields,
    pub(super) state: StateOverride,
    pub(super) calls: Vec<TransactionRequest>,
}

/// Gives every block its height and time, and fills gaps with empty blocks.
pub(super) fn plan(request: SequenceRequest, base: &Header) -> Result<Vec<Planned>, SequenceError> {
    check_size(&request)?;
    let mut planned = Vec::new();
    let mut last = (base.number, base.timestamp);
    for BlockCalls { block_overrides, state_overrides, calls } in request.block_state_calls {
        let fields = block_overrides.unwrap_or_default();
        let number = number(&fields, last.0, base.number)?;
        for number in last.0 + 1..number {
            last = (number, after(last.1)?);
            planned.push(Planned::empty(last));
        }
        last = (number, timestamp(&fields, last.1)?);
        let (state, calls) = (state_overrides.unwrap_or_default(), calls.unwrap_or_default());
        planned.push(Planned { fields, state, calls, ..Planned::empty(last) });
    }
    Ok(planned)
}

impl Planned {
    fn empty((number, timestamp): (u64, u64)) -> Self {
        Self { number, timestamp, fields: BlockFields::default(), state: StateOverride::default(), calls: Vec::new() }
    }
}

fn check_size(request: &SequenceRequest) -> Result<(), SequenceError> {
    let blocks = &request.block_state_calls;
    let limit = |text: String| Err(SequenceError::Limit(text));
    if blocks.is_empty() {
        return Err(SequenceError::Arguments("empty input".to_owned()));
    }
    if blocks.len() as u64 > BLOCKS_MAX {
        return limit("too many blocks".to_owned());
    }
    let (mut calls, mut overrides) = (0, 0);
    for block in blocks {
        let of_block = block.calls.as_ref().map_or(0, Vec::len);
        calls += of_block;
        overrides += block.state_overrides.as_ref().map_or(0, entries) + withdrawals(block);
        if of_block > BLOCK_CALLS_MAX {
            return limit(format!("too many calls in block: {of_block} > {BLOCK_CALLS_MAX}"));
        }
        if calls > CALLS_MAX {
            return limit(format!("too many calls: {calls} > {CALLS_MAX}"));
        }
        if overrides > OVERRIDES_MAX {
            return limit(format!("too many state overrides: {overrides} > {OVERRIDES_MAX}"));
        }
    }
    Ok(())
}

/// Accounts and slots.
fn entries(overrides: &StateOverride) -> usize {
    let slots = overrides.values().flat_map(|account| account.state.iter().chain(&account.state_diff));
    overrides.len() + slots.map(|slots| slots.len()).sum::<usize>()
}

fn withdrawals(block: &BlockCalls) -> usize {
    let list = block.block_overrides.as_ref().and_then(|fields| fields.withdrawals.as_ref());
    list.map_or(0, Vec::len)
}

fn number(fields: &BlockFields, previous: u64, base: u64) -> Result<u64, SequenceError> {
    let number = fields.number.unwrap_or_else(|| U256::from(previous) + U256::ONE);
    if number <= U256::from(previous) {
        return Err(SequenceError::Number { number: number.saturating_to(), previous });
    }
    match u64::try_from(number) {
        Ok(number) if number - base <= BLOCKS_MAX => Ok(number),
        _ => Err(SequenceError::Limit("too many blocks".to_owned())),
    }
}

fn timestamp(fields: &BlockFields, previous: u64) -> Result<u64, SequenceError> {
    match fields.time.map(|time| time.to::<u64>()) {
        None => after(previous),
        Some(timestamp) if timestamp <= previous => Err(SequenceError::Timestamp { timestamp, previous }),
        Some(timestamp) => Ok(timestamp),
    }
}

fn after(previous: u64) -> Result<u64, SequenceError> {
    let timestamp = previous.wrapping_add(INTERVAL);
    if timestamp <= previous { Err(SequenceError::Timestamp { timestamp, previous }) } else { Ok(timestamp) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::U64;

    fn at(number: Option<u64>, time: Option<u64>) -> BlockCalls {
        let fields = BlockFields { number: number.map(U256::from), time: time.map(U64::from), ..Default::default() };
        BlockCalls { block_overrides: Some(fields), ..Default::default() }
    }

    fn places(blocks: Vec<BlockCalls>) -> Result<Vec<(u64, u64)>, String> {
        let base = Header { number: 10, timestamp: 100, ..Default::default() };
        let request = SequenceRequest { block_state_calls: blocks, ..Default::default() };
        let planned = plan(request, &base).map_err(|error| error.to_string())?;
        Ok(planned.iter().map(|block| (block.number, block.timestamp)).collect())
    }

    #[test]
    fn gaps_are_filled_and_times_follow() {
        let found = places(vec![at(None, None), at(Some(14), None), at(None, Some(1000))]).unwrap();
        assert_eq!(found, [(11, 112), (12, 124), (13, 136), (14, 148), (15, 1000)]);
    }

    #[test]
    fn what_does_not_follow_is_refused() {
        let order = "block numbers must be in order: 10 <= 10";
        assert_eq!(places(vec![at(Some(10), None)]).unwrap_err(), order);
        let order = "block timestamps must be in order: 105 <= 112";
        assert_eq!(places(vec![at(Some(12), Some(105))]).unwrap_err(), order);
        assert!(places(vec![at(None, Some(u64::MAX)), at(None, None)]).unwrap_err().contains("timestamps"));
    }

    #[test]
    fn limits_hold_before_anything_is_made() {
        assert_eq!(places(vec![]).unwrap_err(), "empty input");
        assert_eq!(places(vec![at(Some(10 + 257), None)]).unwrap_err(), "too many blocks");
        assert_eq!(places(vec![at(Some(u64::MAX), None)]).unwrap_err(), "too many blocks");
        assert_eq!(places(vec![at(None, None); 257]).unwrap_err(), "too many blocks");
        let mut busy = at(None, None);
        busy.calls = Some(vec![TransactionRequest::default(); 5_001]);
        assert_eq!(places(vec![busy]).unwrap_err(), "too many calls in block: 5001 > 5000");
        let mut generous = at(None, None);
        let fields = BlockFields { withdrawals: Some(vec![Default::default(); 20_001]), ..Default::default() };
        generous.block_overrides = Some(fields);
        assert_eq!(places(vec![generous]).unwrap_err(), "too many state overrides: 20001 > 20000");
    }
}
