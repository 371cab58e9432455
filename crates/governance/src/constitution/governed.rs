use alloy_sol_types::SolCall;
use althing_contracts::{
    ACCESS, GOVERNANCE, IAccess, IGovernance, IMembers, INodes, IParameters, IRecovery, MEMBERS, NODES, PARAMETERS,
    RECOVERY,
};
use althing_primitives::{Address, alloy::FixedBytes};

/// The governed functions: contract, selector, signature.
pub const GOVERNED_FUNCTIONS: &[(Address, [u8; 4], &str)] = &[
    of::<IGovernance::setRuleCall>(GOVERNANCE),
    of::<IGovernance::removeRuleCall>(GOVERNANCE),
    of::<IGovernance::setDefaultRuleCall>(GOVERNANCE),
    of::<IGovernance::setConstitutionCall>(GOVERNANCE),
    of::<IGovernance::setExecutionWindowCall>(GOVERNANCE),
    of::<IMembers::inviteCall>(MEMBERS),
    of::<IMembers::suspendCall>(MEMBERS),
    of::<IMembers::reinstateCall>(MEMBERS),
    of::<IMembers::removeCall>(MEMBERS),
    of::<IMembers::replaceAccountCall>(MEMBERS),
    of::<IMembers::expelParticipantCall>(MEMBERS),
    of::<INodes::addValidatorCall>(NODES),
    of::<INodes::removeValidatorCall>(NODES),
    of::<INodes::suspendValidatorCall>(NODES),
    of::<INodes::reinstateValidatorCall>(NODES),
    of::<INodes::addFollowerCall>(NODES),
    of::<INodes::removeNodeCall>(NODES),
    of::<INodes::addMeasurementCall>(NODES),
    of::<INodes::removeMeasurementCall>(NODES),
    of::<INodes::setJoinPolicyCall>(NODES),
    of::<INodes::setSuspendOnEquivocationCall>(NODES),
    of::<IAccess::setReadPolicyCall>(ACCESS),
    of::<IAccess::setContractVisibilityCall>(ACCESS),
    of::<IAccess::grantDisclosureCall>(ACCESS),
    of::<IAccess::revokeDisclosureCall>(ACCESS),
    of::<IAccess::revokeSessionsOfCall>(ACCESS),
    of::<IParameters::setGasLimitCall>(PARAMETERS),
    of::<IParameters::setBlockBytesMaxCall>(PARAMETERS),
    of::<IParameters::setBlockTimeCall>(PARAMETERS),
    of::<IParameters::setIdlePaceCall>(PARAMETERS),
    of::<IParameters::setConsensusTimeoutsCall>(PARAMETERS),
    of::<IParameters::setFeesCall>(PARAMETERS),
    of::<IParameters::setContractSizeMaxCall>(PARAMETERS),
    of::<IParameters::setPoolLimitsCall>(PARAMETERS),
    of::<IParameters::setRequestsPerSecondCall>(PARAMETERS),
    of::<IParameters::setSystemLaneCall>(PARAMETERS),
    of::<IParameters::setAllowListsCall>(PARAMETERS),
    of::<IParameters::setTransactionHookCall>(PARAMETERS),
    of::<IParameters::scheduleForkCall>(PARAMETERS),
    of::<IParameters::scheduleSoftwareCall>(PARAMETERS),
    of::<IRecovery::setThresholdCall>(RECOVERY),
    of::<IRecovery::requestRekeyCall>(RECOVERY),
];

/// Whether only proposals call a system contract's function (and, under an Automatic rule, operators). The allow-lists'
/// functions are governed as well; Governance is their administrator.
pub fn is_governed(target: Address, selector: FixedBytes<4>) -> bool {
    is_allow_list(target, selector)
        || GOVERNED_FUNCTIONS.iter().any(|(contract, known, _)| *contract == target && selector == *known)
}

fn is_allow_list(target: Address, selector: FixedBytes<4>) -> bool {
    use althing_contracts::{
        DEPLOYER_ALLOW_LIST, IAllowList::setAdminCall, IAllowList::setEnabledCall, IAllowList::setManagerCall,
        IAllowList::setNoneCall, TRANSACTION_ALLOW_LIST,
    };
    let setters = [setAdminCall::SELECTOR, setEnabledCall::SELECTOR, setManagerCall::SELECTOR, setNoneCall::SELECTOR];
    [DEPLOYER_ALLOW_LIST, TRANSACTION_ALLOW_LIST].contains(&target) && setters.contains(&selector.0)
}

const fn of<C: SolCall>(contract: Address) -> (Address, [u8; 4], &'static str) {
    (contract, C::SELECTOR, C::SIGNATURE)
}
