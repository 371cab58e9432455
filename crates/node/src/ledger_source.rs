use althing_ledger::Ledger;
use althing_primitives::{B256, BlockNumber, Changeset, Header};
use althing_storage::BlockSource;

/// The ledger as the state's checkpoints and history read it.
pub(crate) struct LedgerSource(pub(crate) Ledger);

impl BlockSource for LedgerSource {
    fn header(&self, number: BlockNumber) -> Result<Option<(B256, Header)>, String> {
        let block = self.0.block(number).map_err(|error| error.to_string())?;
        Ok(block.map(|block| (block.hash(), block.header.clone())))
    }

    fn hash(&self, number: BlockNumber) -> Option<B256> {
        self.0.hash(number)
    }

    fn number(&self, hash: &B256) -> Option<BlockNumber> {
        self.0.number(hash)
    }

    fn changeset(&self, number: BlockNumber) -> Result<Option<Changeset>, String> {
        self.0.changeset(number).map_err(|error| error.to_string())
    }

    fn derived_height(&self) -> BlockNumber {
        self.0.derived_height()
    }

    fn sync_derived(&self) -> Result<(), String> {
        self.0.sync_derived().map_err(|error| error.to_string())
    }
}
