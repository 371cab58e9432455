use althing_primitives::{
    Address, Bytes, address, bytes,
    eips::{eip2935, eip4788, eip7002, eip7251},
    hex,
};

/// A contract in the genesis state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Predeploy {
    /// Where it lives.
    pub address: Address,
    /// Its runtime code.
    pub code: Bytes,
    /// What it is called in documents.
    pub name: &'static str,
}

/// The deterministic deployment proxy that Foundry, Hardhat and others expect.
pub const CREATE2_DEPLOYER_ADDRESS: Address = address!("0x4e59b44847b379578588920cA78FbF26c0B4956C");

/// Multicall3, which viem, ethers and MetaMask batch reads through.
pub const MULTICALL3_ADDRESS: Address = address!("0xcA11bde05977b3631167028862bE2a173976CA11");

static CREATE2_DEPLOYER_CODE: Bytes = bytes!(
    "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3"
);

const MULTICALL3_CODE: [u8; 3808] = match hex::const_decode_to_array(include_bytes!("bytecode/multicall3.hex")) {
    Ok(code) => code,
    Err(_) => panic!("the file holds 3808 bytes of hexadecimal"),
};

/// The contracts of the presets, by address: EIP-2935, 4788, 7002 and 7251 system contracts, the
/// CREATE2 deployer, Multicall3.
pub fn predeploys() -> Vec<Predeploy> {
    let predeploy = |name, address, code: &Bytes| Predeploy { address, code: code.clone(), name };
    vec![
        predeploy("EIP-2935 block hashes", eip2935::HISTORY_STORAGE_ADDRESS, &eip2935::HISTORY_STORAGE_CODE),
        predeploy("EIP-4788 beacon roots", eip4788::BEACON_ROOTS_ADDRESS, &eip4788::BEACON_ROOTS_CODE),
        predeploy(
            "EIP-7002 withdrawal requests",
            eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_ADDRESS,
            &eip7002::WITHDRAWAL_REQUEST_PREDEPLOY_CODE,
        ),
        predeploy(
            "EIP-7251 consolidation requests",
            eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_ADDRESS,
            &eip7251::CONSOLIDATION_REQUEST_PREDEPLOY_CODE,
        ),
        predeploy("CREATE2 deployer", CREATE2_DEPLOYER_ADDRESS, &CREATE2_DEPLOYER_CODE),
        predeploy("Multicall3", MULTICALL3_ADDRESS, &Bytes::from_static(&MULTICALL3_CODE)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{
        TxKind, U256,
        alloy::Signature,
        consensus::{SignableTransaction, TxLegacy},
    };

    /// Who signed the well-known deployment of `init`, and where that deployment put it.
    fn deployer(init: Vec<u8>, gas_limit: u64, signature: Signature) -> (Address, Address) {
        let gas_price = 100_000_000_000;
        let tx = TxLegacy { gas_price, gas_limit, to: TxKind::Create, input: init.into(), ..Default::default() };
        let sender = tx.into_signed(signature).recover_signer().expect("a valid signature");
        (sender, sender.create(0))
    }

    fn word(hex: &str) -> U256 {
        U256::from_str_radix(hex, 16).expect("hex")
    }

    #[test]
    fn multicall3_code_is_what_its_published_deployment_transaction_signs() {
        let init =
            [&hex!("608060405234801561001057600080fd5b50610ee0806100206000396000f3fe")[..], &MULTICALL3_CODE].concat();
        let signature = Signature::new(
            word("edce47092c0f398cebf3ffc267f05c8e7076e3b89445e0fe50f6332273d4569b"),
            word("1b0b9d000e19b24c5869b0fc3b22b0d6fa47cd63316875cbbd577d76e6fde086"),
            true,
        );
        let (sender, created) = deployer(init, 1_000_000, signature);
        assert_eq!(sender, address!("0x05f32b3cc3888453ff71b01135b34ff8e41263f2"));
        assert_eq!(created, MULTICALL3_ADDRESS);
    }

    #[test]
    fn create2_deployer_code_is_what_its_published_deployment_transaction_signs() {
        let init = [&hex!("604580600e600039806000f350fe")[..], &CREATE2_DEPLOYER_CODE].concat();
        let twos = U256::from_be_bytes([0x22; 32]);
        let (sender, created) = deployer(init, 100_000, Signature::new(twos, twos, false));
        assert_eq!(sender, address!("0x3fab184622dc19b6109349b94811493bf2a45362"));
        assert_eq!(created, CREATE2_DEPLOYER_ADDRESS);
    }
}
