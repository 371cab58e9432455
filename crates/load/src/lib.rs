//! `althing-load`.
