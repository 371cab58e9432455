//! Transactions to and from peers, in batches.

use crate::Application;
use althing_consensus_core::{
    batch::{self, BATCH_BYTES},
    scheme::Key,
};
use althing_primitives::Bytes;
use bytes::BytesMut;
use commonware_macros::select;
use commonware_p2p::{Blocker, Receiver, Recipients, Sender};
use commonware_runtime::{Clock, Handle, Spawner};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// How long a batch waits for more transactions.
const BATCH_TIME: Duration = Duration::from_millis(10);

/// Sends what the pool took in here to all peers, followers included.
pub(crate) fn send<E, S>(context: E, mut outgoing: mpsc::Receiver<Vec<Bytes>>, mut sender: S) -> Handle<()>
where
    E: Spawner + Clock,
    S: Sender<PublicKey = Key>,
{
    context.spawn(move |context| async move {
        while let Some(first) = outgoing.recv().await {
            let mut batch = BytesMut::new();
            append(&mut batch, &first, &mut sender);
            let mut wait = Box::pin(context.sleep(BATCH_TIME));
            loop {
                select! {
                    _ = &mut wait => { break },
                    next = outgoing.recv() => match next {
                        Some(transactions) => append(&mut batch, &transactions, &mut sender),
                        None => break,
                    },
                }
            }
            flush(&mut batch, &mut sender);
        }
    })
}

/// Hands what peers send to the pool, one batch at a time: a pool that falls behind makes the
/// network drop batches.
pub(crate) fn receive<E, R, B>(
    context: E,
    application: Arc<dyn Application>,
    mut receiver: R,
    mut blocker: B,
) -> Handle<()>
where
    E: Spawner,
    R: Receiver<PublicKey = Key>,
    B: Blocker<PublicKey = Key>,
{
    context.spawn(move |context| async move {
        while let Ok((peer, message)) = receiver.recv().await {
            let Some(transactions) = batch::split(message.into()) else {
                blocker.block(peer);
                continue;
            };
            let application = application.clone();
            let job = context
                .child("receive")
                .shared(true)
                .spawn(move |_| async move { application.receive_transactions(transactions) });
            if job.await.is_err() {
                return;
            }
        }
    })
}

fn append(batch: &mut BytesMut, transactions: &[Bytes], sender: &mut impl Sender<PublicKey = Key>) {
    for transaction in transactions {
        batch::append(batch, transaction);
        if batch.len() >= BATCH_BYTES {
            flush(batch, sender);
        }
    }
}

fn flush(batch: &mut BytesMut, sender: &mut impl Sender<PublicKey = Key>) {
    if !batch.is_empty() {
        sender.send(Recipients::All, batch.split().freeze(), false);
    }
}
