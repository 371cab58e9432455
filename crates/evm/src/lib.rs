//! `althing-evm`.
