//! `althing-trie`.
