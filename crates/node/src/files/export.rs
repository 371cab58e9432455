use crate::{OpenChain, Progress};
use althing_primitives::rlp::Encodable;
use eyre::{WrapErr, ensure, eyre};
use std::{
    fs::OpenOptions,
    io::{self, BufWriter, Write},
    path::Path,
};

impl OpenChain {
    /// Writes the blocks `from` to `to` (the head, if none is given) as concatenated RLP, in the
    /// clear. Returns how many.
    ///
    /// # Errors
    /// The range is not there, or the file exists or cannot be written.
    pub fn export_file(&self, path: &Path, from: u64, to: Option<u64>) -> eyre::Result<u64> {
        let head = self.chain().head_id().number;
        let to = to.unwrap_or(head);
        ensure!(to <= head, "block {to} is not there, the head is {head}");
        ensure!(from <= to.saturating_add(1), "blocks {from} to {to} are no range");
        let file = OpenOptions::new().write(true).create_new(true).open(path);
        let mut out = BufWriter::new(file.wrap_err_with(|| path.display().to_string())?);
        let mut progress = Progress::blocks("exporting", to + 1 - from);
        let mut buffer = Vec::new();
        for number in from..=to {
            let block = self.chain().parts().ledger.block(number)?.ok_or_else(|| eyre!("block {number} is missing"))?;
            buffer.clear();
            block.encode(&mut buffer);
            out.write_all(&buffer)?;
            progress.advance(1, block.body.transactions.len());
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        progress.finish();
        Ok(to + 1 - from)
    }
}
