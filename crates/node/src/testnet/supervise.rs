use super::{LocalNode, prepare::Prepared};
use crate::{Lifetime, shutdown};
use eyre::{WrapErr, bail, eyre};
use futures::{StreamExt, stream::FuturesUnordered};
use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, SeekFrom},
    os::unix::process::ExitStatusExt,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};
use tracing::{info, warn};

/// Time a node has to answer: a large genesis or a long replay takes minutes.
const START_MAX: Duration = Duration::from_secs(600);
/// Time a node has to stop in order before it is killed.
const STOP_MAX: Duration = Duration::from_secs(30);
/// How much of a log's end is looked at for the reason of an end.
const LOG_TAIL_BYTES: u64 = 4096;

/// A child process. It stops by itself when its standard input closes, so it never outlives us.
struct Process {
    node: Prepared,
    child: Child,
}

/// Starts every node, waits for each to answer, and keeps them until told to stop.
pub(super) async fn run(
    nodes: Vec<Prepared>,
    mut ready: impl FnMut(&LocalNode) -> eyre::Result<()>,
) -> eyre::Result<()> {
    let stop = shutdown::requested(Lifetime::Own);
    tokio::pin!(stop);
    let mut processes = nodes.into_iter().map(start).collect::<eyre::Result<Vec<_>>>()?;
    let started = async {
        for process in &mut processes {
            ready(&answering(process).await?)?;
        }
        eyre::Ok(())
    };
    let outcome = tokio::select! {
        reason = &mut stop => reason.map(drop).map_err(Into::into),
        started = started => match started {
            Ok(()) => watch(&mut processes, stop).await,
            Err(error) => Err(error),
        },
    };
    info!("stopping all nodes");
    stop_all(processes).await;
    outcome
}

fn start(node: Prepared) -> eyre::Result<Process> {
    let program = std::env::current_exe().wrap_err("own program")?;
    let mut command = Command::new(program);
    command.arg("node").arg("--config").arg(&node.config).arg("--stop-with-parent");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log(&node)?);
    // Ctrl-C reaches the whole group of the terminal; the nodes are ended by us, in order.
    command.process_group(0).kill_on_drop(true);
    let child = command.spawn().wrap_err_with(|| format!("cannot start {}", node.name))?;
    Ok(Process { node, child })
}

fn log_path(node: &Prepared) -> PathBuf {
    node.dir.join("node.log")
}

fn log(node: &Prepared) -> eyre::Result<File> {
    let path = log_path(node);
    OpenOptions::new().create(true).append(true).open(&path).wrap_err_with(|| path.display().to_string())
}

/// The node once it says where it answers.
async fn answering(process: &mut Process) -> eyre::Result<LocalNode> {
    let name = process.node.name.clone();
    let output = process.child.stdout.take().ok_or_else(|| eyre!("{name} has no output"))?;
    let rpc = match timeout(START_MAX, announced(output)).await {
        Ok(Some(address)) => address.parse().wrap_err_with(|| format!("{name} answers at {address}"))?,
        Ok(None) => {
            let status = process.child.wait().await?;
            bail!("{name} did not start ({status}): {}", last_words(&process.node));
        }
        Err(_) => {
            bail!("{name} does not answer after {} s, see {}", START_MAX.as_secs(), log_path(&process.node).display())
        }
    };
    let Prepared { dir, peers, .. } = &process.node;
    let process = process.child.id().unwrap_or_default();
    Ok(LocalNode { name, dir: dir.clone(), rpc, peers: peers.clone(), process })
}

/// Address in the line `rpc http://ADDRESS`; `None` where the output ends without one. What
/// follows is read and dropped, so that the node never blocks on a full pipe.
async fn announced(output: ChildStdout) -> Option<String> {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(address) = line.strip_prefix("rpc http://") {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(address.to_owned());
        }
    }
    None
}

/// Says which node ended, until told to stop or none is left.
async fn watch(
    processes: &mut [Process],
    stop: std::pin::Pin<&mut impl Future<Output = std::io::Result<&'static str>>>,
) -> eyre::Result<()> {
    let mut ends = processes.iter_mut().map(ended).collect::<FuturesUnordered<_>>();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            reason = &mut stop => return reason.map(drop).map_err(Into::into),
            ended = ends.next() => match ended {
                Some((node, status)) => report(node, status),
                None => bail!("every node has ended"),
            },
        }
    }
}

async fn ended(process: &mut Process) -> (&Prepared, std::io::Result<ExitStatus>) {
    // `wait` would close standard input and so end the node.
    let input = process.child.stdin.take();
    let status = process.child.wait().await;
    process.child.stdin = input;
    (&process.node, status)
}

fn report(node: &Prepared, status: std::io::Result<ExitStatus>) {
    let restart = format!("althing node --config {}", node.config.display());
    let reason = match status {
        // Killed: its log ends with nothing of interest.
        Ok(status) if status.signal().is_some() => status.to_string(),
        Ok(status) => format!("{status}: {}", last_words(node)),
        Err(error) => error.to_string(),
    };
    warn!(restart, "{} ended ({reason})", node.name);
}

async fn stop_all(processes: Vec<Process>) {
    let stops = processes.into_iter().map(|mut process| async move {
        drop(process.child.stdin.take());
        if timeout(STOP_MAX, process.child.wait()).await.is_err() {
            warn!("{} does not stop, killing it", process.node.name);
            let _ = process.child.kill().await;
        }
    });
    futures::future::join_all(stops).await;
}

/// The last line of a node's log.
fn last_words(node: &Prepared) -> String {
    let tail = || -> std::io::Result<String> {
        let mut file = OpenOptions::new().read(true).open(log_path(node))?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES)))?;
        let mut bytes = Vec::new();
        file.take(LOG_TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).lines().last().unwrap_or_default().to_owned())
    };
    tail().unwrap_or_default()
}
