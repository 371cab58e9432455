use crate::Standing;
use althing_governance::{
    ForkTimes, Reader, Terms, fork_times, is_invited, is_member_account, may_deploy, may_send, sponsor_of, terms,
};
use althing_primitives::{Address, B256, U256};
use althing_storage::{StateError, Storage, View};
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

    /// What governance says of an account at the head. Asked on governed networks only, when an account's
    /// first transaction comes and after a block that changed a system contract.
    ///
    /// # Errors
    /// The state cannot be read.
    fn standing(&self, address: &Address) -> Result<Standing, HeadError>;

    /// What the members have agreed on, at the head, and when forks begin that they schedule. Asked on governed networks only, at start and after
    /// each block.
    ///
    /// # Errors
    /// The state cannot be read.
    fn terms(&self) -> Result<(Terms, ForkTimes), HeadError>;
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

    fn standing(&self, address: &Address) -> Result<Standing, HeadError> {
        standing(&Slots(self.latest()), *address).map_err(|_| HeadError)
    }

    fn terms(&self) -> Result<(Terms, ForkTimes), HeadError> {
        let state = Slots(self.latest());
        let agreed = terms(&state).and_then(|terms| Ok((terms, fork_times(&state)?)));
        agreed.map_err(|_| HeadError)
    }
}

/// The slots of a state, as governance reads them.
struct Slots(View);

impl Reader for Slots {
    type Error = StateError;

    fn slot(&self, contract: Address, slot: U256) -> Result<U256, StateError> {
        self.0.storage(&contract, &slot)
    }
}

fn standing<R: Reader>(state: &R, account: Address) -> Result<Standing, R::Error> {
    Ok(Standing {
        sponsor: sponsor_of(state, account)?.unwrap_or_default(),
        is_member: is_member_account(state, account)?,
        is_invited: is_invited(state, account)?,
        may_send: may_send(state, account, None)?,
        may_deploy: may_deploy(state, account)?,
    })
}

fn code_kind(view: &View, hash: B256) -> Result<Code, HeadError> {
    let code = view.code(&hash).map_err(|_| HeadError)?;
    Ok(if code.starts_with(&DELEGATION) { Code::Delegated } else { Code::Contract(hash) })
}
