//! Schemas of results, out of an OpenRPC document.

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What each method takes and gives.
pub(crate) struct Schemas(BTreeMap<String, Method>);

struct Method {
    params: Vec<Validator>,
    result: Option<Validator>,
}

impl Schemas {
    pub(crate) fn of(document: &Value) -> Self {
        let components = document.get("components").cloned().unwrap_or(Value::Null);
        let validator = |schema: &Value| {
            // A wrapper, so that the references of the document resolve.
            let schema = json!({"allOf": [schema], "components": components});
            jsonschema::options().with_draft(Draft::Draft7).build(&schema).unwrap()
        };
        let method = |method: &Value| {
            let params = method["params"].as_array().unwrap().iter().map(|param| validator(&param["schema"])).collect();
            let result = method.get("result").map(|result| validator(&result["schema"]));
            (method["name"].as_str().unwrap().to_owned(), Method { params, result })
        };
        Self(document["methods"].as_array().unwrap().iter().map(method).collect())
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Holds a call's parameters against the method's.
    pub(crate) fn check_params(&self, method: &str, params: &Value) -> Result<(), String> {
        let known = &self.0[method].params;
        let params = params.as_array().unwrap();
        assert!(params.len() <= known.len(), "{method} takes {}", known.len());
        params.iter().zip(known).try_for_each(|(param, known)| checked(known, param))
    }

    /// Holds a result against the method's, if it is described.
    pub(crate) fn check_result(&self, method: &str, result: &Value) -> Result<(), String> {
        let described = self.0.get(method).and_then(|method| method.result.as_ref());
        described.map_or(Ok(()), |described| checked(described, result))
    }
}

fn checked(validator: &Validator, value: &Value) -> Result<(), String> {
    validator.validate(value).map_err(|error| format!("{} at {}", error, error.instance_path))
}
