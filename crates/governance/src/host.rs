use alloy_sol_types::SolError;
use althing_primitives::{Address, B256, Bytes, LogData, U256};

/// What native code may do to the world. Everything is metered as the EVM would (EIP-2929, 2200,
/// 1153), and undone when the frame it runs in is.
pub trait Host {
    /// Reads a slot.
    ///
    /// # Errors
    /// No gas, or the state does not read.
    fn sload(&mut self, contract: Address, slot: U256) -> Result<U256, Stop>;

    /// Writes a slot.
    ///
    /// # Errors
    /// A static call, no gas, or the state does not read.
    fn sstore(&mut self, contract: Address, slot: U256, value: U256) -> Result<(), Stop>;

    /// Reads a transient slot of Governance.
    ///
    /// # Errors
    /// No gas.
    fn tload(&mut self, slot: U256) -> Result<U256, Stop>;

    /// Writes a transient slot of Governance.
    ///
    /// # Errors
    /// A static call, or no gas.
    fn tstore(&mut self, slot: U256, value: U256) -> Result<(), Stop>;

    /// Emits an event of a system contract.
    ///
    /// # Errors
    /// A static call, or no gas.
    fn log(&mut self, contract: Address, data: LogData) -> Result<(), Stop>;

    /// Takes gas for work the host does not see: hashing, signatures, copying.
    ///
    /// # Errors
    /// No gas.
    fn charge(&mut self, gas: u64) -> Result<(), Stop>;

    /// Gas left in this frame.
    fn gas_left(&self) -> u64;

    /// Whether an account has code.
    ///
    /// # Errors
    /// No gas, or the state does not read.
    fn has_code(&mut self, account: Address) -> Result<bool, Stop>;

    /// Slots of system contracts that this transaction has changed so far, by address and slot.
    ///
    /// # Errors
    /// No gas.
    fn changes(&mut self) -> Result<Vec<SlotChange>, Stop>;
}

/// A slot that a transaction has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotChange {
    /// Whose.
    pub contract: Address,
    /// Which.
    pub slot: U256,
    /// Value before the transaction.
    pub before: U256,
    /// Value now.
    pub after: U256,
}

/// Why native code ended without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Reverts with an ABI error.
    Revert(Bytes),
    /// The frame's gas is used up.
    OutOfGas,
    /// This machine is broken; the block cannot be executed.
    Broken(String),
}

impl Stop {
    /// Reverts with this error.
    pub fn revert(error: impl SolError) -> Self {
        Self::Revert(error.abi_encode().into())
    }
}

/// A call that reached a system contract.
#[derive(Clone, Copy, Debug)]
pub struct Message<'m> {
    /// The system contract. For Governance, `input` is what its trampoline says.
    pub contract: Address,
    /// `msg.sender`.
    pub caller: Address,
    /// `msg.value` in wei.
    pub value: U256,
    /// Calldata.
    pub input: &'m [u8],
    /// Whether gas is being estimated: then a ballot that could decide needs the gas of the execution.
    pub estimating: bool,
    /// The block it is in.
    pub block: BlockContext,
}

/// What native code knows of the block it runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockContext {
    /// Height.
    pub number: u64,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// EIP-155.
    pub chain_id: u64,
    /// Of block 0; zero while that is made.
    pub genesis_hash: B256,
    /// Whether the genesis declares the network insecure.
    pub insecure: bool,
}
