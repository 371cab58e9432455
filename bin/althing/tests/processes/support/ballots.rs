use super::{Rpc, Wallet, hex_u64};
use alloy_sol_types::{SolCall, SolEvent};
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::{Address, B256, TxKind, U256, hex};
use serde_json::{Value, json};

/// More than any proposal or ballot here takes.
const GAS: u64 = 5_000_000;
/// `IGovernor`: for.
const FOR: u8 = 1;

/// Members that agree: the first published accounts.
pub(crate) struct Ballots {
    members: Vec<Wallet>,
}

impl Ballots {
    /// The first `count` members.
    pub(crate) fn new(count: u32, rpc: &Rpc) -> Self {
        Self { members: (0..count).map(|index| Wallet::published(index, rpc)).collect() }
    }

    /// Proposes one call and votes for it, each after the other. Returns the height of the block
    /// with the ballot that decided.
    pub(crate) fn decide(&mut self, rpc: &Rpc, target: Address, call: &impl SolCall, why: &str) -> u64 {
        let propose = IGovernance::proposeCall {
            targets: vec![target],
            values: vec![U256::ZERO],
            calldatas: vec![call.abi_encode().into()],
            description: why.to_owned(),
        };
        let created = self.send(0, rpc, GOVERNANCE, &propose);
        let id = proposal(&created);
        for member in 0..self.members.len() {
            let ballot = IGovernance::castVoteCall { proposalId: id, support: FOR };
            let receipt = self.send(member, rpc, GOVERNANCE, &ballot);
            if log(&receipt, IGovernance::ProposalExecuted::SIGNATURE_HASH).is_some() {
                return hex_u64(&receipt["blockNumber"]);
            }
        }
        panic!("{} ballots for it decide nothing", self.members.len());
    }

    /// One member's own call, and its receipt.
    pub(crate) fn send(&mut self, member: usize, rpc: &Rpc, target: Address, call: &impl SolCall) -> Value {
        let raw = self.members[member].sign(TxKind::Call(target), 0, GAS, call.abi_encode().into());
        let hash = rpc.get("eth_sendRawTransaction", json!([raw]));
        let receipt = rpc.receipt(hash.as_str().unwrap());
        assert_eq!(receipt["status"], json!("0x1"), "{receipt}");
        receipt
    }
}

/// The first word of the event is the id.
fn proposal(receipt: &Value) -> U256 {
    let created = log(receipt, IGovernance::ProposalCreated::SIGNATURE_HASH).expect("a proposal");
    U256::from_be_slice(&hex::decode(created["data"].as_str().unwrap()).unwrap()[..32])
}

fn log(receipt: &Value, topic: B256) -> Option<&Value> {
    receipt["logs"].as_array().unwrap().iter().find(|log| log["topics"][0] == json!(topic))
}
