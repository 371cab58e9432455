use althing_contracts::{
    IAccess::ReadPolicy,
    IGovernance::{self, Kind},
    INodes,
};
use althing_governance::Role;
use althing_primitives::{Address, B256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// `althing.governance` as written: who the members are, and how they change everything later. With
/// it, the system contracts exist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawGovernance {
    /// Members, numbered from 1 on; active from the beginning.
    pub members: Vec<RawMember>,
    /// How a function is decided that has no rule of its own.
    pub default_rule: RawRule,
    /// Rules of single functions.
    #[serde(default)]
    pub rules: Vec<RawFunctionRule>,
    /// What no vote can lower.
    #[serde(default)]
    pub floor: RawFloor,
    /// Seconds in which a proposal that succeeded may be executed.
    #[serde(default = "week")]
    pub execution_window: u32,
    /// A contract that decides instead of the rules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub constitution: Option<Address>,
    /// Who may read what; by default `open` in an insecure network, else `private`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_policy: Option<RawReadPolicy>,
    /// Software that may join.
    #[serde(default)]
    pub measurements: Vec<B256>,
    /// Hardware that may join.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join_policy: Option<RawJoinPolicy>,
    /// Whether a proof of double signing suspends the validator.
    #[serde(default)]
    pub suspend_on_equivocation: bool,
    /// Shares that together recover the ledger secret; by default more than half of the members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recovery_threshold: Option<u16>,
    /// Numbers without a place elsewhere in the genesis.
    #[serde(default)]
    pub parameters: RawParameters,
    /// Roles on the allow-lists.
    #[serde(default)]
    pub allow_lists: RawAllowLists,
}

/// A week, in seconds.
const fn week() -> u32 {
    7 * 86_400
}

/// An organisation with a vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawMember {
    /// Its first account.
    pub account: Address,
    /// What it is called.
    pub name: String,
    /// 0 or 1; rules may ask for a decision in each class.
    #[serde(default)]
    pub class: u8,
    /// X25519 key that recovery shares are wrapped for.
    #[serde(default, skip_serializing_if = "B256::is_zero")]
    pub encryption_key: B256,
    /// SHA-256 of its X.509 certificate.
    #[serde(default, skip_serializing_if = "B256::is_zero")]
    pub certificate_fingerprint: B256,
}

/// A rule of voting; see `IGovernance.Rule`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawRule {
    /// How ballots decide.
    pub kind: RawKind,
    /// Members for `threshold`, uses for `automatic`.
    #[serde(default)]
    pub threshold: u16,
    /// Percent of the members that must take part, for `majority`.
    #[serde(default)]
    pub quorum: u8,
    /// Whether it must hold among the members of each class.
    #[serde(default)]
    pub per_class: bool,
    /// Seconds for ballots.
    pub voting_period: u32,
    /// Seconds between success and execution.
    #[serde(default)]
    pub timelock: u32,
}

/// See `IGovernance.Kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the ABI's names")]
pub enum RawKind {
    Majority,
    Threshold,
    Unanimous,
    AnyOne,
    Automatic,
}

impl From<RawRule> for IGovernance::Rule {
    fn from(rule: RawRule) -> Self {
        let RawRule { kind, threshold, quorum, per_class, voting_period, timelock } = rule;
        let kind = match kind {
            RawKind::Majority => Kind::Majority,
            RawKind::Threshold => Kind::Threshold,
            RawKind::Unanimous => Kind::Unanimous,
            RawKind::AnyOne => Kind::AnyOne,
            RawKind::Automatic => Kind::Automatic,
        };
        Self { kind, threshold, quorum, perClass: per_class, votingPeriod: voting_period, timelock }
    }
}

/// The rule of one function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawFunctionRule {
    /// `Governance`, `Members`, `Nodes`, `Access`, `Parameters`, `Recovery`, `Deployers`, `Senders`, or an address.
    pub contract: String,
    /// `addValidator(uint32,bytes32,string)`.
    pub function: String,
    /// How it is decided.
    pub rule: RawRule,
}

/// What no vote can lower, for functions that loosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawFloor {
    /// All members but this many are for.
    pub missing: u16,
    /// Seconds between success and execution.
    pub timelock: u32,
    /// Whether a third of the members against defeats it.
    pub veto: bool,
}

/// What a network has that is to be taken seriously.
impl Default for RawFloor {
    fn default() -> Self {
        Self { missing: 1, timelock: 86_400, veto: true }
    }
}

/// See `IAccess.ReadPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the ABI's names")]
pub enum RawReadPolicy {
    Open,
    Authenticated,
    Private,
}

impl From<RawReadPolicy> for ReadPolicy {
    fn from(policy: RawReadPolicy) -> Self {
        match policy {
            RawReadPolicy::Open => Self::Open,
            RawReadPolicy::Authenticated => Self::Authenticated,
            RawReadPolicy::Private => Self::Private,
        }
    }
}

/// See `INodes.JoinPolicy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RawJoinPolicy {
    /// Bits: 1 virtual, 2 AMD SEV-SNP, 4 Intel TDX.
    pub platforms: u8,
    /// Least TCB version of a platform.
    #[serde(default)]
    pub minimum_tcb: u64,
    /// Percent of the seats that one vendor's hardware may hold.
    #[serde(default = "all")]
    pub vendor_share_max: u8,
    /// Seconds after which a node must attest again.
    #[serde(default = "month")]
    pub lease: u32,
}

const fn all() -> u8 {
    100
}

/// Thirty days, in seconds.
const fn month() -> u32 {
    30 * 86_400
}

impl RawJoinPolicy {
    /// Real hardware; anything in an insecure network.
    pub(crate) const fn standard(insecure: bool) -> Self {
        let platforms = if insecure { 7 } else { 6 };
        Self { platforms, minimum_tcb: 0, vendor_share_max: all(), lease: month() }
    }
}

impl From<RawJoinPolicy> for INodes::JoinPolicy {
    fn from(policy: RawJoinPolicy) -> Self {
        let RawJoinPolicy { platforms, minimum_tcb, vendor_share_max, lease } = policy;
        Self { platforms, minimumTcb: minimum_tcb, vendorShareMax: vendor_share_max, lease }
    }
}

/// Terms that the genesis block and the rest of the `althing` section do not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RawParameters {
    /// Wei, least base fee where transactions pay.
    pub base_fee: u64,
    /// Bytes of deployed code.
    pub contract_size_max: u64,
    /// Transactions in a pool.
    pub pool_transactions_max: u64,
    /// Transactions of one sender in a pool.
    pub pool_transactions_per_sender: u64,
    /// Requests a second of one client; 0 for no limit.
    pub requests_per_second: u64,
    /// Percent of gas and bytes of a block kept for members' calls to system contracts.
    pub system_lane: u64,
    /// Whether the allow-list decides who may send transactions.
    pub transaction_allow_list: bool,
    /// Whether the allow-list decides who may deploy contracts.
    pub deployer_allow_list: bool,
    /// A contract that is asked whether a transaction is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transaction_hook: Option<Address>,
}

impl Default for RawParameters {
    fn default() -> Self {
        Self {
            base_fee: 0,
            contract_size_max: 24_576,
            pool_transactions_max: 100_000,
            pool_transactions_per_sender: 10_000,
            requests_per_second: 0,
            system_lane: 10,
            transaction_allow_list: false,
            deployer_allow_list: false,
            transaction_hook: None,
        }
    }
}

/// Roles on the allow-lists, by account.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RawAllowLists {
    /// Who may send transactions.
    pub senders: BTreeMap<Address, RawRole>,
    /// Who may deploy contracts.
    pub deployers: BTreeMap<Address, RawRole>,
}

/// A role of Subnet-EVM's allow-lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the ABI's names")]
pub enum RawRole {
    Enabled,
    Admin,
    Manager,
}

impl From<RawRole> for Role {
    fn from(role: RawRole) -> Self {
        match role {
            RawRole::Enabled => Self::Enabled,
            RawRole::Admin => Self::Admin,
            RawRole::Manager => Self::Manager,
        }
    }
}
