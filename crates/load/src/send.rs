use crate::{
    Rate,
    connection::Connection,
    plan::{Plan, Request, push_call},
    rpc::Failure,
    track::Track,
};
use althing_primitives::hex;
use eyre::Result;
use hyper::body::Bytes;
use serde::Deserialize;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};
use tokio::time::{Instant, sleep, sleep_until};

/// How long a refused transaction waits before it is sent again: a block.
const RETRY_AFTER: Duration = Duration::from_millis(250);
/// Times it is sent again before it counts as failed; those after it of the same sender need it.
const RETRIES: u32 = 8;
/// How long a sender pauses while too many are under way.
const BUSY: Duration = Duration::from_millis(2);

/// How to send.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub(crate) rate: Rate,
    pub(crate) in_flight: u64,
    pub(crate) duration: Duration,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    id: usize,
    error: Option<Failure>,
}

/// Sends one connection's requests until they or the time run out.
pub(crate) async fn send(mut connection: Connection, plan: Arc<Plan>, index: usize, pace: Pace, track: Arc<Track>) {
    for request in &plan.connections[index] {
        if !wait_for_turn(request, pace, &track).await {
            return;
        }
        let at_us = match pace.rate {
            Rate::Max => track.now_us(),
            Rate::PerSecond(_) => request.due.as_micros() as u64,
        };
        track.offer(request.number, at_us, request.raw.len());
        deliver(&mut connection, request, &track).await;
    }
}

/// Waits until a request is due and there is room; whether it is still to be sent.
async fn wait_for_turn(request: &Request, pace: Pace, track: &Track) -> bool {
    let start = Instant::from_std(track.start);
    match pace.rate {
        Rate::PerSecond(_) => sleep_until(start + request.due).await,
        Rate::Max => {
            while track.in_flight() + request.raw.len() as u64 > pace.in_flight && start.elapsed() < pace.duration {
                sleep(BUSY).await;
            }
        }
    }
    start.elapsed() < pace.duration
}

/// Posts a request, and what was refused again a few times.
async fn deliver(connection: &mut Connection, request: &Request, track: &Track) {
    let mut refused = answers(connection.post(request.body.clone()).await, request.raw.len());
    let mut places: Vec<usize> = (0..request.raw.len()).collect();
    for _ in 0..RETRIES {
        track.accepted.fetch_add((places.len() - refused.len()) as u64, Relaxed);
        if refused.is_empty() {
            return;
        }
        places = refused.iter().map(|(at, _)| places[*at]).collect();
        sleep(RETRY_AFTER).await;
        refused = answers(connection.post(again(request, &places)).await, places.len());
    }
    track.accepted.fetch_add((places.len() - refused.len()) as u64, Relaxed);
    for (_, text) in refused {
        track.fail(&text, 1);
    }
}

/// A body with some of a request's transactions.
fn again(request: &Request, places: &[usize]) -> Bytes {
    let mut calls = String::new();
    for (id, place) in places.iter().enumerate() {
        let raw = hex::decode(&request.body[request.raw[*place].clone()]).unwrap_or_default();
        push_call(&mut calls, id, &raw);
    }
    format!("[{calls}]").into()
}

/// Which of `count` calls were refused, and why. An answer without errors is not parsed.
fn answers(answer: Result<Bytes>, count: usize) -> Vec<(usize, String)> {
    let all = |text: String| (0..count).map(|at| (at, text.clone())).collect();
    let body = match answer {
        Ok(body) => body,
        Err(error) => return all(format!("{error:#}")),
    };
    if memchr::memmem::find(&body, b"\"error\"").is_none() {
        return Vec::new();
    }
    let parsed: Vec<Answer> = match serde_json::from_slice(&body) {
        Ok(answers) => answers,
        Err(_) => match serde_json::from_slice(&body) {
            Ok(answer) => vec![answer],
            Err(_) => return all("the answer is not JSON-RPC".into()),
        },
    };
    if let [Answer { error: Some(Failure { message }), .. }] = &parsed[..] {
        // One answer to the whole batch.
        return all(message.clone());
    }
    let refused = parsed.into_iter().filter_map(|answer| Some((answer.id, answer.error?.message)));
    // Sent twice: the first one counts.
    refused.filter(|(at, text)| *at < count && !text.contains("already known")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_found_by_id() {
        let body = r#"[{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"txpool is full"}},
                       {"jsonrpc":"2.0","id":0,"result":"0x00"},
                       {"jsonrpc":"2.0","id":2,"error":{"code":-32000,"message":"already known"}}]"#;
        assert_eq!(answers(Ok(body.into()), 3), [(1, "txpool is full".to_owned())]);
        assert!(answers(Ok(r#"{"jsonrpc":"2.0","id":0,"result":"0x00"}"#.into()), 1).is_empty());
    }

    #[test]
    fn one_error_for_all_is_everyones() {
        let body = r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"batch too large"}}"#;
        let body = body.replace("null", "0");
        assert_eq!(answers(Ok(body.into()), 2).len(), 2);
        assert_eq!(answers(Err(eyre::eyre!("refused")), 2).len(), 2);
        assert_eq!(answers(Ok("\"error\"?".into()), 2)[0].1, "the answer is not JSON-RPC");
    }
}
