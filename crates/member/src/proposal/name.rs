use crate::node::{At, Node};
use althing_contracts::{GOVERNANCE, IGovernance};
use althing_primitives::U256;
use eyre::ensure;
use std::str::FromStr;

/// Numbers below this are places in the list; ids are hashes.
const NUMBERS: U256 = U256::from_limbs([1 << 32, 0, 0, 0]);

/// How a command line names a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProposalName {
    Id(U256),
    /// Its place in the list, from 1.
    Number(U256),
    Latest,
}

impl FromStr for ProposalName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        match text.parse::<U256>() {
            Ok(number) if number.is_zero() => Err("proposals are counted from 1".into()),
            Ok(number) if number < NUMBERS => Ok(Self::Number(number)),
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => Err("an id, a number of `althing member list`, or `latest`".into()),
        }
    }
}

impl ProposalName {
    /// # Errors
    /// There is no proposal of that number.
    pub(crate) async fn id(self, node: &Node, at: &At) -> eyre::Result<U256> {
        if let Self::Id(id) = self {
            return Ok(id);
        }
        let count = node.ask(GOVERNANCE, &IGovernance::proposalCountCall {}, at).await?;
        let number = if let Self::Number(number) = self { number } else { count };
        ensure!(!number.is_zero() && number <= count, "there is no proposal {number}: {count} were made");
        let details = IGovernance::proposalDetailsAtCall { index: number - U256::ONE };
        Ok(node.ask(GOVERNANCE, &details, at).await?._0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_places_and_large_ones_ids() {
        assert_eq!("3".parse(), Ok(ProposalName::Number(U256::from(3))));
        assert_eq!("latest".parse(), Ok(ProposalName::Latest));
        let id = U256::MAX;
        assert_eq!(id.to_string().parse(), Ok(ProposalName::Id(id)));
        assert_eq!(format!("{id:#x}").parse(), Ok(ProposalName::Id(id)));
        assert!("0".parse::<ProposalName>().is_err() && "first".parse::<ProposalName>().is_err());
    }
}
