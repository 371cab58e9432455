use super::{Context, dispatch, execution, resolve, simulate};
use crate::{Host, Message, Stop, storage::word_address};
use althing_contracts::{GOVERNANCE, protocol};
use althing_primitives::{Bytes, U256};

/// A message of the trampoline. Nothing else reaches native code: the trampoline alone calls itself.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    if message.caller != GOVERNANCE {
        return Err(not_ours());
    }
    let mut input = Input(message.input);
    match input.byte()? {
        protocol::DISPATCH => {
            let (caller, value) = (word_address(input.word()?), input.word()?);
            dispatch::call(host, &Message { caller, value, input: input.0, ..*message })
        }
        protocol::SETTLED => {
            let (context, success) = (Context::parse(input.word()?)?, !input.word()?.is_zero());
            execution::settled(host, message, context, success, input.0)
        }
        protocol::RESOLVED => {
            let (context, success) = (Context::parse(input.word()?)?, !input.word()?.is_zero());
            resolve::resolved(host, message, context, success.then_some(input.0))
        }
        protocol::CHANGED => simulate::changes(host),
        _ => Err(not_ours()),
    }
}

struct Input<'i>(&'i [u8]);

impl Input<'_> {
    fn byte(&mut self) -> Result<u8, Stop> {
        let (byte, rest) = self.0.split_first().ok_or_else(not_ours)?;
        self.0 = rest;
        Ok(*byte)
    }

    fn word(&mut self) -> Result<U256, Stop> {
        let (word, rest) = self.0.split_first_chunk::<32>().ok_or_else(not_ours)?;
        self.0 = rest;
        Ok(U256::from_be_bytes(*word))
    }
}

fn not_ours() -> Stop {
    Stop::Revert(Bytes::new())
}
