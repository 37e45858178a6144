//! The settings: the only reader of the environment. `--help` documents every option and its variable.

use clap::{Args, ValueEnum};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::kernel::auth::Limits;
use crate::kernel::files::{Files as Store, Place as FilesPlace};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SecondFactor {
    /// Support Group secretariat, Chairmanship and operators must have one
    Required,
    /// Whoever wants one
    Optional,
}

/// Settings of `concert serve`.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The database, as the role concert_app
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// The address to listen on
    #[arg(long, env = "CONCERT_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address that people use, such as https://concert.example: decides the marks of cookies and the links in letters
    #[arg(long, env = "CONCERT_BASE_URL", default_value = "http://127.0.0.1:8080")]
    pub base_url: String,
    /// The installation's secret, at least 32 characters; the same on every instance
    #[arg(long, env = "CONCERT_SECRET", hide_env_values = true)]
    pub secret: SecretString,
    /// Connections to the database
    #[arg(long, env = "CONCERT_CONNECTIONS", default_value_t = 16)]
    pub connections: u32,
    /// Who needs a second factor
    #[arg(long, env = "CONCERT_SECOND_FACTOR", value_enum, default_value = "required")]
    pub second_factor: SecondFactor,
    /// How many reverse proxies of ours add to X-Forwarded-For
    #[arg(long, env = "CONCERT_TRUSTED_PROXIES", default_value_t = 0)]
    pub trusted_proxies: usize,
    /// The database as the role concert_jobs; letters are sent and figures counted over it
    #[arg(long, env = "CONCERT_JOBS_URL", hide_env_values = true)]
    pub jobs_url: Option<String>,
    /// Do not run jobs in this process; another runs `concert worker`
    #[arg(long, env = "CONCERT_NO_WORKER", value_parser = clap::builder::FalseyValueParser::new())]
    pub no_worker: bool,
    #[command(flatten)]
    pub mail: Mail,
    /// The address that serves /metrics to whoever reaches it, such as 127.0.0.1:9090
    #[arg(long, env = "CONCERT_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// At least 16 characters: /metrics of the site itself answers to `Authorization: Bearer` with them
    #[arg(long, env = "CONCERT_METRICS_TOKEN", hide_env_values = true)]
    pub metrics_token: Option<SecretString>,
    /// Failed sign-ins in a quarter of an hour after which an account waits
    #[arg(long, env = "CONCERT_SIGN_IN_LIMIT", default_value_t = 10)]
    pub sign_in_limit: i64,
    /// Failed sign-ins in a quarter of an hour after which an address waits
    #[arg(long, env = "CONCERT_SIGN_IN_ADDRESS_LIMIT", default_value_t = 100)]
    pub sign_in_address_limit: i64,
    /// Exports in a quarter of an hour after which an account waits
    #[arg(long, env = "CONCERT_EXPORT_LIMIT", default_value_t = 60)]
    pub export_limit: i64,
    /// Let webhooks go to http://127.0.0.1 as well, on any port: to try them on one machine
    #[arg(long, env = "CONCERT_WEBHOOKS_LOCAL", value_parser = clap::builder::FalseyValueParser::new())]
    pub webhooks_local: bool,
    /// Requests in a minute after which a token of the interface waits
    #[arg(long, env = "CONCERT_API_LIMIT", default_value_t = 600)]
    pub api_limit: u32,
    /// Seconds after which a page is given up
    #[arg(long, env = "CONCERT_TIME_LIMIT", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=900))]
    pub time_limit: u64,
    #[command(flatten)]
    pub files: Files,
    /// Files that an account may bring in a quarter of an hour before it waits; a process may bring ten times as many
    #[arg(long, env = "CONCERT_FILES_LIMIT", default_value_t = 60)]
    pub files_limit: i64,
    #[arg(skip)]
    pub demo: bool,
}

impl Serve {
    pub fn limits(&self) -> Limits {
        Limits {
            sign_in_per_account: self.sign_in_limit,
            sign_in_per_address: self.sign_in_address_limit,
            exports_per_account: self.export_limit,
            requests_per_token: self.api_limit,
            page_seconds: self.time_limit,
            files_per_account: self.files_limit,
            ..Limits::default()
        }
    }
}

/// Settings of `concert worker`.
#[derive(Debug, Clone, Args)]
pub struct Worker {
    /// The database, as the role concert_app: jobs see what the app sees
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: String,
    /// The database as the role concert_jobs, which owns the queue
    #[arg(long, env = "CONCERT_JOBS_URL", hide_env_values = true)]
    pub jobs_url: String,
    /// The installation's secret, as the servers have it: it opens the secrets that webhooks are signed with
    #[arg(long, env = "CONCERT_SECRET", hide_env_values = true)]
    pub secret: SecretString,
    /// The address that people use: the links in letters
    #[arg(long, env = "CONCERT_BASE_URL", default_value = "http://127.0.0.1:8080")]
    pub base_url: String,
    /// Connections to the database, besides those of the queue
    #[arg(long, env = "CONCERT_CONNECTIONS", default_value_t = 4)]
    pub connections: u32,
    #[command(flatten)]
    pub mail: Mail,
    /// The address that serves /metrics to whoever reaches it, such as 127.0.0.1:9091
    #[arg(long, env = "CONCERT_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Let webhooks go to http://127.0.0.1 as well, on any port: to try them on one machine
    #[arg(long, env = "CONCERT_WEBHOOKS_LOCAL", value_parser = clap::builder::FalseyValueParser::new())]
    pub webhooks_local: bool,
    #[command(flatten)]
    pub files: Files,
}

/// Settings of `concert migrate`.
#[derive(Debug, Clone, Args)]
pub struct Migrate {
    /// The database, as the role concert_owner
    #[arg(long, env = "CONCERT_OWNER_URL", hide_env_values = true)]
    pub owner_url: String,
    /// The database as the role concert_jobs, for the queue; leave it out only where another one makes the queue:
    /// nothing that asks for a job, such as a letter, can be saved before
    #[arg(long, env = "CONCERT_JOBS_URL", hide_env_values = true)]
    pub jobs_url: Option<String>,
}

/// Settings of `concert bootstrap`.
#[derive(Debug, Clone, Args)]
pub struct Bootstrap {
    /// A database of the server, as its superuser, such as postgres://postgres@db/postgres
    #[arg(long, env = "CONCERT_SUPERUSER_URL", hide_env_values = true)]
    pub superuser_url: String,
    /// The database to make
    #[arg(long, env = "CONCERT_DATABASE", default_value = "concert")]
    pub database: String,
    /// The password of concert_owner; a role without one keeps what it has. From the environment, where other users do not see it
    #[arg(long, env = "CONCERT_OWNER_PASSWORD", hide_env_values = true)]
    pub owner_password: Option<SecretString>,
    /// The password of concert_app
    #[arg(long, env = "CONCERT_APP_PASSWORD", hide_env_values = true)]
    pub app_password: Option<SecretString>,
    /// The password of concert_jobs
    #[arg(long, env = "CONCERT_JOBS_PASSWORD", hide_env_values = true)]
    pub jobs_password: Option<SecretString>,
    /// The password of concert_maintenance
    #[arg(long, env = "CONCERT_MAINTENANCE_PASSWORD", hide_env_values = true)]
    pub maintenance_password: Option<SecretString>,
}

/// Settings of `concert backup`.
#[derive(Debug, Clone, Args)]
pub struct Backup {
    /// The database as the role concert_maintenance, which sees every process's rows
    #[arg(long, env = "CONCERT_MAINTENANCE_URL", hide_env_values = true)]
    pub maintenance_url: String,
    /// The file to write; it must not exist
    pub file: PathBuf,
    /// The folder of what members bring, which is taken along; a bucket (s3://…) is left to its own service
    #[arg(long, env = "CONCERT_FILES")]
    pub files: Option<String>,
    #[command(flatten)]
    pub lock: BackupLock,
}

impl Backup {
    /// The folder to take along.
    pub fn folder(&self) -> Option<&std::path::Path> {
        let place = self.files.as_deref().map(str::trim).filter(|text| !text.is_empty() && !text.contains("://"));
        place.map(std::path::Path::new)
    }
}

/// What a backup is encrypted for: a passphrase, or the holders of keys.
#[derive(Debug, Clone, Args)]
#[group(required = true, multiple = false)]
pub struct BackupLock {
    /// A passphrase of at least twelve characters
    #[arg(long, env = "CONCERT_BACKUP_PASSPHRASE", hide_env_values = true)]
    pub passphrase: Option<SecretString>,
    /// Public keys of age ("age1…"), so that the machine that takes backups cannot read them; repeatable
    #[arg(long = "for", env = "CONCERT_BACKUP_FOR", value_delimiter = ',')]
    pub recipients: Vec<String>,
}

/// Settings of `concert restore`.
#[derive(Debug, Clone, Args)]
pub struct Restore {
    /// A database of the server, as its superuser
    #[arg(long, env = "CONCERT_SUPERUSER_URL", hide_env_values = true)]
    pub superuser_url: String,
    /// The backup
    pub file: PathBuf,
    /// The database to make from it; it must not exist, or be empty
    #[arg(long, env = "CONCERT_DATABASE", default_value = "concert")]
    pub database: String,
    /// The folder to put members' files into, where the backup holds any; it must not exist, or be empty
    #[arg(long)]
    pub files_into: Option<PathBuf>,
    /// The backup's passphrase, or the secret key ("AGE-SECRET-KEY-…")
    #[arg(long, env = "CONCERT_BACKUP_PASSPHRASE", hide_env_values = true)]
    pub secret: SecretString,
}

/// How letters leave.
#[derive(Debug, Clone, Args)]
pub struct Mail {
    /// The mail server: smtps://user:password@mail.example, or smtp://user:password@mail.example:587?tls=required
    #[arg(long, env = "CONCERT_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// A folder that receives letters as files where there is no mail server: for the demo and for tests
    #[arg(long, env = "CONCERT_MAIL_FOLDER")]
    pub mail_folder: Option<PathBuf>,
    /// The sender of letters
    #[arg(long, env = "CONCERT_MAIL_FROM", default_value = "Concert <concert@localhost>")]
    pub mail_from: String,
}

/// Where files lie that members bring.
#[derive(Debug, Clone, Args)]
pub struct Files {
    /// A folder, or s3://bucket/prefix; the same for every server and worker. Without it no files can be brought
    #[arg(id = "files", long = "files", env = "CONCERT_FILES")]
    pub place: Option<String>,
    /// The address of the bucket's service, such as https://storage.example; Amazon's own where there is none
    #[arg(id = "files_s3_endpoint", long = "files-s3-endpoint", env = "CONCERT_FILES_S3_ENDPOINT")]
    pub endpoint: Option<String>,
    /// The bucket's region
    #[arg(
        id = "files_s3_region",
        long = "files-s3-region",
        env = "CONCERT_FILES_S3_REGION",
        default_value = "us-east-1"
    )]
    pub region: String,
    /// The name of the key that opens the bucket
    #[arg(id = "files_s3_key", long = "files-s3-key", env = "CONCERT_FILES_S3_KEY", hide_env_values = true)]
    pub key: Option<String>,
    /// Its secret. From the environment, where other users do not see it
    #[arg(id = "files_s3_secret", long = "files-s3-secret", env = "CONCERT_FILES_S3_SECRET", hide_env_values = true)]
    pub secret: Option<SecretString>,
    /// The largest file that is taken, in megabytes
    #[arg(
        id = "files_most",
        long = "files-most",
        env = "CONCERT_FILES_MOST",
        default_value_t = 25,
        value_parser = clap::value_parser!(u64).range(1..=1024)
    )]
    pub most: u64,
}

impl Files {
    /// None: no files are kept.
    pub fn none() -> Self {
        Self { place: None, endpoint: None, region: "us-east-1".to_owned(), key: None, secret: None, most: 25 }
    }

    /// Those of a folder.
    pub fn folder(folder: &std::path::Path) -> Self {
        Self { place: Some(folder.display().to_string()), ..Self::none() }
    }

    /// What is set, if anything is.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn place(&self) -> anyhow::Result<Option<FilesPlace>> {
        let Some(text) = self.place.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        let (endpoint, key) = (self.endpoint.as_deref(), self.key.as_deref());
        FilesPlace::read(text, endpoint, &self.region, key, self.secret.as_ref()).map(Some)
    }

    /// # Errors
    /// What is set cannot be read or used.
    pub fn open(&self) -> anyhow::Result<Store> {
        Store::open(self.place()?.as_ref(), self.most << 20)
    }
}

/// Where the sub-commands that work on data find it: the demo's folder, or a database.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The demo's data folder: a running demo is joined, else its database is started for the command. It comes before a
    /// database that is named too
    #[arg(long, env = "CONCERT_DATA")]
    pub data: Option<PathBuf>,
    /// Any other database, as the role concert_app
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub database_url: Option<String>,
    /// The address that people use, for the links in letters; the demo knows its own
    #[arg(long, env = "CONCERT_BASE_URL")]
    pub base_url: Option<String>,
}

/// Settings of `concert healthcheck`.
#[derive(Debug, Clone, Args)]
pub struct Healthcheck {
    /// The address that the server listens on; where that is every address, this machine's own is asked
    #[arg(long, env = "CONCERT_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Ask whether it is ready (/readyz: the database answers and is migrated, and files can be kept), not only whether it lives (/healthz)
    #[arg(long)]
    pub ready: bool,
}

/// Settings of `concert demo`.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// The port on 127.0.0.1
    #[arg(long, env = "CONCERT_PORT", default_value_t = 8080)]
    pub port: u16,
    /// The folder that holds the demo's database and letters
    #[arg(long, env = "CONCERT_DATA")]
    pub data: Option<PathBuf>,
    /// Begin from nothing: what the folder holds is deleted
    #[arg(long)]
    pub fresh: bool,
    /// The European Central Bank's file of reference rates, as CSV or zip; without it amounts stand in their own currencies
    #[arg(long, env = "CONCERT_RATES")]
    pub rates: Option<PathBuf>,
}

/// Where exchange rates are written: they are the installation's, and no process's.
#[derive(Debug, Clone, Args)]
pub struct RatesPlace {
    /// The demo's data folder. It comes before a database that is named too
    #[arg(long, env = "CONCERT_DATA")]
    pub data: Option<PathBuf>,
    /// Any other database, as the role concert_owner
    #[arg(long, env = "CONCERT_OWNER_URL", hide_env_values = true)]
    pub owner_url: Option<String>,
}

/// Where the demo keeps its data when nobody says: readable by the account that runs the database.
#[expect(clippy::disallowed_methods, reason = "this file reads the environment")]
pub fn default_data_folder() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return PathBuf::from("/var/lib/concert/demo");
    }
    let home = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|h| PathBuf::from(h).join(".local/share")));
    home.unwrap_or_else(std::env::temp_dir).join("concert/demo")
}

/// `RUST_LOG` as tracing understands it.
pub fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| {
        tracing_subscriber::EnvFilter::new("info,sqlx=warn,graphile_worker=warn,graphile_worker::runner::release=off")
    })
}
