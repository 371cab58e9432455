//! `althing-chainspec`.
