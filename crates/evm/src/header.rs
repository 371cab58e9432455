use crate::{
    Executor, HeaderError, InvalidBlock, Terms,
    base_fee::next_base_fee,
    difficulty::next_difficulty,
    rules::{Blobs, Rules},
};
use althing_chainspec::{ForkCondition, Hardfork};
use althing_primitives::{
    B64, Block, EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Extra, Header, U256,
    eips::{eip1559::DEFAULT_ELASTICITY_MULTIPLIER, eip4844::DATA_GAS_PER_BLOB},
    rlp::Encodable,
};
use std::fmt::Display;

/// Whose rules a header follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderRules {
    /// An Ethereum chain brought here by `import`.
    Imported,
    /// A chain made by our consensus.
    Consensus,
}

/// EIP-7934: a block's RLP from Osaka on, bytes.
const OSAKA_BLOCK_BYTES_MAX: usize = 8 << 20;
/// Gas limits of imported chains: at least this (yellow paper).
const GAS_LIMIT_MIN: u64 = 5_000;
/// geth: a gas limit fits a signed word.
const GAS_LIMIT_MAX: u64 = i64::MAX as u64;
/// Ten blocks from the DAO fork on carry its mark.
const DAO_EXTRA_BLOCKS: u64 = 10;
const DAO_EXTRA_DATA: &[u8] = b"dao-hard-fork";
/// A gas limit moves by less than this part of its parent's.
const GAS_LIMIT_BOUND_DIVISOR: u64 = 1_024;

impl Executor {
    /// The rules of this chain's headers.
    pub fn header_rules(&self) -> HeaderRules {
        if self.spec().consortium().is_some() { HeaderRules::Consensus } else { HeaderRules::Imported }
    }

    /// Checks a header against its parent and the terms in force after it ([`Executor::terms`]). Roots, bloom and gas used are checked by execution,
    /// `mixHash` and proposer of consensus blocks elsewhere. The seals of mined blocks (`nonce`,
    /// `mixHash`) are not checked at all: whoever imports a chain vouches for its file.
    ///
    /// # Errors
    /// The first field that breaks a rule.
    pub fn validate_header(
        &self,
        header: &Header,
        parent: &Header,
        rules: HeaderRules,
        terms: &Terms,
    ) -> Result<(), HeaderError> {
        let fork = Rules::new(self.spec(), header, *terms);
        same("parentHash", header.parent_hash, parent.hash_slow())?;
        same("number", header.number, parent.number.saturating_add(1))?;
        if header.gas_used > header.gas_limit {
            return Err(range("gasUsed", "exceeds gasLimit"));
        }
        merged(header, parent, &fork)?;
        match rules {
            HeaderRules::Imported => self.imported(header, parent, &fork)?,
            HeaderRules::Consensus => consensus(header, parent, terms)?,
        }
        let base_fee = next_base_fee(self.spec(), terms.fees, parent, header);
        same_option("baseFeePerGas", header.base_fee_per_gas, base_fee)?;
        blob_gas(header, parent, &fork)?;
        optional_fields(header, &fork)
    }

    /// EIP-3675: proof of work ends with the first block that brings the total difficulty of its
    /// branch to the terminal one. `parent` is the total difficulty up to and with the parent.
    ///
    /// # Errors
    /// The header is on the wrong side of the merge.
    pub fn validate_transition(&self, header: &Header, parent: U256) -> Result<(), HeaderError> {
        let Some(terminal) = self.spec().forks().terminal_total_difficulty() else { return Ok(()) };
        match (header.difficulty.is_zero(), parent >= terminal) {
            (true, false) => Err(range("difficulty", "is zero before the terminal total difficulty")),
            (false, true) => Err(range("difficulty", "is not zero after the merge")),
            _ => Ok(()),
        }
    }

    fn imported(&self, header: &Header, parent: &Header, rules: &Rules) -> Result<(), HeaderError> {
        if header.extra_data.len() > 32 {
            return Err(range("extraData", "has more than 32 bytes"));
        }
        if header.timestamp <= parent.timestamp {
            return Err(range("timestamp", "is not after the parent's"));
        }
        if !rules.is(Hardfork::Paris) {
            let expected = next_difficulty(self.spec().forks(), parent, header.timestamp);
            same("difficulty", header.difficulty, expected)?;
        }
        dao_extra_data(header, self.spec().forks().condition(Hardfork::Dao))?;
        let first_london = rules.is(Hardfork::London) && parent.base_fee_per_gas.is_none();
        let elasticity = if first_london { DEFAULT_ELASTICITY_MULTIPLIER } else { 1 };
        let parent_limit = parent.gas_limit.saturating_mul(elasticity);
        if header.gas_limit.abs_diff(parent_limit) >= parent_limit / GAS_LIMIT_BOUND_DIVISOR {
            return Err(range("gasLimit", "moves too far from the parent's"));
        }
        if !(GAS_LIMIT_MIN..=GAS_LIMIT_MAX).contains(&header.gas_limit) {
            return Err(range("gasLimit", "is below 5000 or above 2^63-1"));
        }
        Ok(())
    }
}

impl Rules {
    /// Largest block, bytes of RLP, `None` where nothing bounds it.
    pub(crate) fn block_bytes_max(&self) -> Option<usize> {
        let osaka = self.is(Hardfork::Osaka).then_some(OSAKA_BLOCK_BYTES_MAX);
        self.terms.block_bytes_max.into_iter().chain(osaka).min()
    }

    pub(crate) fn check_size(&self, block: &Block) -> Result<(), InvalidBlock> {
        match self.block_bytes_max() {
            Some(max) if block.length() > max => Err(InvalidBlock::Size { size: block.length(), max }),
            _ => Ok(()),
        }
    }
}

fn consensus(header: &Header, parent: &Header, terms: &Terms) -> Result<(), HeaderError> {
    let extra = Extra::decode(&header.extra_data)?;
    let parent_millis = Extra::decode(&parent.extra_data).map_or(0, |extra| extra.millis);
    if (header.timestamp, extra.millis) <= (parent.timestamp, parent_millis) {
        return Err(range("timestamp", "with its milliseconds is not after the parent's"));
    }
    same("gasLimit", header.gas_limit, terms.gas_limit.unwrap_or(parent.gas_limit))?;
    // No chain beside ours pays into it: a withdrawal would be money out of nothing.
    same_option("withdrawalsRoot", header.withdrawals_root, header.withdrawals_root.map(|_| EMPTY_ROOT_HASH))
}

/// EIP-3675: from the merge on, difficulty and nonce are zero and there are no ommers.
fn merged(header: &Header, parent: &Header, rules: &Rules) -> Result<(), HeaderError> {
    if !rules.is(Hardfork::Paris) {
        if parent.difficulty.is_zero() && parent.number > 0 {
            return Err(range("difficulty", "is not zero after the merge"));
        }
        return Ok(());
    }
    if !header.difficulty.is_zero() {
        return Err(range("difficulty", "is not zero after the merge"));
    }
    same("nonce", header.nonce, B64::ZERO)?;
    same("sha3Uncles", header.ommers_hash, EMPTY_OMMER_ROOT_HASH)
}

/// From its block on, for ten blocks, the DAO fork marks its headers.
fn dao_extra_data(header: &Header, dao: ForkCondition) -> Result<(), HeaderError> {
    let ForkCondition::Block(fork) = dao else { return Ok(()) };
    let marked = (fork..fork.saturating_add(DAO_EXTRA_BLOCKS)).contains(&header.number);
    match marked && *header.extra_data != *DAO_EXTRA_DATA {
        true => Err(range("extraData", "is not `dao-hard-fork`")),
        false => Ok(()),
    }
}

fn blob_gas(header: &Header, parent: &Header, rules: &Rules) -> Result<(), HeaderError> {
    let cancun = rules.is(Hardfork::Cancun);
    present("blobGasUsed", header.blob_gas_used.is_some(), cancun)?;
    present("excessBlobGas", header.excess_blob_gas.is_some(), cancun)?;
    present("parentBeaconBlockRoot", header.parent_beacon_block_root.is_some(), cancun)?;
    let (Some(used), Some(excess)) = (header.blob_gas_used, header.excess_blob_gas) else { return Ok(()) };
    match rules.blobs {
        Blobs::Limited(params) => {
            if used > params.max_blob_gas_per_block() {
                return Err(range("blobGasUsed", "exceeds the block's limit"));
            }
            if !used.is_multiple_of(DATA_GAS_PER_BLOB) {
                return Err(range("blobGasUsed", "is no multiple of a blob's gas"));
            }
            let parent_excess = parent.excess_blob_gas.unwrap_or_default();
            let parent_used = parent.blob_gas_used.unwrap_or_default();
            let base_fee = parent.base_fee_per_gas.unwrap_or_default();
            let expected = params.next_block_excess_blob_gas_osaka(parent_excess, parent_used, base_fee);
            same("excessBlobGas", excess, expected)
        }
        Blobs::Refused | Blobs::NotYet => {
            same("blobGasUsed", used, 0)?;
            same("excessBlobGas", excess, 0)
        }
    }
}

fn optional_fields(header: &Header, rules: &Rules) -> Result<(), HeaderError> {
    present("withdrawalsRoot", header.withdrawals_root.is_some(), rules.is(Hardfork::Shanghai))?;
    present("requestsHash", header.requests_hash.is_some(), rules.is(Hardfork::Prague))?;
    present("blockAccessListHash", header.block_access_list_hash.is_some(), false)?;
    present("slotNumber", header.slot_number.is_some(), false)
}

fn present(field: &'static str, found: bool, expected: bool) -> Result<(), HeaderError> {
    match (found, expected) {
        (true, false) => Err(HeaderError::Unexpected(field)),
        (false, true) => Err(HeaderError::Missing(field)),
        _ => Ok(()),
    }
}

fn same<T: PartialEq + Display>(field: &'static str, found: T, expected: T) -> Result<(), HeaderError> {
    if found == expected {
        return Ok(());
    }
    Err(HeaderError::Mismatch { field, found: found.to_string(), expected: expected.to_string() })
}

fn same_option<T: PartialEq + Display>(
    field: &'static str,
    found: Option<T>,
    expected: Option<T>,
) -> Result<(), HeaderError> {
    match (found, expected) {
        (Some(found), Some(expected)) => same(field, found, expected),
        (found, expected) => present(field, found.is_some(), expected.is_some()),
    }
}

const fn range(field: &'static str, reason: &'static str) -> HeaderError {
    HeaderError::Range { field, reason }
}
