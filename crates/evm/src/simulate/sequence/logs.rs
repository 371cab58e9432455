use althing_primitives::{Address, B256, Log, LogData, U256, address, b256};
use revm::{
    Inspector,
    context::{ContextTr, JournalTr},
    interpreter::{
        CallInputs, CallOutcome, CallScheme, CallValue, CreateInputs, CreateOutcome, Interpreter, InterpreterTypes,
    },
};

/// ERC-7528: ether as if it were a token.
const ETHER: Address = address!("0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee");
/// `Transfer(address,address,uint256)`.
const TRANSFER: B256 = b256!("0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");

/// Collects the logs of a block's calls and, where wanted, moved ether as logs between them. What
/// reverts leaves no log, but its numbers stay used (as in geth).
#[derive(Debug)]
pub(super) struct LogCollector {
    transfers: bool,
    /// Logs of each open call, with their numbers in the block.
    frames: Vec<Vec<(u64, Log)>>,
    next: u64,
}

impl LogCollector {
    pub(super) const fn new(transfers: bool) -> Self {
        Self { transfers, frames: Vec::new(), next: 0 }
    }

    /// The logs of the call that ended, and none from before.
    pub(super) fn take(&mut self) -> Vec<(u64, Log)> {
        let logs = self.frames.drain(..).next();
        logs.unwrap_or_default()
    }

    fn add(&mut self, log: Log) {
        let number = self.next;
        self.next += 1;
        if let Some(frame) = self.frames.last_mut() {
            frame.push((number, log));
        }
    }

    fn enter(&mut self) {
        self.frames.push(Vec::new());
    }

    fn transfer(&mut self, from: Address, to: Address, value: U256) {
        if !self.transfers || value.is_zero() {
            return;
        }
        let topics = vec![TRANSFER, from.into_word(), to.into_word()];
        let data = LogData::new_unchecked(topics, value.to_be_bytes_vec().into());
        self.add(Log { address: ETHER, data });
    }

    fn exit(&mut self, success: bool) {
        let Some(logs) = self.frames.pop() else { return };
        match self.frames.last_mut() {
            Some(outer) if success => outer.extend(logs),
            Some(_) => {}
            None => self.frames.push(if success { logs } else { Vec::new() }),
        }
    }
}

impl<CTX: ContextTr, INTR: InterpreterTypes> Inspector<CTX, INTR> for LogCollector {
    fn log(&mut self, _: &mut CTX, log: Log) {
        self.add(log);
    }

    fn log_full(&mut self, _: &mut Interpreter<INTR>, _: &mut CTX, log: Log) {
        self.add(log);
    }

    fn call(&mut self, _: &mut CTX, inputs: &mut CallInputs) -> Option<CallOutcome> {
        self.enter();
        if let (CallScheme::Call, CallValue::Transfer(value)) = (inputs.scheme, &inputs.value) {
            self.transfer(inputs.caller, inputs.target_address, *value);
        }
        None
    }

    fn call_end(&mut self, _: &mut CTX, _: &CallInputs, outcome: &mut CallOutcome) {
        self.exit(outcome.result.is_ok());
    }

    fn create(&mut self, context: &mut CTX, inputs: &mut CreateInputs) -> Option<CreateOutcome> {
        self.enter();
        if let Ok(caller) = context.journal_mut().load_account(inputs.caller()) {
            let to = inputs.created_address(caller.data.info.nonce);
            self.transfer(inputs.caller(), to, inputs.value());
        }
        None
    }

    fn create_end(&mut self, _: &mut CTX, _: &CreateInputs, outcome: &mut CreateOutcome) {
        self.exit(outcome.result.is_ok());
    }

    fn selfdestruct(&mut self, contract: Address, target: Address, value: U256) {
        self.transfer(contract, target, value);
    }
}
