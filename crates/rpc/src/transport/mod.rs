//! Sockets: accepting, time limits, who may ask from where. Knows nothing of methods.

mod accept;
mod host;
mod origin;
mod surface;
mod timed;

pub(crate) use accept::{Listener, serve};
pub(crate) use origin::Origins;
pub(crate) use surface::Surface;
