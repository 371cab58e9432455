use super::{Executed, run::Run};
use crate::{ExecutionError, Executor, InvalidBlock, ParentState, error::TransactFailure, rules::Rules};
use althing_chainspec::Hardfork;
use althing_primitives::{B256, Header, RecoveredBlock};

impl Executor {
    /// Executes a block on the state of its parent and checks everything its header says about the
    /// outcome but the state root. The header's own rules are [`Executor::validate_header`]'s, the
    /// body's roots [`althing_primitives::Block::check_body`]'s.
    ///
    /// Before Byzantium receipts hold the state root after each transaction: then the state is
    /// asked for it.
    ///
    /// # Errors
    /// [`ExecutionError::Invalid`] where the block is bad, the others where this machine is.
    pub fn execute(&self, block: &RecoveredBlock, state: &dyn ParentState) -> Result<Executed, ExecutionError> {
        let header = &block.header;
        let mut run = Run::start(self, header, state, block.senders().len())?;
        let rules = run.rules;
        rules.check_size(block)?;
        if !rules.is(Hardfork::Byzantium) {
            run.ask_for_roots(state);
        }
        for (index, (tx, sender)) in block.transactions().enumerate() {
            run.transact(tx, sender).map_err(|failure| match failure {
                TransactFailure::Transaction(error) => InvalidBlock::Transaction { index, error }.into(),
                TransactFailure::Broken(error) => error,
            })?;
        }
        let executed = run.finish(&block.body)?;
        check(header, &executed, &rules)?;
        Ok(executed)
    }
}

fn check(header: &Header, executed: &Executed, rules: &Rules) -> Result<(), InvalidBlock> {
    if executed.gas_used != header.gas_used {
        return Err(InvalidBlock::GasUsed { header: header.gas_used, computed: executed.gas_used });
    }
    let blob_gas_used = header.blob_gas_used.unwrap_or_default();
    if executed.blob_gas_used != blob_gas_used {
        return Err(InvalidBlock::BlobGasUsed { header: blob_gas_used, computed: executed.blob_gas_used });
    }
    if executed.bloom != header.logs_bloom {
        return Err(InvalidBlock::Bloom);
    }
    root("receiptsRoot", header.receipts_root, executed.receipts_root)?;
    if rules.is(Hardfork::Prague) {
        root("requestsHash", header.requests_hash.unwrap_or_default(), executed.requests.requests_hash())?;
    }
    Ok(())
}

fn root(field: &'static str, header: B256, computed: B256) -> Result<(), InvalidBlock> {
    if header == computed { Ok(()) } else { Err(InvalidBlock::Root { field, header, computed }) }
}
