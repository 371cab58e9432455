use super::{catalog::error_by_selector, text::arguments, text::quoted};
use alloy_dyn_abi::{DynSolValue, JsonAbiExt};
use alloy_sol_types::{Panic, Revert, SolError};
use althing_primitives::hex;

/// Reverts inside reverts that are unfolded; our contracts nest one.
const DEPTH_MAX: usize = 4;

/// What the data of a revert says, in words.
pub(crate) fn explain(data: &[u8]) -> String {
    nested(data, 0)
}

fn nested(data: &[u8], depth: usize) -> String {
    if data.is_empty() {
        return "no reason given".to_owned();
    }
    if let Ok(revert) = Revert::abi_decode(data) {
        return quoted(&revert.reason);
    }
    if let Ok(panic) = Panic::abi_decode(data) {
        return format!("{panic}");
    }
    custom(data, depth).unwrap_or_else(|| hex::encode_prefixed(&data[..data.len().min(256)]))
}

/// `Name(argument: value)`, with a sentence where there is one.
fn custom(data: &[u8], depth: usize) -> Option<String> {
    let (contract, error) = error_by_selector(*data.first_chunk()?)?;
    let values = error.abi_decode_input(&data[4..]).ok()?;
    let name = error.name.as_str();
    let exact = format!("{name}({})", arguments(contract.name, &error.inputs, &values));
    if let ("InvalidProposalCall", [DynSolValue::Uint(index, _), DynSolValue::Bytes(reason)]) =
        (name, values.as_slice())
        && depth < DEPTH_MAX
    {
        return Some(format!("call {index} is not allowed: {}", nested(reason, depth + 1)));
    }
    Some(sentence(name).map_or_else(|| exact.clone(), |sentence| format!("{sentence}: {exact}")))
}

/// What the errors a member meets most mean.
fn sentence(name: &str) -> Option<&'static str> {
    Some(match name {
        "GovernorAlreadyCastVote" => "this member has cast its ballot already",
        "GovernorNonexistentProposal" => "there is no such proposal",
        "GovernorUnexpectedProposalState" => "the proposal is in another state",
        "GovernorInsufficientProposerVotes" | "NotAMember" => "the account belongs to no active member with a vote",
        "NotInElectorate" => "its member became a voter after the proposal was made",
        "TooManyOpenProposals" => "the member has too many open proposals",
        "InvalidArguments" => "the arguments are not encoded as the function takes them",
        "GovernorInvalidVoteType" => "a ballot is 0 (against), 1 (for) or 2 (abstain)",
        "GovernorInvalidSignature" => "the signature is not the voter's, or is used up",
        "GovernorUnableToCancel" => "only its proposer can withdraw it, before it is decided",
        "GovernorInvalidProposalLength" => "a proposal needs at least one call",
        "NotGoverned" => "governance has no say over this function",
        "OnlyGovernance" => "this function is called by a proposal only",
        "GovernanceBusy" => "a proposal is being executed",
        "ProposalTooLarge" => "too many calls, or too long ones",
        "EvidenceNotValid" => "these are no two conflicting votes that this validator signed on this network",
        "EvidenceKnown" => "this was reported before",
        "BelowFloor" => "the genesis sets a floor for what loosens, and this proposal did not meet it",
        "RuleImpossible" => "there are not enough members to meet the rule",
        "TimelockRunning" => "the timelock has not run off yet",
        "ExecutionGasRequired" => "the ballot may decide and needs this much gas left for the calls",
        "ConstitutionChanged" => "the constitution has changed meanwhile; read it again",
        "ThresholdBroken" => "a rule could not be met any more with so few members",
        "LastMember" => "the last member stays",
        "LastValidator" => "the last validator stays",
        "AccountInUse" => "the account is a member's or a participant's already",
        "KeyInUse" => "a node with this key is registered already",
        "UnknownNode" => "no node with this key is registered",
        "UnknownMember" => "there is no such member",
        "MemberNotActive" => "the member is not active",
        "MissingRole" => "the account lacks a role (1 admin, 2 voter, 4 operator)",
        "OutOfBounds" => "no vote crosses the floor and the ceiling of this number",
        "InvalidAccountNonce" => "the signature is for another nonce",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_contracts::{IGovernance, INodes};
    use althing_primitives::{Address, B256, U256};

    #[test]
    fn custom_errors_are_words() {
        let error = IGovernance::GovernorAlreadyCastVote { voter: Address::repeat_byte(7) }.abi_encode();
        let address = Address::repeat_byte(7);
        assert_eq!(
            explain(&error),
            format!("this member has cast its ballot already: GovernorAlreadyCastVote(voter: {address})")
        );
    }

    #[test]
    fn the_reason_inside_a_reason_is_shown() {
        let inner = INodes::KeyInUse { publicKey: B256::repeat_byte(1) }.abi_encode();
        let error = IGovernance::InvalidProposalCall { index: U256::ZERO, reason: inner.into() }.abi_encode();
        let key = B256::repeat_byte(1);
        let expected = format!("a node with this key is registered already: KeyInUse(publicKey: {key})");
        assert_eq!(explain(&error), format!("call 0 is not allowed: {expected}"));
    }

    #[test]
    fn solidity_s_own_reverts_and_unknown_ones_are_shown() {
        assert_eq!(explain(&Revert::from("no").abi_encode()), "\"no\"");
        assert_eq!(explain(&[]), "no reason given");
        assert_eq!(explain(&[1, 2, 3, 4, 5]), "0x0102030405");
        assert_eq!(explain(&[1, 2]), "0x0102");
    }
}
