//! The genesis file as written: types that mirror the JSON, checked for form only.

mod accounts;
mod config;
mod consortium;
mod file;
mod governance;
mod quantity;

pub use config::{BlobSchedule, BlobScheduleEntry, GenesisConfig};
pub use consortium::RawConsortium;
pub use file::Genesis;
pub use governance::{
    RawAllowLists, RawFloor, RawFunctionRule, RawGovernance, RawJoinPolicy, RawKind, RawMember, RawParameters,
    RawReadPolicy, RawRole, RawRule,
};
