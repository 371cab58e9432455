//! `althing-storage`.
