use super::host::GenesisHost;
use crate::{
    BlockContext, Constitution, Host, NetworkNode, Role, Stop, Terms, access, allow_list, constitution,
    members::{self, Invitation},
    nodes::{self, Registration},
    parameters, recovery,
    storage::Store,
};
use althing_contracts::{
    DEPLOYER_ALLOW_LIST,
    IAccess::ReadPolicy,
    INodes::{JoinPolicy, Status},
    PARAMETERS, TRANSACTION_ALLOW_LIST,
};
use althing_primitives::{Address, B256, Bytes, U256};
use std::collections::BTreeMap;
use thiserror::Error;

/// What a genesis says of members and what they may change.
#[derive(Clone, Debug)]
pub struct GovernanceGenesis {
    /// Of the genesis block, seconds since 1970.
    pub timestamp: u64,
    /// Whether the genesis declares the network insecure.
    pub insecure: bool,
    /// Members by id, from 1 on; active, and they know the constitution.
    pub members: Vec<GenesisMember>,
    /// Nodes with a seat.
    pub validators: Vec<NetworkNode>,
    /// Nodes that follow.
    pub followers: Vec<NetworkNode>,
    /// The network's numbers.
    pub terms: Terms,
    /// When the forks begin that a vote could schedule (see [`crate::FORKS`]), seconds since 1970.
    pub fork_times: crate::ForkTimes,
    /// Rules of voting.
    pub constitution: Constitution,
    /// Who may read.
    pub read_policy: ReadPolicy,
    /// Software that may join.
    pub measurements: Vec<B256>,
    /// Hardware that may join.
    pub join_policy: JoinPolicy,
    /// Whether a proof of double signing suspends the validator.
    pub suspend_on_equivocation: bool,
    /// Shares that together recover the ledger secret.
    pub recovery_threshold: u16,
    /// Roles of transaction senders.
    pub senders: BTreeMap<Address, Role>,
    /// Roles of deployers.
    pub deployers: BTreeMap<Address, Role>,
}

/// A member from the beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenesisMember {
    /// Its first account, which has every role.
    pub account: Address,
    /// What it is called.
    pub name: String,
    /// 0 or 1.
    pub class: u8,
    /// X25519 key that recovery shares are wrapped for, or zero.
    pub encryption_key: B256,
    /// SHA-256 of its X.509 certificate, or zero.
    pub certificate_fingerprint: B256,
}

/// A part of the genesis that a contract refuses, as it would refuse a call.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{part}: the system contracts refuse it with {error}")]
pub struct Refused {
    /// Which part, as in a genesis file: `members[2]`.
    pub part: String,
    /// The ABI error.
    pub error: Bytes,
}

/// Slots of the system contracts in a genesis state; none is zero.
///
/// # Errors
/// What the contracts would refuse.
pub fn storage(genesis: &GovernanceGenesis) -> Result<BTreeMap<Address, BTreeMap<U256, U256>>, Refused> {
    let mut host = GenesisHost::default();
    install_members(&mut host, genesis)?;
    install_constitution(&mut host, genesis)?;
    install_nodes(&mut host, genesis)?;
    install_parameters(&mut host, genesis)?;
    install_permissions(&mut host, genesis)?;
    Ok(host.slots)
}

/// Names the part that is refused.
fn part<T>(name: impl Into<String>, result: Result<T, Stop>) -> Result<T, Refused> {
    result.map_err(|stop| {
        let error = if let Stop::Revert(error) = stop { error } else { Bytes::new() };
        Refused { part: name.into(), error }
    })
}

fn install_members(host: &mut dyn Host, genesis: &GovernanceGenesis) -> Result<(), Refused> {
    for (index, member) in genesis.members.iter().enumerate() {
        let invitation = Invitation {
            account: member.account,
            name: member.name.clone(),
            class: member.class,
            encryption_key: member.encryption_key,
            certificate: member.certificate_fingerprint,
        };
        let name = format!("members[{index}]");
        let id = part(&name, members::invite(host, &invitation, genesis.timestamp))?;
        part(&name, members::activate_first(host, id, genesis.timestamp))?;
    }
    Ok(())
}

fn install_constitution(host: &mut dyn Host, genesis: &GovernanceGenesis) -> Result<(), Refused> {
    let electorate = part("rules", members::electorate(host))?;
    part("rules", genesis.constitution.install(host, electorate, genesis.insecure))?;
    let hash = part("rules", constitution::hash(host))?;
    for (index, member) in genesis.members.iter().enumerate() {
        let acknowledged = members::acknowledge(host, member.account, hash, genesis.timestamp);
        part(format!("members[{index}]"), acknowledged)?;
    }
    Ok(())
}

fn install_nodes(host: &mut dyn Host, genesis: &GovernanceGenesis) -> Result<(), Refused> {
    for measurement in &genesis.measurements {
        part("measurements", nodes::add_measurement(host, *measurement))?;
    }
    part("joinPolicy", nodes::set_join_policy(host, &genesis.join_policy, genesis.insecure))?;
    part("suspendOnEquivocation", nodes::set_suspends_on_equivocation(host, genesis.suspend_on_equivocation))?;
    let block = BlockContext {
        number: 0,
        timestamp: genesis.timestamp,
        chain_id: 0,
        genesis_hash: B256::ZERO,
        insecure: genesis.insecure,
    };
    for (name, list, seat) in [("validators", &genesis.validators, true), ("followers", &genesis.followers, false)] {
        for (index, node) in list.iter().enumerate() {
            let registration = Registration {
                member: node.member,
                public_key: node.public_key,
                host: node.host.clone(),
                measurement: B256::ZERO,
            };
            let entered = registration
                .check(host)
                .and_then(|()| nodes::enter(host, &registration, seat, Status::Trusted, &block));
            part(format!("{name}[{index}]"), entered)?;
        }
    }
    Ok(())
}

fn install_parameters(host: &mut dyn Host, genesis: &GovernanceGenesis) -> Result<(), Refused> {
    part("parameters", genesis.terms.check())?;
    part("parameters", parameters::save(host, &genesis.terms))?;
    for (index, time) in genesis.fork_times.iter().enumerate() {
        let store = &mut Store::new(host, PARAMETERS);
        part("parameters", parameters::set_fork_time(store, index, *time))?;
    }
    Ok(())
}

fn install_permissions(host: &mut dyn Host, genesis: &GovernanceGenesis) -> Result<(), Refused> {
    part("readPolicy", access::set_read_policy(host, genesis.read_policy))?;
    part("recoveryThreshold", recovery::set_threshold(host, genesis.recovery_threshold))?;
    let lists = [(TRANSACTION_ALLOW_LIST, &genesis.senders), (DEPLOYER_ALLOW_LIST, &genesis.deployers)];
    for (list, roles) in lists {
        for (account, role) in roles {
            part("allowLists", allow_list::set_role(host, list, *account, *role))?;
        }
    }
    Ok(())
}
