use crate::{
    abi::{Call, explain, from_lists},
    node::{At, LogJson, Node},
};
use alloy_dyn_abi::DynSolValue;
use alloy_sol_types::SolEvent;
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, ProposalState},
    IMembers, MEMBERS,
};
use althing_primitives::{Address, Bytes, LogData, U256};
use serde_json::{Value, json};

/// A proposal with everything that is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Proposal {
    pub(crate) id: U256,
    pub(crate) state: ProposalState,
    pub(crate) proposer: Address,
    pub(crate) calls: Vec<Call>,
    /// None where the logs are not at hand.
    pub(crate) description: Option<String>,
    /// Ballots against, for, abstaining.
    pub(crate) counts: [U256; 3],
    /// Seconds since 1970.
    pub(crate) deadline: u64,
    /// Seconds since 1970; 0 where there is no timelock, or it does not run yet.
    pub(crate) eta: u64,
    /// Seconds since 1970; 0 while it is not decided.
    pub(crate) expiry: u64,
    /// `proposalRequirement`, with the names of its fields.
    pub(crate) requirement: Value,
    pub(crate) failure: Option<Failure>,
    pub(crate) ballots: Vec<Ballot>,
}

/// Why the last execution failed.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// Seconds since 1970.
    pub(crate) at: u64,
    /// From 0.
    pub(crate) call: U256,
    pub(crate) reason: Bytes,
}

/// A member's ballot.
#[derive(Clone, Debug)]
pub(crate) struct Ballot {
    pub(crate) account: Address,
    /// 0 where the account belongs to no member any more.
    pub(crate) member: u32,
    pub(crate) support: u8,
    pub(crate) reason: String,
    /// Seconds since 1970, where the node says it.
    pub(crate) time: Option<u64>,
}

impl Ballot {
    pub(crate) const fn word(&self) -> &'static str {
        match self.support {
            0 => "against",
            1 => "for",
            _ => "abstain",
        }
    }
}

impl Proposal {
    /// Everything but what only the logs know: description and ballots.
    pub(crate) async fn read(node: &Node, id: U256, at: &At) -> eyre::Result<Self> {
        let state = node.ask(GOVERNANCE, &IGovernance::stateCall { proposalId: id }, at).await?;
        let details = node.ask(GOVERNANCE, &IGovernance::proposalDetailsCall { proposalId: id }, at).await?;
        let proposer = node.ask(GOVERNANCE, &IGovernance::proposalProposerCall { proposalId: id }, at).await?;
        let votes = node.ask(GOVERNANCE, &IGovernance::proposalVotesCall { proposalId: id }, at).await?;
        let deadline = node.ask(GOVERNANCE, &IGovernance::proposalDeadlineCall { proposalId: id }, at).await?;
        let eta = node.ask(GOVERNANCE, &IGovernance::proposalEtaCall { proposalId: id }, at).await?;
        let expiry = node.ask(GOVERNANCE, &IGovernance::proposalExpiryCall { proposalId: id }, at).await?;
        let requirement = node.read("Governance", "proposalRequirement", &[DynSolValue::Uint(id, 256)], at).await?;
        let failure = node.ask(GOVERNANCE, &IGovernance::executionFailureCall { proposalId: id }, at).await?;
        Ok(Self {
            id,
            state,
            proposer,
            calls: from_lists(details._0, details._1, details._2)?,
            description: None,
            counts: [votes.againstVotes, votes.forVotes, votes.abstainVotes],
            deadline: deadline.saturating_to(),
            eta: eta.saturating_to(),
            expiry: expiry.saturating_to(),
            requirement,
            failure: (!failure.failedAt.is_zero()).then(|| Failure {
                at: failure.failedAt.to(),
                call: failure.call,
                reason: failure.reason,
            }),
            ballots: Vec::new(),
        })
    }

    /// With description and ballots from the logs since it was made.
    pub(crate) async fn read_whole(node: &Node, id: U256, at: &At) -> eyre::Result<Self> {
        let mut proposal = Self::read(node, id, at).await?;
        let snapshot = node.ask(GOVERNANCE, &IGovernance::proposalSnapshotCall { proposalId: id }, at).await?;
        let delay = node.ask(GOVERNANCE, &IGovernance::votingDelayCall {}, at).await?;
        let made = snapshot.saturating_sub(delay).saturating_to::<u64>();
        let head = node.latest().await?.number();
        let from = node.first_block_since(made.saturating_sub(1)).await?.min(head);
        let logs = node.logs(&[GOVERNANCE], None, from, head).await?;
        proposal.take_all(node, &logs, at).await?;
        Ok(proposal)
    }

    /// Takes description and ballots from logs of Governance.
    pub(crate) async fn take_all(&mut self, node: &Node, logs: &[LogJson], at: &At) -> eyre::Result<()> {
        logs.iter().for_each(|log| self.take(log));
        for ballot in &mut self.ballots {
            let of = IMembers::memberOfCall { account: ballot.account };
            ballot.member = node.ask(MEMBERS, &of, at).await?.id;
        }
        Ok(())
    }

    fn take(&mut self, log: &LogJson) {
        let data = LogData::new_unchecked(log.topics.clone(), log.data.clone());
        if let Ok(created) = IGovernance::ProposalCreated::decode_log_data(&data)
            && created.proposalId == self.id
        {
            self.description = Some(created.description);
        } else if let Ok(cast) = IGovernance::VoteCast::decode_log_data(&data)
            && cast.proposalId == self.id
        {
            self.add(cast.voter, cast.support, cast.reason, log);
        } else if let Ok(cast) = IGovernance::VoteCastWithParams::decode_log_data(&data)
            && cast.proposalId == self.id
        {
            self.add(cast.voter, cast.support, cast.reason, log);
        }
    }

    fn add(&mut self, account: Address, support: u8, reason: String, log: &LogJson) {
        self.ballots.push(Ballot { account, member: 0, support, reason, time: log.time() });
    }

    /// Whether nothing can happen to it any more.
    pub(crate) const fn is_over(&self) -> bool {
        use ProposalState::{Canceled, Defeated, Executed, Expired};
        matches!(self.state, Canceled | Defeated | Executed | Expired)
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id.to_string(),
            "state": format!("{:?}", self.state),
            "proposer": self.proposer.to_string(),
            "description": self.description,
            "calls": self.calls.iter().map(Call::json).collect::<Value>(),
            "against": self.counts[0].to_string(),
            "for": self.counts[1].to_string(),
            "abstain": self.counts[2].to_string(),
            "ballots": self.ballots.iter().map(Ballot::json).collect::<Value>(),
            "deadline": self.deadline,
            "eta": self.eta,
            "expiry": self.expiry,
            "requirement": self.requirement,
            "failure": self.failure.as_ref().map(Failure::json),
        })
    }
}

impl Ballot {
    fn json(&self) -> Value {
        let (account, word) = (self.account.to_string(), self.word());
        json!({"account": account, "member": self.member, "support": word, "reason": self.reason, "time": self.time})
    }
}

impl Failure {
    fn json(&self) -> Value {
        let (call, words) = (self.call.to_string(), explain(&self.reason));
        json!({"at": self.at, "call": call, "reason": self.reason, "words": words})
    }
}
