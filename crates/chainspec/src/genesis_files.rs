//! Genesis files to begin with: readable, complete, for members who write their own.

use crate::{
    Genesis, RawFunctionRule, RawGovernance, RawKind, RawRule, Validator,
    presets::{DAY, dev_members},
};
use althing_primitives::{B256, hex};

/// Names of the files in `genesis/` and what they hold.
pub fn genesis_files() -> Vec<(&'static str, Genesis)> {
    vec![
        ("development.json", Genesis::dev()),
        ("four-members.json", four_members()),
        ("two-classes.json", two_classes()),
    ]
}

/// Public halves of the published Ed25519 secrets of RFC 8032, section 7.1: to be replaced.
const PUBLISHED_KEYS: [[u8; 32]; 4] = [
    hex!("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
    hex!("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
    hex!("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
    hex!("278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e"),
];

fn four(governance: RawGovernance) -> Genesis {
    let node = |(index, key): (usize, [u8; 32])| Validator {
        public_key: B256::new(key),
        address: format!("node-{}.example:30930", index + 1),
        member: Some(index as u32 + 1),
    };
    let mut genesis = Genesis::testnet(PUBLISHED_KEYS.into_iter().enumerate().map(node).collect());
    if let Some(section) = &mut genesis.althing {
        section.governance = Some(governance);
    }
    genesis
}

/// Four equal members: three decide at once, or more for than against after a day. What loosens
/// needs all but one and a day more, and two against stop it.
fn four_members() -> Genesis {
    let default_rule = RawRule { quorum: 50, ..RawRule::majority(DAY) };
    let mut governance = RawGovernance::of(dev_members(4), default_rule);
    governance.rules = vec![followers_automatic(), all_decide("Governance", "setConstitution(address)")];
    four(governance)
}

/// Two classes, such as operators and users: a decision needs a majority in each.
fn two_classes() -> Genesis {
    let default_rule = RawRule { quorum: 50, per_class: true, ..RawRule::majority(7 * DAY) };
    let mut members = dev_members(4);
    for member in &mut members[2..] {
        member.class = 1;
    }
    let mut governance = RawGovernance::of(members, default_rule);
    governance.rules = vec![followers_automatic()];
    four(governance)
}

/// A member may run two followers of approved software without asking.
fn followers_automatic() -> RawFunctionRule {
    let kind = RawKind::Automatic;
    let rule = RawRule { kind, threshold: 2, ..RawRule::majority(DAY) };
    let function = "addFollower(uint32,bytes32,string,bytes32)".to_owned();
    RawFunctionRule { contract: "Nodes".to_owned(), function, rule }
}

fn all_decide(contract: &str, function: &str) -> RawFunctionRule {
    let rule = RawRule { kind: RawKind::Unanimous, ..RawRule::majority(7 * DAY) };
    RawFunctionRule { contract: contract.to_owned(), function: function.to_owned(), rule }
}
