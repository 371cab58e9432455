//! `althing-ledger`.
