/// The words of an enumeration, in order, by the contract and the name of the value: the ABI itself
/// has only `uint8`.
pub(super) fn variants(contract: &str, name: &str) -> Option<&'static [&'static str]> {
    Some(match (contract, name) {
        ("Governance", "kind") => &["Majority", "Threshold", "Unanimous", "AnyOne", "Automatic"],
        ("Governance", "state" | "current") => {
            &["Pending", "Active", "Canceled", "Defeated", "Succeeded", "Queued", "Expired", "Executed"]
        }
        ("Governance", "support") => &["Against", "For", "Abstain"],
        ("Members", "status") => &["None", "Invited", "Active", "Suspended", "Removed"],
        ("Nodes", "status") => &["None", "Pending", "Trusted", "Retired"],
        ("Access", "policy" | "readPolicy") => &["Open", "Authenticated", "Private"],
        ("Parameters", "feeMode") => &["Zero", "Eip1559"],
        ("Deployers" | "Senders", "role" | "oldRole" | "readAllowList") => &["None", "Enabled", "Admin", "Manager"],
        _ => return None,
    })
}
