use crate::{Field, access, allow_list, constitution, members, nodes, parameters, proposals, recovery};

/// Name of a contract in `contracts/solidity/layout`, and where its variables are.
pub const LAYOUTS: &[(&str, &[Field])] = &[
    ("GovernanceLayout", constitution::LAYOUT),
    ("GovernanceLayout", proposals::LAYOUT),
    ("MembersLayout", members::LAYOUT),
    ("NodesLayout", nodes::LAYOUT),
    ("ParametersLayout", parameters::LAYOUT),
    ("AccessLayout", access::LAYOUT),
    ("RecoveryLayout", recovery::LAYOUT),
    ("AllowListLayout", allow_list::LAYOUT),
];
