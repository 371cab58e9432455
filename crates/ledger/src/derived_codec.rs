//! Encodings of senders, receipts and changesets.
