//! The suites' names for what is wrong, and how our errors say it.

/// Checks that a refusal is for the reason given: one of the names (`A|B`), each of which our text
/// has to say in one of the ways of [`WAYS`]. A name that is not there allows any reason.
pub(crate) fn check(exception: &str, reason: &str) -> Result<(), String> {
    let fits = |name: &str| {
        let name = name.rsplit('.').next().unwrap_or(name);
        let ways = WAYS.iter().find(|(known, _)| *known == name).map(|(_, ways)| *ways);
        ways.is_none_or(|ways| ways.iter().any(|way| reason.contains(way)))
    };
    if reason.starts_with("broken:") || !exception.split('|').any(fits) {
        return Err(format!("refused for `{reason}`, expected {exception}"));
    }
    Ok(())
}

/// Name, and the parts of our texts that say so. Before EIP-155 a protected signature is an
/// invalid one; a fee of more than 128 bits does not decode.
const WAYS: &[(&str, &[&str])] = &[
    ("INTRINSIC_GAS_TOO_LOW", &["call gas cost", "gas floor"]),
    ("INTRINSIC_GAS_BELOW_FLOOR_GAS_COST", &["gas floor", "call gas cost"]),
    ("INSUFFICIENT_ACCOUNT_FUNDS", &["lack of funds", "overflow payment"]),
    ("INSUFFICIENT_MAX_FEE_PER_GAS", &["less than basefee"]),
    ("INSUFFICIENT_MAX_FEE_PER_BLOB_GAS", &["blob gas price"]),
    ("PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS", &["priority fee is greater"]),
    ("PRIORITY_GREATER_THAN_MAX_FEE_PER_GAS_2", &["priority fee is greater", "rlp:"]),
    ("GASLIMIT_PRICE_PRODUCT_OVERFLOW", &["overflow payment", "lack of funds", "rlp:"]),
    ("GAS_ALLOWANCE_EXCEEDED", &["gas left in the block"]),
    ("GAS_LIMIT_EXCEEDS_MAXIMUM", &["greater than the cap"]),
    ("NONCE_MISMATCH_TOO_LOW", &["too low, expected"]),
    ("NONCE_MISMATCH_TOO_HIGH", &["too high, expected"]),
    ("NONCE_IS_MAX", &["nonce overflow"]),
    ("NONCE_TOO_BIG", &["nonce overflow", "rlp:"]),
    ("NONCE_OVERFLOW", &["rlp:", "nonce overflow"]),
    ("INITCODE_SIZE_EXCEEDED", &["initcode size"]),
    ("SENDER_NOT_EOA", &["deployed code"]),
    ("TYPE_NOT_SUPPORTED", &["not supported", "rlp:"]),
    ("TYPE_1_TX_PRE_FORK", &["Eip2930 is not supported", "not supported"]),
    ("TYPE_2_TX_PRE_FORK", &["Eip1559 is not supported"]),
    ("TYPE_3_TX_PRE_FORK", &["Eip4844 is not supported"]),
    ("TYPE_4_TX_PRE_FORK", &["Eip7702 is not supported"]),
    ("TYPE_3_TX_ZERO_BLOBS", &["empty blobs"]),
    ("TYPE_3_TX_ZERO_BLOBS_PRE_FORK", &["empty blobs", "Eip4844 is not supported"]),
    ("TYPE_3_TX_BLOB_COUNT_EXCEEDED", &["too many blobs", "blob gas", "blobGasUsed"]),
    ("TYPE_3_TX_MAX_BLOB_GAS_ALLOWANCE_EXCEEDED", &["blob gas", "too many blobs", "blobGasUsed"]),
    ("TYPE_3_TX_INVALID_BLOB_VERSIONED_HASH", &["blob version"]),
    ("TYPE_3_TX_CONTRACT_CREATION", &["rlp:", "blob create"]),
    ("TYPE_3_TX_WITH_FULL_BLOBS", &["rlp:"]),
    ("TYPE_4_EMPTY_AUTHORIZATION_LIST", &["empty authorization list"]),
    ("TYPE_4_TX_CONTRACT_CREATION", &["rlp:"]),
    ("INVALID_CHAINID", &["invalid chain ID", "replay protected", "signature", "rlp:"]),
    ("INVALID_SIGNATURE_VRS", &["signature", "replay protected", "rlp:"]),
    ("EC_RECOVERY_FAIL", &["signature"]),
    ("INCORRECT_EXCESS_BLOB_GAS", &["excessBlobGas"]),
    ("INCORRECT_BLOB_GAS_USED", &["blobGasUsed", "blob gas used"]),
    ("BLOB_GAS_USED_ABOVE_LIMIT", &["blobGasUsed"]),
    ("INVALID_GASLIMIT", &["gasLimit"]),
    ("INVALID_BASEFEE_PER_GAS", &["baseFeePerGas"]),
    ("INVALID_REQUESTS", &["requestsHash"]),
    ("INVALID_DEPOSIT_EVENT_LAYOUT", &["deposit log"]),
    ("SYSTEM_CONTRACT_CALL_FAILED", &["system call failed"]),
    ("SYSTEM_CONTRACT_EMPTY", &["system call failed"]),
    ("INVALID_WITHDRAWALS_ROOT", &["withdrawals root", "withdrawalsRoot"]),
    ("INVALID_BLOCK_HASH", &["parentHash", "parent is unknown"]),
    ("INVALID_STATE_ROOT", &["state root"]),
    ("INVALID_RECEIPTS_ROOT", &["receiptsRoot"]),
    ("INVALID_TRANSACTIONS_ROOT", &["transactions root"]),
    ("INVALID_LOG_BLOOM", &["bloom"]),
    ("INVALID_GAS_USED", &["gas used", "gasUsed"]),
    ("INVALID_GAS_USED_ABOVE_LIMIT", &["gasUsed"]),
    ("INVALID_BLOCK_TIMESTAMP_OLDER_THAN_PARENT", &["timestamp"]),
    ("INVALID_BLOCK_NUMBER", &["number", "committed"]),
    ("UNKNOWN_PARENT", &["parent is unknown"]),
    ("UNKNOWN_PARENT_ZERO", &["parent is unknown"]),
    ("INVALID_VERSIONED_HASHES", &["not supported", "blob version"]),
    ("RLP_STRUCTURES_ENCODING", &["rlp:"]),
    ("RLP_BLOCK_LIMIT_EXCEEDED", &["bytes, at most"]),
    ("INCORRECT_BLOCK_FORMAT", &["is missing", "is present before", "rlp:", "withdrawals"]),
    ("EXTRA_DATA_TOO_BIG", &["extraData"]),
    ("EXTRA_DATA_INVALID_DAO", &["extraData"]),
    ("TOO_MANY_UNCLES", &["at most 2"]),
    ("UNCLE_IN_CHAIN", &["ommers:"]),
    ("UNCLE_IS_ANCESTOR", &["ommers:"]),
    ("UNCLE_IS_BROTHER", &["ommers:"]),
    ("UNCLE_PARENT_INCORRECT", &["ommers:"]),
    ("UNCLES_HASH_MISMATCH", &["ommers hash"]),
    ("INVALID_DIFFICULTY", &["difficulty"]),
    ("INVALID_POW_DIFFICULTY", &["difficulty"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_for_another_reason_is_a_failure() {
        assert!(check("TransactionException.NONCE_IS_MAX", "transaction 0: nonce overflow in transaction").is_ok());
        assert!(check("TransactionException.NONCE_IS_MAX", "header: gasLimit: moves").is_err());
        assert!(check("BlockException.INVALID_GASLIMIT|TransactionException.NONCE_IS_MAX", "gasLimit: moves").is_ok());
        assert!(check("SomethingOld", "any reason").is_ok());
        assert!(check("SomethingOld", "broken: the state cannot be read").is_err());
    }
}
