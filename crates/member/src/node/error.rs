use crate::abi::explain;
use althing_primitives::Bytes;
use jsonrpsee::core::client::Error;

/// JSON-RPC: there is no such method.
pub(super) const METHOD_NOT_FOUND: i32 = -32601;

/// Why a request had no result.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NodeError {
    /// The contract said no; what it said.
    #[error("reverted: {}", explain(.0))]
    Reverted(Bytes),
    /// The node, or a signer, refused.
    #[error("{method}: {message} ({code})")]
    Refused { method: String, code: i32, message: String },
    /// Nobody answered, or not in JSON-RPC.
    #[error("{method}: {source}")]
    Unanswered { method: String, source: Box<Error> },
}

impl NodeError {
    pub(super) fn new(method: &str, error: Error) -> Self {
        let method = method.to_owned();
        let Error::Call(refusal) = error else { return Self::Unanswered { method, source: Box::new(error) } };
        let data = refusal.data().and_then(|data| serde_json::from_str::<Bytes>(data.get()).ok());
        match data {
            Some(data) if refusal.code() == 3 => Self::Reverted(data),
            _ => Self::Refused { method, code: refusal.code(), message: refusal.message().to_owned() },
        }
    }

    pub(crate) const fn is_unknown_method(&self) -> bool {
        matches!(self, Self::Refused { code: METHOD_NOT_FOUND, .. })
    }
}
