//! A portal of one's own for each test: a database cloned from a seeded template, the router, a browser's cookies.

mod page;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use axum::{Router, response::Response};
use chrono::{DateTime, Utc};
use concert::config;
use concert::dev::cluster::{Cluster, Mode, SUPERUSER};
use concert::dev::seed;
use concert::kernel::clock::Clock;
use concert::kernel::db::Db;
use concert::kernel::state::App;
use concert::ops::bootstrap::{Passwords, bootstrap};
use nix::sys::statvfs::statvfs;
use nix::unistd::{AccessFlags, access};
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use tower::ServiceExt;

pub use page::Page;

static CLUSTER: LazyLock<Cluster> = LazyLock::new(|| {
    let user = nix::unistd::geteuid();
    let folder = roomy().join(format!("concert-test-{user}"));
    Cluster::start(&folder, Mode::Throwaway).expect("the tests' database")
});

/// In memory where there is room: each test's database is some two thousand small files, and to make and remove them takes
/// a file system on disk longer than most tests.
fn roomy() -> PathBuf {
    let memory = Path::new("/dev/shm");
    let free = statvfs(memory).map(|s| s.blocks_available() * s.fragment_size());
    let ours = access(memory, AccessFlags::W_OK | AccessFlags::X_OK);
    if free.is_ok_and(|bytes| bytes > 4 << 30) && ours.is_ok() { memory.to_owned() } else { std::env::temp_dir() }
}
static TEMPLATE: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

/// The moment at which all tests take place.
pub fn moment() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().expect("a moment")
}

/// The name of the template says what it was made from: another schema or seed makes another one.
fn template_name() -> String {
    use sha2::{Digest, Sha256};
    let mut hash = Sha256::new();
    for migration in concert::ops::migrate::MIGRATIONS.iter() {
        hash.update(&migration.checksum);
    }
    hash.update(include_str!("../../src/ops/queue.sql"));
    hash.update(include_str!("../../seed/iisg.json"));
    hash.update(include_str!("../../seed/example.json"));
    hash.update(include_str!("../../src/dev/seed/store.rs"));
    hash.update(include_str!("../../src/dev/seed/directory.rs"));
    hash.update(include_str!("../../src/dev/seed/envelopes.rs"));
    hash.update(include_str!("../../src/dev/seed/decisions.rs"));
    hash.update(include_str!("../../src/dev/seed/plans.rs"));
    hash.update(include_str!("../../src/dev/seed/needs.rs"));
    hash.update(include_str!("../../src/dev/seed/rounds.rs"));
    hash.update(include_str!("../../seed/meetings.json"));
    hash.update(include_str!("../../src/dev/seed/meetings.rs"));
    hash.update(include_str!("../../src/kernel/fold.rs"));
    hash.update(include_str!("../../src/kernel/fold/tables.rs"));
    format!("template_{}", &hex::encode(hash.finalize())[..16])
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(connection).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

async fn template() -> &'static str {
    TEMPLATE
        .get_or_init(|| async {
            let name = template_name();
            let mut server = PgConnection::connect(&CLUSTER.url(SUPERUSER, "postgres")).await.expect("the server");
            // several test processes at once: one makes the template, the others wait
            run(&mut server, "select pg_advisory_lock(4711)".into()).await;
            let ready: bool =
                sqlx::query_scalar("select exists (select from pg_database where datname = $1 and datistemplate)")
                    .bind(&name)
                    .fetch_one(&mut server)
                    .await
                    .expect("the list of databases");
            if !ready {
                run(&mut server, format!("drop database if exists {name} with (force)")).await;
                bootstrap(&CLUSTER.url(SUPERUSER, "postgres"), &name, &Passwords::default()).await.expect("bootstrap");
                concert::ops::migrate::migrate(&CLUSTER.url("concert_owner", &name)).await.expect("migrations");
                concert::ops::migrate::queue(&CLUSTER.url("concert_jobs", &name)).await.expect("the queue");
                let clock = Clock::standing(moment());
                let db =
                    Db::connect(&CLUSTER.url("concert_app", &name), 2, clock.clone()).await.expect("the app's role");
                seed::seed(&db, &clock).await.expect("the seed");
                db.close().await;
                run(&mut server, format!("alter database {name} is_template true")).await;
            }
            run(&mut server, "select pg_advisory_unlock(4711)".into()).await;
            name
        })
        .await
}

/// Where the files of a test's portal lie. It is removed with the portal.
fn files_folder(database: &str) -> std::path::PathBuf {
    std::env::temp_dir().join(format!("concert-files-{}", nix::unistd::geteuid())).join(database)
}

/// A portal with both seeded processes.
pub struct Portal {
    pub app: App,
    pub router: Router,
    pub clock: Clock,
    pub database: String,
    config: config::Serve,
}

impl Portal {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// One with other settings.
    pub async fn with(change: impl FnOnce(&mut config::Serve)) -> Self {
        let template = template().await;
        let database = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut server = PgConnection::connect(&CLUSTER.url(SUPERUSER, "postgres")).await.expect("the server");
        run(&mut server, format!("drop database if exists {database} with (force)")).await;
        run(&mut server, format!("create database {database} template {template} strategy file_copy")).await;
        let mut config = config::Serve {
            database_url: CLUSTER.url("concert_app", &database),
            listen: ([127, 0, 0, 1], 0).into(),
            base_url: "http://concert.test".into(),
            secret: "a secret of the tests, long enough to be one".to_owned().into(),
            connections: 4,
            second_factor: config::SecondFactor::Optional,
            trusted_proxies: 0,
            jobs_url: None,
            no_worker: true,
            mail: config::Mail {
                smtp_url: None,
                mail_folder: None,
                mail_from: "Concert <concert@concert.test>".into(),
            },
            metrics_listen: None,
            metrics_token: None,
            sign_in_limit: 10,
            sign_in_address_limit: 100,
            export_limit: 200,
            webhooks_local: false,
            api_limit: 600,
            time_limit: 60,
            files: config::Files::folder(&files_folder(&database)),
            files_limit: 60,
            demo: false,
        };
        change(&mut config);
        let clock = Clock::standing(moment());
        let app = concert::build(&config, clock.clone()).await.expect("the portal");
        Self { router: concert::site(app.clone()), app, clock, database, config }
    }

    /// Kills the portal and starts another on what its database holds. Browsers go on with [`Self::reopened`].
    pub async fn restart(&mut self) {
        self.app = concert::build(&self.config, self.clock.clone()).await.expect("the portal");
        self.router = concert::site(self.app.clone());
    }

    /// Another instance beside this one, on the same database.
    pub async fn beside(&self) -> Router {
        concert::site(concert::build(&self.config, self.clock.clone()).await.expect("another instance"))
    }

    /// A browser with the same cookies, at another instance.
    pub fn at(&self, instance: &Router, browser: &Browser) -> Browser {
        let cookies = browser.cookies.lock().expect("cookies").clone();
        Browser { router: instance.clone(), cookies: Mutex::new(cookies) }
    }

    /// A browser with the same cookies, at the portal as it is now.
    pub fn reopened(&self, browser: &Browser) -> Browser {
        let cookies = browser.cookies.lock().expect("cookies").clone();
        Browser { router: self.router.clone(), cookies: Mutex::new(cookies) }
    }

    /// A connection of a role of ours, for what has no page: `concert_app` to try what the database itself refuses,
    /// the superuser to look behind row-level security.
    pub async fn sql(&self, role: &str) -> PgConnection {
        PgConnection::connect(&CLUSTER.url(role, &self.database)).await.expect("a connection")
    }

    /// The address of the database for a role of ours.
    pub fn url(&self, role: &str) -> String {
        CLUSTER.url(role, &self.database)
    }

    pub async fn superuser(&self) -> PgConnection {
        self.sql(SUPERUSER).await
    }

    /// Where what members bring lies.
    pub fn files_folder(&self) -> std::path::PathBuf {
        files_folder(&self.database)
    }

    /// The superuser inside a process, for what a trigger derives there.
    pub async fn in_process(&self, slug: &str) -> PgConnection {
        let mut connection = self.superuser().await;
        let entered = "select set_config('app.process', (select id::text from process where slug = $1), false)";
        sqlx::query(entered).bind(slug).execute(&mut connection).await.expect("the process");
        connection
    }

    /// One value, looked up behind row-level security.
    pub async fn lookup(&self, sql: &'static str, argument: &str) -> String {
        sqlx::query_scalar::<_, Option<String>>(sql)
            .bind(argument)
            .fetch_one(&mut self.superuser().await)
            .await
            .unwrap_or_else(|e| panic!("{sql} with {argument}: {e}"))
            .unwrap_or_default()
    }

    /// The id of an action by the beginning of its title.
    pub async fn action(&self, slug: &str, title: &str) -> String {
        self.lookup(
            "select min(a.id::text) from action a join process p on p.id = a.process_id where p.slug || '|' || a.title like $1 || '%'",
            &format!("{slug}|{title}"),
        )
        .await
    }

    /// A browser that is not signed in.
    pub fn visitor(&self) -> Browser {
        Browser { router: self.router.clone(), cookies: Mutex::default() }
    }

    /// A browser signed in as a demo account, such as `albania@iisg.example`. The session is made as sign-in makes it;
    /// the tests of sign-in itself go through its form.
    pub async fn signed_in(&self, email: &str) -> Browser {
        use concert::kernel::random::Token;
        let token = Token::new();
        let made = sqlx::query(
            "insert into sign_in_session (account_id, token_hash, ends_at, created_at, last_seen_at)
             select id, $2, $3, $4, $4 from account where lower(email) = lower($1)",
        )
        .bind(email)
        .bind(token.hash())
        .bind(self.clock.now() + chrono::TimeDelta::hours(24))
        .bind(self.clock.now())
        .execute(&mut self.superuser().await)
        .await
        .expect("a session");
        assert_eq!(made.rows_affected(), 1, "no account {email}");
        let browser = self.visitor();
        browser.cookies.lock().expect("cookies").insert("concert".into(), token.expose().to_owned());
        browser
    }
}

/// What a browser keeps between requests.
pub struct Browser {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    fn cookie_header(&self) -> String {
        let cookies = self.cookies.lock().expect("cookies");
        cookies.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join("; ")
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.into(), value.into());
    }

    pub async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: impl Into<Body>) -> Page {
        let mut request = Request::builder().method(method).uri(path).header(header::COOKIE, self.cookie_header());
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(body.into()).unwrap_or_else(|e| panic!("{path}: {e}"));
        self.answered(request).await
    }

    async fn answered(&self, request: Request<Body>) -> Page {
        let response: Response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        for set in parts.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("a cookie");
            let (name, value) = set.split(';').next().and_then(|p| p.split_once('=')).expect("a cookie");
            self.cookies.lock().expect("cookies").insert(name.into(), value.into());
        }
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        Page {
            status: parts.status,
            location: parts.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).map(str::to_owned),
            headers: parts.headers,
            body: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        }
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Follows a link from another page, whose whole address the browser tells.
    pub async fn get_from(&self, path: &str, from: &str) -> Page {
        let request = Request::builder().uri(path).header(header::COOKIE, self.cookie_header());
        let request = request.header(header::REFERER, from).body(Body::empty());
        self.answered(request.unwrap_or_else(|e| panic!("{path} from {from}: {e}"))).await
    }

    /// What comes where packed answers are taken, as every browser does: it is packed, and this is what was in it.
    pub async fn get_packed(&self, path: &str) -> Vec<u8> {
        let request = Request::builder().uri(path).header(header::COOKIE, self.cookie_header());
        let request = request.header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).expect("a request");
        let response: Response = self.router.clone().oneshot(request).await.expect("infallible");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let packed = response.headers().get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        assert!(packed, "{path} came as it is");
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes.as_ref()), &mut plain)
            .expect("a whole answer");
        plain
    }

    /// Sends fields as they are, without a form's token.
    pub async fn post_raw(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some("application/x-www-form-urlencoded"), body).await
    }

    /// The token that the forms of this browser carry, read from a page that has one.
    pub async fn form_token(&self) -> String {
        for path in ["/sign-in", "/account"] {
            if let Some(token) = self.get(path).await.value("form_token") {
                return token;
            }
        }
        panic!("no page with a form");
    }

    /// Sends a form with its token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.form_token().await;
        let mut all = vec![("form_token", token.as_str())];
        all.extend_from_slice(fields);
        self.post_raw(path, &all).await
    }

    /// Opens a page, fills its form (the first with a token, or the one whose action is given) and sends it, as a person would.
    pub async fn submit(&self, page: &str, action: Option<&str>, fill: &[(&str, &str)]) -> Page {
        let opened = self.get(page).await;
        assert_eq!(opened.status, StatusCode::OK, "{page}: {}", opened.text());
        let (target, mut fields) = opened.form(action);
        for (name, _) in fill {
            fields.retain(|(n, _)| n != name);
        }
        fields.extend(fill.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        self.post_raw(&target.unwrap_or_else(|| page.to_owned()), &pairs).await
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        // a finished test's database is of no use and there are hundreds; on failure it stays to be looked at
        if std::thread::panicking() {
            eprintln!("the test's database is kept: {}", self.database);
            return;
        }
        let _ = std::fs::remove_dir_all(files_folder(&self.database));
        let (url, database) = (CLUSTER.url(SUPERUSER, "postgres"), self.database.clone());
        let _ = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    if let Ok(mut server) = PgConnection::connect(&url).await {
                        let sql = format!("drop database if exists {database} with (force)");
                        let _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut server).await;
                    }
                });
            }
        })
        .join();
    }
}
