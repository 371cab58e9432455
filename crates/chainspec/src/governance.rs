//! From `althing.governance` and the rest of a genesis to the storage of the system contracts.

use crate::{
    Alloc, Consortium, FeeMode, ForkSchedule, Genesis, GenesisAccount, GenesisError, RawFunctionRule, RawGovernance,
    RawJoinPolicy, RawParameters, Validator,
};
use althing_contracts::{
    ACCESS, DEPLOYER_ALLOW_LIST, GOVERNANCE,
    IAccess::ReadPolicy,
    IGovernance::{Floor, RuleEntry},
    IParameters, MEMBERS, NODES, PARAMETERS, RECOVERY, SYSTEM_CONTRACTS, TRANSACTION_ALLOW_LIST, system_code,
};
use althing_governance::{
    Constitution, NetworkNode, Terms,
    genesis::{GenesisMember, GovernanceGenesis, storage},
    is_governed, is_public_key,
};
use althing_primitives::{Address, keccak256};
use std::collections::BTreeSet;

/// Members in a genesis at most; later ones are invited.
const MEMBERS_MAX: usize = 1_000;

/// What a consortium's genesis says of governance, checked; `None` where it has no such section.
pub(crate) fn governance(
    genesis: &Genesis,
    consortium: &Consortium,
    forks: &ForkSchedule,
) -> Result<Option<GovernanceGenesis>, GenesisError> {
    let Some(raw) = genesis.althing.as_ref().and_then(|section| section.governance.as_ref()) else {
        return Ok(None);
    };
    check_members(raw)?;
    let terms = terms(&raw.parameters, consortium);
    check_terms(&terms)?;
    let members = raw.members.len();
    let read_policy = raw.read_policy.map(ReadPolicy::from);
    let default_policy = if consortium.insecure { ReadPolicy::Open } else { ReadPolicy::Private };
    let join_policy = raw.join_policy.unwrap_or(RawJoinPolicy::standard(consortium.insecure));
    Ok(Some(GovernanceGenesis {
        timestamp: genesis.timestamp,
        insecure: consortium.insecure,
        members: raw.members.iter().map(member).collect(),
        validators: nodes("validators", &consortium.validators, members)?,
        followers: nodes("followers", &consortium.followers, members)?,
        terms,
        fork_times: forks.times(),
        constitution: constitution(raw)?,
        read_policy: read_policy.unwrap_or(default_policy),
        measurements: raw.measurements.clone(),
        join_policy: join_policy.into(),
        suspend_on_equivocation: raw.suspend_on_equivocation,
        recovery_threshold: raw.recovery_threshold.unwrap_or((members / 2 + 1) as u16),
        senders: roles(&raw.allow_lists.senders),
        deployers: roles(&raw.allow_lists.deployers),
    }))
}

/// Puts the system contracts into the genesis state.
///
/// # Errors
/// The file has something there itself, or a contract refuses what it says.
pub(crate) fn install(governance: &GovernanceGenesis, alloc: &mut Alloc) -> Result<(), GenesisError> {
    let mut slots = storage(governance).map_err(|refused| {
        let reason = format!("the system contracts refuse it with {}", refused.error);
        field(&refused.part, reason)
    })?;
    for address in SYSTEM_CONTRACTS {
        let storage = slots.remove(&address).unwrap_or_default().into_iter().collect();
        let account = GenesisAccount { nonce: 1, code: system_code(&address), storage, ..Default::default() };
        if alloc.get(&address).is_some_and(|said| *said != account) {
            let reason = "what a system contract has follows from `althing.governance`: leave it out";
            return Err(GenesisError::field(format!("alloc.{address}"), reason));
        }
        alloc.insert(address, account);
    }
    Ok(())
}

/// Checks that a consortium without the section has no code where members and their tools would take it for a
/// system contract.
///
/// # Errors
/// The file has code there.
pub(crate) fn check_absent(alloc: &Alloc) -> Result<(), GenesisError> {
    let has_code = |address: &&Address| alloc.get(*address).is_some_and(|account| !account.code.is_empty());
    match SYSTEM_CONTRACTS.iter().find(has_code) {
        None => Ok(()),
        Some(address) => {
            let reason = "a system contract comes with `althing.governance`, which is missing";
            Err(GenesisError::field(format!("alloc.{address}.code"), reason))
        }
    }
}

fn check_members(raw: &RawGovernance) -> Result<(), GenesisError> {
    if raw.members.is_empty() || raw.members.len() > MEMBERS_MAX {
        return Err(field("members", format!("{} entries, not from 1 to {MEMBERS_MAX}", raw.members.len())));
    }
    let mut seen = BTreeSet::new();
    for (index, member) in raw.members.iter().enumerate() {
        if !seen.insert(member.account) {
            return Err(field(&format!("members[{index}].account"), "appears twice"));
        }
        if member.class > 1 {
            return Err(field(&format!("members[{index}].class"), "is not 0 or 1"));
        }
    }
    Ok(())
}

fn member(raw: &crate::RawMember) -> GenesisMember {
    GenesisMember {
        account: raw.account,
        name: raw.name.clone(),
        class: raw.class,
        encryption_key: raw.encryption_key,
        certificate_fingerprint: raw.certificate_fingerprint,
    }
}

fn roles(
    raw: &std::collections::BTreeMap<Address, crate::RawRole>,
) -> std::collections::BTreeMap<Address, althing_governance::Role> {
    raw.iter().map(|(account, role)| (*account, (*role).into())).collect()
}

/// Nodes with the members that run them: the one named, else the members in turn.
fn nodes(name: &str, nodes: &[Validator], members: usize) -> Result<Vec<NetworkNode>, GenesisError> {
    let node = |(index, node): (usize, &Validator)| {
        let wrong = |part: &str, reason: String| GenesisError::field(format!("althing.{name}[{index}].{part}"), reason);
        let member = node.member.unwrap_or((index % members + 1) as u32);
        if !(1..=members).contains(&(member as usize)) {
            return Err(wrong("member", format!("{member} is not from 1 to {members}")));
        }
        if !is_public_key(&node.public_key.0) {
            return Err(wrong("publicKey", "is no Ed25519 public key".to_owned()));
        }
        Ok(NetworkNode { public_key: node.public_key, member, host: node.address.clone() })
    };
    nodes.iter().enumerate().map(node).collect()
}

fn terms(raw: &RawParameters, consortium: &Consortium) -> Terms {
    Terms {
        gas_limit: consortium.gas_limit,
        block_bytes_max: consortium.block_bytes_max,
        block_time_ms: consortium.block_time_ms,
        follow_up_blocks: consortium.follow_up_blocks,
        follow_up_ms: consortium.follow_up_ms,
        heartbeat_ms: consortium.heartbeat_ms,
        leader_timeout_ms: consortium.timeouts.leader_ms,
        certification_timeout_ms: consortium.timeouts.certification_ms,
        skip_timeout_ms: consortium.timeouts.skip_ms,
        retry_timeout_ms: consortium.timeouts.retry_ms,
        fee_mode: consortium.fee_mode.into(),
        base_fee: raw.base_fee,
        contract_size_max: raw.contract_size_max,
        pool_transactions_max: raw.pool_transactions_max,
        pool_transactions_per_sender: raw.pool_transactions_per_sender,
        requests_per_second: raw.requests_per_second,
        system_lane: raw.system_lane,
        transaction_allow_list: raw.transaction_allow_list,
        deployer_allow_list: raw.deployer_allow_list,
        transaction_hook: raw.transaction_hook,
    }
}

impl From<FeeMode> for IParameters::FeeMode {
    fn from(mode: FeeMode) -> Self {
        match mode {
            FeeMode::Zero => Self::Zero,
            FeeMode::Eip1559 => Self::Eip1559,
        }
    }
}

impl From<IParameters::FeeMode> for FeeMode {
    fn from(mode: IParameters::FeeMode) -> Self {
        match mode {
            IParameters::FeeMode::Zero => Self::Zero,
            _ => Self::Eip1559,
        }
    }
}

fn check_terms(terms: &Terms) -> Result<(), GenesisError> {
    let Some(bound) = terms.out_of_bounds() else { return Ok(()) };
    let name = if bound.name == "gasLimit" { bound.name.to_owned() } else { format!("althing.{}", bound.name) };
    Err(GenesisError::field(name, format!("{} is not from {} to {}", bound.value, bound.least, bound.most)))
}

fn constitution(raw: &RawGovernance) -> Result<Constitution, GenesisError> {
    let rules = raw.rules.iter().enumerate().map(|(index, entry)| rule_entry(index, entry));
    let rules = rules.collect::<Result<Vec<_>, _>>()?;
    let mut functions = BTreeSet::new();
    if let Some(index) = rules.iter().position(|rule| !functions.insert((rule.target, rule.selector))) {
        return Err(field(&format!("rules[{index}]"), "is the second rule of a function"));
    }
    let crate::RawFloor { missing, timelock, veto } = raw.floor;
    Ok(Constitution {
        default_rule: raw.default_rule.into(),
        rules,
        floor: Floor { missing, timelock, veto },
        contract: raw.constitution.unwrap_or_default(),
        execution_window: raw.execution_window,
    })
}

fn rule_entry(index: usize, entry: &RawFunctionRule) -> Result<RuleEntry, GenesisError> {
    let wrong = |part: &str, reason: &str| field(&format!("rules[{index}].{part}"), reason);
    let target = contract(&entry.contract).ok_or_else(|| wrong("contract", "is no system contract and no address"))?;
    let selector = selector(&entry.function).ok_or_else(|| wrong("function", "is no `name(types)`"))?;
    if SYSTEM_CONTRACTS.contains(&target) && !is_governed(target, selector.into()) {
        return Err(wrong("function", "is no governed function of the contract"));
    }
    Ok(RuleEntry { target, selector: selector.into(), rule: entry.rule.into() })
}

fn contract(name: &str) -> Option<Address> {
    let names = [
        ("Governance", GOVERNANCE),
        ("Members", MEMBERS),
        ("Nodes", NODES),
        ("Access", ACCESS),
        ("Parameters", PARAMETERS),
        ("Recovery", RECOVERY),
        ("Deployers", DEPLOYER_ALLOW_LIST),
        ("Senders", TRANSACTION_ALLOW_LIST),
    ];
    let known = names.iter().find(|(known, _)| *known == name).map(|(_, address)| *address);
    known.or_else(|| name.parse().ok())
}

/// The selector of a signature as it is hashed: without spaces, names or short forms of types.
fn selector(signature: &str) -> Option<[u8; 4]> {
    let (name, types) = signature.split_once('(')?;
    let plain = |text: &str, more: &str| text.chars().all(|char| char.is_ascii_alphanumeric() || more.contains(char));
    let short = |text: &str| ["uint", "int", "fixed", "ufixed", "byte"].contains(&text);
    let canonical = !types.split(|char: char| !char.is_ascii_alphanumeric()).any(short);
    let ok = !name.is_empty() && plain(name, "_$") && types.ends_with(')') && plain(types, "(),[]") && canonical;
    ok.then(|| *keccak256(signature).first_chunk::<4>().expect("a hash has 32 bytes"))
}

fn field(name: &str, reason: impl Into<String>) -> GenesisError {
    // Nodes stand beside the section, everything else in it.
    let nodes = name.starts_with("validators[") || name.starts_with("followers[");
    GenesisError::field(if nodes { format!("althing.{name}") } else { format!("althing.governance.{name}") }, reason)
}
