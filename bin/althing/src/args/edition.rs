use althing_node::Edition;
use clap::ValueEnum;

/// Which edition of geth's answers JSON-RPC gives.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum RpcEdition {
    /// The newest
    #[default]
    Current,
    /// Before 1.16, for suites recorded with it
    #[value(name = "geth-1.15")]
    Geth115,
}

impl From<RpcEdition> for Edition {
    fn from(edition: RpcEdition) -> Self {
        match edition {
            RpcEdition::Current => Self::Current,
            RpcEdition::Geth115 => Self::Geth115,
        }
    }
}
