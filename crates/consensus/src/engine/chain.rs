use super::Failure;
use crate::{Application, ApplicationError, Verdict};
use althing_consensus_core::SealedBlock;
use althing_ledger::Ledger;
use althing_primitives::{Block, BlockHash};
use commonware_consensus::marshal::ancestry::Ancestry;
use commonware_runtime::Spawner;
use futures::{StreamExt, future::pending};
use std::sync::Arc;
use tokio::sync::Mutex;

/// The application behind a lock and off the reactor: one build, execution or commit at a time.
pub(crate) struct Chain<E> {
    context: Arc<E>,
    application: Arc<dyn Application>,
    ledger: Ledger,
    turn: Arc<Mutex<()>>,
    failure: Failure,
}

impl<E> Clone for Chain<E> {
    fn clone(&self) -> Self {
        Self {
            context: self.context.clone(),
            application: self.application.clone(),
            ledger: self.ledger.clone(),
            turn: self.turn.clone(),
            failure: self.failure.clone(),
        }
    }
}

impl<E: Spawner> Chain<E> {
    pub(crate) fn new(context: E, application: Arc<dyn Application>, ledger: Ledger, failure: Failure) -> Self {
        Self { context: Arc::new(context), application, ledger, turn: Arc::default(), failure }
    }

    pub(crate) fn application(&self) -> &dyn Application {
        &*self.application
    }

    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Runs a job on a blocking thread when its turn comes. Dropping the future does not stop a
    /// job that began. Never resolves once the application or the runtime has failed.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&dyn Application) -> Result<T, ApplicationError> + Send + 'static,
    ) -> T {
        let turn = self.turn.clone().lock_owned().await;
        let application = self.application.clone();
        let running = self.context.child("job").shared(true).spawn(move |_| async move {
            let result = job(&*application);
            drop(turn);
            result
        });
        match running.await {
            Ok(Ok(value)) => value,
            Ok(Err(error)) => {
                self.failure.report(error.0);
                pending().await
            }
            Err(_) => pending().await,
        }
    }

    /// Whether the block's outcome is known: executed here, or final and committed.
    pub(crate) fn is_settled(&self, block: &Block) -> bool {
        is_settled(&*self.application, &self.ledger, &block.hash())
    }

    /// Executes a block after its ancestors that were not executed yet, oldest first.
    ///
    /// `ancestry` yields the parents of `newest`. Never resolves if one of them cannot be found
    /// or is not on the final chain: consensus then abandons the block by itself.
    pub(crate) async fn settle(&self, newest: &SealedBlock, mut ancestry: impl Ancestry<SealedBlock>) -> Verdict {
        let mut missing = Vec::new();
        let mut next = newest.block().clone();
        while !self.is_settled(&next) {
            if next.number() <= self.application.head() {
                return pending().await;
            }
            missing.push(next);
            next = match ancestry.next().await {
                Some(parent) => parent.inner().block().clone(),
                None => return pending().await,
            };
        }
        while let Some(block) = missing.pop() {
            match self.execute(block).await {
                Some(Verdict::Valid) => {}
                Some(invalid) => return invalid,
                None => return pending().await,
            }
        }
        Verdict::Valid
    }

    /// `None` if the parent left the chain meanwhile: another block became final in its place.
    async fn execute(&self, block: Arc<Block>) -> Option<Verdict> {
        let ledger = self.ledger.clone();
        self.run(move |application| {
            if is_settled(application, &ledger, &block.hash()) {
                return Ok(Some(Verdict::Valid));
            }
            if !application.is_executed(&block.header.parent_hash) {
                return Ok(None);
            }
            application.execute(&block).map(Some)
        })
        .await
    }

    /// Commits a final block, executing it first where consensus did not.
    pub(crate) async fn commit(&self, block: Arc<Block>) {
        self.run(move |application| {
            if block.number() <= application.head() {
                return Ok(());
            }
            if !application.is_executed(&block.hash())
                && let Verdict::Invalid(reason) = application.execute(&block)?
            {
                let message = format!("block {} is final and invalid here: {reason}", block.number());
                return Err(ApplicationError(message));
            }
            application.commit(&block)
        })
        .await;
    }
}

fn is_settled(application: &dyn Application, ledger: &Ledger, hash: &BlockHash) -> bool {
    application.is_executed(hash) || ledger.number(hash).is_some_and(|number| number <= application.head())
}
