use super::{AuditError, SystemStorage};
use crate::engine;
use althing_chainspec::ChainSpec;
use althing_consensus::{Committee, verify_certificate};
use althing_governance::committee;
use althing_ledger::{PublicBlock, PublicLedger};
use althing_primitives::{BlockHash, BlockId, Certificate, GovernanceDelta};
use std::fmt;

/// What a ledger's public sections show to somebody without keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Hash of the genesis that all of it stands on: whoever reads must know it from elsewhere.
    pub genesis: BlockHash,
    /// The last block of the chain of headers.
    pub head: BlockId,
    /// Certificates that were checked.
    pub certificates: u64,
    /// Height of the last certified block; with it, all below are final.
    pub certified: u64,
    /// How often the validators changed up to there.
    pub committee_changes: u64,
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { genesis, head, certificates, certified, committee_changes } = self;
        writeln!(f, "genesis {genesis}: compare it with what the network says; all below rests on it")?;
        writeln!(f, "headers 0 to {} form a chain from the genesis", head.number)?;
        writeln!(f, "{certificates} certificates, each by a quorum of the validators; certified up to {certified}")?;
        if *committee_changes > 0 {
            writeln!(f, "the validators changed {committee_changes} times, as governance decided")?;
        }
        write!(f, "head {} {}", head.number, head.hash)
    }
}

/// What governance did in a block that a certificate covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Governed {
    /// Height and hash.
    pub block: BlockId,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// Empty in most blocks.
    pub delta: GovernanceDelta,
}

/// Whether a quorum of the committee signed the certificate for its block.
type Check<'a> = &'a dyn Fn(&Certificate, &Committee) -> bool;

/// Reads a chain from its genesis on. Each block goes to the caller once a certificate covers it.
pub(super) struct Walk<'a> {
    check: Check<'a>,
    epoch_length: u64,
    /// Of the epoch of the next block; `None` on chains without consensus of ours.
    committee: Option<Committee>,
    /// After the last block read; `None` without system contracts.
    storage: Option<SystemStorage>,
    /// Blocks no certificate covers yet.
    open: Vec<Governed>,
    /// The end of an epoch that was not certified, after which others decide.
    unproven: Option<u64>,
    verified: Verified,
}

/// Walks through a whole ledger; `take` gets each block that is final, in order, until it returns
/// false.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn walk(
    ledger: &PublicLedger,
    spec: &ChainSpec,
    mut take: impl FnMut(Governed) -> bool,
) -> Result<Verified, AuditError> {
    let check = |certificate: &Certificate, committee: &Committee| {
        verify_certificate(certificate, committee, spec.chain_id(), spec.genesis().hash())
    };
    let mut walk = Walk::new(spec, &check)?;
    for block in ledger.blocks() {
        let block = block?;
        let delta = walk.delta(ledger, &block)?;
        for governed in walk.block(&block, delta)? {
            if !take(governed) {
                return Ok(walk.verified);
            }
        }
    }
    Ok(walk.verified)
}

impl<'a> Walk<'a> {
    fn new(spec: &ChainSpec, check: Check<'a>) -> Result<Self, AuditError> {
        let storage = SystemStorage::genesis(spec);
        let committee = match (spec.consortium(), &storage) {
            (None, _) => None,
            (Some(_), Some(storage)) => Some(read_committee(storage).map_err(AuditError::Committee)?),
            (Some(consortium), None) => {
                Some(engine::committee(consortium).map_err(|error| AuditError::Committee(format!("{error:#}")))?)
            }
        };
        let epoch_length = spec.consortium().map_or(u64::MAX, |consortium| consortium.epoch_length);
        let verified = {
            let head = spec.genesis().id();
            Verified { genesis: head.hash, head, certificates: 0, certified: 0, committee_changes: 0 }
        };
        Ok(Self { check, epoch_length, committee, storage, open: Vec::new(), unproven: None, verified })
    }

    /// What a block did to governance, if there is any.
    fn delta(&self, ledger: &PublicLedger, block: &PublicBlock) -> Result<GovernanceDelta, AuditError> {
        if self.storage.is_none() {
            return Ok(GovernanceDelta::default());
        }
        let number = block.header.number;
        let delta = GovernanceDelta::of(&ledger.requests(block)?);
        delta.map_err(|error| AuditError::Delta { number, reason: error.to_string() })
    }

    /// Takes the next block; answers with those that are final now.
    fn block(&mut self, block: &PublicBlock, delta: GovernanceDelta) -> Result<Vec<Governed>, AuditError> {
        if let Some(number) = self.unproven {
            return Err(AuditError::EpochEnd(number));
        }
        let number = block.header.number;
        if let Some(storage) = &mut self.storage {
            storage.apply(&delta).map_err(|reason| AuditError::Delta { number, reason: reason.to_owned() })?;
        }
        self.verified.head = BlockId { number, hash: block.hash };
        if self.committee.is_some() {
            self.open.push(Governed { block: self.verified.head, timestamp: block.header.timestamp, delta });
        }
        let certified = self.certificate(block)?;
        // The genesis is what everything is proven from.
        let done = if certified || number == 0 { std::mem::take(&mut self.open) } else { Vec::new() };
        if (number + 1).is_multiple_of(self.epoch_length) {
            self.end_epoch(number)?;
        }
        Ok(done)
    }

    /// Whether the block has a certificate, which is then checked.
    fn certificate(&mut self, block: &PublicBlock) -> Result<bool, AuditError> {
        let (Some(certificate), Some(committee)) = (&block.certificate, &self.committee) else { return Ok(false) };
        let number = block.header.number;
        let names_block = certificate.hash == block.hash && certificate.number == number;
        let of_epoch = certificate.epoch == number / self.epoch_length;
        if !names_block || !of_epoch || !(self.check)(certificate, committee) {
            return Err(AuditError::Certificate(number));
        }
        self.verified.certificates += 1;
        self.verified.certified = number;
        Ok(true)
    }

    /// Those in the registry after the last block of an epoch decide in the next.
    fn end_epoch(&mut self, number: u64) -> Result<(), AuditError> {
        let (Some(storage), Some(before)) = (&self.storage, &self.committee) else { return Ok(()) };
        let next = read_committee(storage).map_err(|reason| AuditError::NextCommittee { number, reason })?;
        if next == *before {
            return Ok(());
        }
        // Else whoever made this block could have named his own validators, who certify the rest.
        self.unproven = (self.verified.certified != number).then_some(number);
        self.verified.committee_changes += 1;
        self.committee = Some(next);
        Ok(())
    }
}

fn read_committee(storage: &SystemStorage) -> Result<Committee, String> {
    let Ok(nodes) = committee(storage);
    Committee::new(nodes.into_iter().map(|node| node.public_key.0).collect()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_consensus::SecretKey;
    use althing_contracts::NODES;
    use althing_primitives::{B256, Bytes, Header, U256, keccak256};

    const EPOCH: u64 = 4;

    fn key(index: u8) -> B256 {
        SecretKey::new([index; 32]).public_key().into()
    }

    /// Slots of a registry where these validators have seats and these are retired.
    fn registry(seated: &[u8], retired: &[u8]) -> GovernanceDelta {
        let word = |number: u64| U256::from(number);
        let record = |key: B256| U256::from_be_bytes(keccak256([key.0, word(3).to_be_bytes()].concat()).0);
        let first = U256::from_be_bytes(keccak256(word(1).to_be_bytes::<32>()).0);
        let mut slots = vec![(word(1), word(seated.len() as u64))];
        for (index, validator) in (0..).zip(seated) {
            slots.push((first + word(index), key(*validator).into()));
            slots.push((record(key(*validator)), word(1 | 2 << 32 | 1 << 40)));
        }
        slots.extend(retired.iter().map(|validator| (record(key(*validator)), word(1 | 3 << 32))));
        slots.sort_unstable();
        GovernanceDelta { slots: vec![(NODES, slots)], events: Vec::new() }
    }

    /// Signed by those whose keys stand in it.
    fn check(certificate: &Certificate, committee: &Committee) -> bool {
        certificate.bytes == committee.validators().concat()
    }

    fn signed(seated: &[u8]) -> Bytes {
        Committee::new(seated.iter().map(|index| key(*index).0).collect()).unwrap().validators().concat().into()
    }

    /// Block 0 names validator 1; the others follow.
    fn walk() -> Walk<'static> {
        let mut storage = SystemStorage::default();
        storage.apply(&registry(&[1], &[])).unwrap();
        let head = BlockId { number: 0, hash: B256::ZERO };
        Walk {
            check: &check,
            epoch_length: EPOCH,
            committee: Some(read_committee(&storage).unwrap()),
            storage: Some(storage),
            open: Vec::new(),
            unproven: None,
            verified: Verified { genesis: head.hash, head, certificates: 0, certified: 0, committee_changes: 0 },
        }
    }

    fn block(number: u64, by: Option<&[u8]>) -> PublicBlock {
        let header = Header { number, ..Header::default() };
        let hash = header.hash_slow();
        let epoch = number / EPOCH;
        let certificate = by.map(|by| Certificate { number, hash, epoch, view: 1, bytes: signed(by) });
        PublicBlock { hash, header, certificate }
    }

    /// Takes the next blocks with certificates by these, and says which heights became final.
    fn take(walk: &mut Walk<'_>, blocks: &[(u64, Option<&[u8]>)]) -> Result<Vec<u64>, AuditError> {
        let mut done = Vec::new();
        for (number, by) in blocks {
            let governed = walk.block(&block(*number, *by), GovernanceDelta::default())?;
            done.extend(governed.iter().map(|governed| governed.block.number));
        }
        Ok(done)
    }

    /// Up to block 2, in which validators 2 and 3 take the place of 1.
    fn changed() -> Walk<'static> {
        let mut walk = walk();
        take(&mut walk, &[(0, None), (1, None)]).unwrap();
        walk.block(&block(2, Some(&[1])), registry(&[2, 3], &[1])).unwrap();
        walk
    }

    #[test]
    fn a_block_is_final_once_it_or_a_later_one_is_certified() {
        let mut walk = walk();
        assert_eq!(take(&mut walk, &[(0, None), (1, None), (2, Some(&[1])), (3, None)]).unwrap(), [0, 1, 2]);
        assert_eq!(take(&mut walk, &[(4, None), (5, Some(&[1])), (6, None)]).unwrap(), [3, 4, 5]);
        let Verified { head, certificates, certified, committee_changes, .. } = walk.verified;
        assert_eq!((head.number, certificates, certified, committee_changes), (6, 2, 5, 0));
    }

    #[test]
    fn those_whom_governance_named_certify_the_next_epoch() {
        let mut walk = changed();
        assert_eq!(take(&mut walk, &[(3, Some(&[1])), (4, Some(&[2, 3]))]).unwrap(), [3, 4]);
        assert_eq!(walk.verified.committee_changes, 1);
    }

    #[test]
    fn those_who_left_certify_nothing_more_and_those_to_come_not_yet() {
        let old = take(&mut changed(), &[(3, Some(&[1])), (4, Some(&[1]))]);
        assert!(matches!(old, Err(AuditError::Certificate(4))), "{old:?}");
        let early = take(&mut changed(), &[(3, Some(&[2, 3]))]);
        assert!(matches!(early, Err(AuditError::Certificate(3))), "{early:?}");
    }

    #[test]
    fn nobody_names_his_own_validators() {
        let forged = take(&mut changed(), &[(3, None), (4, Some(&[2, 3]))]);
        assert!(matches!(forged, Err(AuditError::EpochEnd(3))), "{forged:?}");
    }

    #[test]
    fn a_certificate_of_another_epoch_or_block_is_refused() {
        for alter in [
            (|certificate| certificate.epoch = 1) as fn(&mut Certificate),
            |certificate| certificate.hash = B256::ZERO,
            |certificate| certificate.number = 2,
        ] {
            let mut block = block(1, Some(&[1]));
            alter(block.certificate.as_mut().unwrap());
            let taken = walk().block(&block, GovernanceDelta::default());
            assert!(matches!(taken, Err(AuditError::Certificate(1))), "{taken:?}");
        }
    }

    #[test]
    fn a_registry_without_validators_is_said_so() {
        let mut walk = walk();
        take(&mut walk, &[(0, None), (1, Some(&[1])), (2, Some(&[1]))]).unwrap();
        let taken = walk.block(&block(3, Some(&[1])), registry(&[], &[1]));
        assert!(matches!(taken, Err(AuditError::NextCommittee { number: 3, .. })), "{taken:?}");
    }
}
