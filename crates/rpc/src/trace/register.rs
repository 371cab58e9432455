use super::{blocks, calls, filter};
use crate::methods::Methods;

pub(crate) fn register(methods: &mut Methods) {
    methods.working("trace_block", 1, blocks::block);
    methods.working("trace_transaction", 1, blocks::transaction);
    methods.working("trace_get", 2, blocks::get);
    methods.working("trace_replayTransaction", 2, blocks::replay_transaction);
    methods.working("trace_replayBlockTransactions", 2, blocks::replay_block);
    methods.working("trace_filter", 1, filter::filter);
    methods.working("trace_call", 5, calls::call);
    methods.working("trace_callMany", 2, calls::call_many);
    methods.working("trace_rawTransaction", 3, calls::raw_transaction);
}
