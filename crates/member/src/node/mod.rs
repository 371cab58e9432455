//! A node as its clients see it.

mod at;
mod client;
mod error;
mod record;
mod send;

pub(crate) use at::At;
pub(crate) use client::{LogJson, Node, NodeArgs};
pub(crate) use error::NodeError;
pub use record::{Record, RecordedEvent};
pub(crate) use send::{Desk, Receipt, Sent};
