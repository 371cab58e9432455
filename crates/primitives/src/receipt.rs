use crate::{B256, Bloom, Log, TxType, alloy::logs_bloom};
use alloy_consensus::{Eip658Value, Eip2718EncodableReceipt, RlpEncodableReceipt, TxReceipt};
use alloy_eips::Typed2718;
use alloy_rlp::{BufMut, Encodable, Header};

/// A transaction's receipt: type, outcome, cumulative gas and logs (the bloom is computed).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipt {
    /// Type of the transaction.
    pub tx_type: TxType,
    /// Whether it ended without revert or halt. Part of the encoding from Byzantium on (EIP-658).
    pub success: bool,
    /// Before Byzantium: the state root after it, encoded instead of `success`.
    pub state_root: Option<B256>,
    /// Gas of the block's transactions up to and with this one.
    pub cumulative_gas_used: u64,
    /// Its events, in order.
    pub logs: Vec<Log>,
}

impl Receipt {
    fn outcome(&self) -> Eip658Value {
        self.state_root.map_or(Eip658Value::Eip658(self.success), Eip658Value::PostState)
    }

    fn list_header(&self, bloom: &Bloom) -> Header {
        let outcome = self.outcome().length();
        let payload_length = outcome + self.cumulative_gas_used.length() + bloom.length() + self.logs.length();
        Header { list: true, payload_length }
    }
}

impl Typed2718 for Receipt {
    fn ty(&self) -> u8 {
        self.tx_type as u8
    }
}

impl TxReceipt for Receipt {
    type Log = Log;

    fn status_or_post_state(&self) -> Eip658Value {
        self.outcome()
    }

    fn status(&self) -> bool {
        self.success
    }

    fn bloom(&self) -> Bloom {
        logs_bloom(self.logs.iter())
    }

    fn cumulative_gas_used(&self) -> u64 {
        self.cumulative_gas_used
    }

    fn logs(&self) -> &[Log] {
        &self.logs
    }
}

impl Eip2718EncodableReceipt for Receipt {
    fn eip2718_encoded_length_with_bloom(&self, bloom: &Bloom) -> usize {
        usize::from(!self.is_legacy()) + self.list_header(bloom).length_with_payload()
    }

    fn eip2718_encode_with_bloom(&self, bloom: &Bloom, out: &mut dyn BufMut) {
        if !self.is_legacy() {
            out.put_u8(self.ty());
        }
        self.list_header(bloom).encode(out);
        self.outcome().encode(out);
        self.cumulative_gas_used.encode(out);
        bloom.encode(out);
        self.logs.encode(out);
    }
}

impl RlpEncodableReceipt for Receipt {
    fn rlp_encoded_length_with_bloom(&self, bloom: &Bloom) -> usize {
        let payload_length = self.eip2718_encoded_length_with_bloom(bloom);
        if self.is_legacy() {
            return payload_length;
        }
        Header { list: false, payload_length }.length_with_payload()
    }

    fn rlp_encode_with_bloom(&self, bloom: &Bloom, out: &mut dyn BufMut) {
        if !self.is_legacy() {
            Header { list: false, payload_length: self.eip2718_encoded_length_with_bloom(bloom) }.encode(out);
        }
        self.eip2718_encode_with_bloom(bloom, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::EthereumReceipt;

    fn encoded(receipt: &impl Eip2718EncodableReceipt, bloom: &Bloom) -> Vec<u8> {
        let mut out = Vec::new();
        receipt.eip2718_encode_with_bloom(bloom, &mut out);
        assert_eq!(out.len(), receipt.eip2718_encoded_length_with_bloom(bloom));
        out
    }

    #[test]
    fn receipts_with_a_status_encode_as_ethereum_s() {
        for (tx_type, success) in [(TxType::Legacy, true), (TxType::Eip1559, false)] {
            let logs = vec![Log::default()];
            let ours = Receipt { tx_type, success, cumulative_gas_used: 21_000, logs: logs.clone(), state_root: None };
            let theirs = EthereumReceipt { tx_type, success, cumulative_gas_used: 21_000, logs };
            let bloom = ours.bloom();
            assert_eq!(bloom, theirs.bloom());
            assert_eq!(encoded(&ours, &bloom), encoded(&theirs, &bloom));
            let (mut one, mut other) = (Vec::new(), Vec::new());
            ours.rlp_encode_with_bloom(&bloom, &mut one);
            theirs.rlp_encode_with_bloom(&bloom, &mut other);
            assert_eq!(one, other);
        }
    }

    #[test]
    fn before_byzantium_the_state_root_stands_in_for_the_status() {
        let root = B256::repeat_byte(7);
        let receipt = Receipt { state_root: Some(root), cumulative_gas_used: 21_000, ..Receipt::default() };
        let theirs = alloy_consensus::Receipt { status: root.into(), cumulative_gas_used: 21_000, logs: Vec::new() };
        let envelope = alloy_consensus::ReceiptEnvelope::<Log>::Legacy(theirs.into_with_bloom());
        let expected = alloy_eips::eip2718::Encodable2718::encoded_2718(&envelope);
        assert_eq!(encoded(&receipt, &Bloom::ZERO), expected);
    }
}
