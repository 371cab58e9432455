use althing_primitives::{Block, rlp::Decodable};
use std::io::Read;

/// Longest block read from a file; mainnet's are below 10 MB.
const BLOCK_BYTES_MAX: usize = 64 << 20;

/// Blocks one after the other from concatenated RLP, never holding more than one in memory.
pub(super) struct BlockReader<R>(pub(super) R);

impl<R: Read> Iterator for BlockReader<R> {
    type Item = Result<Block, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = match read_list(&mut self.0) {
            Ok(item) => item?,
            Err(reason) => return Some(Err(reason)),
        };
        Some(decode(&item))
    }
}

fn decode(item: &[u8]) -> Result<Block, String> {
    let mut rest = item;
    let block = Block::decode(&mut rest).map_err(|error| error.to_string())?;
    if rest.is_empty() { Ok(block) } else { Err("trailing bytes".into()) }
}

/// The bytes of the next RLP list, header included; `None` at the end of the file.
pub(super) fn read_list(input: &mut impl Read) -> Result<Option<Vec<u8>>, String> {
    let mut first = [0];
    match input.read(&mut first) {
        Ok(0) => return Ok(None),
        Ok(_) => {}
        Err(error) => return Err(error.to_string()),
    }
    let mut item = first.to_vec();
    let length = match first[0] {
        0xc0..=0xf7 => usize::from(first[0] - 0xc0),
        0xf8..=0xff => {
            append(input, &mut item, usize::from(first[0] - 0xf7))?;
            item[1..]
                .iter()
                .try_fold(0_usize, |sum, byte| Some(sum.checked_mul(256)? + usize::from(*byte)))
                .unwrap_or(usize::MAX)
        }
        _ => return Err("no RLP list".into()),
    };
    if length > BLOCK_BYTES_MAX {
        return Err(format!("longer than {BLOCK_BYTES_MAX} bytes"));
    }
    append(input, &mut item, length)?;
    Ok(Some(item))
}

fn append(input: &mut impl Read, item: &mut Vec<u8>, count: usize) -> Result<(), String> {
    let at = item.len();
    item.resize(at + count, 0);
    input.read_exact(&mut item[at..]).map_err(|_| "the file ends inside a block".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_chainspec::ChainSpec;
    use althing_primitives::rlp::Encodable;

    #[test]
    fn concatenated_blocks_are_read_one_by_one() {
        let block = ChainSpec::dev().genesis().clone();
        let mut bytes = Vec::new();
        block.encode(&mut bytes);
        block.encode(&mut bytes);
        let read = BlockReader(bytes.as_slice()).collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(read, [block.clone(), block]);
    }

    #[test]
    fn a_cut_file_and_a_lying_length_are_errors() {
        let mut bytes = Vec::new();
        ChainSpec::dev().genesis().encode(&mut bytes);
        bytes.pop();
        assert!(BlockReader(bytes.as_slice()).next().unwrap().is_err());
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert!(BlockReader(huge.as_slice()).next().unwrap().is_err());
        assert!(BlockReader([0x80].as_slice()).next().unwrap().is_err());
    }
}
