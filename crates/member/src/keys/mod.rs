//! Whose key signs, and how it is reached.

mod args;
mod remote;
mod signer;
mod unsigned;

pub(crate) use args::KeyArgs;
pub(crate) use signer::{Signed, Signer};
