//! `althing-keys`.
