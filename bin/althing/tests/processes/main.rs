//! The binary as users run it: real processes, real files, real sockets.

#![allow(clippy::disallowed_methods, reason = "tests open files, sockets and clocks of their own")]

mod accounts;
mod audit;
mod dev;
mod epochs;
mod equivocation;
mod files;
mod slow;
mod slow_code;
mod support;
mod testnet;
mod validators;
