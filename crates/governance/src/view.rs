use crate::{BlockContext, Message, Reader, Stop, call, reader::attempt};
use althing_contracts::{GOVERNANCE, protocol};
use althing_primitives::{Address, Bytes, U256};

/// What a view of a system contract returns on slots alone, without an EVM: for auditors, who hold
/// the slots of a height and nothing else. A constitution contract cannot be asked: it counts as
/// one that fails, so the table decides.
///
/// # Errors
/// Outside, the slots do not read; inside, the call reverts, or is none that only reads.
pub fn view<R: Reader>(
    reader: &R,
    contract: Address,
    input: &[u8],
    block: BlockContext,
) -> Result<Result<Bytes, Stop>, R::Error> {
    let empty = Message { contract, caller: Address::ZERO, value: U256::ZERO, input, estimating: false, block };
    attempt(reader, |host| {
        if contract != GOVERNANCE {
            return call(host, &empty);
        }
        let mut said = [&[protocol::DISPATCH][..], &[0; 64], input].concat();
        loop {
            let answer = call(host, &Message { caller: GOVERNANCE, input: &said, ..empty })?;
            match answer.split_first() {
                Some((&protocol::RESULT, result)) => return Ok(answer.slice_ref(result)),
                Some((&protocol::RESOLVE, asked)) if said[0] == protocol::DISPATCH => said = unresolved(asked),
                _ => return Err(Stop::Broken("a view asks for more than slots".to_owned())),
            }
        }
    })
}

/// The trampoline's word that the constitution contract failed, to the question with this context.
fn unresolved(asked: &[u8]) -> Vec<u8> {
    let context = asked.first_chunk::<32>().copied().unwrap_or_default();
    [&[protocol::RESOLVED][..], &context, &[0; 32]].concat()
}
