//! CREATE and CREATE2 under the deployer allow-list, as Subnet-EVM has them: whoever sent the transaction
//! must be on it. Otherwise the instruction fails like any creation whose code runs out of gas.

use crate::governed::InTransaction;
use alloy_evm::eth::EthEvmContext;
use revm::{
    bytecode::opcode::{CREATE, CREATE2},
    context_interface::{ContextTr, Transaction, context::ContextError},
    handler::instructions::EthInstructions,
    interpreter::{
        Instruction, InstructionContext, InstructionExecResult, InstructionResult,
        instructions::contract,
        interpreter::EthInterpreter,
        interpreter_types::{LoopControl, ReturnData},
    },
    primitives::U256,
};

type Context<'a, DB> = InstructionContext<'a, EthEvmContext<DB>, EthInterpreter>;

/// Puts the allow-list before both instructions.
pub(super) fn guard_creation<DB: alloy_evm::Database>(
    instructions: &mut EthInstructions<EthInterpreter, EthEvmContext<DB>>,
) {
    let gas = |opcode: u8, instructions: &EthInstructions<_, _>| instructions.gas_table()[usize::from(opcode)];
    let (create_gas, create2_gas) = (gas(CREATE, instructions), gas(CREATE2, instructions));
    instructions.insert_instruction(CREATE, Instruction::new(create::<false, DB>), create_gas);
    instructions.insert_instruction(CREATE2, Instruction::new(create::<true, DB>), create2_gas);
}

fn create<const IS_CREATE2: bool, DB: alloy_evm::Database>(context: Context<'_, DB>) -> InstructionExecResult {
    let InstructionContext { interpreter, host } = context;
    let result = contract::create::<IS_CREATE2, _, _>(InstructionContext { interpreter, host });
    // Anything else failed by itself; so far all is paid, and nothing begun.
    if result != Err(InstructionResult::Suspend) {
        return result;
    }
    let origin = host.tx().caller();
    match InTransaction::new(host).may_deploy(origin) {
        Ok(true) => result,
        Ok(false) => {
            interpreter.bytecode.reset_action();
            *interpreter.bytecode.action() = None;
            interpreter.return_data.clear();
            let pushed = interpreter.stack.push(U256::ZERO);
            if pushed { Ok(()) } else { Err(InstructionResult::StackOverflow) }
        }
        Err(error) => {
            *host.error() = Err(ContextError::Db(error));
            interpreter.bytecode.reset_action();
            *interpreter.bytecode.action() = None;
            Err(InstructionResult::FatalExternalError)
        }
    }
}
