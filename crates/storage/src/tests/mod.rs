//! The state against a naive model: maps that are copied for every block, roots by alloy-trie.

mod archive;
mod forks;
mod harness;
mod loading;
mod looking;
mod model;
mod positions;
mod readers;
mod wiped;
