use crate::{block, genesis, request, transaction};

/// What is given hostile bytes; panics at a finding.
pub type Target = fn(&[u8]);

/// The targets by name.
pub const TARGETS: [(&str, Target); 4] =
    [("block", block), ("genesis", genesis), ("request", request), ("transaction", transaction)];
