//! `althing-rpc`.
