use std::io::Read;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

/// Whose life bounds the node's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// Its own.
    #[default]
    Own,
    /// That of the process which holds the other end of standard input.
    Parent,
}

/// Resolves when the process is asked to stop, with the reason: SIGINT, SIGTERM, or, where its
/// life is its parent's, the end of standard input (whatever ended the parent).
///
/// # Errors
/// The operating system gives no signals or threads.
pub(crate) async fn requested(lifetime: Lifetime) -> std::io::Result<&'static str> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let parent_gone = watch_parent(lifetime)?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "interrupted",
        _ = terminate.recv() => "terminated",
        _ = parent_gone => "the starting process is gone",
    })
}

/// A thread of its own, since a blocking read cannot be cancelled and must not hold up the end.
fn watch_parent(lifetime: Lifetime) -> std::io::Result<impl Future<Output = ()>> {
    let (gone, parent_gone) = oneshot::channel::<()>();
    let kept = match lifetime {
        Lifetime::Own => Some(gone),
        Lifetime::Parent => {
            std::thread::Builder::new().name("parent".into()).spawn(move || {
                let mut scratch = [0; 64];
                while matches!(std::io::stdin().read(&mut scratch), Ok(1..)) {}
                drop(gone);
            })?;
            None
        }
    };
    Ok(async move {
        let _ = parent_gone.await;
        drop(kept);
    })
}
