//! Looks after the running server: starts it again when it dies, keeps its log short, stops it when told.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{oneshot, watch},
    time::{Instant, MissedTickBehavior, interval, sleep},
};

use super::{
    ClusterOptions,
    error::ClusterError,
    place::Place,
    server::{self, Server},
};

/// How often the log's size is looked at.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// A server that ran this long was healthy: earlier deaths no longer count.
const HEALTHY_AFTER: Duration = Duration::from_secs(60);

/// Pause before the first new start; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// Longest pause between two starts.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// State of the server, for those who wait.
#[derive(Debug, Clone)]
pub(super) enum State {
    /// It serves, as this process, started again so many times.
    Running {
        /// Its process.
        pid: i32,
        /// New starts since Reeve began.
        restarts: u32,
    },
    /// It died and is being started again.
    Restarting {
        /// New starts since Reeve began.
        restarts: u32,
    },
    /// It was given up.
    GivenUp {
        /// New starts since Reeve began.
        restarts: u32,
        /// How many times it died in a row.
        times: u32,
        /// The last failure.
        last: String,
    },
}

/// What the supervisor works with.
pub(super) struct Supervisor {
    /// Where the cluster lies.
    pub(super) place: Arc<Place>,
    /// Limits of time and number.
    pub(super) options: ClusterOptions,
    /// Where the state is told.
    pub(super) state: watch::Sender<State>,
    /// The wish to stop; also when its sender is dropped.
    pub(super) stop: oneshot::Receiver<()>,
}

impl Supervisor {
    /// Runs until told to stop, or until the server is given up.
    ///
    /// # Errors
    ///
    /// [`ClusterError::WillNotEnd`] when stopping fails.
    pub(super) async fn run(mut self, mut server: Server) -> Result<(), ClusterError> {
        let mut tidying = interval(LOG_EVERY);
        tidying.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut restarts = 0;
        let mut deaths = 0;
        let mut since = Instant::now();
        loop {
            let status = tokio::select! {
                _ = &mut self.stop => return server.stop(&self.place, self.options.stop_limit).await,
                _ = tidying.tick() => {
                    if let Err(error) = self.place.log.limit() {
                        tracing::warn!(%error, "PostgreSQL's log cannot be shortened");
                    }
                    continue;
                }
                status = server.ended(&self.place) => status,
            };
            if since.elapsed() >= HEALTHY_AFTER {
                deaths = 0;
            }
            tracing::error!(status, "PostgreSQL ended by itself; starting it again");
            let Some(next) = self.start_again(&mut deaths, restarts, status).await else {
                return Ok(());
            };
            server = next;
            restarts += 1;
            since = Instant::now();
            let pid = server.pid().as_raw_nonzero().get();
            tracing::info!(pid, restarts, "PostgreSQL serves again");
            self.state.send_replace(State::Running { pid, restarts });
        }
    }

    /// Tries to start the server until it serves. `None` when told to stop meanwhile, or when it is given up.
    async fn start_again(&mut self, deaths: &mut u32, restarts: u32, status: String) -> Option<Server> {
        self.state.send_replace(State::Restarting { restarts });
        let mut last = status;
        loop {
            *deaths += 1;
            if *deaths > self.options.restart_limit {
                tracing::error!(times = *deaths, last, "PostgreSQL is given up");
                self.state.send_replace(State::GivenUp { restarts, times: *deaths, last });
                return None;
            }
            let pause = (FIRST_PAUSE * 2_u32.saturating_pow(*deaths - 1)).min(LONGEST_PAUSE);
            tokio::select! {
                _ = &mut self.stop => return None,
                () = sleep(pause) => {}
            }
            match server::start(&self.place, &self.options).await {
                Ok(server) => return Some(server),
                Err(error) => {
                    tracing::warn!(%error, attempt = *deaths, "PostgreSQL did not start again");
                    last = error.to_string();
                }
            }
        }
    }
}
