use super::{NodeError, error::METHOD_NOT_FOUND};
use althing_governance::{BlockContext, Stop, view};
use althing_primitives::{Address, B256, Bytes, Log, U64, U256};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Governance at one block and how it came about, to be read without a node: it answers what a
/// node would answer about that block.
#[derive(Clone, Debug)]
pub struct Record {
    /// EIP-155.
    pub chain_id: u64,
    /// Whether the genesis declares the network insecure.
    pub insecure: bool,
    /// Height.
    pub number: u64,
    /// Hash of the block.
    pub hash: B256,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// The system contracts' slots after the block; absent ones are zero.
    pub slots: HashMap<(Address, U256), U256>,
    /// Every event they emitted from the genesis to the block, in order.
    pub events: Vec<RecordedEvent>,
}

/// An event of a system contract.
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    /// Height.
    pub block: u64,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// What was emitted.
    pub log: Log,
}

impl Record {
    /// The result of a JSON-RPC request.
    pub(super) fn answer(&self, method: &str, params: &[Value]) -> Result<Value, NodeError> {
        let param = |index: usize| params.get(index).unwrap_or(&Value::Null);
        match method {
            "eth_chainId" => Ok(json!(U64::from(self.chain_id))),
            "eth_getBlockByNumber" if self.is_at(param(0)) => Ok(self.header()),
            "eth_getBlockByNumber" => Ok(Value::Null),
            "eth_call" if self.is_at(param(1)) && params.len() == 2 => self.call(param(0)),
            "eth_getLogs" => Ok(self.logs(param(0))),
            _ => Err(refused(method, "a record of governance does not answer this")),
        }
    }

    fn is_at(&self, block: &Value) -> bool {
        *block == json!("latest") || *block == json!(U64::from(self.number))
    }

    fn header(&self) -> Value {
        json!({"number": U64::from(self.number), "hash": self.hash, "timestamp": U64::from(self.timestamp)})
    }

    fn call(&self, transaction: &Value) -> Result<Value, NodeError> {
        let field = |name: &str| transaction[name].as_str().unwrap_or_default();
        let (Ok(to), Ok(input)) = (field("to").parse::<Address>(), field("input").parse::<Bytes>()) else {
            return Err(refused("eth_call", "no contract is called"));
        };
        let block = BlockContext {
            number: self.number,
            timestamp: self.timestamp,
            chain_id: self.chain_id,
            // Asked for evidence only, which no view takes.
            genesis_hash: B256::ZERO,
            insecure: self.insecure,
        };
        let Ok(result) = view(&self.slots, to, &input, block);
        match result {
            Ok(output) => Ok(json!(output)),
            Err(Stop::Revert(reason)) => Err(NodeError::Reverted(reason)),
            Err(Stop::OutOfGas) => Err(refused("eth_call", "out of gas")),
            Err(Stop::Broken(reason)) => Err(refused("eth_call", &reason)),
        }
    }

    /// Events in order, by the fields of a filter that this crate uses: addresses, one topic, range.
    fn logs(&self, filter: &Value) -> Value {
        let number = |name: &str| serde_json::from_value::<U64>(filter[name].clone()).map(|number| number.to::<u64>());
        let range = number("fromBlock").unwrap_or(0)..=number("toBlock").unwrap_or(u64::MAX);
        let any =
            |list: &Value, wanted: Value| list.as_array().is_none_or(|list| list.is_empty() || list.contains(&wanted));
        let wanted = |event: &&RecordedEvent| {
            range.contains(&event.block)
                && any(&filter["address"], json!(event.log.address))
                && any(&filter["topics"], json!(event.log.topics().first()))
        };
        self.events.iter().filter(wanted).map(RecordedEvent::json).collect()
    }
}

impl RecordedEvent {
    fn json(&self) -> Value {
        let (block, time) = (U64::from(self.block), U64::from(self.timestamp));
        let Log { address, data } = &self.log;
        json!({
            "address": address, "topics": data.topics(), "data": data.data,
            "blockNumber": block, "blockTimestamp": time,
        })
    }
}

fn refused(method: &str, message: &str) -> NodeError {
    NodeError::Refused { method: method.to_owned(), code: METHOD_NOT_FOUND, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_sol_types::SolEvent;
    use althing_contracts::{GOVERNANCE, IGovernance, MEMBERS};

    fn record() -> Record {
        let event = |block: u64, address| RecordedEvent {
            block,
            timestamp: 1_000 + block,
            log: Log {
                address,
                data: IGovernance::ProposalExecuted { proposalId: U256::from(block) }.encode_log_data(),
            },
        };
        Record {
            chain_id: 5,
            insecure: true,
            number: 9,
            hash: B256::repeat_byte(9),
            timestamp: 1_009,
            slots: HashMap::new(),
            events: vec![event(3, GOVERNANCE), event(5, MEMBERS), event(7, GOVERNANCE)],
        }
    }

    fn blocks(filter: Value) -> Vec<u64> {
        let found = record().answer("eth_getLogs", &[filter]).unwrap();
        let number = |log: &Value| serde_json::from_value::<U64>(log["blockNumber"].clone()).unwrap().to();
        found.as_array().unwrap().iter().map(number).collect()
    }

    #[test]
    fn logs_are_filtered_by_address_topic_and_range() {
        let topic = IGovernance::ProposalExecuted::SIGNATURE_HASH;
        assert_eq!(blocks(json!({"address": [], "topics": []})), [3, 5, 7]);
        assert_eq!(blocks(json!({"address": [GOVERNANCE], "topics": [topic]})), [3, 7]);
        assert_eq!(blocks(json!({"address": [GOVERNANCE], "fromBlock": "0x4", "toBlock": "0x7"})), [7]);
        assert_eq!(blocks(json!({"address": [GOVERNANCE], "topics": [B256::ZERO]})), [0_u64; 0]);
    }

    #[test]
    fn only_its_own_block_is_known() {
        let record = record();
        assert_eq!(record.answer("eth_getBlockByNumber", &[json!("0x8")]).unwrap(), Value::Null);
        let latest = record.answer("eth_getBlockByNumber", &[json!("latest")]).unwrap();
        assert_eq!(latest["timestamp"], "0x3f1");
        assert!(record.answer("eth_sendRawTransaction", &[]).is_err_and(|error| error.is_unknown_method()));
    }

    #[test]
    fn views_answer_and_reverts_say_why() {
        let call =
            |input: &str| record().answer("eth_call", &[json!({"to": GOVERNANCE, "input": input}), json!("0x9")]);
        // proposalCount()
        assert_eq!(call("0xda35c664").unwrap(), json!(B256::ZERO));
        // state(0)
        let unknown = call(&format!("0x3e4f49e6{}", "00".repeat(32)));
        assert!(matches!(unknown, Err(NodeError::Reverted(_))), "{unknown:?}");
    }
}
