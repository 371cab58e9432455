use althing_primitives::{Address, B256, U256};
use althing_storage::{Storage, View};
use thiserror::Error;

/// First bytes of an EIP-7702 delegation.
const DELEGATION: [u8; 3] = [0xef, 0x01, 0x00];

/// What the pool asks of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Sender {
    /// Next nonce.
    pub nonce: u64,
    /// Balance in wei.
    pub balance: U256,
    /// What code it carries.
    pub code: Code,
}

/// What code a sender carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Code {
    /// None: an ordinary account.
    #[default]
    None,
    /// A delegation (EIP-7702).
    Delegated,
    /// A contract, which cannot send (EIP-3607).
    Contract(B256),
}

/// The state could not be read.
#[derive(Debug, Error)]
#[error("state at the head cannot be read")]
pub struct HeadError;

/// The state at the head: the storage in a node, a map in the model the pool is tested against.
///
/// Called under the pool's lock, so it must not wait; after a commit it must answer with the
/// state of that block before [`Pool::on_commit`](crate::Pool::on_commit) is called.
pub trait HeadState: Send + Sync {
    /// One account at the head; an absent one is the default.
    ///
    /// # Errors
    /// The state cannot be read.
    fn sender(&self, address: &Address) -> Result<Sender, HeadError>;
}

impl HeadState for Storage {
    fn sender(&self, address: &Address) -> Result<Sender, HeadError> {
        let view = self.latest();
        let Some(account) = view.account(address).map_err(|_| HeadError)? else { return Ok(Sender::default()) };
        let code = match account.has_code() {
            false => Code::None,
            true => code_kind(&view, account.code_hash)?,
        };
        Ok(Sender { nonce: account.nonce, balance: account.balance, code })
    }
}

fn code_kind(view: &View, hash: B256) -> Result<Code, HeadError> {
    let code = view.code(&hash).map_err(|_| HeadError)?;
    Ok(if code.starts_with(&DELEGATION) { Code::Delegated } else { Code::Contract(hash) })
}
