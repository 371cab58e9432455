use thiserror::Error;

/// What a consensus block's `extraData` carries: 26 bytes, big-endian, in this order.
///
/// Libraries refuse more than 32 bytes. With `parentBeaconBlockRoot` (the proposer's key) it is
/// the whole simplex context, so the block hash commits to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Extra {
    /// Consensus epoch of the block.
    pub epoch: u64,
    /// View in which it was first proposed.
    pub view: u64,
    /// View of the parent.
    pub parent_view: u64,
    /// Milliseconds within the header's second, 0 to 999.
    pub millis: u16,
}

/// Why bytes are no [`Extra`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ExtraError {
    /// The length differs from [`Extra::LEN`].
    #[error("extraData has {0} bytes, a consensus block has 26")]
    Length(usize),
    /// Milliseconds past 999.
    #[error("extraData has {0} milliseconds, at most 999")]
    Millis(u16),
}

impl Extra {
    /// Encoded length in bytes.
    pub const LEN: usize = 26;

    /// The bytes for `extraData`.
    pub fn encode(&self) -> [u8; Self::LEN] {
        let mut out = [0; Self::LEN];
        out[..8].copy_from_slice(&self.epoch.to_be_bytes());
        out[8..16].copy_from_slice(&self.view.to_be_bytes());
        out[16..24].copy_from_slice(&self.parent_view.to_be_bytes());
        out[24..].copy_from_slice(&self.millis.to_be_bytes());
        out
    }

    /// Reads `extraData`.
    ///
    /// # Errors
    /// Another length, or more than 999 milliseconds.
    pub fn decode(data: &[u8]) -> Result<Self, ExtraError> {
        let bytes: &[u8; Self::LEN] = data.try_into().map_err(|_| ExtraError::Length(data.len()))?;
        let word = |at: usize| u64::from_be_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
        let millis = u16::from_be_bytes([bytes[24], bytes[25]]);
        if millis > 999 {
            return Err(ExtraError::Millis(millis));
        }
        Ok(Self { epoch: word(0), view: word(8), parent_view: word(16), millis })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_is_frozen() {
        let extra = Extra { epoch: 1, view: 2, parent_view: 3, millis: 0x0104 };
        let bytes = extra.encode();
        assert_eq!(crate::hex::encode(bytes), "0000000000000001000000000000000200000000000000030104");
        assert_eq!(Extra::decode(&bytes), Ok(extra));
    }

    #[test]
    fn other_lengths_and_a_thousand_milliseconds_are_refused() {
        assert_eq!(Extra::decode(&[0; 25]), Err(ExtraError::Length(25)));
        let mut bytes = [0; 26];
        bytes[24..].copy_from_slice(&1000u16.to_be_bytes());
        assert_eq!(Extra::decode(&bytes), Err(ExtraError::Millis(1000)));
    }
}
