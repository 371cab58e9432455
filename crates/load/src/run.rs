use crate::{
    Latency, LoadArgs, ProcessCpu, Rate, Report,
    connection::{Connection, Endpoint},
    cpu::{self, Process},
    follow::{Followed, Follower, failed_share},
    plan::{self, Plan, Shape},
    recover::recovers_per_second,
    rpc::Rpc,
    send::{Pace, send},
    setup,
    track::Track,
};
use eyre::{Context, Result};
use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::sleep};

/// Runs a load and prints what it measured: the table to standard output, JSON to the file asked for.
///
/// # Errors
/// An endpoint that does not answer or refuses the set-up; accounts that cannot pay; a file that
/// cannot be read or written.
pub async fn run(args: LoadArgs) -> Result<()> {
    let json = args.json.clone();
    let report = measure(args).await?;
    writeln!(std::io::stdout(), "{report}")?;
    if let Some(path) = json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(&path, text).wrap_err_with(|| format!("report file {}", path.display()))?;
    }
    Ok(())
}

/// Runs a load. All of it happens on one thread of its own, so that the loader takes little of the
/// machine it shares with the nodes.
///
/// # Errors
/// As for [`run`], but for the report file.
pub async fn measure(args: LoadArgs) -> Result<Report> {
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(measure_here(args))
    };
    tokio::task::spawn_blocking(work).await?
}

async fn measure_here(args: LoadArgs) -> Result<Report> {
    let endpoints = args.rpc.iter().map(|url| Endpoint::parse(url)).collect::<Result<Vec<_>>>()?;
    let mut rpc = Rpc::new(endpoints[0].clone());
    let shape = Shape::new(&args);
    say(&format!("setting up {} accounts", args.accounts));
    let stage = setup::prepare(&mut rpc, &args, shape.each(args.accounts)).await?;
    say(&format!("signing {} transactions", shape.transactions()));
    let plan = Arc::new(plan::sign(shape, args.kind, &stage));
    let recovers_before = recovers_per_second();
    say(&format!("offering them for {} s", args.duration));
    let measured = offer(&args, &endpoints, rpc, plan.clone()).await?;
    let recovers = f64::midpoint(recovers_before, recovers_per_second());
    Ok(report(&args, &plan, measured, recovers))
}

/// What the time of offering gave.
struct Measured {
    track: Arc<Track>,
    followed: Followed,
    failed_share: Option<f64>,
    /// With the CPU seconds each spent.
    processes: Vec<(Process, f64)>,
    accepted_in_time: u64,
    sent_in_time: u64,
}

async fn offer(args: &LoadArgs, endpoints: &[Endpoint], mut rpc: Rpc, plan: Arc<Plan>) -> Result<Measured> {
    let duration = Duration::from_secs(args.duration);
    let next = rpc.block_number().await? + 1;
    let requests = plan.hashes.len() / plan.batch;
    let mut processes = processes(args, endpoints);
    let stop = Arc::new(AtomicBool::new(false));
    let places = plan.places();
    let track = Arc::new(Track::new(requests));
    let follower = Follower { rpc, next, poll: Duration::from_millis(args.poll_ms) };
    let follower = tokio::spawn(follower.follow(places, track.clone(), stop.clone()));
    let pace = Pace { rate: args.rate, in_flight: args.in_flight.into(), duration };
    let mut senders = JoinSet::new();
    for index in 0..plan.connections.len() {
        let connection = Connection::new(endpoints[index % endpoints.len()].clone());
        senders.spawn(send(connection, plan.clone(), index, pace, track.clone()));
    }
    tokio::time::sleep_until((track.start + duration).into()).await;
    for (process, cpu) in &mut processes {
        *cpu = process.cpu_seconds() - *cpu;
    }
    let (accepted_in_time, sent_in_time) = (track.accepted.load(Relaxed), track.sent.load(Relaxed));
    drain(args, &track, &mut senders).await;
    stop.store(true, Relaxed);
    let (mut rpc, followed) = follower.await?;
    let failed_share = failed_share(&mut rpc, &followed.blocks).await;
    Ok(Measured { track, followed, failed_share, processes, accepted_in_time, sent_in_time })
}

/// Waits until everything accepted is included, or too long.
async fn drain(args: &LoadArgs, track: &Track, senders: &mut JoinSet<()>) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(args.drain);
    while tokio::time::Instant::now() < deadline {
        let ended = senders.try_join_next().is_some() || senders.is_empty();
        if senders.is_empty() && ended && track.in_flight() == 0 {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    senders.abort_all();
}

/// The nodes' processes and this one, each with its CPU seconds so far.
fn processes(args: &LoadArgs, endpoints: &[Endpoint]) -> Vec<(Process, f64)> {
    let local = endpoints.iter().filter(|endpoint| endpoint.is_local).map(|endpoint| endpoint.port);
    let ports: Vec<u16> = local.chain(args.port.iter().copied()).collect();
    let mut processes = cpu::listening_on(&ports);
    processes.push(Process::this());
    processes.into_iter().map(|process| (process.clone(), process.cpu_seconds())).collect()
}

fn report(args: &LoadArgs, plan: &Plan, measured: Measured, recovers: f64) -> Report {
    let Measured { track, followed, failed_share, processes, accepted_in_time, sent_in_time } = measured;
    let seconds = args.duration as f64;
    let end_us = args.duration * 1_000_000;
    let included_in_time = followed.seen_us.iter().filter(|us| (1..=end_us).contains(*us)).count();
    let included = followed.seen_us.iter().filter(|us| **us > 0).count() as u64;
    let validators = args.validators.unwrap_or(args.rpc.len() as u32);
    let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
    let included_per_second = included_in_time as f64 / seconds;
    let cpu = |(process, cpu_seconds): (Process, f64)| ProcessCpu {
        pid: process.pid,
        name: process.name,
        cpu_seconds,
        cpu_us_per_transaction: cpu_seconds * 1e6 / (included_in_time.max(1) as f64),
    };
    Report {
        kind: format!("{:?}", args.kind).to_lowercase(),
        endpoints: args.rpc.len(),
        validators,
        cores,
        seconds,
        batch: plan.batch,
        connections: plan.connections.len(),
        accounts: args.accounts,
        offered_per_second: sent_in_time as f64 / seconds,
        accepted_per_second: accepted_in_time as f64 / seconds,
        included_per_second,
        offered: track.sent.load(Relaxed),
        accepted: track.accepted.load(Relaxed),
        included,
        latency: latency(plan, &track, &followed),
        blocks: followed.blocks.len(),
        transactions_per_block: included as f64 / followed.blocks.len().max(1) as f64,
        gas_per_second: followed.gas_used as f64 / seconds,
        failed_share,
        errors: track.errors(),
        processes: processes.into_iter().map(cpu).collect(),
        recovers_per_second: recovers,
        efficiency: included_per_second * f64::from(validators) / (cores as f64 * recovers),
        ran_out: args.rate == Rate::Max && sent_in_time as usize == plan.hashes.len(),
    }
}

fn latency(plan: &Plan, track: &Track, followed: &Followed) -> Latency {
    let seen = followed.seen_us.iter().enumerate().filter(|(_, us)| **us > 0);
    let latencies = seen.filter_map(|(place, us)| Some((us - 1).saturating_sub(track.offered_us(place / plan.batch)?)));
    Latency::of(latencies.collect())
}

#[allow(clippy::print_stderr, reason = "progress of a command-line tool")]
fn say(text: &str) {
    eprintln!("load: {text}");
}
