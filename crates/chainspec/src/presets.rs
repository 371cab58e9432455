use crate::{
    Alloc, ChainSpec, Genesis, GenesisAccount, GenesisConfig, RawAllowLists, RawConsortium, RawFloor, RawGovernance,
    RawKind, RawMember, RawParameters, RawRule, Validator,
};
use althing_contracts::predeploys;
use althing_primitives::{Address, B256, U256, address, hex};

/// Chain id of the presets; 31337 and 1337 make tools believe they talk to Hardhat.
pub const DEV_CHAIN_ID: u64 = 930_930;

/// The published phrase of the funded accounts, for insecure networks only.
pub const DEV_MNEMONIC: &str = "test test test test test test test test test test test junk";

/// The published Ed25519 secret of the one validator of [`Genesis::dev`] (RFC 8032, section 7.1,
/// test 1): it protects nothing.
pub const DEV_VALIDATOR_SECRET: [u8; 32] = hex!("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

/// Public half of [`DEV_VALIDATOR_SECRET`].
const DEV_VALIDATOR_KEY: [u8; 32] = hex!("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");

/// 10,000 ether in wei.
const DEV_BALANCE: u128 = 10_000 * 1_000_000_000_000_000_000;
const GAS_LIMIT: u64 = 100_000_000;

/// The first ten accounts of [`DEV_MNEMONIC`] at `m/44'/60'/0'/0/n`.
pub const fn dev_accounts() -> [Address; 10] {
    [
        address!("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
        address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
        address!("0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC"),
        address!("0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
        address!("0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"),
        address!("0x9965507D1a55bcC2695C58ba16FB37d819B0A4dc"),
        address!("0x976EA74026E726554dB657fA54763abd0C3a0aa9"),
        address!("0x14dC79964da2C08b23698B3D3cc7Ca32193d9955"),
        address!("0x23618e81E3f5cdF7f54C3d65f7FBc0aBf5B21E8f"),
        address!("0xa0Ee7A142d267C1f36714E4a8F75612F20a79720"),
    ]
}

impl Genesis {
    /// `althing dev`: one validator with a published key, ten funded accounts, no fees, insecure.
    pub fn dev() -> Self {
        let public_key = B256::new(DEV_VALIDATOR_KEY);
        Self::testnet(vec![Validator { public_key, address: "127.0.0.1:30930".to_owned(), member: None }])
    }

    /// `althing testnet`: the same with validators of your own, and one member for each of the first ten.
    pub fn testnet(validators: Vec<Validator>) -> Self {
        let members = validators.len().clamp(1, dev_accounts().len());
        let governance = Some(RawGovernance::testnet(members));
        Self {
            config: GenesisConfig { chain_id: Some(DEV_CHAIN_ID), ..GenesisConfig::all_forks() },
            althing: Some(RawConsortium { insecure: true, validators, governance, ..Default::default() }),
            gas_limit: GAS_LIMIT,
            alloc: alloc(),
            ..Default::default()
        }
    }
}

impl RawGovernance {
    /// The first published accounts as members: more than half of them decide, a day at most, without a timelock.
    pub fn testnet(members: usize) -> Self {
        Self {
            floor: RawFloor { missing: members as u16, timelock: 0, veto: false },
            ..Self::of(dev_members(members), RawRule { quorum: 50, ..RawRule::majority(DAY) })
        }
    }

    /// Members and how they decide; everything else by default.
    pub(crate) fn of(members: Vec<RawMember>, default_rule: RawRule) -> Self {
        Self {
            members,
            default_rule,
            rules: Vec::new(),
            floor: RawFloor::default(),
            execution_window: 7 * DAY,
            constitution: None,
            read_policy: None,
            measurements: Vec::new(),
            join_policy: None,
            suspend_on_equivocation: false,
            recovery_threshold: None,
            parameters: RawParameters::default(),
            allow_lists: RawAllowLists::default(),
        }
    }
}

impl RawRule {
    /// More for than against, or more than half of all at once.
    pub(crate) const fn majority(voting_period: u32) -> Self {
        Self { kind: RawKind::Majority, threshold: 0, quorum: 0, per_class: false, voting_period, timelock: 0 }
    }
}

/// A day, in seconds.
pub(crate) const DAY: u32 = 86_400;

/// The first published accounts as members.
pub(crate) fn dev_members(count: usize) -> Vec<RawMember> {
    let member = |(index, account): (usize, Address)| RawMember {
        account,
        name: format!("Member {}", index + 1),
        class: 0,
        encryption_key: B256::ZERO,
        certificate_fingerprint: B256::ZERO,
    };
    dev_accounts().into_iter().take(count).enumerate().map(member).collect()
}

impl GenesisConfig {
    /// Every fork up to Osaka in force from the first block; no chain id.
    pub fn all_forks() -> Self {
        Self {
            homestead_block: Some(0),
            eip150_block: Some(0),
            eip155_block: Some(0),
            eip158_block: Some(0),
            byzantium_block: Some(0),
            constantinople_block: Some(0),
            petersburg_block: Some(0),
            istanbul_block: Some(0),
            berlin_block: Some(0),
            london_block: Some(0),
            terminal_total_difficulty: Some(U256::ZERO),
            shanghai_time: Some(0),
            cancun_time: Some(0),
            prague_time: Some(0),
            osaka_time: Some(0),
            ..Default::default()
        }
    }
}

impl ChainSpec {
    /// The chain of [`Genesis::dev`].
    pub fn dev() -> Self {
        Genesis::dev().into_spec().expect("the preset is valid")
    }

    /// The chain of [`Genesis::testnet`].
    ///
    /// # Errors
    /// Validators that are too many, appear twice or have no address.
    pub fn testnet(validators: Vec<Validator>) -> Result<Self, crate::GenesisError> {
        Genesis::testnet(validators).into_spec()
    }
}

fn alloc() -> Alloc {
    let funded = dev_accounts().into_iter().map(|address| {
        let account = GenesisAccount { balance: U256::from(DEV_BALANCE), ..Default::default() };
        (address, account)
    });
    let contracts = predeploys().into_iter().map(|contract| {
        let account = GenesisAccount { nonce: 1, code: contract.code, ..Default::default() };
        (contract.address, account)
    });
    funded.chain(contracts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FeeMode, Hardfork};
    use alloy_signer_local::{MnemonicBuilder, coins_bip39::English};

    #[test]
    fn dev_accounts_are_those_of_the_mnemonic() {
        for (index, expected) in dev_accounts().into_iter().enumerate() {
            let builder = MnemonicBuilder::<English>::default().phrase(DEV_MNEMONIC);
            let signer = builder.index(index as u32).unwrap().build().unwrap();
            assert_eq!(signer.address(), expected);
        }
    }

    #[test]
    fn dev_chain_is_free_of_fees_insecure_and_at_the_latest_fork() {
        let spec = ChainSpec::dev();
        assert_eq!(spec.chain_id(), DEV_CHAIN_ID);
        assert_eq!(spec.fee_mode(), FeeMode::Zero);
        assert!(spec.is_insecure());
        assert_eq!(spec.forks().of(&spec.genesis().header), Hardfork::Osaka);
        assert_eq!(spec.genesis().header.base_fee_per_gas, Some(0));
        assert_eq!(spec.genesis().header.gas_limit, 100_000_000);
        spec.genesis().check_body().unwrap();
    }
}
