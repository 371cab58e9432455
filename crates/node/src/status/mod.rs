//! What operators ask: is it alive, is it ready, what does it measure.

mod health;
mod server;

pub(crate) use health::{Health, Phase, Probe};
pub(crate) use server::{Measured, StatusServer};
