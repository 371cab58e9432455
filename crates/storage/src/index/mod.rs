//! Indexes of committed blocks: positions of transactions, and lists of the blocks in which
//! something occurs.
//!
//! Keys are pseudorandom, so the store tells the host neither which transaction nor which address.

mod lists;
mod transactions;

pub(crate) use lists::{Listed, blocks_with, encode_list, first_block_with, list_key};
pub(crate) use transactions::{encode_position, position_of, transaction_key};
