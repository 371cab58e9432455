use crate::{Expected, abi, basic, blockchain, case::Case, keystore, rlp, state, transactions, tries, wallet};
use std::path::Path;

/// A kind of fixtures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Suite {
    /// Blocks imported on a genesis: `blockchain_tests`, `BlockchainTests`.
    Blockchain,
    /// One transaction on a state: `state_tests`, `GeneralStateTests`.
    State,
    /// Signed transactions: `transaction_tests`, `TransactionTests`.
    Transactions,
    /// `TrieTests`.
    Trie,
    /// `RLPTests`.
    Rlp,
    /// `BasicTests`.
    Basic,
    /// `ABITests`.
    Abi,
    /// `KeyStoreTests`.
    Keystore,
    /// Vectors of ethers.js.
    Wallet,
}

impl Suite {
    /// The reviewed list of cases that fail.
    pub fn expected(self) -> Expected {
        let text = match self {
            Self::Blockchain => include_str!("../../../hive-tests/expected-failures/blockchain.txt"),
            Self::State => include_str!("../../../hive-tests/expected-failures/state.txt"),
            Self::Transactions => include_str!("../../../hive-tests/expected-failures/transactions.txt"),
            Self::Trie | Self::Rlp | Self::Basic | Self::Abi | Self::Keystore | Self::Wallet => {
                include_str!("../../../hive-tests/expected-failures/decoding.txt")
            }
        };
        Expected::parse(text).expect("a test reads the reviewed files")
    }

    pub(crate) fn cases(self, file: &Path, json: &[u8]) -> Result<Vec<Case>, String> {
        match self {
            Self::Blockchain => blockchain::cases(file, json),
            Self::State => state::cases(file, json),
            Self::Transactions => transactions::cases(file, json),
            Self::Trie => tries::cases(file, json),
            Self::Rlp => rlp::cases(file, json),
            Self::Basic => basic::cases(file, json),
            Self::Abi => abi::cases(file, json),
            Self::Keystore => keystore::cases(file, json),
            Self::Wallet => wallet::cases(file, json),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn the_reviewed_files_give_a_reason_in_every_line() {
        Suite::value_variants().iter().for_each(|suite| drop(suite.expected()));
    }
}
