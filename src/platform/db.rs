//! The way to PostGIS: an embedded cluster or the server that `DATABASE_URL` names.

use std::{str::FromStr, time::Duration};

use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::{
    Config,
    cluster::{Cluster, ClusterError, ClusterOptions},
};

static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!();

/// Oldest PostGIS whose functions Reeve uses (`ST_AsMVT` with feature ids, `ST_TileEnvelope` with margin).
pub const OLDEST_POSTGIS: (u32, u32) = (3, 1);
/// Key of the advisory lock that lets nodes start together: "reeve" in ASCII.
const START_LOCK: i64 = 0x72_65_65_76_65;
/// Keys of the advisory locks of whoever builds an index: the first, and the one after it.
const BUILD_LOCK: i64 = 0x72_65_65_76_68;

/// An open database: a pool, and the embedded cluster when it is ours.
#[derive(Debug)]
pub struct Db {
    /// Connections for everybody.
    pub pool: PgPool,
    cluster: Option<Cluster>,
}

/// Why the database is not there; each text says how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// The embedded cluster did not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// `DATABASE_URL` is no address of a PostgreSQL database.
    #[error("DATABASE_URL cannot be understood: {0}")]
    Url(#[source] sqlx::Error),
    /// No connection.
    #[error("cannot connect to the database: {0}. Is the server running, and may this user connect?")]
    Connect(#[source] sqlx::Error),
    /// PostGIS is missing and cannot be created.
    #[error(
        "the database has no PostGIS and it could not be added: {0}. Install the server's PostGIS package \
         (Debian: postgresql-15-postgis-3), then let a superuser run: CREATE EXTENSION postgis"
    )]
    NoPostgis(#[source] sqlx::Error),
    /// PostGIS is too old.
    #[error("PostGIS {found} is too old: Reeve needs {}.{} or newer. Update the server's PostGIS package", OLDEST_POSTGIS.0, OLDEST_POSTGIS.1)]
    OldPostgis {
        /// The version found.
        found: String,
    },
    /// A migration failed; the database is as it was before it.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Any other answer of the database during the start.
    #[error("the database refused: {0}")]
    Sql(#[from] sqlx::Error),
}

impl Db {
    /// Opens the database of the settings for a service; starts the embedded cluster when there is no address.
    /// The schema is left as it is.
    ///
    /// # Errors
    /// [`DbError`], in words that say how to mend it; another service on the same embedded cluster is one.
    pub async fn own(config: &Config) -> Result<Self, DbError> {
        let cluster = match config.database_url {
            Some(_) => None,
            None => Some(Cluster::start(&config.var, ClusterOptions::from_env()).await?),
        };
        Self::connect(config, cluster).await
    }

    /// Opens the database for a command, beside the service if one is running.
    ///
    /// # Errors
    /// [`DbError`], in words that say how to mend it.
    pub async fn visit(config: &Config) -> Result<Self, DbError> {
        if config.database_url.is_some() {
            return Self::connect(config, None).await;
        }
        match Cluster::join(&config.var, ClusterOptions::from_env()).await? {
            Some(cluster) => Self::connect(config, Some(cluster)).await,
            None => Self::own(config).await,
        }
    }

    async fn connect(config: &Config, cluster: Option<Cluster>) -> Result<Self, DbError> {
        let url = match (&cluster, &config.database_url) {
            (Some(cluster), _) => cluster.url(),
            (None, url) => url.clone().unwrap_or_default(),
        };
        let options = PgConnectOptions::from_str(&url)
            .map_err(DbError::Url)?
            .application_name("reeve")
            // A generic plan ignores the spatial and trigram indexes; planning costs a fraction of a millisecond. Who
            // asks for the same rows over and over has `keeping_plans`.
            .options([
                ("plan_cache_mode", "force_custom_plan"),
                ("jit", "off"),
                ("statement_timeout", "60s"),
            ]);
        let pool = PgPoolOptions::new()
            .max_connections(config.database_connections)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(20))
            .connect_with(options)
            .await;
        match pool {
            Ok(pool) => Ok(Self { pool, cluster }),
            Err(error) => {
                if let Some(cluster) = cluster {
                    cluster.stop().await?;
                }
                Err(DbError::Connect(error))
            }
        }
    }

    /// Brings the schema up to date, under a lock, so that several nodes may start at once.
    ///
    /// # Errors
    /// [`DbError`] when PostGIS is missing or too old, or a migration fails.
    pub async fn migrate(&self) -> Result<(), DbError> {
        let mut connection = self.pool.acquire().await?.detach();
        connection.execute("set statement_timeout = 0").await?;
        sqlx::query("select pg_advisory_lock($1)").bind(START_LOCK).execute(&mut connection).await?;
        let result = migrate_locked(&mut connection).await;
        connection.close().await?;
        result?;
        // What a killed import has not come to.
        build_missing_indexes(&self.pool).await?;
        Ok(())
    }

    /// Ends only when the embedded server died again and again; says why.
    pub async fn given_up(&self) -> DbError {
        match &self.cluster {
            Some(cluster) => cluster.given_up().await.into(),
            None => std::future::pending().await,
        }
    }

    /// The address of the embedded database, as `pg_dump` and `psql` take it.
    #[must_use]
    pub fn embedded_url(&self) -> Option<String> {
        self.cluster.as_ref().map(Cluster::url)
    }

    /// Closes all connections and stops the embedded cluster cleanly.
    ///
    /// # Errors
    /// When the cluster does not stop.
    pub async fn close(self) -> Result<(), DbError> {
        // A reader that streams a long export would hold the pool open for as long as it likes.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.pool.close()).await;
        match self.cluster {
            Some(cluster) => Ok(cluster.stop().await?),
            None => Ok(()),
        }
    }
}

/// A second pool on the same database, which keeps plans: for rows that are asked for by their ids over and over again.
/// There, making a plan takes several times as long as following it.
#[must_use]
pub fn keeping_plans(pool: &PgPool) -> PgPool {
    let options = PgConnectOptions::clone(&pool.connect_options()).options([("plan_cache_mode", "auto")]);
    pool.options().clone().min_connections(0).connect_lazy_with(options)
}

async fn migrate_locked(connection: &mut PgConnection) -> Result<(), DbError> {
    let version: Option<String> =
        sqlx::query_scalar("select extversion from pg_extension where extname = 'postgis'")
            .fetch_optional(&mut *connection)
            .await?;
    if version.is_none() {
        connection.execute("create extension postgis").await.map_err(DbError::NoPostgis)?;
    }
    let found: String = sqlx::query_scalar("select extversion from pg_extension where extname = 'postgis'")
        .fetch_one(&mut *connection)
        .await?;
    if !new_enough(&found) {
        return Err(DbError::OldPostgis { found });
    }
    MIGRATOR.run(connection).await?;
    Ok(())
}

/// Builds the indexes that stand in `index_aside`, or waits for whoever builds them: two at a time, however many programs and
/// nodes are at it, so that the longest one has a processor for itself.
///
/// # Errors
/// When the database fails; what is not built yet stays in the table.
pub async fn build_missing_indexes(pool: &PgPool) -> Result<(), sqlx::Error> {
    // A small pool has no second connection to spare.
    if pool.options().get_max_connections() < 3 {
        return build_indexes(pool, BUILD_LOCK).await;
    }
    tokio::try_join!(build_indexes(pool, BUILD_LOCK), build_indexes(pool, BUILD_LOCK + 1))?;
    Ok(())
}

/// One index that stands in `index_aside`, the longest first. Who finds only such as others are at waits for them: they may
/// be killed. All of it is one message and one transaction: no program that stands still holds a lock meanwhile.
const BUILD_NEXT: &str = "
    select set_config('statement_timeout', '0', true);
    select pg_advisory_xact_lock(:lock);
    do $build$
    declare
        found text;
        take constant text := $take$delete from index_aside where name = (
            select name from index_aside
            order by definition like '%USING gin%' desc, definition like '%USING gist%' desc, name
            limit 1 for update $take$;
    begin
        execute take || 'skip locked) returning definition' into found;
        if found is null then
            execute take || ') returning definition' into found;
        end if;
        if found is null then
            return;
        end if;
        -- What fits into a processor's cache is gathered almost twice as quickly as what fits into 256 MB.
        if found like '%USING gin%' then
            perform set_config('maintenance_work_mem', '8MB', true);
        end if;
        execute replace(found, 'CREATE INDEX ', 'CREATE INDEX IF NOT EXISTS ');
    end $build$";

async fn build_indexes(pool: &PgPool, lock: i64) -> Result<(), sqlx::Error> {
    loop {
        // The definitions come from the database's own catalogue.
        let next = BUILD_NEXT.replace(":lock", &lock.to_string());
        sqlx::raw_sql(AssertSqlSafe(next)).execute(pool).await?;
        let is_done = "select not exists (select from index_aside)";
        if sqlx::query_scalar(is_done).fetch_one(pool).await? {
            return Ok(());
        }
    }
}

/// Whether a PostGIS version text such as `3.3.2` satisfies [`OLDEST_POSTGIS`].
#[must_use]
pub fn new_enough(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= OLDEST_POSTGIS
}

/// Asks the database anything, to see that it answers.
///
/// # Errors
/// When it does not.
pub async fn answers(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query("select 1").execute(pool).await?;
    Ok(())
}

/// Version of the server.
///
/// # Errors
/// When the database does not answer.
pub async fn server_version(pool: &PgPool) -> Result<String, sqlx::Error> {
    sqlx::query_scalar("select current_setting('server_version')").fetch_one(pool).await
}

/// Version of PostGIS, after `available ` when it is only to be had; `None` when it is not.
///
/// # Errors
/// When the database does not answer.
pub async fn postgis_version(pool: &PgPool) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select coalesce(installed_version, 'available ' || default_version) from pg_available_extensions
         where name = 'postgis'",
    )
    .fetch_optional(pool)
    .await
}

/// Whether the user of the connections may make tables.
///
/// # Errors
/// When the database does not answer.
pub async fn may_create_tables(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "select has_database_privilege(current_database(), 'create')
            and has_schema_privilege('public', 'create') and has_schema_privilege('public', 'usage')",
    )
    .fetch_one(pool)
    .await
}

#[cfg(test)]
mod tests {
    #[test]
    fn postgis_versions_compare_as_numbers() {
        assert!(super::new_enough("3.3.2") && super::new_enough("3.10.0") && super::new_enough("4.0"));
        assert!(!super::new_enough("2.5.4") && !super::new_enough("nonsense"));
    }
}
