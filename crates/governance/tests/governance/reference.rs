//! The rules of voting as the members know them: what a chair with a pencil would do. Even members are class 0.
use althing_contracts::IGovernance::ProposalState as State;
use std::collections::{BTreeMap, BTreeSet};
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asks { #[default] Majority, Threshold(usize), Unanimous, AnyOne }
#[derive(Clone, Copy, Debug, Default)]
pub struct Rule { pub asks: Asks, pub quorum: usize, pub per_class: bool, pub period: u64, pub timelock: u64 }
#[derive(Clone, Copy, Debug, Default)] pub enum Action { #[default] Pace, Suspend(u32), Reinstate(u32), Decide(Rule) }
#[derive(Clone, Default)] pub struct Proposal {
    by: u32, action: Action, rule: Rule, electorate: BTreeSet<u32>, start: u64, ballots: BTreeMap<u32, u8>,
    decided: Option<(bool, u64)>, eta: Option<u64>, ended: Option<State>,
}
pub struct Model {
    pub now: u64, pub window: u64, pub active: BTreeSet<u32>, pub rule: Rule, pub proposals: Vec<Proposal>,
}
fn groups(rule: &Rule, members: &BTreeSet<u32>) -> Vec<Vec<u32>> {
    let class = |class| members.iter().copied().filter(|m| m % 2 == class).collect::<Vec<_>>();
    let groups = if rule.per_class { vec![class(0), class(1)] } else { vec![members.iter().copied().collect()] };
    groups.into_iter().filter(|group| !group.is_empty()).collect()
}
impl Proposal {
    fn all(&self, holds: impl Fn(&Vec<u32>) -> bool) -> bool { groups(&self.rule, &self.electorate).iter().all(holds) }
    fn said(&self, g: &[u32], s: Option<u8>) -> usize { g.iter().filter(|m| self.ballots.get(m) == s.as_ref()).count() }
    fn missing(&self, group: &[u32]) -> usize {
        let all = group.len();
        let asked = match self.rule.asks {
            Asks::Majority => all / 2 + 1, Asks::Threshold(m) => m.min(all), Asks::Unanimous => all, Asks::AnyOne => 1,
        };
        asked.saturating_sub(self.said(group, Some(1)))
    }
    fn passes_at_deadline(&self, group: &[u32]) -> bool {
        let [no, yes, abstain] = [0, 1, 2].map(|said| self.said(group, Some(said)));
        self.rule.asks == Asks::Majority && yes > no && (yes + abstain) * 100 >= self.rule.quorum * group.len()
    }
    fn decide(&mut self, now: u64) {
        let hope = |group: &Vec<u32>| self.missing(group) <= self.said(group, None);
        if self.all(|group| self.missing(group) == 0) { self.decided = Some((true, now)); }
        else if self.rule.asks != Asks::Majority && !self.all(hope) { self.decided = Some((false, now)); }
    }
    fn state(&self, now: u64, window: u64) -> State {
        let (deadline, passes) = (self.start + self.rule.period, self.all(|group| self.passes_at_deadline(group)));
        match self.decided.unwrap_or((passes, deadline)) {
            _ if self.ended.is_some() => self.ended.unwrap(),
            _ if self.decided.is_none() && now <= deadline => State::Active,
            (false, _) => State::Defeated,
            (true, at) if now > self.eta.unwrap_or(at) + window => State::Expired,
            (true, _) => if self.eta.is_some() { State::Queued } else { State::Succeeded },
        }
    }
}
impl Model {
    pub fn state(&self, index: usize) -> State { self.proposals[index].state(self.now, self.window) }
    fn possible(&self, rule: &Rule) -> bool {
        if let Asks::Threshold(m) = rule.asks { groups(rule, &self.active).iter().all(|g| m <= g.len()) } else { true }
    }
    pub fn propose(&mut self, by: u32, action: Action) -> bool {
        let open = (0..self.proposals.len()).filter(|p| self.proposals[*p].by == by && self.state(*p) == State::Active);
        let allowed = self.active.contains(&by) && open.count() < 16
            && if let Action::Decide(rule) = action { self.possible(&rule) } else { true };
        let (rule, electorate, start) = (self.rule, self.active.clone(), self.now);
        let made = Proposal { by, action, rule, electorate, start, ..Proposal::default() };
        allowed && { self.proposals.push(made); true }
    }
    pub fn ballot(&mut self, by: u32, index: usize, said: u8) -> bool {
        let (state, p) = (self.state(index), &mut self.proposals[index]);
        let member = self.active.contains(&by) && p.electorate.contains(&by);
        if state != State::Active || !member || p.ballots.contains_key(&by) { return false; }
        p.ballots.insert(by, said);
        p.decide(self.now);
        self.execute(index);
        true
    }
    pub fn cancel(&mut self, by: u32, index: usize) -> bool {
        let (state, p) = (self.state(index), &mut self.proposals[index]);
        state == State::Active && p.by == by && p.ended.replace(State::Canceled).is_none()
    }
    pub fn queue(&mut self, index: usize) -> bool {
        let (state, lock) = (self.state(index), self.proposals[index].rule.timelock);
        state == State::Succeeded && lock > 0 && self.proposals[index].eta.replace(self.now + lock).is_none()
    }
    pub fn execute(&mut self, index: usize) -> bool {
        let Proposal { rule, eta, action, .. } = self.proposals[index];
        let ready = if rule.timelock == 0 { State::Succeeded } else { State::Queued };
        if self.state(index) != ready || eta.is_some_and(|eta| self.now < eta) { return false; }
        let asked = if let Asks::Threshold(m) = self.rule.asks { m } else { 1 };
        let done = match action {
            Action::Pace => true,
            Action::Suspend(m) => self.active.len() > asked && self.active.remove(&m),
            Action::Reinstate(m) => self.active.insert(m),
            Action::Decide(rule) => self.possible(&rule) && { self.rule = rule; true },
        };
        for p in self.proposals.iter_mut().filter(|_| done && !matches!(action, Action::Pace)) {
            let state = p.state(self.now, self.window);
            let open = matches!(state, State::Active | State::Succeeded | State::Queued);
            p.ended = Some(if open { State::Canceled } else { state });
        }
        if done { self.proposals[index].ended = Some(State::Executed); }
        true
    }
}
