//! What runs by the clock: checkpoints signed, what has ended swept away, memory let go of. Each turn
//! runs as a task of its own, so one that panics is logged and the next one comes all the same.

use std::{future::Future, pin::Pin, time::Duration};

use holdfast_actions::{Ctx, sweep};
use tokio::{
    sync::watch,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

type Turn = Pin<Box<dyn Future<Output = holdfast_actions::Result<()>> + Send>>;

/// A thing that is done again and again.
#[derive(Clone, Copy)]
struct Job {
    name: &'static str,
    every: Duration,
    turn: fn(Ctx) -> Turn,
}

const FIVE_MINUTES: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a file that nothing names is kept, for the form that it came with.
const UNNAMED_S: i64 = 24 * 3600;

const JOBS: &[Job] = &[
    Job { name: "sign checkpoints", every: HOUR, turn: |ctx| Box::pin(async move { sign(&ctx).await }) },
    Job { name: "sweep", every: HOUR, turn: |ctx| Box::pin(async move { sweep_ended(&ctx).await }) },
    Job { name: "drop metrics", every: FIVE_MINUTES, turn: |ctx| Box::pin(async move { drop_metrics(&ctx) }) },
    Job { name: "sweep files", every: DAY, turn: |ctx| Box::pin(async move { sweep_files(&ctx).await }) },
];

/// Signs the checkpoint of every log that has grown.
pub async fn sign(ctx: &Ctx) -> holdfast_actions::Result<()> {
    sweep::sign_checkpoints(ctx).await
}

async fn sweep_ended(ctx: &Ctx) -> holdfast_actions::Result<()> {
    let (count, files) = (sweep::expired(ctx).await?, holdfast_actions::evidence::sweep(ctx).await?);
    tracing::debug!(count, files, "swept");
    Ok(())
}

async fn sweep_files(ctx: &Ctx) -> holdfast_actions::Result<()> {
    let files = holdfast_actions::evidence::sweep_unnamed(ctx, ctx.now().plus_seconds(-UNNAMED_S)).await?;
    tracing::debug!(files, "swept files that nothing names");
    Ok(())
}

fn drop_metrics(ctx: &Ctx) -> holdfast_actions::Result<()> {
    holdfast_actions::metric::drop_unused(ctx);
    Ok(())
}

/// Starts the jobs; they end after the turn under way once `stopping` is true.
#[must_use]
pub fn start(ctx: Ctx, stopping: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        let running: Vec<_> =
            JOBS.iter().map(|job| tokio::spawn(repeat(*job, ctx.clone(), stopping.clone()))).collect();
        for job in running {
            if let Err(error) = job.await {
                tracing::error!(%error, "a job ended");
            }
        }
    })
}

async fn repeat(job: Job, ctx: Ctx, mut stopping: watch::Receiver<bool>) {
    let mut clock = interval(job.every);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = clock.tick() => {}
            _ = stopping.wait_for(|stop| *stop) => return,
        }
        one_turn(job.name, (job.turn)(ctx.clone())).await;
    }
}

/// Runs a turn; says whether it did what it should.
async fn one_turn(name: &'static str, turn: Turn) -> bool {
    match tokio::spawn(turn).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::error!(job = name, %error, "a job failed; it is tried again at its next turn");
            false
        }
        Err(error) => {
            tracing::error!(job = name, %error, "a job panicked; it is tried again at its next turn");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_turn_that_panics_takes_nothing_with_it() {
        assert!(!one_turn("bad", Box::pin(async { panic!("on purpose") })).await);
        assert!(one_turn("good", Box::pin(async { Ok(()) })).await);
    }
}
