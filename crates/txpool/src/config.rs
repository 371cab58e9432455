/// Bounds of a pool and what it refuses.
#[derive(Clone, Debug, Default)]
pub struct PoolConfig {
    /// Smallest tip a transaction must offer, in wei per gas; not asked in fee mode zero.
    pub tip_min: u128,
    /// What the pool may hold.
    pub limits: Limits,
}

/// What a pool may hold, and for how long.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Encoded bytes of one transaction.
    pub transaction_bytes: usize,
    /// Transactions in all.
    pub transactions: usize,
    /// Encoded bytes in all.
    pub bytes: usize,
    /// Transactions in all that cannot be included yet (nonce gap, funds).
    pub queued: usize,
    /// Transactions of one sender.
    pub sender_transactions: usize,
    /// Transactions of one sender that cannot be included yet.
    pub sender_queued: usize,
    /// Transactions of one sender that nobody's flood can evict.
    pub sender_guaranteed: usize,
    /// Transactions of one account that runs delegated code (EIP-7702).
    pub delegated_transactions: usize,
    /// How long a queued transaction waits, in milliseconds.
    pub queued_lifetime_ms: u64,
    /// How long an executable one waits, in milliseconds.
    pub pending_lifetime_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // geth's txMaxSize; stock tools split what is larger.
            transaction_bytes: 128 * 1024,
            // Thirteen blocks of transfers at 100 M gas: half a minute of overload at full speed.
            transactions: 64 * 1024,
            // A thousandth of the machine this runs on; decoded and indexed it is about twice that.
            bytes: 128 * 1024 * 1024,
            // An eighth of all: gaps are closed within seconds or never.
            queued: 8 * 1024,
            // One service or script that sends a few thousand at once must not be cut off.
            sender_transactions: 4 * 1024,
            // Parallel senders of one account run out of order by less than this.
            sender_queued: 1024,
            // geth's AccountSlots.
            sender_guaranteed: 16,
            // One call by a stranger can invalidate all of them; geth allows one.
            delegated_transactions: 16,
            // geth's lifetime of the queue.
            queued_lifetime_ms: 3 * 3_600_000,
            // A day: what was not included by then waits for a base fee that does not come.
            pending_lifetime_ms: 24 * 3_600_000,
        }
    }
}

/// Percentage by which a replacement must offer more (geth's PriceBump).
pub(crate) const PRICE_BUMP_PERCENT: u128 = 10;
/// Age at which, in fee mode zero, a transaction is replaced whatever is offered, in milliseconds
/// (the consortium has no price to bid with, so a stuck one must give way).
pub(crate) const ZERO_FEE_REPLACE_AFTER_MS: u64 = 10_000;
