//! Subnet-EVM's table of who may turn which role into which.

use crate::chain::{Chain, account, error};
use alloy_sol_types::SolCall;
use althing_contracts::{IAllowList::*, TRANSACTION_ALLOW_LIST as LIST};
use althing_governance::{Role, sender_role};
use althing_primitives::{Address, U256};

const ROLES: [Role; 4] = [Role::None, Role::Enabled, Role::Admin, Role::Manager];

fn setter(role: Role, addr: Address) -> Vec<u8> {
    match role {
        Role::None => setNoneCall { addr }.abi_encode(),
        Role::Enabled => setEnabledCall { addr }.abi_encode(),
        Role::Admin => setAdminCall { addr }.abi_encode(),
        Role::Manager => setManagerCall { addr }.abi_encode(),
    }
}

/// A list on which governance gave two accounts their roles.
fn list(caller: (Address, Role), target: (Address, Role)) -> Chain {
    let mut chain = Chain::new();
    for (account, role) in [caller, target] {
        chain.decided_raw(LIST, &setter(role, account));
    }
    chain
}

#[test]
fn admins_change_every_role_and_managers_enable_and_disable() {
    let (caller, target) = (account(0x81), account(0x82));
    let mut allowed = 0;
    for by in ROLES {
        for before in ROLES {
            for after in ROLES {
                let mut chain = list((caller, by), (target, before));
                let simple = |role| matches!(role, Role::None | Role::Enabled);
                let expected = by == Role::Admin || (by == Role::Manager && simple(before) && simple(after));
                let result = chain.raw(caller, LIST, &setter(after, target));
                let role = sender_role(&chain, target).unwrap();
                match expected {
                    true => assert_eq!((result.is_ok(), role), (true, after), "{by:?} {before:?} {after:?}"),
                    false => {
                        assert_eq!(result.err().unwrap(), error(&NotAllowed { caller }));
                        assert_eq!(role, before);
                    }
                }
                allowed += u32::from(expected);
            }
        }
    }
    assert_eq!(allowed, 20);
}

#[test]
fn everybody_reads_the_list() {
    let mut chain = list((account(0x81), Role::Manager), (account(0x82), Role::Enabled));
    let role = |chain: &mut Chain, addr| chain.view(LIST, &readAllowListCall { addr });
    assert_eq!(role(&mut chain, account(0x81)), U256::from(3));
    assert_eq!(role(&mut chain, account(0x82)), U256::from(1));
    assert_eq!(role(&mut chain, account(0x83)), U256::ZERO);
}
