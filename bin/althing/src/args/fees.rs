use althing_node::FeeMode;
use clap::ValueEnum;

/// Whether transactions pay for gas.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Fees {
    /// No fee, whatever a transaction offers
    Zero,
    /// Ethereum's rules
    Eip1559,
}

impl From<Fees> for FeeMode {
    fn from(fees: Fees) -> Self {
        match fees {
            Fees::Zero => Self::Zero,
            Fees::Eip1559 => Self::Eip1559,
        }
    }
}
