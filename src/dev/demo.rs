//! `concert demo`: a private database, the two seeded processes and the server, in one command.

use anyhow::Context;
use secrecy::SecretString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::bootstrap::{Passwords, bootstrap};
use super::cluster::{Cluster, Mode, SUPERUSER};
use super::seed;
use crate::config;
use crate::kernel::clock::Clock;
use crate::kernel::db::Db;

/// The name of the database everywhere.
pub const DATABASE: &str = "concert";

/// The demo's folder and its running database.
pub struct Ground {
    pub cluster: Cluster,
    pub folder: PathBuf,
}

impl Ground {
    /// Starts or joins the database of a data folder, bootstrapped and migrated.
    ///
    /// # Errors
    /// No PostgreSQL, a folder that cannot be used, a schema of a newer program.
    pub fn prepare(folder: &Path, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let cluster = Cluster::start(&folder.join("pg"), Mode::Durable)?;
        runtime.block_on(async {
            bootstrap(&cluster.url(SUPERUSER, "postgres"), DATABASE, &Passwords::default()).await?;
            crate::ops::migrate::migrate(&cluster.url("concert_owner", DATABASE)).await
        })?;
        Ok(Self { cluster, folder: folder.to_owned() })
    }

    pub fn app_url(&self) -> String {
        self.cluster.url("concert_app", DATABASE)
    }
}

/// Runs the demo until it is told to stop, or until whoever started it is gone.
///
/// # Errors
/// What [`Ground::prepare`] and the server say.
pub fn run(demo: &config::Demo, runtime: &tokio::runtime::Runtime) -> anyhow::Result<()> {
    let started = Instant::now();
    // a demo that outlives the test or the shell that started it would keep its port and its database
    #[cfg(target_os = "linux")]
    nix::sys::prctl::set_pdeathsig(nix::sys::signal::Signal::SIGTERM)?;
    let folder = demo.data.clone().unwrap_or_else(config::default_data_folder);
    if demo.fresh && folder.exists() {
        Cluster::wipe(&folder.join("pg"))?;
        for name in ["mail", "secret"] {
            remove(&folder.join(name))?;
        }
    }
    let ground = Ground::prepare(&folder, runtime)?;
    let result = runtime.block_on(serve(demo, &ground, started));
    ground.cluster.stop()?;
    result
}

async fn serve(demo: &config::Demo, ground: &Ground, started: Instant) -> anyhow::Result<()> {
    let clock = Clock::default();
    let db = Db::connect(&ground.app_url(), 4, clock.clone()).await?;
    seed::seed(&db, &clock).await?;
    db.close().await;
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
        sign_in_limit: 10,
        sign_in_address_limit: 100,
        export_limit: 60,
        demo: true,
    };
    let sign_ins = seed::sign_ins(&config.base_url)?;
    let ready = async {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{sign_ins}");
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
