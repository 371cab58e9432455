//! `trace_filter`: traces of a range of blocks, by who called whom.
//!
//! A call that changes nothing leaves nothing an index could find it by, so every block of the
//! range is executed again: few blocks, and one allowance of time for all.

use super::blocks::all_of;
use crate::{
    allowance::Allowance,
    arguments::{Argument, Arguments, Count},
    block_ref::HeightRef,
    error::RpcError,
    log_query::{LogRequest, Span},
    methods::Reads,
};
use alloy_rpc_types_trace::{
    filter::{TraceFilter, TraceFilterMatcher, TraceFilterMode},
    parity::{Action, LocalizedTransactionTrace, TraceOutput},
};
use althing_primitives::Address;
use althing_storage::LogQuery;
use serde_json::value::RawValue;
use std::{borrow::Cow, ops::RangeInclusive};

/// The object as it is sent.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    from_block: Option<&'a RawValue>,
    #[serde(borrow)]
    to_block: Option<&'a RawValue>,
    from_address: Option<Vec<Address>>,
    to_address: Option<Vec<Address>>,
    #[serde(default)]
    mode: TraceFilterMode,
    #[serde(borrow)]
    after: Option<&'a RawValue>,
    #[serde(borrow)]
    count: Option<&'a RawValue>,
}

/// What a client asks of traces.
struct Request {
    span: Span,
    matcher: TraceFilterMatcher,
    /// Addresses it names.
    addresses: usize,
    /// Matches to leave out.
    after: u64,
    /// Matches at most.
    count: Option<u64>,
}

impl Argument for Request {
    fn decode(raw: &RawValue) -> Result<Self, Cow<'static, str>> {
        let raw: Raw<'_> = serde_json::from_str(raw.get()).map_err(|_| "trace filter is malformed")?;
        let height = |value: Option<&RawValue>| value.map(HeightRef::decode).transpose();
        let number = |value: Option<&RawValue>| value.map(Count::decode).transpose();
        let span = Span::Range {
            from: Some(height(raw.from_block)?.map_or(crate::block_ref::BlockRef::Number(0), |HeightRef(from)| from)),
            to: height(raw.to_block)?.map(|HeightRef(to)| to),
        };
        let (from, to) = (raw.from_address.unwrap_or_default(), raw.to_address.unwrap_or_default());
        let addresses = from.len().max(to.len());
        let filter = TraceFilter { from_address: from, to_address: to, mode: raw.mode, ..TraceFilter::default() };
        Ok(Self {
            span,
            matcher: filter.matcher(),
            addresses,
            after: number(raw.after)?.map_or(0, |Count(after)| after),
            count: number(raw.count)?.map(|Count(count)| count),
        })
    }
}

impl Request {
    /// The heights asked for, all of them there and not too many.
    fn range(&self, reads: Reads<'_>) -> Result<RangeInclusive<u64>, RpcError> {
        let mut limits = reads.api.config.limits.clone();
        if self.addresses > limits.log_alternatives {
            return Err(RpcError::arguments("exceed max addresses per search position"));
        }
        limits.log_blocks = limits.trace_blocks;
        LogRequest { span: self.span, query: LogQuery::default() }.range(&reads.api.chain, &limits)
    }
}

pub(super) fn filter(
    reads: Reads<'_>,
    arguments: &mut Arguments<'_>,
) -> Result<Vec<LocalizedTransactionTrace>, RpcError> {
    let request: Request = arguments.required()?;
    let range = request.range(reads)?;
    let allowance = Allowance::new(reads.api);
    let limits = &reads.api.config.limits;
    let (mut skip, mut found, mut bytes) = (request.after, Vec::new(), 0);
    for number in range {
        let block = reads.api.chain.block(number, reads.reach)?;
        for trace in all_of(reads, &allowance, &block)? {
            if !request.matcher.matches(&trace.trace) {
                continue;
            }
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if request.count.is_some_and(|count| found.len() as u64 >= count) {
                return Ok(found);
            }
            bytes += bytes_of(&trace);
            found.push(trace);
            if found.len() > limits.traces || bytes > limits.response_bytes as usize {
                return Err(too_many(limits.traces));
            }
        }
        if allowance.is_over() {
            return Err(RpcError::refused("execution timeout"));
        }
    }
    Ok(found)
}

fn too_many(most: usize) -> RpcError {
    RpcError::Limit(format!("query returned more than {most} traces, ask for fewer blocks or name a count").into())
}

/// What a trace takes in an answer, about.
fn bytes_of(trace: &LocalizedTransactionTrace) -> usize {
    const FIELDS: usize = 600;
    let input = match &trace.trace.action {
        Action::Call(call) => call.input.len(),
        Action::Create(create) => create.init.len(),
        Action::Selfdestruct(_) | Action::Reward(_) => 0,
    };
    let output = trace.trace.result.as_ref().map(TraceOutput::output).map_or(0, |output| output.len());
    FIELDS + 2 * (input + output)
}
