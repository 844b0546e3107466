//! `holdfast serve`: opens everything, says how to sign in, serves until it is told to stop, and
//! leaves the ledger signed.

use std::{net::SocketAddr, sync::Arc};

use holdfast_actions::{Ctx, setup};
use holdfast_backup::lock::Lock;
use tokio::{net::TcpListener, sync::watch};

use super::{
    failure::{Failure, Outcome},
    open::open_and_migrate,
};
use crate::{
    accept::{self, Limits},
    clock::OsEntropy,
    config::{ServeSettings, Web, is_this_machine},
    demo, jobs, log, private,
    router::router,
    state::Server,
};

pub(super) async fn run(mut settings: ServeSettings) -> Outcome {
    log::begin(settings.data.log_format, &settings.data.log).map_err(Failure::Usage)?;
    settings.data.make_folder().map_err(Failure::CouldNotRun)?;
    // Held until the process ends.
    let _lock = Lock::take(&settings.data.data).map_err(Failure::CouldNotRun)?;
    let ctx = open_and_migrate(&settings.data).await?;
    private::warn(&settings.data);
    let swept = ctx.blobs().sweep()?;
    if swept > 0 {
        tracing::info!(swept, "uploads that never ended were removed");
    }
    let listener = listen(&mut settings).await?;
    let web = settings.web();
    warn_of_plain_http(settings.listen, &web);
    if is_unchecked(&settings.data.database_url()) {
        tracing::warn!(
            "whether the database at the other end is the right one is not checked, and the way to it may be plain: \
             end its address with ?sslmode=verify-full"
        );
    }
    greet(&ctx, &settings, &web).await?;

    let (stop, stopping) = watch::channel(false);
    tokio::spawn(stop_on_signal(stop));
    let jobs = jobs::start(ctx.clone(), stopping.clone());
    let server = Server::new(ctx.clone(), web, Arc::new(OsEntropy));
    let limits = Limits {
        connections: settings.connections.max(1),
        per_address: server.web.connections_per_address,
        proxies: server.web.proxies.clone(),
        ..Limits::default()
    };
    let served = accept::serve(listener, router(server), limits, stopped(stopping)).await;

    if let Err(error) = jobs.await {
        tracing::error!(%error, "the jobs did not end well");
    }
    if let Err(error) = jobs::sign(&ctx).await {
        tracing::error!(%error, "the last checkpoint could not be signed");
    }
    ctx.db().close().await;
    tracing::info!("stopped");
    served.map_err(|error| Failure::CouldNotRun(error.to_string()))
}

/// Listens, and takes over the port where the system chose it.
async fn listen(settings: &mut ServeSettings) -> Result<TcpListener, Failure> {
    let failed = |error| Failure::CouldNotRun(format!("cannot listen on {}: {error}", settings.listen));
    let listener = TcpListener::bind(settings.listen).await.map_err(failed)?;
    settings.listen = listener.local_addr().map_err(failed)?;
    Ok(listener)
}

fn warn_of_plain_http(listen: SocketAddr, web: &Web) {
    if !listen.ip().is_loopback() && !web.public_url.is_https() {
        tracing::warn!(
            "listening on {listen} for other machines, without TLS: passwords and cookies can be read on the way. \
             Put a proxy with TLS in front and set --public-url https://…"
        );
    }
}

/// Whether the database is on another machine, by an address that does not ask for its certificate to
/// be checked.
fn is_unchecked(database: &str) -> bool {
    let Some((_, rest)) = database.split_once("://").filter(|(scheme, _)| scheme.starts_with("postgres")) else {
        return false;
    };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = authority.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let is_checked = query.contains("sslmode=verify-full") || query.contains("sslmode=verify-ca");
    // A socket has no host, or one that is a path.
    let is_socket = host.is_empty() || host.starts_with("%2F") || query.contains("host=/");
    !is_checked && !is_socket && !is_this_machine(host)
}

/// Says on the console where Holdfast is and how to sign in.
async fn greet(ctx: &Ctx, settings: &ServeSettings, web: &Web) -> Outcome {
    say!("Holdfast {} is at {}", env!("CARGO_PKG_VERSION"), web.public_url)?;
    if settings.demo {
        say!("{}", demo::prepare(ctx, &settings.data.data, &OsEntropy).await?)?;
    } else if let Some(code) = setup::issue_code(ctx).await? {
        say!(
            "\nNobody is there yet. Open {}/setup and use this code, once, within the hour:\n\n    {code}\n",
            web.public_url
        )?;
    }
    Ok(())
}

async fn stop_on_signal(stop: watch::Sender<bool>) {
    use tokio::signal::unix::{SignalKind, signal};
    match (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) {
        (Ok(mut terminate), Ok(mut interrupt)) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("stopping; requests under way may end");
        }
        _ => tracing::error!("no signals can be received; stopping"),
    }
    // Whoever waits also sees the sender gone.
    let _ = stop.send(true);
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use super::is_unchecked;

    #[test]
    fn a_database_elsewhere_wants_its_certificate_checked() {
        for bad in [
            "postgres://holdfast_app@db/holdfast",
            "postgresql://u:p@db.example.org:5432/h?sslmode=require",
            "postgres://10.0.0.7/h",
        ] {
            assert!(is_unchecked(bad), "{bad}");
        }
        for good in [
            "sqlite:data/holdfast.db",
            "postgres://u@db/h?sslmode=verify-full",
            "postgres://u@db/h?application_name=x&sslmode=verify-ca",
            "postgres://u:p@127.0.0.1:5432/h",
            "postgres://u@localhost/h",
            "postgres://u@[::1]:5432/h",
            "postgres:///h?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/h",
        ] {
            assert!(!is_unchecked(good), "{good}");
        }
    }
}
