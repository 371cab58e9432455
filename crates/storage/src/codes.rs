use crate::StateError;
use althing_primitives::{B256, B256Map, Bytes};
use parking_lot::RwLock;
use revm::bytecode::Bytecode;

/// Code of committed blocks by hash, analysed. It is shared by accounts and never removed.
#[derive(Debug, Default)]
pub(crate) struct Codes(RwLock<B256Map<Bytecode>>);

impl Codes {
    pub(crate) fn find(&self, hash: &B256) -> Option<Bytecode> {
        self.0.read().get(hash).cloned()
    }

    pub(crate) fn insert(&self, hash: B256, code: Bytecode) {
        self.0.write().entry(hash).or_insert(code);
    }
}

/// Analyses code once. What starts like a delegation but is none (possible before EIP-3541) is ordinary code.
pub(crate) fn analyse(code: &Bytes) -> Bytecode {
    Bytecode::new_raw_checked(code.clone()).unwrap_or_else(|_| Bytecode::new_legacy(code.clone()))
}

pub(crate) fn analyse_all(code: &B256Map<Bytes>) -> B256Map<Bytecode> {
    code.iter().map(|(hash, code)| (*hash, analyse(code))).collect()
}

/// # Errors
/// [`StateError::MissingCode`]
pub(crate) fn required(code: Option<Bytecode>) -> Result<Bytecode, StateError> {
    code.ok_or(StateError::MissingCode)
}
