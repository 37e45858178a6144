//! The folder of a private cluster: made, locked, its server started and watched.

use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::{self, Account};
use super::binaries::Binaries;
use super::cluster::{Mode, SUPERUSER};

/// Written into the socket's name; nothing listens on a port.
pub(super) const PORT: u16 = 5432;
/// A Unix socket's address has room for 107 bytes.
const LONGEST_SOCKET: usize = 107;
/// Recovery after a crash can take a while; a healthy start takes 50 ms.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(10);
/// How long a throwaway server waits for its next user.
const GRACE_SECONDS: &str = "5";

/// The thread that started the server and waits for its end. Linux sends the parent-death signal when the *thread* that
/// started a child ends, so that thread must live as long as the process: it is neither a worker of tokio nor the
/// caller's.
#[derive(Debug)]
pub(super) struct Keeper {
    pid: Pid,
    thread: JoinHandle<std::io::Result<ExitStatus>>,
}

impl Keeper {
    fn spawn(mut command: Command) -> Result<Self> {
        let (started, pid) = std::sync::mpsc::channel();
        let thread = thread::Builder::new().name("postgres-keeper".into()).spawn(move || match command.spawn() {
            Ok(mut child) => {
                // Nobody waits for the number only if the caller is gone, and then there is nothing to do.
                let _ = started.send(Ok(child.id()));
                child.wait()
            }
            Err(error) => {
                let _ = started.send(Err(std::io::Error::new(error.kind(), error.to_string())));
                Err(error)
            }
        })?;
        let pid = pid.recv().context("the thread that starts the server ended")?.context("cannot start the server")?;
        Ok(Self { pid: Pid::from_raw(i32::try_from(pid)?), thread })
    }

    fn ended(&self) -> bool {
        self.thread.is_finished()
    }

    /// Fast shutdown: open transactions are rolled back, the data written.
    pub(super) fn stop(self) -> Result<()> {
        if !self.ended() {
            kill(self.pid, Signal::SIGINT).context("cannot signal the server")?;
        }
        let start = Instant::now();
        while !self.ended() {
            ensure!(start.elapsed() < PATIENCE, "the server (process {}) does not end", self.pid);
            thread::sleep(POLL);
        }
        let status = self.thread.join().map_err(|_| anyhow!("the thread that kept the server panicked"))??;
        ensure!(status.success() || status.signal() == Some(Signal::SIGINT as i32), "the server ended with {status}");
        Ok(())
    }
}

/// The folder of a cluster, and the account its programs run as.
pub(super) struct Place {
    pub(super) dir: PathBuf,
    pub(super) account: Option<Account>,
}

impl Place {
    pub(super) fn prepare(dir: &Path) -> Result<Self> {
        let socket = dir.join("sock").join(format!(".s.PGSQL.{PORT}"));
        ensure!(
            socket.as_os_str().len() <= LONGEST_SOCKET,
            "{} is too long a path: a socket's may have {LONGEST_SOCKET} bytes, this one has {}; choose a shorter folder",
            dir.display(),
            socket.as_os_str().len()
        );
        if let Some(stranger) = stranger_in(dir)? {
            bail!("{} holds other things ({stranger}): name an empty or a new folder for the database", dir.display());
        }
        let account = account::for_data(dir)?;
        fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        if let Some(parent) = dir.parent() {
            account::can_reach(parent, account)?;
        }
        let place = Self { dir: dir.to_owned(), account };
        place.own(dir).with_context(|| format!("{} cannot be used: is it another user's?", dir.display()))?;
        Ok(place)
    }

    pub(super) fn data(&self) -> PathBuf {
        self.dir.join("data")
    }

    /// Makes a folder private to the server's account.
    fn own(&self, path: &Path) -> Result<()> {
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
        if let Some(account) = self.account {
            std::os::unix::fs::chown(path, Some(account.uid), Some(account.gid))?;
        }
        Ok(())
    }

    fn lock_file(&self, name: &str) -> Result<File> {
        let path = self.dir.join(name);
        let file = File::options().read(true).append(true).create(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        if let Some(account) = self.account {
            std::os::unix::fs::chown(&path, Some(account.uid), Some(account.gid))?;
        }
        Ok(file)
    }

    /// Waits until nobody else makes, starts or stops this cluster.
    pub(super) fn lock(&self) -> Result<File> {
        let file = self.lock_file("lock")?;
        file.lock().context("cannot lock the folder of the database")?;
        Ok(file)
    }

    /// Says that this process uses a throwaway server; waits while it is being ended.
    pub(super) fn use_it(&self) -> Result<File> {
        let file = self.lock_file("users")?;
        file.lock_shared().context("cannot lock the folder of the database")?;
        Ok(file)
    }

    /// The major version that made the data, if there are any.
    pub(super) fn data_version(&self) -> Result<Option<u32>> {
        match fs::read_to_string(self.data().join("PG_VERSION")) {
            Ok(text) => Ok(Some(text.trim().parse().context("data/PG_VERSION cannot be read")?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("data/PG_VERSION cannot be read"),
        }
    }

    /// What the server says of itself in `postmaster.pid`: its process, and "starting", "ready" or "stopping". Nothing if
    /// that process is gone.
    fn server(&self) -> Option<(Pid, String)> {
        let text = fs::read_to_string(self.data().join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = Pid::from_raw(lines.next()?.trim().parse().ok()?);
        // EPERM would mean a process that is not ours, which is not our server either.
        kill(pid, None).ok()?;
        Some((pid, lines.nth(6).unwrap_or_default().trim().to_owned()))
    }

    fn answers(&self) -> bool {
        UnixStream::connect(self.dir.join(format!("sock/.s.PGSQL.{PORT}"))).is_ok()
    }

    /// True if a server is ready here; false if there is none. One that starts or stops is waited for; a file left by a
    /// crash, whose number another process has by now, is PostgreSQL's to clear.
    pub(super) fn answers_or_ends(&self) -> Result<bool> {
        let start = Instant::now();
        while let Some((pid, state)) = self.server() {
            if state == "ready" && self.answers() {
                return Ok(true);
            }
            if !is_postgres(pid) {
                return Ok(false);
            }
            ensure!(
                start.elapsed() < PATIENCE,
                "a server (process {pid}) on {} is neither up nor down",
                self.dir.display()
            );
            thread::sleep(POLL);
        }
        Ok(false)
    }

    pub(super) fn make_and_run(&self, binaries: &Binaries, mode: Mode) -> Result<Keeper> {
        if self.data_version()?.is_none() {
            self.make(binaries, mode)?;
        }
        let keeper = Keeper::spawn(self.server_command(binaries, mode)?)?;
        let start = Instant::now();
        while !self.server().is_some_and(|(pid, state)| pid == keeper.pid && state == "ready") || !self.answers() {
            if keeper.ended() || start.elapsed() > PATIENCE {
                // The error of the stop says less than the log.
                let _ = keeper.stop();
                bail!("the database in {} does not start; the end of its log:\n{}", self.dir.display(), self.log_end());
            }
            thread::sleep(POLL);
        }
        if mode == Mode::Throwaway {
            self.watch()?;
        }
        Ok(keeper)
    }

    /// `initdb` into a folder beside, moved into place when it is whole.
    fn make(&self, binaries: &Binaries, mode: Mode) -> Result<()> {
        let making = self.dir.join("data.making");
        if making.exists() {
            fs::remove_dir_all(&making)?;
        }
        // ICU's root locale: without it Č sorts after Z. Some packages of the binaries are built without ICU (those that
        // `scripts/setup` falls back on); then only the order of names suffers.
        let icu = ["--locale-provider=icu", "--icu-locale=und"];
        let mut output = self.initdb(binaries, mode, &making, &icu)?;
        if !output.status.success()
            && binaries.major >= 17
            && String::from_utf8_lossy(&output.stderr).contains("ICU is not supported")
        {
            output =
                self.initdb(binaries, mode, &making, &["--locale-provider=builtin", "--builtin-locale=C.UTF-8"])?;
        }
        ensure!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        fs::rename(&making, self.data())?;
        Ok(())
    }

    fn initdb(&self, binaries: &Binaries, mode: Mode, into: &Path, locale: &[&str]) -> Result<Output> {
        let mut initdb = self.command(binaries, "initdb");
        initdb.arg("--pgdata").arg(into).args([
            "--username",
            SUPERUSER,
            "--auth=trust",
            "--encoding=UTF8",
            "--no-instructions",
        ]);
        initdb.args(locale).args(["--lc-collate=C.UTF-8", "--lc-ctype=C.UTF-8"]);
        if mode == Mode::Throwaway {
            initdb.arg("--no-sync");
        }
        initdb.output().context("cannot run initdb")
    }

    #[cfg_attr(
        target_os = "linux",
        expect(unsafe_code, reason = "a child that ends with us needs prctl between fork and exec")
    )]
    fn server_command(&self, binaries: &Binaries, mode: Mode) -> Result<Command> {
        let socket = self.dir.join("sock");
        fs::create_dir_all(&socket)?;
        self.own(&socket)?;
        let log = File::create(self.dir.join("server.log"))?;

        let mut command = self.command(binaries, "postgres");
        command.arg("-D").arg(self.data()).arg("-k").arg(&socket);
        command.args([
            "-p",
            &PORT.to_string(),
            "-c",
            "listen_addresses=",
            "-c",
            "timezone=UTC",
            "-c",
            "log_timezone=UTC",
        ]);
        if mode == Mode::Throwaway {
            command.args(["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"]);
            command.args(["-c", "max_connections=300"]);
        }
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        // Ctrl-C goes to the terminal's whole group: the server has to outlive our own orderly end.
        command.process_group(0);
        #[cfg(target_os = "linux")]
        if mode == Mode::Durable {
            let parent = std::process::id();
            // SAFETY: between fork and exec only async-signal-safe calls are allowed; prctl and getppid are, and building
            // an error from a number allocates nothing.
            unsafe {
                command.pre_exec(move || {
                    nix::sys::prctl::set_pdeathsig(Signal::SIGINT)?;
                    // The parent may have ended before the line above, and then no signal comes.
                    if std::os::unix::process::parent_id() == parent {
                        Ok(())
                    } else {
                        Err(std::io::Error::from_raw_os_error(nix::errno::Errno::ESRCH as i32))
                    }
                });
            }
        }
        Ok(command)
    }

    fn command(&self, binaries: &Binaries, program: &str) -> Command {
        let mut command = Command::new(binaries.program(program));
        command.current_dir("/").env("LC_ALL", "C.UTF-8");
        for variable in ["PGDATA", "PGPORT", "PGHOST", "PGOPTIONS"] {
            command.env_remove(variable);
        }
        if let Some(account) = self.account {
            command.uid(account.uid).gid(account.gid);
        }
        command
    }

    /// Leaves a shell that ends the server when its last user is gone. It takes the users' lock for itself while it does,
    /// so that whoever comes then waits and starts the server again.
    fn watch(&self) -> Result<()> {
        const WATCH: &str = r#"
            end='kill -INT "$1" && while kill -0 "$1"; do sleep 0.05; done'
            while kill -0 "$2"; do
                flock --exclusive "$1" true || exit
                sleep "$3"
                flock --exclusive --nonblock "$1" sh -c "$end" sh "$2" && exit
            done"#;
        let Some((pid, _)) = self.server() else { return Ok(()) };
        let users = self.dir.join("users");
        let mut shell = Command::new("sh");
        shell.args(["-c", WATCH, "sh"]).arg(&users).args([&pid.to_string(), GRACE_SECONDS]);
        shell.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        shell.spawn().context("cannot start the shell that ends the throwaway database")?;
        Ok(())
    }

    fn log_end(&self) -> String {
        // A log that cannot be read leaves the message without it.
        let text = fs::read_to_string(self.dir.join("server.log")).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines.get(lines.len().saturating_sub(12)..).unwrap_or_default().join("\n")
    }
}

/// The name of something in `dir` that no cluster puts there.
fn stranger_in(dir: &Path) -> Result<Option<String>> {
    const OURS: [&str; 6] = ["data", "data.making", "sock", "server.log", "lock", "users"];
    if !dir.exists() {
        return Ok(None);
    }
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}: is it another user's?", dir.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.into_iter().find(|name| !OURS.contains(&name.as_str())))
}

/// Whether a process is a PostgreSQL server. Where there is no /proc, it is believed to be.
fn is_postgres(pid: Pid) -> bool {
    fs::read_to_string(format!("/proc/{pid}/comm")).map_or(true, |name| name.trim().starts_with("postgres"))
}
