use crate::Cluster;
use commonware_runtime::{Error, Storage as _};

/// What marshal keeps of an epoch until its blocks are final, each in three partitions.
const CACHES: [&str; 5] = ["verified", "notarized", "certified", "notarizations", "finalizations"];

/// What a node's journals take on its disk, bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JournalBytes {
    /// The engine's votes and certificates.
    pub engine: u64,
    /// Marshal's progress, and its blocks and certificates that are not final.
    pub marshal: u64,
}

impl Cluster {
    /// Measures the journals of a killed node that never left epoch 0.
    ///
    /// # Panics
    /// The node runs.
    pub async fn journal_bytes(&self, index: usize) -> JournalBytes {
        assert!(!self.is_running(index), "a running node has its journals open");
        let engine = self.partition_bytes(&format!("node-{index}-simplex-0")).await;
        let mut marshal = self.partition_bytes(&format!("node-{index}-marshal-application-metadata")).await;
        marshal += self.partition_bytes(&format!("node-{index}-marshal-cache-metadata")).await;
        for cache in CACHES {
            for part in ["metadata", "key", "value"] {
                marshal += self.partition_bytes(&format!("node-{index}-marshal-cache-0-{cache}-{part}")).await;
            }
        }
        JournalBytes { engine, marshal }
    }

    async fn partition_bytes(&self, partition: &str) -> u64 {
        let blobs = match self.context.scan(partition).await {
            Ok(blobs) => blobs,
            // Nothing was written there yet.
            Err(Error::PartitionMissing(_)) => return 0,
            Err(error) => panic!("{partition}: {error}"),
        };
        let mut bytes = 0;
        for name in blobs {
            let (_, length) = self.context.open(partition, &name).await.expect("nobody has it open");
            bytes += length;
        }
        bytes
    }
}
