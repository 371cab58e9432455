use crate::{PoolError, PooledTransaction};

/// What governance says of an account at the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The member whose share of blocks and pool the account uses; 0 where nobody sponsors it.
    pub sponsor: u32,
    /// Whether it belongs to an active member: its calls of system contracts have a lane of their own.
    pub is_member: bool,
    /// Whether it becomes a member's by acknowledging the constitution: that call has the same lane.
    pub is_invited: bool,
    /// Whether it may send transactions.
    pub may_send: bool,
    /// Whether it may deploy contracts.
    pub may_deploy: bool,
}

impl Default for Standing {
    /// Anybody's where nothing is governed.
    fn default() -> Self {
        Self { sponsor: 0, is_member: false, is_invited: false, may_send: true, may_deploy: true }
    }
}

impl Standing {
    /// Whether a transaction is this account's call of a system contract with members' precedence.
    pub(crate) const fn calls_first(&self, tx: &PooledTransaction) -> bool {
        self.is_member && tx.calls_system() || self.is_invited && tx.acknowledges()
    }

    /// Whether a transaction is in the system lane: where fees are charged, one that pays has its place by its price.
    pub(crate) const fn goes_first(&self, tx: &PooledTransaction, zero_fee: bool) -> bool {
        self.calls_first(tx) && (zero_fee || !tx.pays())
    }

    /// What the allow-lists say of a transaction.
    pub(crate) fn check(&self, tx: &PooledTransaction) -> Result<(), PoolError> {
        if !self.may_send && !self.calls_first(tx) {
            return Err(PoolError::SenderNotAllowed(tx.sender()));
        }
        if !self.may_deploy && tx.is_create() {
            return Err(PoolError::DeployerNotAllowed(tx.sender()));
        }
        Ok(())
    }
}
