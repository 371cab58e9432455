//! Members, Nodes, Parameters, Access, Recovery and the allow-lists, call by call.

mod access;
mod chain;
mod equivocation;
mod lists;
mod members;
mod nodes;
mod parameters;
