//! `althing-node`.
