//! `althing member`: propose, cast ballots, follow.

mod ack;
mod command;
mod decide;
mod list;
mod outcome;
mod propose;
mod report;
mod status;
mod vote;
mod watch;

pub use command::{MemberCommand, run_member};
