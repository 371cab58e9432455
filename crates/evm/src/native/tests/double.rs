//! Native code that does what its calldata says, so that a test decides.

use althing_contracts::{GOVERNANCE, protocol};
use althing_governance::{Host, Message, Stop};
use althing_primitives::{Address, B256, Bytes, LogData, U256};

/// What the double shall do, one after the other; what it finds out is its answer.
#[derive(Clone, Debug, Default)]
pub(super) struct Script(Vec<u8>);

const LOAD: u8 = 1;
const STORE: u8 = 2;
const LOG: u8 = 3;
const TLOAD: u8 = 4;
const TSTORE: u8 = 5;
const HAS_CODE: u8 = 6;
const WHO: u8 = 7;
const CHANGES: u8 = 8;
const RETURN: u8 = 9;
const REVERT: u8 = 10;
const BATCH: u8 = 11;
const BREAK: u8 = 12;

/// A call of a batch.
pub(super) type BatchCall = (Address, U256, Vec<u8>);

impl Script {
    pub(super) fn load(self, contract: Address, slot: u64) -> Self {
        self.op(LOAD, &[contract.into_word().into(), U256::from(slot)], &[])
    }

    pub(super) fn store(self, contract: Address, slot: u64, value: u64) -> Self {
        self.op(STORE, &[contract.into_word().into(), U256::from(slot), U256::from(value)], &[])
    }

    pub(super) fn log(self, topics: usize, bytes: usize) -> Self {
        self.op(LOG, &[U256::from(topics), U256::from(bytes)], &[])
    }

    pub(super) fn tload(self, slot: u64) -> Self {
        self.op(TLOAD, &[U256::from(slot)], &[])
    }

    pub(super) fn tstore(self, slot: u64, value: u64) -> Self {
        self.op(TSTORE, &[U256::from(slot), U256::from(value)], &[])
    }

    pub(super) fn has_code(self, account: Address) -> Self {
        self.op(HAS_CODE, &[account.into_word().into()], &[])
    }

    pub(super) fn who(self) -> Self {
        self.op(WHO, &[], &[])
    }

    pub(super) fn changes(self) -> Self {
        self.op(CHANGES, &[], &[])
    }

    pub(super) fn give(self, bytes: usize) -> Self {
        self.op(RETURN, &[U256::from(bytes)], &[])
    }

    pub(super) fn revert(self) -> Self {
        self.op(REVERT, &[], &[])
    }

    pub(super) fn broken(self) -> Self {
        self.op(BREAK, &[], &[])
    }

    /// Answers with calls to make.
    pub(super) fn batch(self, reserve: u64, calls: &[BatchCall]) -> Self {
        let mut bytes = words(&[U256::from(77), U256::from(reserve), U256::ZERO]);
        for (target, value, input) in calls {
            bytes.extend(words(&[target.into_word().into(), *value, U256::from(input.len())]));
            bytes.extend(input);
        }
        self.op(BATCH, &[U256::from(bytes.len())], &bytes)
    }

    pub(super) fn bytes(self) -> Vec<u8> {
        self.0
    }

    fn op(mut self, code: u8, arguments: &[U256], tail: &[u8]) -> Self {
        self.0.push(code);
        self.0.extend(words(arguments));
        self.0.extend(tail);
        self
    }
}

pub(super) fn words(words: &[U256]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes::<32>()).collect()
}

/// Plays the system contracts. The first word of an answer is the gas that the script used. Governance gets its
/// scripts through the trampoline, and answers a settled batch with the gas left and what was settled.
pub(super) fn double(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    if message.contract != GOVERNANCE {
        return play(host, message, message.caller, message.input).map(|(_, answer)| answer);
    }
    match message.input.split_first() {
        Some((&protocol::DISPATCH, rest)) => {
            let (kind, answer) = play(host, message, Address::from_slice(&rest[12..32]), &rest[64..])?;
            Ok([&[kind], &answer[..]].concat().into())
        }
        Some((&protocol::SETTLED, rest)) => {
            let left = U256::from(host.gas_left()).to_be_bytes::<32>();
            Ok([&[protocol::RESULT], &left[..], rest].concat().into())
        }
        _ => Err(Stop::Revert(Bytes::from_static(b"odd message"))),
    }
}

fn play(host: &mut dyn Host, message: &Message<'_>, caller: Address, script: &[u8]) -> Result<(u8, Bytes), Stop> {
    let (mut rest, mut found) = (script, Vec::new());
    let before = host.gas_left();
    while let Some((code, tail)) = rest.split_first() {
        rest = tail;
        let count = match *code {
            STORE => 3,
            LOAD | LOG | TSTORE => 2,
            TLOAD | HAS_CODE | RETURN | BATCH => 1,
            _ => 0,
        };
        let Some((arguments, tail)) = rest.split_at_checked(32 * count) else { return Err(odd()) };
        rest = tail;
        let mut arguments = arguments.chunks(32).map(U256::from_be_slice);
        let mut next = || arguments.next().unwrap();
        match *code {
            LOAD => {
                let (contract, slot) = (Address::from_word(next().into()), next());
                found.push(host.sload(contract, slot)?);
            }
            STORE => host.sstore(Address::from_word(next().into()), next(), next())?,
            LOG => {
                let topics = vec![B256::repeat_byte(1); next().to()];
                host.log(message.contract, LogData::new_unchecked(topics, vec![7; next().to()].into()))?;
            }
            TLOAD => found.push(host.tload(next())?),
            TSTORE => host.tstore(next(), next())?,
            HAS_CODE => found.push(U256::from(host.has_code(Address::from_word(next().into()))?)),
            WHO => {
                found.extend([message.contract.into_word().into(), caller.into_word().into(), message.value]);
                found.extend([U256::from(message.estimating), U256::from(message.block.timestamp)]);
            }
            CHANGES => {
                let changes = host.changes()?.into_iter();
                found.extend(changes.flat_map(|change| [change.slot, change.before, change.after]));
            }
            RETURN => return Ok((protocol::RESULT, vec![7; next().to()].into())),
            REVERT => return Err(Stop::Revert(Bytes::from_static(b"no"))),
            BREAK => return Err(Stop::Broken("as told".to_owned())),
            BATCH => {
                let length = next().to();
                return Ok((protocol::BATCH, rest[..length].to_vec().into()));
            }
            _ => return Err(odd()),
        }
    }
    found.insert(0, U256::from(before - host.gas_left()));
    Ok((protocol::RESULT, words(&found).into()))
}

fn odd() -> Stop {
    Stop::Revert(Bytes::from_static(b"odd script"))
}
