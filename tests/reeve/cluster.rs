//! The embedded cluster through its public door, with real servers and real signals.
//!
//! Where a process of Reeve must be killed, the test runs itself a second time as that process ([`Holder`]).

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reeve::platform::cluster::{Cluster, ClusterError, ClusterOptions};
use rustix::process::{Pid, Signal, geteuid, getpgid, kill_process};
use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

/// Longest wait for anything to happen.
const DEADLINE: Duration = Duration::from_secs(60);

/// Set for a test that runs as the process to be killed: the folder to hold.
const HOLD: &str = "REEVE_TEST_HOLD_CLUSTER";

/// A folder that the server's user may pass through, also when root made it.
fn open_folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn options() -> ClusterOptions {
    ClusterOptions { start_limit: DEADLINE, ..ClusterOptions::from_env() }
}

async fn start(var: &Path) -> Cluster {
    Cluster::start(var, options()).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect(&cluster.url()).await.unwrap()
}

async fn write_note(cluster: &Cluster) {
    let mut connection = connect(cluster).await;
    connection.execute("create table note (text text)").await.unwrap();
    connection.execute("insert into note values ('zażółć')").await.unwrap();
    connection.close().await.unwrap();
}

async fn read_note(cluster: &Cluster) -> String {
    sqlx::query_scalar("select text from note").fetch_one(&mut connect(cluster).await).await.unwrap()
}

/// Waits until `found` answers something.
async fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + DEADLINE;
    loop {
        if let Some(it) = found() {
            return it;
        }
        assert!(Instant::now() < end, "{what} did not happen in {DEADLINE:?}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn kill(pid: i32) {
    kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL).unwrap();
}

fn alive(pid: i32) -> bool {
    fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

/// This test in a process of its own, holding a cluster until it is killed.
struct Holder {
    process: Child,
    server: i32,
}

impl Holder {
    fn begin(test: &str, var: &Path) -> Self {
        let mut process = Command::new(env::current_exe().unwrap())
            .args(["--exact", &format!("cluster::{test}"), "--nocapture", "--test-threads=1"])
            .env(HOLD, var)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let server = lines
            .map_while(Result::ok)
            .find_map(|line| line.split_once("SERVER ")?.1.trim().parse().ok())
            .expect("the holder starts a server");
        Self { process, server }
    }

    /// As `kill -9` on Reeve.
    fn kill(mut self) -> i32 {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.server
    }
}

/// What the process to be killed does; returns at once in the test itself.
async fn hold_if_told() -> bool {
    let Some(var) = env::var_os(HOLD) else {
        return false;
    };
    let cluster = start(Path::new(&var)).await;
    write_note(&cluster).await;
    println!("\nSERVER {}", cluster.pid().unwrap());
    std::io::stdout().flush().unwrap();
    std::future::pending::<()>().await;
    true
}

#[tokio::test]
async fn data_survive_a_stop_and_a_start() {
    let folder = open_folder();
    let var = folder.path().join("var with a space");
    let cluster = start(&var).await;
    write_note(&cluster).await;
    let pid = cluster.pid().unwrap();
    cluster.stop().await.unwrap();
    assert!(!alive(pid), "the server has ended");

    let cluster = start(&var).await;
    assert_eq!(read_note(&cluster).await, "zażółć");
    assert!(fs::metadata(var.join("log/postgres.log")).unwrap().len() > 0);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn the_database_is_fit_for_reeve() {
    let folder = open_folder();
    fs::create_dir(folder.path().join("var")).unwrap();
    fs::write(folder.path().join("var/postgres.conf"), "work_mem = 7MB # ours\n").unwrap();
    let cluster = start(&folder.path().join("var")).await;
    let mut connection = connect(&cluster).await;
    for (question, answer) in [
        ("select postgis_lib_version() >= '3'", "true"),
        ("select (extname = 'pg_trgm')::text from pg_extension where extname = 'pg_trgm'", "true"),
        ("select unaccent('zażółć')", "zazolc"),
        ("select upper('zażółć')", "ZAŻÓŁĆ"),
        ("select ('ć' < 'd' collate \"pl-PL-x-icu\")::text", "true"),
        ("select current_setting('listen_addresses')", ""),
        ("select current_setting('work_mem')", "7MB"),
        ("select current_setting('server_encoding')", "UTF8"),
        ("select current_setting('data_checksums')", "on"),
    ] {
        let found: String = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select ({question})::text")))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        assert_eq!(found, answer, "{question}");
    }
    let pid = Pid::from_raw(cluster.pid().unwrap());
    assert_eq!(getpgid(pid).ok(), pid, "Ctrl-C at the terminal does not reach it");
    let stat = fs::read_to_string(format!("/proc/{}/status", cluster.pid().unwrap())).unwrap();
    let uid: u32 = stat
        .lines()
        .find_map(|line| line.strip_prefix("Uid:")?.split_whitespace().next()?.parse().ok())
        .unwrap();
    assert_ne!(uid, 0, "never as root");
    let groups = stat.lines().find_map(|line| line.strip_prefix("Groups:")).unwrap().trim();
    assert!(geteuid().as_raw() != 0 || groups.is_empty(), "root's groups are dropped, not {groups}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_is_started_again() {
    let folder = open_folder();
    let cluster = start(&folder.path().join("var")).await;
    write_note(&cluster).await;
    // A backend that is busy does not notice the death of its server and holds the shared memory.
    let mut busy = connect(&cluster).await;
    let busy = tokio::spawn(async move { busy.execute("select pg_sleep(300)").await.map(|_| ()) });
    let pid = cluster.pid().unwrap();
    kill(pid);
    wait_for("a new start", || (cluster.restarts() == 1).then_some(())).await;
    assert_ne!(cluster.pid(), Some(pid));
    assert_eq!(read_note(&cluster).await, "zażółć");
    busy.await.unwrap().unwrap_err();

    kill(cluster.pid().unwrap());
    wait_for("a second start", || (cluster.restarts() == 2).then_some(())).await;
    assert_eq!(read_note(&cluster).await, "zażółć");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_that_cannot_live_is_given_up() {
    let folder = open_folder();
    let var = folder.path().join("var");
    let options = ClusterOptions { restart_limit: 2, ..options() };
    let cluster = Cluster::start(&var, options).await.unwrap();
    fs::write(var.join("postgres.conf"), "shared_buffers = many\n").unwrap();
    kill(cluster.pid().unwrap());
    let error = tokio::time::timeout(DEADLINE, cluster.given_up()).await.unwrap();
    assert!(error.to_string().contains("shared_buffers"), "{error}");
    assert!(error.to_string().contains("var/postgres.conf"), "says where to mend it: {error}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_left_running_is_taken_over() {
    if hold_if_told().await {
        return;
    }
    let folder = open_folder();
    let var = folder.path().join("var");
    let left = Holder::begin("a_server_left_running_is_taken_over", &var).kill();
    assert!(alive(left), "the server outlives a killed Reeve");

    let cluster = start(&var).await;
    assert_eq!(cluster.pid(), Some(left), "it is taken over, not started beside");
    assert_eq!(read_note(&cluster).await, "zażółć");
    kill(left);
    wait_for("a new start", || (cluster.restarts() == 1).then_some(())).await;
    assert_eq!(read_note(&cluster).await, "zażółć");
    let pid = cluster.pid().unwrap();
    cluster.stop().await.unwrap();
    assert!(!alive(pid));
}

#[tokio::test]
async fn a_server_that_hangs_is_replaced() {
    if hold_if_told().await {
        return;
    }
    let folder = open_folder();
    let var = folder.path().join("var");
    let left = Holder::begin("a_server_that_hangs_is_replaced", &var).kill();
    kill_process(Pid::from_raw(left).unwrap(), Signal::STOP).unwrap();

    let patient = ClusterOptions { stop_limit: Duration::from_secs(1), ..options() };
    let cluster = Cluster::start(&var, patient).await.unwrap_or_else(|error| panic!("{error}"));
    assert_ne!(cluster.pid(), Some(left));
    assert!(!alive(left));
    assert_eq!(read_note(&cluster).await, "zażółć");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn everything_killed_at_once_is_recovered() {
    if hold_if_told().await {
        return;
    }
    let folder = open_folder();
    let var = folder.path().join("var");
    let left = Holder::begin("everything_killed_at_once_is_recovered", &var).kill();
    kill(left);
    let cluster = start(&var).await;
    assert_eq!(read_note(&cluster).await, "zażółć");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_process_file_with_the_number_of_another_program_does_no_harm() {
    let folder = open_folder();
    let var = folder.path().join("var");
    let cluster = start(&var).await;
    write_note(&cluster).await;
    let data = cluster.data().to_path_buf();
    let sockets = PathBuf::from(percent_decoded(&cluster.url()));
    kill(cluster.pid().unwrap());
    // Read before the supervisor can start it again: the file of a dead server stays as it was.
    let stale = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    cluster.stop().await.unwrap();

    // A program of the same user, which has nothing to do with these data.
    let owner = fs::metadata(&data).unwrap();
    let mut other = Command::new("sleep");
    std::os::unix::process::CommandExt::uid(&mut other, owner.uid());
    let mut other = other.arg("300").current_dir("/").spawn().unwrap();
    let rest = stale.split_once('\n').unwrap().1;
    for path in [data.join("postmaster.pid"), sockets.join(".s.PGSQL.5432.lock")] {
        fs::write(&path, format!("{}\n{rest}", other.id())).unwrap();
        std::os::unix::fs::chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
    }
    let cluster = start(&var).await;
    assert_eq!(read_note(&cluster).await, "zażółć");
    assert!(other.try_wait().unwrap().is_none(), "the other program is left alone");
    other.kill().unwrap();
    other.wait().unwrap();
    cluster.stop().await.unwrap();
}

/// The folder of the socket in an address; the test's folders have no signs that need more.
fn percent_decoded(url: &str) -> String {
    let host = url.split_once("host=").unwrap().1;
    host.split('&').next().unwrap().replace("%2F", "/")
}

#[tokio::test]
async fn a_second_owner_is_refused_and_a_guest_is_welcome() {
    if hold_if_told().await {
        return;
    }
    let folder = open_folder();
    let var = folder.path().join("var");
    assert!(Cluster::join(&var, options()).await.unwrap().is_none(), "nobody there to join");
    let holder = Holder::begin("a_second_owner_is_refused_and_a_guest_is_welcome", &var);

    // The same folder by another name is the same folder.
    symlink(&var, folder.path().join("link")).unwrap();
    let error = Cluster::start(&folder.path().join("link"), options()).await.unwrap_err();
    assert!(matches!(error, ClusterError::Locked { .. }), "{error}");
    assert!(error.to_string().contains(&format!("process {}", holder.process.id())), "{error}");

    let guest = Cluster::join(&var, options()).await.unwrap().expect("a server to join");
    assert_eq!(read_note(&guest).await, "zażółć");
    guest.stop().await.unwrap();
    assert!(alive(holder.server), "a guest stops nothing");

    holder.kill();
    start(&var).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_half_made_cluster_is_made_anew() {
    let folder = open_folder();
    let var = folder.path().join("var");
    let cluster = start(&var).await;
    let data = cluster.data().to_path_buf();
    cluster.stop().await.unwrap();
    fs::rename(&data, data.with_extension("new")).unwrap();
    fs::remove_file(data.with_extension("new").join("PG_VERSION")).unwrap();

    let cluster = start(&var).await;
    assert!(data.join("PG_VERSION").exists());
    assert!(!data.with_extension("new").exists());
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_cluster_ends_its_server() {
    let folder = open_folder();
    let cluster = start(&folder.path().join("var")).await;
    let pid = cluster.pid().unwrap();
    drop(cluster);
    wait_for("the server's end", || (!alive(pid)).then_some(())).await;
}

#[tokio::test]
async fn missing_programs_are_named() {
    let folder = open_folder();
    let options = ClusterOptions { bin: Some(folder.path().to_path_buf()), ..options() };
    let error = Cluster::start(&folder.path().join("var"), options).await.unwrap_err();
    assert!(error.to_string().contains("REEVE_PG_BIN"), "{error}");
}

/// Only root has another user's way to care for; for others the folder is theirs.
#[tokio::test]
async fn a_closed_parent_folder_is_gone_round() {
    let folder = open_folder();
    let home = folder.path().join("home");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let system_home = folder.path().join("system");
    let options = ClusterOptions { system_home: system_home.clone(), ..options() };
    let var = home.join("var");
    let cluster = Cluster::start(&var, options.clone()).await.unwrap_or_else(|error| panic!("{error}"));
    write_note(&cluster).await;
    if geteuid().is_root() {
        assert!(cluster.data().starts_with(&system_home), "{}", cluster.data().display());
        assert!(var.join("pg/LOCATION").exists());
    } else {
        assert!(cluster.data().starts_with(&var));
    }
    cluster.stop().await.unwrap();
    assert_eq!(fs::metadata(&home).unwrap().mode() & 0o777, 0o700, "it stays closed");

    let cluster = Cluster::start(&var, options.clone()).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read_note(&cluster).await, "zażółć");
    let first = cluster.data().to_path_buf();
    cluster.stop().await.unwrap();

    // Whoever deletes the folder gets an empty database; the data outside are neither used nor lost.
    fs::remove_dir_all(&var).unwrap();
    let cluster = Cluster::start(&var, options).await.unwrap_or_else(|error| panic!("{error}"));
    let notes: Option<String> = sqlx::query_scalar("select to_regclass('note')::text")
        .fetch_one(&mut connect(&cluster).await)
        .await
        .unwrap();
    assert_eq!(notes, None);
    assert!(first.exists());
    assert_eq!(first == cluster.data(), !geteuid().is_root(), "only data outside are gone round");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_long_path_still_has_a_short_socket() {
    let folder = open_folder();
    let var = folder.path().join("x".repeat(120)).join("y".repeat(120));
    let cluster = start(&var).await;
    connect(&cluster).await.close().await.unwrap();
    cluster.stop().await.unwrap();
}
