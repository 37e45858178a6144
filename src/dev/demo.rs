//! `concert demo`: a private database, the two seeded processes and the server, in one command.

use anyhow::{Context, bail};
use secrecy::SecretString;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::cluster::{Cluster, Mode, SUPERUSER};
use super::seed;
use crate::config;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;
use crate::ops::bootstrap::{Passwords, bootstrap};

/// The name of the database everywhere.
pub const DATABASE: &str = "concert";

/// What a demo puts into its folder; nothing else is expected there, and nothing else is ever deleted.
const OURS: [&str; 7] = ["pg", "mail", "files", "secret", "address", "demo.lock", "command.lock"];

/// The demo's folder and its running database.
pub struct Ground {
    pub cluster: Cluster,
    pub folder: PathBuf,
    /// Held until the database is let go: whoever started it must not end it under somebody else.
    locks: Vec<File>,
}

impl Ground {
    /// For a sub-command: joins the database of a running demo, or starts it for as long as the command takes. Commands
    /// wait for one another.
    ///
    /// # Errors
    /// No PostgreSQL, a folder that cannot be used, a schema of a newer program.
    pub fn prepare(folder: &Path, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        let command = lock_file(folder, "command.lock")?;
        command.lock().context("cannot lock the folder")?;
        let demo = lock_file(folder, "demo.lock")?;
        let mut locks = vec![command];
        match demo.try_lock() {
            Ok(()) => locks.push(demo),
            // a demo runs, and keeps the database
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the folder"),
        }
        Self::open(folder, locks, runtime)
    }

    /// For the demo itself, which is alone on its folder; a command that is at work there is waited for.
    fn keep(folder: &Path, fresh: bool, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        if let Some(stranger) = stranger_in(folder)? {
            bail!("{} holds other things ({stranger}): name an empty or a new folder with --data", folder.display());
        }
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let demo = lock_file(folder, "demo.lock")?;
        let started = Instant::now();
        while let Err(error) = demo.try_lock() {
            if let TryLockError::Error(error) = error {
                return Err(error).context("cannot lock the folder");
            }
            if started.elapsed() > Duration::from_secs(2) {
                bail!("a demo runs on {} already: stop it, or name another folder with --data", folder.display());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        if fresh {
            Cluster::wipe(&folder.join("pg"))?;
            for name in ["mail", "files", "secret", "address"] {
                remove(&folder.join(name))?;
            }
        }
        Self::open(folder, vec![demo], runtime)
    }

    fn open(folder: &Path, locks: Vec<File>, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        let cluster = Cluster::start(&folder.join("pg"), Mode::Durable)?;
        runtime.block_on(async {
            bootstrap(&cluster.url(SUPERUSER, "postgres"), DATABASE, &Passwords::default()).await?;
            crate::ops::migrate::migrate(&cluster.url("concert_owner", DATABASE)).await?;
            crate::ops::migrate::queue(&cluster.url("concert_jobs", DATABASE)).await
        })?;
        Ok(Self { cluster, folder: folder.to_owned(), locks })
    }

    pub fn app_url(&self) -> String {
        self.cluster.url("concert_app", DATABASE)
    }

    /// As the schema's owner, who alone writes what the installation shares.
    pub fn owner_url(&self) -> String {
        self.cluster.url("concert_owner", DATABASE)
    }

    /// Stops the database if it was started here, then lets others at the folder.
    ///
    /// # Errors
    /// The database does not stop.
    pub fn leave(self) -> anyhow::Result<()> {
        let stopped = self.cluster.stop();
        drop(self.locks);
        stopped
    }
}

fn lock_file(folder: &Path, name: &str) -> anyhow::Result<File> {
    let path = folder.join(name);
    File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot write {}: is the folder another user's?", path.display()))
}

/// The name of something in the folder that no demo puts there.
fn stranger_in(folder: &Path) -> anyhow::Result<Option<String>> {
    if !folder.exists() {
        return Ok(None);
    }
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    Ok(names.into_iter().find(|name| !OURS.contains(&name.as_str())))
}

/// Runs the demo until it is told to stop, or until whoever started it is gone.
///
/// # Errors
/// What the folder, the database and the server say.
pub fn run(demo: &config::Demo, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let started = Instant::now();
    // a demo that outlives the test or the shell that started it would keep its port and its database
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGTERM)?;
    let folder = demo.data.clone().unwrap_or_else(config::default_data_folder);
    let folder = std::path::absolute(folder)?;
    let ground = Ground::keep(&folder, demo.fresh, runtime)?;
    let result = runtime.block_on(serve(demo, &ground, started));
    let left = ground.leave();
    result.and(left)
}

async fn serve(demo: &config::Demo, ground: &Ground, started: Instant) -> anyhow::Result<()> {
    let clock = Clock::default();
    let db = Db::connect(&ground.app_url(), 4, clock.clone()).await?;
    seed::seed(&db, &clock).await?;
    let files = config::Files::folder(&ground.folder.join("files"));
    seed::papers(&db, &files.open()?, &clock).await?;
    db.close().await;
    let rates = rates(demo, ground, &clock).await?;
    let mail_folder = ground.folder.join("mail");
    fs::create_dir_all(&mail_folder)?;
    let config = config::Serve {
        database_url: ground.app_url(),
        listen: ([127, 0, 0, 1], demo.port).into(),
        base_url: format!("http://127.0.0.1:{}", demo.port),
        secret: secret(&ground.folder.join("secret"))?,
        connections: 16,
        second_factor: config::SecondFactor::Optional,
        trusted_proxies: 0,
        jobs_url: Some(ground.cluster.url("concert_jobs", DATABASE)),
        no_worker: false,
        mail: config::Mail {
            smtp_url: None,
            mail_folder: Some(mail_folder),
            mail_from: "Concert demo <concert@localhost>".to_owned(),
        },
        metrics_listen: None,
        metrics_token: None,
        sign_in_limit: 10,
        sign_in_address_limit: 100,
        time_limit: 60,
        export_limit: 60,
        webhooks_local: true,
        api_limit: 600,
        files,
        files_limit: 60,
        demo: true,
    };
    // sub-commands put it into the letters they write
    fs::write(ground.folder.join("address"), &config.base_url)?;
    let sign_ins = seed::sign_ins(&config.base_url)?;
    let ready = async {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{sign_ins}\n{rates}");
        let _ = writeln!(
            out,
            "Ready after {:.1} s: {}   (stop with Ctrl-C)",
            started.elapsed().as_secs_f64(),
            config.base_url
        );
        let _ = out.flush();
    };
    crate::ops::serve::serve(&config, clock, ready).await
}

/// Loads the exchange rates of the file that is named; what is said of them.
async fn rates(demo: &config::Demo, ground: &Ground, clock: &Clock) -> anyhow::Result<String> {
    let Some(file) = &demo.rates else {
        return crate::ops::rates::there_are(&ground.owner_url()).await;
    };
    let loaded = crate::ops::rates::load(&ground.owner_url(), file, clock).await;
    // the demo does without: a file that cannot be read is told, and keeps nobody from trying the rest
    Ok(loaded.map_or_else(|error| format!("No exchange rates were loaded: {error:#}"), |loaded| loaded.text()))
}

/// The demo's secret: made once, so that a restart signs nobody out.
fn secret(path: &Path) -> anyhow::Result<SecretString> {
    if let Ok(text) = fs::read_to_string(path) {
        return Ok(text.trim().to_owned().into());
    }
    let text = hex::encode(crate::kernel::random::bytes::<32>());
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(text.into())
}

fn remove(path: &Path) -> anyhow::Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}
