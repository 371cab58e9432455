//! The slots and selectors of native code are those solc gives the Solidity files. `solidity/check.mjs` compiles them and
//! compares with the same file as this test.

use alloy_sol_types::SolInterface;
use althing_contracts::{IAccess, IAllowList, IGovernance, IMembers, INodes, IParameters, IRecovery};
use althing_governance::LAYOUTS;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn compiled() -> Value {
    serde_json::from_str(include_str!("../../contracts/solidity/compiled.json")).expect("JSON")
}

#[test]
fn every_variable_is_where_solc_puts_it() {
    let compiled = compiled();
    let mut native: BTreeMap<&str, BTreeMap<String, (u64, usize, usize)>> = BTreeMap::new();
    for (contract, fields) in LAYOUTS {
        let known = native.entry(contract).or_default();
        for field in *fields {
            let before = known.insert(field.name.to_owned(), (field.slot, field.offset, field.bytes));
            assert_eq!(before, None, "{contract}.{} twice", field.name);
        }
    }
    let expected = compiled["layout"].as_object().expect("an object");
    assert_eq!(native.keys().copied().collect::<Vec<_>>(), expected.keys().map(String::as_str).collect::<Vec<_>>());
    for (contract, fields) in expected {
        let fields = fields.as_object().expect("an object").iter().map(|(name, place)| {
            let number = |index: usize| place[index].as_u64().expect("a number");
            (name.clone(), (number(0), number(1) as usize, number(2) as usize))
        });
        assert_eq!(native[contract.as_str()], fields.collect(), "{contract}");
    }
}

#[test]
fn every_selector_is_solcs() {
    let compiled = compiled();
    same::<IGovernance::IGovernanceCalls>(&compiled, "IGovernance");
    same::<IMembers::IMembersCalls>(&compiled, "IMembers");
    same::<INodes::INodesCalls>(&compiled, "INodes");
    same::<IAccess::IAccessCalls>(&compiled, "IAccess");
    same::<IParameters::IParametersCalls>(&compiled, "IParameters");
    same::<IRecovery::IRecoveryCalls>(&compiled, "IRecovery");
    same::<IAllowList::IAllowListCalls>(&compiled, "IAllowList");
}

fn same<C: SolInterface>(compiled: &Value, contract: &str) {
    let methods = compiled["selectors"][contract].as_object().expect("an object");
    let expected: BTreeSet<_> = methods.values().map(|selector| selector.as_str().expect("hex").to_owned()).collect();
    let native: BTreeSet<_> = C::selectors().map(althing_primitives::hex::encode).collect();
    assert_eq!(native, expected, "{contract}");
}
