//! What every method takes and gives, from one table: for `rpc_discover`, for the manual, and for
//! the tests that hold it against the server.

mod document;
mod form;
mod page;
mod table;

pub(crate) use document::document;
pub use page::page;
