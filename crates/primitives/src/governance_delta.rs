use crate::{Address, Bytes, Log, U256, rlp_list};
use alloy_eips::eip7685::Requests;
use alloy_rlp::{self as rlp, BufMut, Decodable, Encodable, Header};

/// Type of the EIP-7685 request that carries a block's governance delta. Ethereum assigns types
/// from 0 upwards.
pub const GOVERNANCE_REQUEST_TYPE: u8 = 0x7a;

/// Longest encoded delta that is read: half of what one ledger record may hold. Slots cost at
/// least 2,900 gas and log data 8 gas a byte, so a block of one billion gas stays below.
pub const GOVERNANCE_DELTA_BYTES_MAX: usize = 128 << 20;

/// Topics of one log (EVM: `LOG0` to `LOG4`).
const TOPICS_MAX: usize = 4;

/// What a block did to the system contracts: enough to follow governance without executing, and
/// committed to by the header's `requestsHash`.
///
/// ```text
/// request = 0x7a ‖ RLP [ [[address, [[slot, value] …]] …], [[address, [topic …], data] …] ]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GovernanceDelta {
    /// By contract, then slot, both strictly ascending: the slots whose value after the block
    /// differs from before, with that value (zero: cleared). No contract without slots.
    pub slots: Vec<(Address, Vec<(U256, U256)>)>,
    /// Events the contracts emitted, in order.
    pub events: Vec<Log>,
}

impl GovernanceDelta {
    /// Whether the block did nothing to the system contracts; then it has no request.
    pub const fn is_empty(&self) -> bool {
        self.slots.is_empty() && self.events.is_empty()
    }

    /// The request's data, without its type; nothing if the delta is empty.
    pub fn encode(&self) -> Bytes {
        if self.is_empty() {
            return Bytes::new();
        }
        let contracts = rlp_list::encode(&self.slots, |(contract, slots), out| {
            contract.encode(out);
            out.put_slice(&rlp_list::encode(slots, |(slot, value), out| {
                slot.encode(out);
                value.encode(out);
            }));
        });
        let payload_length = contracts.len() + self.events.length();
        let mut out = Vec::with_capacity(payload_length + 9);
        Header { list: true, payload_length }.encode(&mut out);
        out.put_slice(&contracts);
        self.events.encode(&mut out);
        out.into()
    }

    /// Reads the data of a request (without its type).
    ///
    /// # Errors
    /// It is not the one encoding of a delta that is not empty, or longer than
    /// [`GOVERNANCE_DELTA_BYTES_MAX`].
    pub fn decode(data: &[u8]) -> rlp::Result<Self> {
        if data.len() > GOVERNANCE_DELTA_BYTES_MAX {
            return Err(rlp::Error::Custom("governance delta is too long"));
        }
        let mut rest = data;
        let mut payload = Header::decode_bytes(&mut rest, true)?;
        let slots = rlp_list::decode(&mut payload, decode_contract)?;
        let events = Vec::<Log>::decode(&mut payload)?;
        let delta = Self { slots, events };
        if !rest.is_empty() || !payload.is_empty() {
            return Err(rlp::Error::UnexpectedLength);
        }
        delta.check().map_err(rlp::Error::Custom)?;
        Ok(delta)
    }

    /// The delta among a block's requests; the empty one if there is none.
    ///
    /// # Errors
    /// As [`GovernanceDelta::decode`], or there are two.
    pub fn of(requests: &Requests) -> rlp::Result<Self> {
        let mut ours = requests.iter().filter(|request| request.first() == Some(&GOVERNANCE_REQUEST_TYPE));
        let Some(request) = ours.next() else { return Ok(Self::default()) };
        if ours.next().is_some() {
            return Err(rlp::Error::Custom("two governance deltas"));
        }
        Self::decode(&request[1..])
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.is_empty() {
            return Err("governance delta is empty");
        }
        if !ascending(&self.slots) || self.slots.iter().any(|(_, slots)| !ascending(slots)) {
            return Err("governance delta is not ascending");
        }
        if self.slots.iter().any(|(_, slots)| slots.is_empty()) {
            return Err("governance delta names a contract without slots");
        }
        if self.events.iter().any(|event| event.topics().len() > TOPICS_MAX) {
            return Err("governance delta has an event with more than four topics");
        }
        Ok(())
    }
}

fn ascending<K: Ord, V>(items: &[(K, V)]) -> bool {
    items.is_sorted_by(|one, next| one.0 < next.0)
}

fn decode_contract(fields: &mut &[u8]) -> rlp::Result<(Address, Vec<(U256, U256)>)> {
    let contract = Address::decode(fields)?;
    let slots = rlp_list::decode(fields, |slot| Ok((U256::decode(slot)?, U256::decode(slot)?)))?;
    Ok((contract, slots))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{B256, LogData, hex};

    fn contract(last: u8) -> Address {
        Address::with_last_byte(last)
    }

    fn event(topics: usize) -> Log {
        let topics = (0..topics).map(|topic| B256::with_last_byte(topic as u8)).collect();
        Log { address: contract(1), data: LogData::new_unchecked(topics, Bytes::from_static(&[1, 2])) }
    }

    fn delta() -> GovernanceDelta {
        let slots = vec![
            (contract(1), vec![(U256::ZERO, U256::MAX), (U256::from(7), U256::ZERO)]),
            (contract(2), vec![(U256::MAX, U256::from(1))]),
        ];
        GovernanceDelta { slots, events: vec![event(0), event(4)] }
    }

    #[test]
    fn a_delta_reads_back_and_none_is_no_request() {
        assert_eq!(GovernanceDelta::decode(&delta().encode()).unwrap(), delta());
        assert!(GovernanceDelta::default().encode().is_empty());
        assert!(GovernanceDelta::decode(&[0xc2, 0xc0, 0xc0]).is_err());
    }

    #[test]
    fn it_is_found_among_other_requests_and_only_once() {
        let mut requests = Requests::default();
        requests.push_request_with_type(1, [9]);
        assert_eq!(GovernanceDelta::of(&requests).unwrap(), GovernanceDelta::default());
        requests.push_request_with_type(GOVERNANCE_REQUEST_TYPE, delta().encode());
        assert_eq!(GovernanceDelta::of(&requests).unwrap(), delta());
        requests.push_request_with_type(GOVERNANCE_REQUEST_TYPE, delta().encode());
        assert!(GovernanceDelta::of(&requests).is_err());
    }

    #[test]
    fn the_encoding_is_frozen() {
        let small = GovernanceDelta {
            slots: vec![(contract(1), vec![(U256::from(2), U256::from(3))])],
            events: vec![event(1)],
        };
        let expected = "f859dad9940000000000000000000000000000000000000001c3c20203f83cf83a940000000000000000000000000000000000000001e1a00000000000000000000000000000000000000000000000000000000000000000820102";
        assert_eq!(hex::encode(small.encode()), expected);
    }

    #[test]
    fn every_other_encoding_is_refused() {
        let altered = |alter: &dyn Fn(&mut GovernanceDelta)| {
            let mut delta = delta();
            alter(&mut delta);
            delta.encode()
        };
        let refused = [
            altered(&|delta| delta.slots.swap(0, 1)),
            altered(&|delta| delta.slots[1].0 = contract(1)),
            altered(&|delta| delta.slots[0].1.swap(0, 1)),
            altered(&|delta| delta.slots[0].1[1].0 = U256::ZERO),
            altered(&|delta| delta.slots[1].1.clear()),
            altered(&|delta| delta.events[0] = event(5)),
        ];
        for encoded in refused {
            assert!(GovernanceDelta::decode(&encoded).is_err());
        }
        let whole = delta().encode();
        for length in 0..whole.len() {
            assert!(GovernanceDelta::decode(&whole[..length]).is_err(), "cut at {length}");
        }
        let longer: Vec<u8> = whole.iter().copied().chain([0]).collect();
        assert!(GovernanceDelta::decode(&longer).is_err());
    }

    #[test]
    fn a_flipped_byte_is_refused_or_reads_as_another_delta() {
        let whole = delta().encode();
        for at in 0..whole.len() {
            let mut bytes = whole.to_vec();
            bytes[at] ^= 1;
            if let Ok(other) = GovernanceDelta::decode(&bytes) {
                assert_eq!(other.encode(), bytes, "byte {at}");
            }
        }
    }
}
