//! `althing-txpool`.
