//! Sockets: accepting, time limits, who may ask from where. Knows nothing of methods.

mod accept;
mod host;
mod surface;
mod timed;

pub(crate) use accept::{Listener, serve};
pub(crate) use surface::{Surface, cors_layer};
