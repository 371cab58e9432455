use althing_primitives::{
    Address, Bytes, U64, U256,
    consensus::{SignableTransaction, TxEip1559},
};
use serde_json::{Value, json};

/// A transaction nobody signed yet: its fields as JSON-RPC writes them, what is signed as EIP-2718 bytes
/// (`unsigned`: type byte, then RLP of the fields without signature), and the hash of that.
pub(super) fn json(transaction: &TxEip1559, from: Address) -> Value {
    let mut fields = request(transaction, from);
    fields["unsigned"] = json!(Bytes::from(transaction.encoded_for_signing()));
    fields["signingHash"] = json!(transaction.signature_hash());
    fields
}

/// The fields, as a signer's JSON-RPC takes them.
pub(super) fn request(transaction: &TxEip1559, from: Address) -> Value {
    json!({
        "type": "0x2",
        "chainId": U64::from(transaction.chain_id),
        "from": from,
        "to": transaction.to.to(),
        "value": transaction.value,
        "nonce": U64::from(transaction.nonce),
        "gas": U64::from(transaction.gas_limit),
        "maxFeePerGas": U256::from(transaction.max_fee_per_gas),
        "maxPriorityFeePerGas": U256::from(transaction.max_priority_fee_per_gas),
        "data": transaction.input,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::rlp::Decodable;

    #[test]
    fn the_bytes_to_sign_hold_the_fields_and_no_signature() {
        let transaction = TxEip1559 {
            chain_id: 930_930,
            nonce: 7,
            gas_limit: 90_000,
            to: Address::repeat_byte(3).into(),
            input: Bytes::from_static(&[1, 2, 3]),
            ..Default::default()
        };
        let found = json(&transaction, Address::repeat_byte(1));
        let bytes: Bytes = serde_json::from_value(found["unsigned"].clone()).unwrap();
        assert_eq!(bytes[0], 2);
        assert_eq!(TxEip1559::decode(&mut &bytes[1..]).unwrap(), transaction);
        assert_eq!((found["nonce"].as_str(), found["chainId"].as_str()), (Some("0x7"), Some("0xe3472")));
    }
}
