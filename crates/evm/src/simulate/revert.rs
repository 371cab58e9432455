use althing_primitives::{Bytes, U256};

/// `Error(string)`.
const ERROR: [u8; 4] = [0x08, 0xc3, 0x79, 0xa0];
/// `Panic(uint256)`.
const PANIC: [u8; 4] = [0x4e, 0x48, 0x7b, 0x71];

/// geth's text for revert data: `execution reverted`, with Solidity's reason where it has one.
pub fn revert_text(data: &Bytes) -> String {
    match reason(data) {
        Some(reason) => format!("execution reverted: {reason}"),
        None => "execution reverted".to_owned(),
    }
}

fn reason(data: &[u8]) -> Option<String> {
    let (selector, arguments) = data.split_at_checked(4)?;
    if selector == ERROR {
        let length = word(arguments, usize::try_from(word(arguments, 0)?).ok()?)?;
        let start = usize::try_from(word(arguments, 0)?).ok()?.checked_add(32)?;
        let text = arguments.get(start..start.checked_add(usize::try_from(length).ok()?)?)?;
        return Some(String::from_utf8_lossy(text).into_owned());
    }
    (selector == PANIC).then(|| word(arguments, 0).map(panic_text))?
}

fn word(data: &[u8], at: usize) -> Option<U256> {
    data.get(at..at.checked_add(32)?).map(U256::from_be_slice)
}

/// Solidity's panic codes, in geth's words.
fn panic_text(code: U256) -> String {
    let text = match u64::try_from(code) {
        Ok(0x00) => "generic panic",
        Ok(0x01) => "assert(false)",
        Ok(0x11) => "arithmetic underflow or overflow",
        Ok(0x12) => "division or modulo by zero",
        Ok(0x21) => "enum overflow",
        Ok(0x22) => "invalid encoded storage byte array accessed",
        Ok(0x31) => "out-of-bounds array access; popping on an empty array",
        Ok(0x32) => "out-of-bounds access of an array or bytesN",
        Ok(0x41) => "out of memory",
        Ok(0x51) => "uninitialized function",
        _ => return format!("unknown panic code: {code:#x}"),
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(selector: [u8; 4], words: &[U256], tail: &[u8]) -> Bytes {
        let words = words.iter().flat_map(|word| word.to_be_bytes::<32>());
        selector.into_iter().chain(words).chain(tail.iter().copied()).collect()
    }

    #[test]
    fn reasons_and_panics_are_read() {
        let error = encoded(ERROR, &[U256::from(32), U256::from(5)], b"fives");
        assert_eq!(revert_text(&error), "execution reverted: fives");
        let panic = encoded(PANIC, &[U256::from(0x11)], b"");
        assert_eq!(revert_text(&panic), "execution reverted: arithmetic underflow or overflow");
    }

    #[test]
    fn malformed_and_custom_data_give_the_plain_text() {
        let plain = ["", "08c379a0", "deadbeef"];
        for data in plain {
            let data = Bytes::from(althing_primitives::hex::decode(data).unwrap());
            assert_eq!(revert_text(&data), "execution reverted");
        }
        let too_long = encoded(ERROR, &[U256::from(32), U256::MAX], b"x");
        let too_far = encoded(ERROR, &[U256::MAX], b"");
        assert_eq!(revert_text(&too_long), "execution reverted");
        assert_eq!(revert_text(&too_far), "execution reverted");
    }
}
