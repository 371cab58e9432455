use althing_member::{Proof, Record, RecordedEvent};
use althing_node::{Replayed, Verified, replay_governance};
use serde_json::json;
use std::path::PathBuf;

/// Flags of `althing governance replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Data folder of a node, the `ledger` folder in it, or a copy of either
    #[arg(long, value_name = "DIR")]
    ledger: PathBuf,
    /// Genesis file [default: genesis.json in the data folder]
    #[arg(long, value_name = "FILE")]
    genesis: Option<PathBuf>,
    /// Last block to fold [default: the last with a certificate]
    #[arg(long, value_name = "BLOCK")]
    at: Option<u64>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// Runs `althing governance replay`.
pub(crate) async fn run(args: Args) -> eyre::Result<()> {
    let replayed = replay_governance(&args.ledger, args.genesis.as_deref(), args.at)?;
    let proof = proof(&replayed.verified);
    althing_member::print_record(record(replayed), proof, args.json).await
}

fn proof(verified: &Verified) -> Proof {
    let Verified { genesis, head, certificates, certified, committee_changes } = verified;
    let json = json!({
        "genesis": genesis,
        "head": {"number": head.number, "hash": head.hash},
        "certificates": certificates,
        "certified": certified,
        "committeeChanges": committee_changes,
    });
    Proof { words: verified.to_string(), json }
}

fn record(replayed: Replayed) -> Record {
    let Replayed { chain_id, insecure, block, storage, history, .. } = replayed;
    let events = history.into_iter().flat_map(|governed| {
        let (block, timestamp) = (governed.block.number, governed.timestamp);
        governed.delta.events.into_iter().map(move |log| RecordedEvent { block, timestamp, log })
    });
    Record {
        chain_id,
        insecure,
        number: block.block.number,
        hash: block.block.hash,
        timestamp: block.timestamp,
        slots: storage.slots().map(|(contract, slot, value)| ((contract, slot), value)).collect(),
        events: events.collect(),
    }
}
