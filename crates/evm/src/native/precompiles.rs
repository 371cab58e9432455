use super::host::Metered;
use crate::env::precompiles;
use alloy_evm::{eth::EthEvmContext, precompiles::PrecompilesMap};
use althing_contracts::{GOVERNANCE, IMembers::ValueNotAccepted, is_system, protocol, system_code};
use althing_governance::{BlockContext, Host, Message, Stop};
use althing_primitives::{Address, B256, Bytes};
use revm::{
    handler::PrecompileProvider,
    interpreter::{CallInputs, CallScheme, InterpreterResult},
    primitives::{AddressSet, hardfork::SpecId},
};

/// Gas of reaching a system contract's code: what finding a function by its selector costs in a contract.
const CALL_GAS: u64 = 300;
/// Gas of each word that goes in, comes out or says why not, as of any copy; decoding is native code's own to charge.
const WORD_GAS: u64 = 3;

/// The logic behind the system contracts.
pub(crate) type NativeCode = fn(&mut dyn Host, &Message<'_>) -> Result<Bytes, Stop>;

/// The system contracts of a chain, as its EVMs see them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Native {
    pub(crate) code: NativeCode,
    /// See [`Message::estimating`].
    pub(crate) estimating: bool,
    /// See [`BlockContext::genesis_hash`].
    pub(crate) genesis_hash: B256,
    /// See [`BlockContext::insecure`].
    pub(crate) insecure: bool,
}

impl Native {
    /// Whether native code answers this call; otherwise the code at the address does.
    fn answers<DB: alloy_evm::Database>(context: &EthEvmContext<DB>, inputs: &CallInputs) -> bool {
        let contract = inputs.bytecode_address;
        if !is_system(&contract) || inputs.target_address != contract {
            return false;
        }
        if !matches!(inputs.scheme, CallScheme::Call | CallScheme::StaticCall) || !has_its_own_code(inputs) {
            return false;
        }
        // Governance's code asks by calling itself; what it runs as a batch it runs itself.
        contract != GOVERNANCE
            || inputs.caller == GOVERNANCE && inputs.input.as_bytes(context).first() != Some(&protocol::BATCH)
    }

    fn run<DB: alloy_evm::Database>(
        &self,
        context: &mut EthEvmContext<DB>,
        inputs: &CallInputs,
    ) -> Result<InterpreterResult, String> {
        let input = inputs.input.bytes(context);
        let message = Message {
            contract: inputs.target_address,
            caller: inputs.caller,
            value: inputs.value.get(),
            input: &input,
            estimating: self.estimating,
            block: BlockContext {
                number: context.block.number.saturating_to(),
                timestamp: context.block.timestamp.saturating_to(),
                chain_id: context.cfg.chain_id,
                genesis_hash: self.genesis_hash,
                insecure: self.insecure,
            },
        };
        let mut host = Metered::new(context, inputs);
        let result = self.guarded(&mut host, &message);
        host.finish(result)
    }

    /// Runs the code, paying for what goes in and comes out.
    fn guarded(&self, host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
        host.charge(CALL_GAS + copying(message.input))?;
        let result = if message.contract != GOVERNANCE && !message.value.is_zero() {
            Err(Stop::revert(ValueNotAccepted {}))
        } else {
            (self.code)(host, message)
        };
        if let Ok(output) | Err(Stop::Revert(output)) = &result {
            host.charge(copying(output))?;
        }
        result
    }
}

fn copying(bytes: &[u8]) -> u64 {
    WORD_GAS * bytes.len().div_ceil(32) as u64
}

/// Whether the address has the code it was born with: a client may pretend another.
fn has_its_own_code(inputs: &CallInputs) -> bool {
    inputs.known_bytecode.1.original_byte_slice() == *system_code(&inputs.bytecode_address)
}

/// Precompiles that are not where the fork has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct MovedPrecompiles {
    pub(crate) gone: Vec<Address>,
    pub(crate) moved: Vec<(Address, Address)>,
}

impl MovedPrecompiles {
    /// Those of a fork, with the changes.
    fn under(&self, spec: SpecId) -> PrecompilesMap {
        let mut map = PrecompilesMap::from_static(precompiles(spec));
        let mut taken = Vec::with_capacity(self.moved.len());
        for (from, to) in &self.moved {
            map.apply_precompile(from, |precompile| {
                taken.push((*to, precompile));
                None
            });
        }
        for address in &self.gone {
            map.apply_precompile(address, |_| None);
        }
        for (to, precompile) in taken {
            map.apply_precompile(&to, |_| precompile);
        }
        map
    }
}

/// Precompiles where a client wants them, and the system contracts. What is warm from the start stays what the fork
/// says (EIP-2929, and geth): a system contract is cold like any contract.
#[derive(Debug)]
pub(crate) struct Precompiles {
    map: PrecompilesMap,
    warm: &'static AddressSet,
    native: Option<Native>,
}

impl Precompiles {
    pub(super) fn new(spec: SpecId, moved: &MovedPrecompiles, native: Option<Native>) -> Self {
        Self { map: moved.under(spec), warm: precompiles(spec).addresses_set(), native }
    }

    /// Whether there is one; a system contract is none.
    pub(crate) fn is_at(&self, address: &Address) -> bool {
        self.map.get(address).is_some()
    }
}

impl<DB: alloy_evm::Database> PrecompileProvider<EthEvmContext<DB>> for Precompiles {
    type Output = InterpreterResult;

    fn set_spec(&mut self, spec: SpecId) -> bool {
        PrecompileProvider::<EthEvmContext<DB>>::set_spec(&mut self.map, spec)
    }

    fn run(
        &mut self,
        context: &mut EthEvmContext<DB>,
        inputs: &CallInputs,
    ) -> Result<Option<InterpreterResult>, String> {
        match &self.native {
            Some(native) if Native::answers(context, inputs) => native.run(context, inputs).map(Some),
            _ => self.map.run(context, inputs),
        }
    }

    fn warm_addresses(&self) -> &AddressSet {
        self.warm
    }

    fn contains(&self, address: &Address) -> bool {
        self.is_at(address)
    }
}
