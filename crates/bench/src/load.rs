//! Closed loops: each client sends its next request when the last one was answered.

use std::{
    cell::Cell,
    collections::BTreeMap,
    net::SocketAddr,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Result;
use tokio::task::LocalSet;

use crate::client::Client;

/// What was measured.
#[derive(Debug, Default)]
pub struct Stats {
    /// Each answer's time, the shortest first.
    times: Vec<Duration>,
    seconds: f64,
    /// Answers that were not good, by status; 0 is a broken connection.
    pub bad: BTreeMap<u16, usize>,
}

impl Stats {
    /// The time within which that share of the requests was answered, in ms.
    pub fn quantile(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        let at = (last as f64 * share).round() as usize;
        self.times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }

    /// Good answers a second.
    pub fn per_s(&self) -> f64 {
        self.times.len() as f64 / self.seconds
    }
}

/// What makes the request of a number.
pub type MakeRequest = Rc<dyn Fn(u64) -> Vec<u8>>;

/// Sends requests for so long with so many clients, after some that are not counted.
pub async fn run(
    address: SocketAddr,
    clients: usize,
    time: Duration,
    first: u64,
    make: &MakeRequest,
) -> Result<(Stats, u64)> {
    let number = Rc::new(Cell::new(first));
    let mut warm = Client::new(address);
    for _ in 0..3 {
        warm.send(&make(next(&number))).await?;
    }
    drop(warm);
    let started = Instant::now();
    let end = started + time;
    let all = LocalSet::new();
    let clients: Vec<_> =
        (0..clients).map(|_| all.spawn_local(client(address, end, Rc::clone(&number), Rc::clone(make)))).collect();
    all.await;
    let mut sum = Stats { seconds: started.elapsed().as_secs_f64(), ..Stats::default() };
    for stats in clients {
        let stats = stats.await?;
        sum.times.extend(stats.times);
        for (status, count) in stats.bad {
            *sum.bad.entry(status).or_default() += count;
        }
    }
    sum.times.sort_unstable();
    Ok((sum, number.get()))
}

/// One client, until the time is up.
async fn client(address: SocketAddr, end: Instant, number: Rc<Cell<u64>>, make: MakeRequest) -> Stats {
    let mut client = Client::new(address);
    let mut stats = Stats::default();
    while Instant::now() < end {
        let request = make(next(&number));
        let sent = Instant::now();
        match client.send(&request).await {
            Ok(answer) if answer.status < 400 => stats.times.push(sent.elapsed()),
            Ok(answer) => *stats.bad.entry(answer.status).or_default() += 1,
            Err(_) => *stats.bad.entry(0).or_default() += 1,
        }
    }
    stats
}

fn next(number: &Cell<u64>) -> u64 {
    number.replace(number.get() + 1)
}
