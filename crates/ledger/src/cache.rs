//! Decoded blocks and receipts that were read or written recently.
