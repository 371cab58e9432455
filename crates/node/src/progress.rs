use indicatif::{ProgressBar, ProgressStyle};
use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};
use tracing::info;

/// Without a terminal, one log line at most this often.
const LOG_INTERVAL: Duration = Duration::from_secs(5);

/// How far a long task is: a bar on a terminal, else a log line per interval.
#[derive(Debug)]
pub struct Progress {
    task: &'static str,
    position: u64,
    total: u64,
    blocks: u64,
    transactions: u64,
    started: Instant,
    logged: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Starts a task of so many blocks.
    pub fn blocks(task: &'static str, total: u64) -> Self {
        Self::start(task, total, "{msg} {wide_bar} {pos}/{len} blocks, {per_sec}, {eta} left")
    }

    /// Starts a task on a file of so many bytes.
    pub fn bytes(task: &'static str, total: u64) -> Self {
        Self::start(task, total, "{msg} {wide_bar} {bytes}/{total_bytes}, {eta} left")
    }

    #[allow(clippy::disallowed_methods, reason = "progress is shown in wall time; `node` owns the clock")]
    fn start(task: &'static str, total: u64, template: &str) -> Self {
        let style = ProgressStyle::with_template(template).expect("the template is constant");
        let bar = std::io::stderr().is_terminal().then(|| ProgressBar::new(total).with_style(style).with_message(task));
        let now = Instant::now();
        Self { task, position: 0, total, blocks: 0, transactions: 0, started: now, logged: now, bar }
    }

    /// One more block is done, which moves the task on by `amount` of its unit.
    pub fn advance(&mut self, amount: u64, transactions: usize) {
        self.position += amount;
        self.blocks += 1;
        self.transactions += transactions as u64;
        match &self.bar {
            Some(bar) => bar.set_position(self.position),
            None if self.logged.elapsed() >= LOG_INTERVAL => self.log(),
            None => {}
        }
    }

    /// The task is over: the bar goes, one line with the totals stays.
    pub fn finish(mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if self.blocks > 0 {
            self.log();
        }
    }

    #[allow(clippy::disallowed_methods, reason = "progress is shown in wall time; `node` owns the clock")]
    fn log(&mut self) {
        self.logged = Instant::now();
        let seconds = self.started.elapsed().as_secs_f64().max(0.001);
        let percent = (self.position * 100).checked_div(self.total).unwrap_or(100);
        let (blocks, transactions) = (self.blocks, self.transactions);
        info!(percent, blocks, transactions, blocks_per_s = (blocks as f64 / seconds) as u64, "{}", self.task);
    }
}
