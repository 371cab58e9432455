use super::{
    plan::{Plan, open},
    reader::BlockReader,
};
use crate::{
    OpenChain, Progress,
    chain::{ImportError, Imported, Importer},
};
use althing_evm::HeaderRules;
use althing_primitives::rlp::Encodable;
use eyre::WrapErr;
use std::{
    io::{self, BufReader},
    path::{Path, PathBuf},
};

/// A file whose blocks were taken up to an invalid one only.
#[derive(Debug)]
pub struct RefusedFile {
    /// Which.
    pub path: PathBuf,
    /// Its first invalid block.
    pub error: ImportError,
}

impl OpenChain {
    /// Imports files of concatenated block RLP, in order. The first invalid block ends its file,
    /// the others go on: they may branch off anywhere above the head there was before.
    ///
    /// # Errors
    /// A file cannot be read, or this node is broken.
    pub fn import_files(&self, paths: &[PathBuf]) -> eyre::Result<(Imported, Vec<RefusedFile>)> {
        // Consensus leaves no branches: there is nothing to plan.
        let plan = match self.chain().parts().executor.header_rules() {
            HeaderRules::Imported => Plan::read(paths).wrap_err("reading the files")?,
            HeaderRules::Consensus => Plan::default(),
        };
        let mut importer = self.chain().importer()?;
        let mut refused = Vec::new();
        for (index, path) in paths.iter().enumerate() {
            match import(&mut importer, path, |block| plan.after(index, block)) {
                Ok(()) => {}
                Err(FileError::Import(error)) if error.is_block() => {
                    refused.push(RefusedFile { path: path.clone(), error });
                }
                Err(FileError::Import(error)) => return Err(error.into()),
                Err(FileError::Io(error)) => return Err(error).wrap_err_with(|| path.display().to_string()),
            }
        }
        Ok((importer.finish()?, refused))
    }
}

enum FileError {
    Io(io::Error),
    Import(ImportError),
}

/// Imports a file; `next` is the lowest height after its block of an index.
fn import(importer: &mut Importer<'_>, path: &Path, next: impl Fn(usize) -> u64) -> Result<(), FileError> {
    let file = open(path).map_err(FileError::Io)?;
    let mut progress = Progress::bytes("importing", file.metadata().map_err(FileError::Io)?.len());
    let mut result = Ok(());
    for (index, block) in BlockReader(BufReader::with_capacity(1 << 20, file)).enumerate() {
        result = match block {
            Ok(block) => importer
                .add(&block, next(index))
                .map(|()| progress.advance(block.length() as u64, block.body.transactions.len())),
            Err(reason) => Err(ImportError::Undecodable { after: importer.head().number, reason }),
        };
        if result.is_err() {
            break;
        }
    }
    progress.finish();
    result.map_err(FileError::Import)
}
