//! Blob parameters by fork (EIP-4844, 7691, 7892).

use crate::{BlobSchedule, BlobScheduleEntry, GenesisError, Hardfork};
use althing_primitives::eips::eip7840::BlobParams;

/// The forks with blob parameters of their own, latest last.
pub(crate) const BLOB_FORKS: [Hardfork; 8] = [
    Hardfork::Cancun,
    Hardfork::Prague,
    Hardfork::Osaka,
    Hardfork::Bpo1,
    Hardfork::Bpo2,
    Hardfork::Bpo3,
    Hardfork::Bpo4,
    Hardfork::Bpo5,
];

/// Parameters from `fork` on: the genesis file's, else Ethereum's own, where it has any.
pub(crate) fn blob_params(schedule: &BlobSchedule, fork: Hardfork) -> Result<Option<BlobParams>, GenesisError> {
    let (entry, standard) = match fork {
        Hardfork::Cancun => (schedule.cancun, Some(BlobParams::cancun())),
        Hardfork::Prague => (schedule.prague, Some(BlobParams::prague())),
        Hardfork::Osaka => (schedule.osaka, Some(BlobParams::osaka())),
        Hardfork::Bpo1 => (schedule.bpo1, Some(BlobParams::bpo1())),
        Hardfork::Bpo2 => (schedule.bpo2, Some(BlobParams::bpo2())),
        Hardfork::Bpo3 => (schedule.bpo3, None),
        Hardfork::Bpo4 => (schedule.bpo4, None),
        Hardfork::Bpo5 => (schedule.bpo5, None),
        _ => return Ok(None),
    };
    let Some(entry) = entry else { return Ok(standard) };
    check(&entry, fork)?;
    let base = standard.unwrap_or_else(BlobParams::osaka);
    let update_fraction = entry.base_fee_update_fraction.into();
    let max_blobs_per_tx = if fork >= Hardfork::Osaka { base.max_blobs_per_tx } else { entry.max };
    Ok(Some(BlobParams {
        target_blob_count: entry.target,
        max_blob_count: entry.max,
        update_fraction,
        max_blobs_per_tx,
        ..base
    }))
}

fn check(entry: &BlobScheduleEntry, fork: Hardfork) -> Result<(), GenesisError> {
    /// More blobs than any network plans; keeps blob gas far from overflow.
    const BLOBS_MAX: u64 = 1 << 16;
    let wrong = |part: &str, reason: &str| {
        let name = fork.name().to_lowercase();
        Err(GenesisError::field(format!("config.blobSchedule.{name}.{part}"), reason))
    };
    if entry.base_fee_update_fraction == 0 {
        return wrong("baseFeeUpdateFraction", "is zero");
    }
    if entry.max > BLOBS_MAX {
        return wrong("max", "is more than 65536");
    }
    if entry.target > entry.max {
        return wrong("target", "is more than `max`");
    }
    Ok(())
}
