use super::{
    catalog::{Contract, contract_named},
    json::{object, to_json},
};
use alloy_dyn_abi::{DynSolValue, FunctionExt, JsonAbiExt};
use alloy_json_abi::Param;
use althing_primitives::Bytes;
use eyre::{WrapErr, eyre};
use serde_json::Value;

/// A view of a system contract by name: how to ask, and how to read the answer as JSON.
pub(crate) struct View {
    pub(crate) contract: &'static Contract,
    function: &'static alloy_json_abi::Function,
}

/// The view `contract.signature`.
///
/// # Errors
/// There is no such function.
pub(crate) fn view(contract: &str, signature: &str) -> eyre::Result<View> {
    let contract = contract_named(contract).ok_or_else(|| eyre!("no system contract {contract}"))?;
    let function = contract.function(signature).ok_or_else(|| eyre!("no {}.{signature}", contract.name))?;
    Ok(View { contract, function })
}

impl View {
    pub(crate) fn input(&self, arguments: &[DynSolValue]) -> eyre::Result<Bytes> {
        Ok(self.function.abi_encode_input(arguments)?.into())
    }

    /// One result alone, several as an object.
    pub(crate) fn output(&self, data: &[u8]) -> eyre::Result<Value> {
        let (name, outputs) = (self.contract.name, &self.function.outputs);
        let values = self.function.abi_decode_output(data).wrap_err_with(|| self.function.signature())?;
        Ok(match (outputs.as_slice(), values.as_slice()) {
            ([param], [value]) => to_json(name, &named(param, &self.function.name), value),
            _ => object(name, outputs, &values),
        })
    }
}

/// A result without a name is known by its function's, so that its words are found.
fn named(param: &Param, function: &str) -> Param {
    let mut param = param.clone();
    if param.name.is_empty() {
        function.clone_into(&mut param.name);
    }
    param
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::U256;
    use serde_json::json;

    #[test]
    fn structs_become_objects_and_enumerations_words() {
        let rule = [1_u64, 3, 0, 1, 86_400, 60].map(|word| U256::from(word).to_be_bytes::<32>()).concat();
        let found = view("Governance", "defaultRule").unwrap().output(&rule).unwrap();
        assert_eq!(
            found,
            json!({"kind": "Threshold", "threshold": 3, "quorum": 0, "perClass": true, "votingPeriod": 86_400, "timelock": 60})
        );
        let policy = U256::from(2).to_be_bytes::<32>();
        assert_eq!(view("Access", "readPolicy").unwrap().output(&policy).unwrap(), json!("Private"));
    }
}
