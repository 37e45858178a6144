//! The settings: the only reader of the environment. `--help` documents every option and its variable.

use clap::{Args, ValueEnum};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::kernel::auth::Limits;

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
    #[arg(long, env = "CONCERT_NO_WORKER")]
    pub no_worker: bool,
    #[command(flatten)]
    pub mail: Mail,
    /// The address that serves /metrics; not served where none is given
    #[arg(long, env = "CONCERT_METRICS_LISTEN")]
    pub metrics_listen: Option<SocketAddr>,
    /// Failed sign-ins in a quarter of an hour after which an account waits
    #[arg(long, env = "CONCERT_SIGN_IN_LIMIT", default_value_t = 10)]
    pub sign_in_limit: i64,
    /// Failed sign-ins in a quarter of an hour after which an address waits
    #[arg(long, env = "CONCERT_SIGN_IN_ADDRESS_LIMIT", default_value_t = 100)]
    pub sign_in_address_limit: i64,
    /// Exports in a quarter of an hour after which an account waits
    #[arg(long, env = "CONCERT_EXPORT_LIMIT", default_value_t = 60)]
    pub export_limit: i64,
    #[arg(skip)]
    pub demo: bool,
}

impl Serve {
    pub fn limits(&self) -> Limits {
        Limits {
            sign_in_per_account: self.sign_in_limit,
            sign_in_per_address: self.sign_in_address_limit,
            exports_per_account: self.export_limit,
            ..Limits::default()
        }
    }
}

/// How letters leave.
#[derive(Debug, Clone, Args)]
pub struct Mail {
    /// The mail server, such as smtp://user:password@mail.example:587; letters are kept in --mail-folder where none is given
    #[arg(long, env = "CONCERT_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<SecretString>,
    /// A folder that receives letters as files, for the demo and for tests
    #[arg(long, env = "CONCERT_MAIL_FOLDER")]
    pub mail_folder: Option<PathBuf>,
    /// The sender of letters
    #[arg(long, env = "CONCERT_MAIL_FROM", default_value = "Concert <concert@localhost>")]
    pub mail_from: String,
}

/// Where the sub-commands that work on data find it: the demo's folder, or a database.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The demo's data folder; a running demo is joined, else its database is started for the command
    #[arg(long, env = "CONCERT_DATA")]
    pub data: Option<PathBuf>,
    /// Any other database, as the role concert_app
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, conflicts_with = "data")]
    pub database_url: Option<String>,
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
}

/// Where the demo keeps its data when nobody says: readable by the account that runs the database.
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
    tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,graphile_worker=warn"))
}
