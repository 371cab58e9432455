use althing_primitives::{
    B256,
    consensus::crypto::secp256k1::{recover_signer, sign_message},
    keccak256,
};
use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

/// Signatures gone round, more than the branch predictor learns by heart.
const SIGNATURES: u32 = 256;
/// CPU time measured.
const MEASURED: Duration = Duration::from_secs(1);

/// secp256k1 recovers one core does in a second, measured over one second of this thread's CPU time
/// (so that others on the machine do not lower it).
pub(crate) fn recovers_per_second() -> f64 {
    let secret = B256::repeat_byte(7);
    let digests: Vec<_> = (0..SIGNATURES).map(|n| keccak256(n.to_be_bytes())).collect();
    let signed: Vec<_> =
        digests.iter().map(|digest| (sign_message(secret, *digest).expect("a valid key"), *digest)).collect();
    let started = thread_cpu();
    let mut recovered = 0u64;
    loop {
        for (signature, digest) in &signed {
            let _ = black_box(recover_signer(signature, *digest));
        }
        recovered += u64::from(SIGNATURES);
        let spent = thread_cpu().saturating_sub(started);
        if spent >= MEASURED {
            return recovered as f64 / spent.as_secs_f64();
        }
    }
}

/// CPU time of this thread; wall-clock time where the kernel does not tell.
fn thread_cpu() -> Duration {
    thread_local!(static STARTED: Instant = Instant::now());
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = text.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| STARTED.with(Instant::elapsed), Duration::from_nanos)
}
