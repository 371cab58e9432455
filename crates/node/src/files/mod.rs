//! Files of concatenated block RLP: import and export.

mod export;
mod import;
mod plan;
mod reader;

pub use import::RefusedFile;
