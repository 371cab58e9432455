use super::{catalog::event, json::object, text::arguments};
use alloy_dyn_abi::EventExt;
use alloy_json_abi::{EventParam, Param};
use althing_primitives::{Address, B256};
use serde_json::Value;

/// An event of a system contract.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(crate) contract: &'static str,
    pub(crate) name: &'static str,
    pub(crate) arguments: Value,
    /// `Contract.Name(argument: value, …)`
    pub(crate) text: String,
}

/// Reads a log; none if it is no event of a system contract.
pub(crate) fn happening(address: Address, topics: &[B256], data: &[u8]) -> Option<Happening> {
    let (contract, event) = event(address, *topics.first()?)?;
    let decoded = event.decode_log_parts(topics.iter().copied(), data).ok()?;
    let (mut indexed, mut body) = (decoded.indexed.into_iter(), decoded.body.into_iter());
    let values = event.inputs.iter().map(|param| if param.indexed { indexed.next() } else { body.next() });
    let values = values.collect::<Option<Vec<_>>>()?;
    let params = event.inputs.iter().map(param).collect::<Vec<_>>();
    Some(Happening {
        contract: contract.name,
        name: &event.name,
        arguments: object(contract.name, &params, &values),
        text: format!("{}.{}({})", contract.name, event.name, arguments(contract.name, &params, &values)),
    })
}

fn param(event: &EventParam) -> Param {
    Param {
        ty: event.ty.clone(),
        name: event.name.clone(),
        components: event.components.clone(),
        internal_type: event.internal_type.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_sol_types::SolEvent;
    use althing_contracts::{GOVERNANCE, IGovernance, MEMBERS};
    use althing_primitives::U256;

    #[test]
    fn indexed_and_plain_arguments_meet_their_names() {
        let cast = IGovernance::VoteCast {
            voter: Address::repeat_byte(1),
            proposalId: U256::from(7),
            support: 1,
            weight: U256::ONE,
            reason: "good".into(),
        };
        let log = cast.encode_log_data();
        let found = happening(GOVERNANCE, log.topics(), &log.data).unwrap();
        let voter = Address::repeat_byte(1);
        assert_eq!(
            found.text,
            format!("Governance.VoteCast(voter: {voter}, proposalId: 7, support: For, weight: 1, reason: \"good\")")
        );
        assert_eq!(found.arguments["support"], "For");
        assert!(happening(MEMBERS, log.topics(), &log.data).is_none(), "another contract's topic");
    }
}
