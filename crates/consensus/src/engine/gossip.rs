//! Transactions to and from peers, in batches.

use crate::{Application, scheme::Key};
use althing_primitives::Bytes;
use bytes::{Buf, BufMut, BytesMut};
use commonware_macros::select;
use commonware_p2p::{Blocker, Receiver, Recipients, Sender};
use commonware_runtime::{Clock, Handle, Spawner};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

/// How long a batch waits for more transactions.
const BATCH_TIME: Duration = Duration::from_millis(10);
/// A batch is sent once it has this many bytes; one transaction may overshoot.
const BATCH_BYTES: usize = 128 * 1024;
/// Largest transaction: the pool admits at most this many bytes.
const TRANSACTION_BYTES_MAX: usize = 128 * 1024;
/// Largest message of this channel.
pub(crate) const MESSAGE_BYTES_MAX: usize = BATCH_BYTES + TRANSACTION_BYTES_MAX + 8;

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
            let Some(transactions) = split(message.into()) else {
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
        write(batch, transaction);
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

fn write(batch: &mut BytesMut, transaction: &Bytes) {
    if transaction.len() <= TRANSACTION_BYTES_MAX {
        batch.put_u32(u32::try_from(transaction.len()).expect("at most 128 KiB"));
        batch.put_slice(transaction);
    }
}

/// `None` if the batch is malformed.
fn split(mut message: bytes::Bytes) -> Option<Vec<Bytes>> {
    let mut transactions = Vec::new();
    while !message.is_empty() {
        let length = message.try_get_u32().ok()? as usize;
        if length > TRANSACTION_BYTES_MAX || length > message.len() {
            return None;
        }
        transactions.push(Bytes::from(message.split_to(length)));
    }
    Some(transactions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_splits_into_what_was_written() {
        let mut batch = BytesMut::new();
        write(&mut batch, &Bytes::from_static(b"one"));
        write(&mut batch, &Bytes::from(vec![0; TRANSACTION_BYTES_MAX + 1]));
        write(&mut batch, &Bytes::from_static(b""));
        assert_eq!(&batch[..], b"\0\0\0\x03one\0\0\0\0", "the wire format is frozen");
        assert_eq!(split(batch.freeze()), Some(vec![Bytes::from_static(b"one"), Bytes::new()]));
    }

    #[test]
    fn a_length_past_the_end_is_malformed() {
        assert_eq!(split(bytes::Bytes::from_static(&[0, 0, 0, 2, 1])), None);
        assert_eq!(split(bytes::Bytes::from_static(&[0, 0])), None);
    }
}
