use super::{Ballot, Failure, Proposal};
use crate::{
    abi::{explain, quoted},
    times::{moment, span},
};
use althing_contracts::IGovernance::ProposalState;
use althing_primitives::U256;
use serde_json::Value;
use std::fmt::{self, Display, Formatter, Write};

impl Display for Proposal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "proposal     {}", self.id)?;
        writeln!(f, "state        {}", self.state_text())?;
        writeln!(f, "proposer     {}", self.proposer)?;
        if let Some(description) = &self.description {
            writeln!(f, "description  {}", quoted(description))?;
        }
        for (index, call) in self.calls.iter().enumerate() {
            writeln!(f, "call {:<8}{}", index + 1, call.text())?;
        }
        writeln!(f, "ballots      {}", self.counts_text())?;
        for ballot in &self.ballots {
            writeln!(f, "             {ballot}")?;
        }
        write!(f, "needs        {}", needs(&self.requirement))?;
        match &self.failure {
            Some(failure) => write!(f, "\nfailed       {failure}"),
            None => Ok(()),
        }
    }
}

impl Proposal {
    /// The state and until when.
    pub(crate) fn state_text(&self) -> String {
        match self.state {
            ProposalState::Pending | ProposalState::Active => {
                format!("{:?}, ballots until {}", self.state, moment(self.deadline))
            }
            ProposalState::Succeeded if number(&self.requirement, "timelock") > 0 => {
                format!("Succeeded, to be queued until {}", moment(self.expiry))
            }
            ProposalState::Succeeded => format!("Succeeded, to be executed until {}", moment(self.expiry)),
            ProposalState::Queued => format!("Queued, to be executed from {} on", moment(self.eta)),
            state => format!("{state:?}"),
        }
    }

    /// `2 for, 1 against, 0 abstain`
    pub(crate) fn counts_text(&self) -> String {
        let [against, r#for, abstain] = self.counts;
        format!("{for} for, {against} against, {abstain} abstain")
    }
}

impl Display for Ballot {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:<8} member {} by {}", self.word(), self.member, self.account)?;
        if let Some(time) = self.time {
            write!(f, ", {}", moment(time))?;
        }
        if self.reason.is_empty() { Ok(()) } else { write!(f, ": {}", quoted(&self.reason)) }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let call = self.call.saturating_add(U256::ONE);
        write!(f, "{}, call {call}: {}", moment(self.at), explain(&self.reason))
    }
}

/// What decides a proposal, in words.
fn needs(needs: &Value) -> String {
    let number = |name: &str| number(needs, name);
    let each = if needs["perClass"] == true { " in each class" } else { "" };
    let mut text = format!("{} for{each} decide at once", number("threshold"));
    if needs["plurality"] == true {
        let _ = write!(text, "; at the deadline more for than against{each}");
        if number("quorum") > 0 {
            let _ = write!(text, ", {} taking part", number("quorum"));
        }
    }
    if number("veto") > 0 {
        let _ = write!(text, "; {} against defeat it", number("veto"));
    }
    if number("timelock") > 0 {
        let _ = write!(text, "; then a timelock of {}", span(number("timelock")));
    }
    if needs["loosening"] == true {
        text.push_str("; it loosens, so the floor of the genesis holds");
    }
    text
}

fn number(needs: &Value, name: &str) -> u64 {
    needs[name].as_u64().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::abi::Call;
    use althing_contracts::PARAMETERS;
    use althing_primitives::{Address, hex};
    use serde_json::json;

    fn proposal() -> Proposal {
        let data = hex!("d14c8bb600000000000000000000000000000000000000000000000000000000000001f4");
        Proposal {
            id: U256::from(77),
            state: ProposalState::Executed,
            proposer: Address::repeat_byte(1),
            calls: vec![Call { target: PARAMETERS, value: U256::ZERO, data: data.into() }],
            description: Some("slower\u{1b}[2J blocks".into()),
            counts: [0, 2, 1].map(U256::from),
            deadline: 0,
            eta: 0,
            expiry: 0,
            requirement: requirement(),
            failure: None,
            ballots: vec![Ballot {
                account: Address::repeat_byte(2),
                member: 2,
                support: 1,
                reason: "yes".into(),
                time: None,
            }],
        }
    }

    fn requirement() -> Value {
        json!({
            "threshold": 3, "quorum": 2, "plurality": true, "perClass": false, "veto": 2, "votingPeriod": 60,
            "timelock": 3_660, "loosening": true,
        })
    }

    #[test]
    fn a_proposal_is_a_page() {
        let text = proposal().to_string();
        let (one, two) = (Address::repeat_byte(1), Address::repeat_byte(2));
        let lines = text.lines().collect::<Vec<_>>();
        assert_eq!(lines[1], "state        Executed");
        assert_eq!(lines[2], format!("proposer     {one}"));
        assert_eq!(lines[3], "description  \"slower\u{fffd}[2J blocks\"");
        assert!(lines[4].starts_with("call 1       Parameters"), "{}", lines[4]);
        assert_eq!(lines[5], "ballots      2 for, 0 against, 1 abstain");
        assert_eq!(lines[6], format!("             for      member 2 by {two}: \"yes\""));
        let needs = "3 for decide at once; at the deadline more for than against, 2 taking part; 2 against defeat it; \
                     then a timelock of 1 h 1 min; it loosens, so the floor of the genesis holds";
        assert_eq!(lines[7], format!("needs        {needs}"));
    }

    #[test]
    fn json_has_the_calls_decoded() {
        let json = proposal().json();
        assert_eq!(json["state"], "Executed");
        assert_eq!(json["for"], "2");
        assert_eq!(json["ballots"][0]["support"], "for");
        assert_eq!(json["calls"][0]["target"], format!("{PARAMETERS:#x}"));
    }
}
