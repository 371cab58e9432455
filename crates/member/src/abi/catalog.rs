use alloy_json_abi::{Error, Event, Function, JsonAbi};
use althing_contracts as system;
use althing_primitives::{Address, B256};
use std::sync::OnceLock;

/// A system contract: the name people call it by, where it lives, what it answers.
#[derive(Debug)]
pub(crate) struct Contract {
    pub(crate) name: &'static str,
    pub(crate) address: Address,
    pub(crate) abi: JsonAbi,
}

/// Every system contract, Governance first.
pub(crate) fn contracts() -> &'static [Contract] {
    static CONTRACTS: OnceLock<[Contract; 8]> = OnceLock::new();
    CONTRACTS.get_or_init(|| {
        let contract = |name, address, abi| Contract { name, address, abi };
        [
            contract("Governance", system::GOVERNANCE, system::IGovernance::abi::contract()),
            contract("Members", system::MEMBERS, system::IMembers::abi::contract()),
            contract("Nodes", system::NODES, system::INodes::abi::contract()),
            contract("Access", system::ACCESS, system::IAccess::abi::contract()),
            contract("Parameters", system::PARAMETERS, system::IParameters::abi::contract()),
            contract("Recovery", system::RECOVERY, system::IRecovery::abi::contract()),
            contract("Deployers", system::DEPLOYER_ALLOW_LIST, system::IAllowList::abi::contract()),
            contract("Senders", system::TRANSACTION_ALLOW_LIST, system::IAllowList::abi::contract()),
        ]
    })
}

pub(crate) fn contract_at(address: Address) -> Option<&'static Contract> {
    contracts().iter().find(|contract| contract.address == address)
}

/// By name, whatever the case of its letters.
pub(crate) fn contract_named(name: &str) -> Option<&'static Contract> {
    contracts().iter().find(|contract| contract.name.eq_ignore_ascii_case(name))
}

/// `Nodes`, or the address where no system contract lives there.
pub(crate) fn name_of(address: Address) -> String {
    contract_at(address).map_or_else(|| address.to_string(), |contract| contract.name.to_owned())
}

impl Contract {
    pub(crate) fn function_by_selector(&self, selector: [u8; 4]) -> Option<&Function> {
        self.abi.functions().find(|function| function.selector() == selector)
    }

    /// By signature, or by name alone where only one function has it.
    pub(crate) fn function(&self, signature: &str) -> Option<&Function> {
        if signature.contains('(') {
            let wanted = Function::parse(signature).ok()?.selector();
            return self.function_by_selector(wanted.0);
        }
        match self.abi.function(signature)?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// The signature of a function of any system contract.
pub(super) fn signature_of(selector: [u8; 4]) -> Option<String> {
    contracts().iter().find_map(|contract| Some(contract.function_by_selector(selector)?.signature()))
}

/// A custom error of any system contract, with the contract.
pub(super) fn error_by_selector(selector: [u8; 4]) -> Option<(&'static Contract, &'static Error)> {
    contracts().iter().find_map(|contract| {
        let error = contract.abi.errors().find(|error| error.selector() == selector)?;
        Some((contract, error))
    })
}

/// An event of the contract at an address.
pub(super) fn event(address: Address, topic: B256) -> Option<(&'static Contract, &'static Event)> {
    let contract = contract_at(address)?;
    Some((contract, contract.abi.events().find(|event| event.selector() == topic)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_by_signature_and_where_unique_by_name() {
        let nodes = contract_named("nodes").unwrap();
        let by_name = nodes.function("addValidator").unwrap();
        assert_eq!(by_name.signature(), "addValidator(uint32,bytes32,string)");
        assert_eq!(nodes.function("addValidator(uint32,bytes32,string)"), Some(by_name));
        assert_eq!(nodes.function_by_selector(by_name.selector().0), Some(by_name));
        let governance = contract_named("Governance").unwrap();
        assert!(governance.function("execute").is_none(), "there are two of them");
        assert!(governance.function("execute(uint256)").is_some());
    }

    #[test]
    fn parameters_have_their_names() {
        let set_rule = contract_named("Governance").unwrap().function("setRule").unwrap();
        assert_eq!(set_rule.signature(), "setRule(address,bytes4,(uint8,uint16,uint8,bool,uint32,uint32))");
        assert_eq!(set_rule.inputs[2].components[0].name, "kind");
    }
}
