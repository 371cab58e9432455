//! `althing-contracts`.
