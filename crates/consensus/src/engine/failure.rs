use std::sync::Arc;
use tokio::sync::watch;

/// Where the first fatal error goes; the node then stops.
#[derive(Clone)]
pub(crate) struct Failure(Arc<watch::Sender<Option<String>>>);

impl Failure {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(None)))
    }

    /// Keeps the first report.
    pub(crate) fn report(&self, message: String) {
        self.0.send_if_modified(|first| {
            let changed = first.is_none();
            first.get_or_insert(message);
            changed
        });
    }

    /// Resolves with the first report.
    pub(crate) async fn reported(&self) -> String {
        let mut receiver = self.0.subscribe();
        let failed = receiver.wait_for(Option::is_some).await.ok().and_then(|message| message.clone());
        failed.unwrap_or_default()
    }
}
