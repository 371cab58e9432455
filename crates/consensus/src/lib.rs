//! `althing-consensus`.
