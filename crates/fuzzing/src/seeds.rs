use crate::{block::imported, chain::Chain};
use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner};
use althing_chainspec::{ChainSpec, DEV_MNEMONIC, Genesis};
use althing_primitives::{
    Address, B256, Bytes, TxKind, U256,
    consensus::{SignableTransaction, Signed, TxEip1559, TxEip2930, TxEip4844, TxEip7702, TxLegacy},
    eips::{
        eip2718::Encodable2718,
        eip2930::{AccessList, AccessListItem},
        eip7702::Authorization,
    },
    hex, rlp,
};
use std::collections::BTreeMap;

/// Bytes to begin with, by target.
#[derive(Debug, Default)]
pub struct Seeds(pub BTreeMap<&'static str, Vec<Vec<u8>>>);

impl Seeds {
    /// Those made here: a chain's blocks, every type of transaction, two genesis files, some requests.
    pub fn own() -> Self {
        let chain = Chain::new(Genesis::dev());
        let blocks = history(&chain.spec).map(|transactions| rlp::encode(chain.mine(transactions)));
        let mut seeds = Self::default();
        seeds.0.insert("block", blocks.into());
        seeds.0.insert("transaction", transactions(&chain.spec).into_iter().map(Into::into).collect());
        seeds.0.insert("genesis", [Genesis::dev(), imported()].map(|genesis| genesis.to_json().into_bytes()).into());
        seeds.0.insert("request", REQUESTS.iter().map(|request| request.as_bytes().to_vec()).collect());
        seeds
    }
}

/// Words of JSON-RPC, for the fuzzer's dictionary: every method, and names of fields and blocks.
pub fn dictionary() -> Vec<String> {
    let page = althing_rpc::openrpc_page();
    let methods = page.lines().filter_map(|line| line.strip_prefix("### ")).filter(|name| name.contains('_'));
    methods.chain(WORDS).map(str::to_owned).collect()
}

const WORDS: [&str; 40] = [
    "jsonrpc",
    "2.0",
    "method",
    "params",
    "latest",
    "earliest",
    "pending",
    "safe",
    "finalized",
    "blockHash",
    "requireCanonical",
    "from",
    "to",
    "gas",
    "gasPrice",
    "maxFeePerGas",
    "value",
    "data",
    "input",
    "nonce",
    "accessList",
    "storageKeys",
    "authorizationList",
    "stateOverrides",
    "blockOverrides",
    "stateDiff",
    "movePrecompileToAddress",
    "blockStateCalls",
    "calls",
    "validation",
    "traceTransfers",
    "tracer",
    "callTracer",
    "prestateTracer",
    "diffMode",
    "tracerConfig",
    "topics",
    "fromBlock",
    "toBlock",
    "txIndex",
];

/// Adds one to slot 1, then logs a word.
const RUNTIME: [u8; 20] = hex!("60015460010160015560ff60005260206000a000");

/// The transactions of two blocks: transfers, a contract, a call of it, one that fails.
pub(crate) fn history(spec: &ChainSpec) -> [Vec<Bytes>; 2] {
    let constructor: Bytes = [&hex!("73")[..], &RUNTIME, &hex!("6000526014600cf3")].concat().into();
    let contract = signer().address().create(1);
    let first = [transfer(0), eip1559(1, TxKind::Create, constructor)];
    let second =
        [eip1559(2, contract.into(), Bytes::new()), eip1559(3, TxKind::Create, hex!("fe").into()), transfer(4)];
    [first.map(|tx| signed(spec, tx)).into(), second.map(|tx| signed(spec, tx)).into()]
}

fn signer() -> PrivateKeySigner {
    MnemonicBuilder::from_phrase_nth(DEV_MNEMONIC, 0)
}

fn transfer(nonce: u64) -> TxEip1559 {
    eip1559(nonce, Address::repeat_byte(1).into(), Bytes::new())
}

fn eip1559(nonce: u64, to: TxKind, input: Bytes) -> TxEip1559 {
    let (gas_limit, max_fee_per_gas, max_priority_fee_per_gas) = (200_000, 20_000_000_000, 1_000_000_000);
    TxEip1559 { nonce, to, input, gas_limit, max_fee_per_gas, max_priority_fee_per_gas, ..Default::default() }
}

fn signed(spec: &ChainSpec, tx: TxEip1559) -> Bytes {
    encoded(TxEip1559 { chain_id: spec.chain_id(), ..tx })
}

fn encoded<T: SignableTransaction<alloy_signer::Signature>>(tx: T) -> Bytes
where
    Signed<T>: Encodable2718,
{
    let signature = signer().sign_hash_sync(&tx.signature_hash()).expect("a key in memory signs");
    tx.into_signed(signature).encoded_2718().into()
}

/// One of each type, the first of an account.
fn transactions(spec: &ChainSpec) -> Vec<Bytes> {
    let (chain_id, to) = (spec.chain_id(), Address::repeat_byte(1));
    let (gas_limit, max_fee_per_gas, max_priority_fee_per_gas) = (200_000, 20_000_000_000, 1_000_000_000);
    let item = AccessListItem { address: to, storage_keys: vec![B256::repeat_byte(2)] };
    let access_list = AccessList(vec![item]);
    let legacy = TxLegacy { chain_id: Some(chain_id), gas_limit, to: to.into(), ..Default::default() };
    let eip2930 =
        TxEip2930 { chain_id, gas_limit, to: to.into(), access_list: access_list.clone(), ..Default::default() };
    let blob_versioned_hashes = vec![B256::with_last_byte(1)];
    let eip4844 =
        TxEip4844 { chain_id, gas_limit, to, blob_versioned_hashes, max_fee_per_blob_gas: 1, ..Default::default() };
    let authorization = Authorization { chain_id: U256::from(chain_id), address: to, nonce: 1 };
    let signature = signer().sign_hash_sync(&authorization.signature_hash()).expect("a key in memory signs");
    let authorization_list = vec![authorization.into_signed(signature)];
    let eip7702 = TxEip7702 {
        chain_id,
        gas_limit,
        max_fee_per_gas,
        max_priority_fee_per_gas,
        to,
        access_list,
        authorization_list,
        ..Default::default()
    };
    let plain = TxLegacy { chain_id: None, ..legacy.clone() };
    let eip1559 = signed(spec, transfer(0));
    vec![encoded(legacy), encoded(plain), encoded(eip2930), eip1559, encoded(eip4844), encoded(eip7702)]
}

const REQUESTS: [&str; 24] = [
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_blockNumber"}"#,
    r#"[{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]},{"jsonrpc":"2.0","method":"net_version"}]"#,
    r#"{"jsonrpc":"2.0","id":"a","method":"eth_getBlockByNumber","params":["latest",true]}"#,
    r#"{"jsonrpc":"2.0","id":null,"method":"eth_getBalance","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",{"blockNumber":"0x1"}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_getStorageAt","params":["0xe7f1725e7734ce288f8367e1bb143e90bb3f0512","0x1","latest"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_getProof","params":["0xe7f1725e7734ce288f8367e1bb143e90bb3f0512",["0x1"],"0x1"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_getLogs","params":[{"fromBlock":"earliest","toBlock":"latest","topics":[null,["0x0000000000000000000000000000000000000000000000000000000000000001"]]}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_newFilter","params":[{"address":["0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"]}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"from":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512","gas":"0x30000","value":"0x1","input":"0x01"},"latest",{"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512":{"balance":"0x1","code":"0x60006000fd","stateDiff":{}}},{"time":"0x1"}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_estimateGas","params":[{"to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_createAccessList","params":[{"to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"},"latest"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_simulateV1","params":[{"blockStateCalls":[{"blockOverrides":{"number":"0x9","baseFeePerGas":"0x1"},"stateOverrides":{"0xc000000000000000000000000000000000000000":{"balance":"0x64"}},"calls":[{"from":"0xc000000000000000000000000000000000000000","to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"}]}],"traceTransfers":true,"validation":false,"returnFullTransactions":true},"latest"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_feeHistory","params":["0x2","latest",[1.5,50]]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBlockReceipts","params":["0x2"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"debug_traceBlockByNumber","params":["0x2",{"tracer":"callTracer","tracerConfig":{"withLog":true}}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"debug_traceCall","params":[{"to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"},"latest",{"tracer":"prestateTracer","tracerConfig":{"diffMode":true},"timeout":"1ms"}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"debug_traceBlockByNumber","params":["0x1",{"tracer":"muxTracer","tracerConfig":{"callTracer":{},"4byteTracer":{}}}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"debug_storageRangeAt","params":["0x2",0,"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512","0x00",10]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"trace_filter","params":[{"fromBlock":"0x1","toBlock":"0x2","count":3}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"trace_callMany","params":[[[{"to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512"},["trace","vmTrace","stateDiff"]]],"latest"]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"ots_searchTransactionsBefore","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",0,5]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{"from":"0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266","to":"0xe7f1725e7734ce288f8367e1bb143e90bb3f0512","gas":"0x30000"}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"eth_signTypedData_v4","params":["0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266",{"types":{"EIP712Domain":[{"name":"name","type":"string"}],"A":[{"name":"b","type":"uint256[2][]"}]},"primaryType":"A","domain":{"name":"x"},"message":{"b":[[1,2]]}}]}"#,
    r#"{"jsonrpc":"2.0","id":1,"method":"testing_buildBlockV1","params":["0x0000000000000000000000000000000000000000000000000000000000000000",{"timestamp":"0x1","prevRandao":"0x0000000000000000000000000000000000000000000000000000000000000000","suggestedFeeRecipient":"0x0000000000000000000000000000000000000000","withdrawals":[],"parentBeaconBlockRoot":"0x0000000000000000000000000000000000000000000000000000000000000000"},null,"0x"]}"#,
];
