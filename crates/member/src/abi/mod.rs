//! Between the ABI and words: calls, values, events and reverts.

mod call;
mod catalog;
mod coerce;
mod decode;
mod event;
mod json;
mod revert;
mod text;
mod variants;

pub(crate) use call::{Call, CallArgs, from_lists, lists};
pub(crate) use catalog::{contract_at, contract_named, contracts, name_of};
pub(crate) use decode::view;
pub(crate) use event::{Happening, happening};
pub(crate) use revert::explain;
pub(crate) use text::quoted;
