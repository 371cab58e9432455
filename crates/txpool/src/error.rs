use althing_primitives::{Address, B256, U256};
use thiserror::Error;

/// Why a transaction was not taken. The texts are geth's, which wallets and libraries match.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[allow(missing_docs, reason = "the text says it")]
pub enum PoolError {
    /// The bytes are no transaction.
    #[error("rlp: {0}")]
    Decode(String),
    #[error("already known")]
    AlreadyKnown,
    #[error("transaction type not supported: tx type {0} not supported by this pool")]
    TypeNotSupported(u8),
    /// Type 3: a consortium has no blob market, and nobody keeps the sidecars.
    #[error("transaction type not supported: blob transactions (type 3) are not accepted by this network")]
    Blob,
    #[error("blobless blob transaction")]
    NoBlobs,
    #[error("transaction blob limit exceeded: limit {limit}, have {have}")]
    TooManyBlobs { limit: u64, have: usize },
    #[error("missing sidecar in blob transaction")]
    NoSidecar,
    #[error("unexpected sidecar version, want: {want}, got: {got}")]
    SidecarVersion { want: u8, got: u8 },
    #[error("invalid number of {have} blobs, commitments or proofs, the blob hashes need {want}")]
    SidecarLength { have: usize, want: usize },
    #[error("blob {0}: computed hash mismatches transaction one")]
    BlobHash(usize),
    #[error("invalid blob {0}: the proof does not verify")]
    BlobProof(usize),
    #[error("transaction gas price below minimum: blob fee cap needed 1, have 0")]
    NoBlobFee,
    #[error("oversized data: transaction size {size}, limit {limit}")]
    Oversized { size: usize, limit: usize },
    #[error("max initcode size exceeded: code size {size}, limit {limit}")]
    InitCodeTooLarge { size: usize, limit: usize },
    /// EIP-7825.
    #[error("transaction gas limit too high (cap: {cap}, tx: {gas})")]
    GasLimitTooHigh { cap: u64, gas: u64 },
    #[error("exceeds block gas limit")]
    ExceedsBlockGasLimit,
    #[error("max priority fee per gas higher than max fee per gas")]
    TipAboveFeeCap,
    #[error("invalid sender: {0}")]
    InvalidSignature(&'static str),
    #[error("invalid sender: invalid chain id for signer: have {have} want {want}")]
    WrongChain { have: u64, want: u64 },
    #[error("nonce has max value")]
    NonceMax,
    #[error("intrinsic gas too low: gas {gas}, minimum needed {needed}")]
    IntrinsicGas { gas: u64, needed: u64 },
    /// EIP-7623.
    #[error("insufficient gas for floor data gas cost: gas {gas}, minimum needed {needed}")]
    FloorDataGas { gas: u64, needed: u64 },
    #[error("transaction gas price below minimum: gas tip cap {tip}, minimum needed {needed}")]
    TipTooLow { tip: u128, needed: u128 },
    #[error("set code tx must have at least one authorization tuple")]
    EmptyAuthorizations,
    #[error("EIP-7702 transaction cannot be used to create contract")]
    SetCodeCreate,
    #[error("nonce too low: next nonce {next}, tx nonce {nonce}")]
    NonceTooLow { next: u64, nonce: u64 },
    #[error(
        "insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {}",
        .cost.saturating_sub(*.balance)
    )]
    InsufficientFunds { balance: U256, cost: U256 },
    #[error(
        "insufficient funds for gas * price + value: balance {balance}, queued cost {queued}, tx cost {cost}, overshot {}",
        .queued.saturating_add(*.cost).saturating_sub(*.balance)
    )]
    InsufficientFundsForAll { balance: U256, queued: U256, cost: U256 },
    /// EIP-3607.
    #[error("sender not an eoa: address {address}, codehash: {code_hash}")]
    SenderHasCode { address: Address, code_hash: B256 },
    #[error("replacement transaction underpriced")]
    ReplacementUnderpriced,
    #[error("transaction underpriced")]
    Underpriced,
    #[error("txpool is full")]
    Full,
    #[error("account limit exceeded")]
    AccountLimit,
    #[error("in-flight transaction limit reached for delegated accounts")]
    DelegatedLimit,
    #[error("authority already reserved")]
    AuthorityReserved,
    #[error("gapped-nonce tx from delegated accounts")]
    DelegatedGap,
    /// Subnet-EVM's words.
    #[error("cannot issue transaction from non-allow listed address: {0}")]
    SenderNotAllowed(Address),
    /// Subnet-EVM's words.
    #[error("tx.origin {0} is not authorized to deploy a contract")]
    DeployerNotAllowed(Address),
    /// The contract that the members named as the transaction hook says no, or fails.
    #[error("transaction is refused by the network's permission contract")]
    RefusedByHook,
    /// Those before it in a batch took all the time there is.
    #[error("the network's permission contract could not be asked in time, try again")]
    HookNotAsked,
    /// The state could not be read: this node is broken, not the transaction.
    #[error("internal error")]
    State,
}
