use parking_lot::RwLock;
use serde::Serialize;
use std::sync::OnceLock;

/// Blocks a ready node may be behind what the quorum finalized: about the four seconds it takes
/// to fetch and execute them.
const BEHIND_MAX: u64 = 16;

/// A clock further off than this makes verifiers wait for this node's blocks (they hold a block
/// back until its time is at most this far ahead of their clock).
const CLOCK_SKEW_MS_MAX: u64 = 500;

/// What the node is doing, as `/health` and `/ready` tell it.
#[derive(Default)]
pub(crate) struct Health {
    phase: RwLock<Phase>,
    probe: OnceLock<Box<dyn Fn() -> Probe + Send + Sync>>,
}

/// Where the node is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Opening ledger and state.
    #[default]
    Starting,
    /// Executing blocks of the ledger that the checkpoint does not cover.
    Replaying,
    /// Serving, and following the network if it has one.
    Running,
    /// Was told to stop.
    Stopping,
    /// Something broke; the process is about to end.
    Failed,
}

/// Figures at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Probe {
    /// Height of the last committed block.
    pub(crate) height: u64,
    /// Highest height known to be final, here or at peers.
    pub(crate) finalized: u64,
    /// Nodes connected.
    pub(crate) peers: usize,
    /// Validators that must be connected, this one included, for blocks to be made; 0 without
    /// consensus.
    pub(crate) quorum: usize,
    /// Whether this node votes.
    pub(crate) validator: bool,
    /// Own clock minus the median of the peers', in milliseconds.
    pub(crate) clock_skew_ms: i64,
}

/// An answer of `/health` or `/ready`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    /// Whether the HTTP status is 200, else 503.
    pub(crate) ok: bool,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// What an operator should look at although it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) warning: Option<String>,
    /// Where the node is in its life.
    pub(crate) phase: Phase,
    /// Figures.
    #[serde(flatten)]
    pub(crate) probe: Probe,
}

impl Health {
    /// Moves to another phase. A failure is final.
    pub(crate) fn enter(&self, phase: Phase) {
        let mut current = self.phase.write();
        if *current != Phase::Failed {
            *current = phase;
        }
    }

    /// Says where figures come from, once the chain is open. Later calls are ignored.
    pub(crate) fn observe(&self, probe: impl Fn() -> Probe + Send + Sync + 'static) {
        let _ = self.probe.set(Box::new(probe));
    }

    /// `/health`: the process works and nothing in it has failed. Not 200: restart it.
    pub(crate) fn health(&self) -> Report {
        let reason = (*self.phase.read() == Phase::Failed).then(|| "a component failed".to_owned());
        self.answer(reason)
    }

    /// `/ready`: requests sent here are answered from current state. Replay is over, a quorum of
    /// validators is connected, and this node is at most [`BEHIND_MAX`] blocks behind it. Not
    /// 200: send requests elsewhere.
    pub(crate) fn ready(&self) -> Report {
        let probe = self.figures();
        let phase = *self.phase.read();
        let connected = probe.peers + usize::from(probe.validator);
        let behind = probe.finalized.saturating_sub(probe.height);
        let reason = if phase != Phase::Running {
            Some("not running yet, or no longer".to_owned())
        } else if connected < probe.quorum {
            Some(format!("{connected} validators connected, a quorum is {}", probe.quorum))
        } else if behind > BEHIND_MAX {
            Some(format!("{behind} blocks behind"))
        } else {
            None
        };
        self.answer(reason)
    }

    fn figures(&self) -> Probe {
        self.probe.get().map(|probe| probe()).unwrap_or_default()
    }

    fn answer(&self, reason: Option<String>) -> Report {
        let probe = self.figures();
        let off = probe.clock_skew_ms.unsigned_abs() > CLOCK_SKEW_MS_MAX;
        let warning = off.then(|| format!("own clock is {} ms off the median of the peers'", probe.clock_skew_ms));
        Report { ok: reason.is_none(), reason, warning, phase: *self.phase.read(), probe }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(probe: Probe) -> Health {
        let health = Health::default();
        health.observe(move || probe);
        health.enter(Phase::Running);
        health
    }

    #[test]
    fn a_replaying_node_is_healthy_but_not_ready() {
        let health = Health::default();
        health.enter(Phase::Replaying);
        assert!(health.health().ok);
        assert!(!health.ready().ok);
    }

    #[test]
    fn a_node_without_quorum_is_not_ready() {
        let probe = Probe { peers: 1, validator: true, quorum: 3, ..Probe::default() };
        let report = running(probe).ready();
        assert_eq!(report.reason.as_deref(), Some("2 validators connected, a quorum is 3"));
        assert!(running(Probe { peers: 2, ..probe }).ready().ok);
    }

    #[test]
    fn a_node_far_behind_is_not_ready() {
        let probe = Probe { height: 1, finalized: 100, ..Probe::default() };
        assert!(!running(probe).ready().ok);
    }

    #[test]
    fn a_clock_that_is_off_is_a_warning() {
        let report = running(Probe { clock_skew_ms: -700, ..Probe::default() }).health();
        assert!(report.ok);
        assert_eq!(report.warning.as_deref(), Some("own clock is -700 ms off the median of the peers'"));
    }

    #[test]
    fn a_failure_is_final() {
        let health = running(Probe::default());
        health.enter(Phase::Failed);
        health.enter(Phase::Stopping);
        assert!(!health.health().ok);
    }
}
