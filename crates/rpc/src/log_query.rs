use crate::{
    arguments::{Argument, Arguments},
    block_ref::{BlockRef, HeightRef},
    chain::{Chain, Reach, parts},
    config::Limits,
    error::RpcError,
    json::{Edition, LogJson, LogPosition},
};
use althing_primitives::{Address, B256, BlockNumber, CommittedBlock, Log};
use althing_storage::LogQuery;
use serde_json::value::RawValue;
use std::{borrow::Cow, ops::RangeInclusive};

/// Positions a topic can be in.
const TOPICS_MAX: usize = 4;

/// What a client asks of logs: where and which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogRequest {
    pub(crate) span: Span,
    pub(crate) query: LogQuery,
}

/// Blocks to look in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Block(B256),
    /// A missing end is the head.
    Range {
        from: Option<BlockRef>,
        to: Option<BlockRef>,
    },
}

/// The object as it is sent; values are read one by one so that each gets its own message.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    block_hash: Option<&'a RawValue>,
    #[serde(borrow)]
    from_block: Option<&'a RawValue>,
    #[serde(borrow)]
    to_block: Option<&'a RawValue>,
    #[serde(borrow)]
    address: Option<&'a RawValue>,
    #[serde(borrow)]
    topics: Option<Vec<Option<&'a RawValue>>>,
}

type Parsed<T> = Result<T, Cow<'static, str>>;

impl Argument for LogRequest {
    fn decode(raw: &RawValue) -> Parsed<Self> {
        let raw: Raw<'_> = serde_json::from_str(raw.get()).map_err(|_| "log filter is malformed")?;
        Ok(Self { span: span(&raw)?, query: LogQuery { addresses: addresses(&raw)?, topics: topics(&raw)? } })
    }
}

fn span(raw: &Raw<'_>) -> Parsed<Span> {
    let height = |value: Option<&RawValue>| match value {
        None => Ok(None),
        Some(value) => HeightRef::decode(value).map(|HeightRef(block)| Some(block)),
    };
    match raw.block_hash {
        Some(_) if raw.from_block.is_some() || raw.to_block.is_some() => {
            Err("cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other".into())
        }
        Some(hash) => B256::decode(hash).map(Span::Block),
        None => Ok(Span::Range { from: height(raw.from_block)?, to: height(raw.to_block)? }),
    }
}

fn addresses(raw: &Raw<'_>) -> Parsed<Vec<Address>> {
    raw.address.map_or_else(|| Ok(Vec::new()), |value| one_or_many(value, "invalid addresses in query"))
}

fn topics(raw: &Raw<'_>) -> Parsed<[Vec<B256>; TOPICS_MAX]> {
    let positions = raw.topics.as_deref().unwrap_or_default();
    if positions.len() > TOPICS_MAX {
        return Err("exceed max topics".into());
    }
    let mut topics: [Vec<B256>; TOPICS_MAX] = Default::default();
    for (topics, position) in topics.iter_mut().zip(positions) {
        if let Some(value) = position {
            *topics = one_or_many(value, "invalid topic(s)")?;
        }
    }
    Ok(topics)
}

/// A value or an array of them; a `null` in the array matches everything, so the array does.
fn one_or_many<T: Argument>(value: &RawValue, wrong: &'static str) -> Parsed<Vec<T>> {
    if !value.get().starts_with('[') {
        return T::decode(value).map(|one| vec![one]);
    }
    let values: Vec<Option<&RawValue>> = serde_json::from_str(value.get()).map_err(|_| wrong)?;
    let decoded: Option<Vec<&RawValue>> = values.into_iter().collect();
    decoded.unwrap_or_default().into_iter().map(T::decode).collect()
}

impl LogRequest {
    /// Takes a request and holds it against the limits.
    pub(crate) fn take(arguments: &mut Arguments<'_>, limits: &Limits) -> Result<Self, RpcError> {
        arguments.required::<Self>()?.within(limits)
    }

    /// Every log there is.
    pub(crate) fn everything() -> Self {
        Self { span: Span::Range { from: None, to: None }, query: LogQuery::default() }
    }

    /// Itself, if it names no more alternatives than allowed.
    pub(crate) fn within(self, limits: &Limits) -> Result<Self, RpcError> {
        let LogQuery { addresses, topics } = &self.query;
        let most = topics.iter().map(Vec::len).chain([addresses.len()]).max();
        if most.is_some_and(|most| most > limits.log_alternatives) {
            return Err(RpcError::arguments("exceed max addresses or topics per search position"));
        }
        Ok(self)
    }

    /// The heights asked for, all of them there.
    pub(crate) fn range(&self, chain: &Chain, limits: &Limits) -> Result<RangeInclusive<BlockNumber>, RpcError> {
        let (from, to) = match self.span {
            Span::Block(hash) => {
                let number = chain.number(BlockRef::Hash { hash, canonical: true });
                let number = number.ok_or_else(|| RpcError::refused("unknown block"))?;
                return Ok(number..=number);
            }
            Span::Range { from, to } => (from, to),
        };
        let head = chain.head().number;
        let height = |block: Option<BlockRef>| match block {
            Some(BlockRef::Number(number)) => number,
            _ => head,
        };
        let (from, to) = (height(from), height(to));
        if from > to {
            return Err(RpcError::arguments("invalid block range params"));
        }
        if to > head {
            return Err(RpcError::arguments("block range extends beyond current head block"));
        }
        if to - from >= limits.log_blocks {
            return Err(RpcError::Limit(
                format!("block range is too wide, at most {} blocks", limits.log_blocks).into(),
            ));
        }
        Ok(from..=to)
    }

    /// Every matching log of these heights, in order.
    pub(crate) fn search(
        &self,
        chain: &Chain,
        range: RangeInclusive<BlockNumber>,
        reach: Reach,
        limits: &Limits,
        edition: Edition,
    ) -> Result<Vec<LogJson>, RpcError> {
        let mut found = Vec::new();
        for number in self.candidates(chain, range.clone(), reach)? {
            let block = chain.committed(number, reach)?;
            found.extend(self.matches(&block, edition));
            if found.len() > limits.logs && range.start() != range.end() {
                return Err(too_many(limits.logs, *range.start(), number));
            }
        }
        Ok(found)
    }

    /// Heights that may hold a match: by bloom in memory, by index beyond.
    fn candidates(
        &self,
        chain: &Chain,
        range: RangeInclusive<BlockNumber>,
        reach: Reach,
    ) -> Result<Vec<BlockNumber>, RpcError> {
        let recent_from = chain.recent_from();
        if *range.start() < recent_from {
            if reach == Reach::Memory {
                return Err(RpcError::OnDisk);
            }
            return chain.storage().log_candidates(range, &self.query).map_err(crate::chain::state_error);
        }
        let may_match = |number: &BlockNumber| {
            let block = chain.block(*number, Reach::Memory);
            block.is_ok_and(|block| self.query.may_match(&block.header.logs_bloom))
        };
        Ok(range.filter(may_match).collect())
    }

    /// The matching logs of one block.
    pub(crate) fn matches(&self, block: &CommittedBlock, edition: Edition) -> Vec<LogJson> {
        let (block, receipts) = parts(block);
        let mut found = Vec::new();
        let mut log_index = 0;
        for (transaction_index, (receipt, (tx, _))) in (0..).zip(receipts.iter().zip(block.transactions())) {
            for log in &receipt.logs {
                if self.matches_log(log) {
                    let at = LogPosition {
                        block_number: block.number(),
                        block_hash: block.hash(),
                        block_timestamp: edition.timestamp(block.header.timestamp),
                        transaction_hash: *tx.tx_hash(),
                        transaction_index,
                        log_index,
                    };
                    found.push(LogJson::new(log, at));
                }
                log_index += 1;
            }
        }
        found
    }

    fn matches_log(&self, log: &Log) -> bool {
        let LogQuery { addresses, topics } = &self.query;
        let wanted = topics.iter().enumerate().filter(|(_, wanted)| !wanted.is_empty());
        (addresses.is_empty() || addresses.contains(&log.address))
            && wanted
                .into_iter()
                .all(|(position, wanted)| log.topics().get(position).is_some_and(|topic| wanted.contains(topic)))
    }
}

/// The words indexers look for to ask again for less.
fn too_many(max: usize, from: BlockNumber, reached: BlockNumber) -> RpcError {
    let to = reached.saturating_sub(1).max(from);
    RpcError::Limit(
        format!("query returned more than {max} results. Try with this block range [{from:#x}, {to:#x}].").into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};

    fn decode(json: serde_json::Value) -> Parsed<LogRequest> {
        LogRequest::decode(&to_raw_value(&json).unwrap())
    }

    #[test]
    fn one_value_and_a_list_mean_the_same() {
        let address = Address::repeat_byte(1);
        let one = decode(json!({"address": address, "topics": [B256::ZERO]})).unwrap();
        let list = decode(json!({"address": [address], "topics": [[B256::ZERO]]})).unwrap();
        assert_eq!(one, list);
        assert_eq!(one.query.addresses, [address]);
    }

    #[test]
    fn null_and_empty_positions_match_everything() {
        let request = decode(json!({"address": null, "topics": [null, [], [null, B256::ZERO]]})).unwrap();
        assert_eq!(request.query, LogQuery::default());
        assert_eq!(request.span, Span::Range { from: None, to: None });
    }

    #[test]
    fn malformed_filters_are_refused() {
        let hash = B256::ZERO;
        for (filter, reason) in [
            (json!({"blockHash": hash, "fromBlock": "0x1"}), "cannot specify both BlockHash"),
            (json!({"topics": [null, null, null, null, null]}), "exceed max topics"),
            (json!({"fromBlock": "2"}), "hex string without 0x prefix"),
            (json!({"address": "0x12"}), "hex string has length 2"),
            (json!([]), "log filter is malformed"),
        ] {
            let error = decode(filter.clone()).unwrap_err();
            assert!(error.starts_with(reason), "{filter}: {error}");
        }
    }
}
