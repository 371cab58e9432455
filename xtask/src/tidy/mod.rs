//! The house rules a machine can check. Each check is a pure function of the tree and returns what
//! is wrong, one line each, with the place.

mod check;
mod exceptions;
mod functions;
mod layers;
mod licences;
mod logs;
mod roots;
mod source;
mod text;

pub use check::{Findings, tidy};
