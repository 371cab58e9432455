use thiserror::Error;

/// Why a genesis file describes no chain we can run.
#[derive(Debug, Error)]
pub enum GenesisError {
    /// Not JSON, an unknown field, a value of the wrong form; the text names field and line.
    #[error("genesis: {0}")]
    Json(#[from] serde_json::Error),
    /// A field that contradicts another, is missing, or is out of range.
    #[error("genesis: {field}: {reason}")]
    Field {
        /// Path of the field, such as `config.londonBlock`.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl GenesisError {
    pub(crate) fn field(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Field { field: field.into(), reason: reason.into() }
    }
}
