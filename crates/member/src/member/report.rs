use super::outcome::{About, SendArgs};
use crate::{
    answer::remark,
    node::{At, Desk, NodeError},
};
use alloy_sol_types::{SolCall, SolError};
use althing_contracts::{
    INodes::{EvidenceKnown, reportEquivocationCall},
    NODES,
};
use althing_primitives::{B256, Bytes};
use eyre::{WrapErr, ensure};
use serde::Deserialize;
use serde_json::json;
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// Largest file of proofs read: one of 1 KiB for each of the 128 validators that there may be, eight times over.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Flags of `althing member report`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A file with what another node's `althing_getEquivocations` answered [default: the node is asked]
    #[arg(long, value_name = "FILE")]
    evidence: Option<PathBuf>,
    #[command(flatten)]
    send: SendArgs,
}

/// Two conflicting votes of a validator, as `althing_getEquivocations` gives them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Equivocation {
    public_key: B256,
    first_message: Bytes,
    first_signature: Bytes,
    second_message: Bytes,
    second_signature: Bytes,
}

impl Args {
    pub(super) async fn run(self) -> eyre::Result<()> {
        let desk = self.send.open().await?;
        let found = match &self.evidence {
            Some(file) => read(file).wrap_err_with(|| file.display().to_string())?,
            None => desk.node.request("althing_getEquivocations", vec![]).await?,
        };
        if found.is_empty() {
            remark("no validator was seen to sign conflicting votes");
        }
        for equivocation in found {
            let call = equivocation.call();
            if is_known(&desk, &call).await {
                remark(&format!("{}: reported before", call.publicKey));
            } else {
                self.send.send(&desk, NODES, &call, About::Nothing).await?;
            }
        }
        Ok(())
    }
}

/// The list itself, without the response around it.
fn read(file: &Path) -> eyre::Result<Vec<Equivocation>> {
    let mut text = String::new();
    File::open(file)?.take(FILE_BYTES_MAX + 1).read_to_string(&mut text)?;
    ensure!(text.len() as u64 <= FILE_BYTES_MAX, "larger than {FILE_BYTES_MAX} bytes");
    Ok(serde_json::from_str(&text)?)
}

/// Any other refusal is told when the report is sent.
async fn is_known(desk: &Desk, call: &reportEquivocationCall) -> bool {
    let transaction = json!({"from": desk.account(), "to": NODES, "input": Bytes::from(call.abi_encode())});
    let answer = desk.node.call(transaction, &At::latest()).await;
    matches!(answer, Err(NodeError::Reverted(reason)) if reason.starts_with(&EvidenceKnown::SELECTOR))
}

impl Equivocation {
    fn call(self) -> reportEquivocationCall {
        let Self { public_key, first_message, first_signature, second_message, second_signature } = self;
        reportEquivocationCall {
            publicKey: public_key,
            firstMessage: first_message,
            firstSignature: first_signature,
            secondMessage: second_message,
            secondSignature: second_signature,
        }
    }
}
