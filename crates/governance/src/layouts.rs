use crate::{Field, allow_list, members, nodes, parameters};

/// Name of a contract in `contracts/solidity/layout`, and where its variables are.
pub const LAYOUTS: &[(&str, &[Field])] = &[
    ("MembersLayout", members::LAYOUT),
    ("NodesLayout", nodes::LAYOUT),
    ("ParametersLayout", parameters::LAYOUT),
    ("AllowListLayout", allow_list::LAYOUT),
];
