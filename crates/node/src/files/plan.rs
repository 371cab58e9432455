use super::reader::read_list;
use althing_primitives::{
    Header,
    rlp::{self, Decodable},
};
use std::{
    fs::OpenOptions,
    io::{self, BufReader, Read},
    path::{Path, PathBuf},
};

/// The heights of all blocks of some files, read ahead, so that an import knows how far back the
/// blocks to come may reach.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// By file: the lowest height from each block on, to the end of the last file.
    lowest: Vec<Vec<u64>>,
}

impl Plan {
    /// Reads the headers of all files. A file is read up to its first bytes that are no block.
    ///
    /// # Errors
    /// A file cannot be opened.
    pub(super) fn read(paths: &[PathBuf]) -> io::Result<Self> {
        let mut lowest = Vec::with_capacity(paths.len());
        for path in paths {
            lowest.push(heights(BufReader::with_capacity(1 << 20, open(path)?)));
        }
        let mut least = u64::MAX;
        for height in lowest.iter_mut().rev().flat_map(|heights: &mut Vec<u64>| heights.iter_mut().rev()) {
            least = least.min(*height);
            *height = least;
        }
        Ok(Self { lowest })
    }

    /// The lowest height of the blocks that come after one, the greatest there is after the last.
    pub(super) fn after(&self, file: usize, block: usize) -> u64 {
        let same = self.lowest.get(file).and_then(|heights| heights.get(block + 1));
        let later = || self.lowest.iter().skip(file + 1).find_map(|heights| heights.first());
        same.or_else(later).copied().unwrap_or(u64::MAX)
    }
}

pub(super) fn open(path: &Path) -> io::Result<std::fs::File> {
    OpenOptions::new().read(true).open(path)
}

fn heights(mut input: impl Read) -> Vec<u64> {
    let mut heights = Vec::new();
    while let Ok(Some(item)) = read_list(&mut input) {
        let Ok(height) = height(&item) else { break };
        heights.push(height);
    }
    heights
}

fn height(item: &[u8]) -> rlp::Result<u64> {
    let mut fields = rlp::Header::decode_bytes(&mut &*item, true)?;
    Ok(Header::decode(&mut fields)?.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{Block, Body, rlp::Encodable};

    fn file(dir: &Path, name: &str, numbers: &[u64]) -> PathBuf {
        let mut bytes = Vec::new();
        for &number in numbers {
            Block::new(Header { number, ..Header::default() }, Body::default()).encode(&mut bytes);
        }
        bytes.push(0x01);
        let path = dir.join(name);
        #[allow(clippy::disallowed_methods, reason = "a test's file")]
        std::fs::write(&path, bytes).unwrap();
        path
    }

    #[test]
    fn the_lowest_height_to_come_counts_across_files() {
        let dir = tempfile::tempdir().unwrap();
        let paths = [file(dir.path(), "a", &[1, 2, 3]), file(dir.path(), "b", &[]), file(dir.path(), "c", &[2, 4])];
        let plan = Plan::read(&paths).unwrap();
        assert_eq!((0..3).map(|block| plan.after(0, block)).collect::<Vec<_>>(), [2, 2, 2]);
        assert_eq!([plan.after(2, 0), plan.after(2, 1), plan.after(7, 0)], [4, u64::MAX, u64::MAX]);
        assert!(Plan::read(&[dir.path().join("none")]).is_err());
    }
}
