use crate::times::span;
use serde_json::Value;
use std::fmt::Write;

/// A voting rule in words: `more than half of all members, or more for than against after 1 d (…)`.
pub(super) fn words(rule: &Value) -> String {
    let number = |name: &str| rule[name].as_u64().unwrap_or_default();
    let (threshold, each) = (number("threshold"), if rule["perClass"] == true { " of each class" } else { "" });
    let mut text = match rule["kind"].as_str().unwrap_or_default() {
        "Majority" => majority(number("quorum"), each),
        "Threshold" => format!("{threshold} members{each}"),
        "Unanimous" => format!("every member{each}"),
        "AnyOne" => format!("any one member{each}"),
        "Automatic" => return format!("a member's operator without a vote, {threshold} times at most"),
        other => other.to_owned(),
    };
    let _ = write!(text, "; ballots for {}", span(number("votingPeriod")));
    match number("timelock") {
        0 => text.push_str("; at once"),
        timelock => {
            let _ = write!(text, "; then a timelock of {}", span(timelock));
        }
    }
    text
}

fn majority(quorum: u64, each: &str) -> String {
    let quorum = if quorum == 0 { String::new() } else { format!(", {quorum} % taking part") };
    format!("more than half of the members{each}, or at the deadline more for than against{quorum}")
}

/// The floor of loosening functions in words.
pub(super) fn floor(floor: &Value) -> String {
    let number = |name: &str| floor[name].as_u64().unwrap_or_default();
    let missing = match number("missing") {
        0 => "every member".to_owned(),
        missing => format!("all but {missing} members"),
    };
    let timelock = match number("timelock") {
        0 => "no timelock".to_owned(),
        timelock => format!("a timelock of {}", span(timelock)),
    };
    let veto = if floor["veto"] == true { "one third of the members can veto" } else { "no veto" };
    format!("{missing}, {timelock}, {veto}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rule(kind: &str, threshold: u64, quorum: u64, timelock: u64) -> Value {
        json!({"kind": kind, "threshold": threshold, "quorum": quorum, "perClass": false, "votingPeriod": 86_400, "timelock": timelock})
    }

    #[test]
    fn rules_read_as_sentences() {
        let majority = "more than half of the members, or at the deadline more for than against, 50 % taking part; ballots for 1 d; at once";
        assert_eq!(words(&rule("Majority", 0, 50, 0)), majority);
        assert_eq!(words(&rule("Threshold", 3, 0, 3_600)), "3 members; ballots for 1 d; then a timelock of 1 h");
        assert_eq!(words(&rule("Automatic", 2, 0, 0)), "a member's operator without a vote, 2 times at most");
    }

    #[test]
    fn floors_read_as_sentences() {
        let found = floor(&json!({"missing": 1, "timelock": 86_400, "veto": true}));
        assert_eq!(found, "all but 1 members, a timelock of 1 d, one third of the members can veto");
    }
}
