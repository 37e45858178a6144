//! Webhooks: what is told to whom, how it is signed, and what becomes of a receiver that does not take it.

use crate::action_record::{TITLE, save};
use crate::harness::{Browser, Page, Portal};
use crate::jobs::{process, until, worker};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use concert::features::webhooks::{self, Courier};
use concert::kernel::job::{Job, Jobs, Task};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

pub const DONOR: &str = "donor@example.example";
pub const WESTMARK: &str = "second-donor@example.example";
pub const ALL: [&str; 6] =
    ["action.created", "action.changed", "action.confirmed", "need.submitted", "need.changed", "plan.state_changed"];

/// Somebody's own system: keeps what comes, and answers as it was told to, with 200 otherwise.
#[derive(Clone, Default)]
pub struct Receiver {
    pub address: String,
    came: Arc<Mutex<Vec<Came>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
}

#[derive(Clone)]
pub struct Came {
    pub headers: HeaderMap,
    pub body: String,
}

async fn take(
    State(r): State<Receiver>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, [(&'static str, String); 1]) {
    r.came.lock().expect("what came").push(Came { headers, body });
    let status = r.answers.lock().expect("answers").pop_front().unwrap_or(200);
    (StatusCode::from_u16(status).expect("a status"), [("location", r.address.clone())])
}

impl Receiver {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/in?key=1", listener.local_addr().expect("an address"));
        let receiver = Self { address, ..Self::default() };
        let router = Router::new().route("/in", axum::routing::post(take)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    pub fn answers(&self, statuses: &[u16]) {
        self.answers.lock().expect("answers").extend(statuses);
    }

    pub fn recovers(&self) {
        self.answers.lock().expect("answers").clear();
    }

    pub fn came(&self) -> Vec<Came> {
        self.came.lock().expect("what came").clone()
    }
}

impl Came {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{}: {e}", self.body))
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().expect("a type").to_owned()
    }

    pub fn number(&self) -> i64 {
        self.json()["data"]["sequence"].as_i64().expect("a number")
    }

    /// As a receiver checks it, by the standard.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        use hmac::{Hmac, KeyInit, Mac};
        let key = STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).expect("a key");
        let text = format!("{}.{}.{}", self.header("webhook-id"), self.header("webhook-timestamp"), self.body);
        mac.update(text.as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').any(|given| given == expected)
    }
}

/// A portal whose hooks may go to this machine.
pub async fn portal() -> Portal {
    Portal::with(|config| config.webhooks_local = true).await
}

/// The secret that a page shows.
pub fn secret(page: &Page) -> String {
    let start = page.body.find("whsec_").unwrap_or_else(|| panic!("no secret: {}", page.text()));
    page.body[start..].split('"').next().expect("its end").to_owned()
}

fn fill<'a>(name: &'a str, address: &'a str, types: &'a [&'a str]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("name", name), ("address", address)];
    fields.extend(types.iter().map(|t| ("types", *t)));
    fields
}

/// Adds a hook as a person does; answers its page's address and its secret.
pub async fn hooked(browser: &Browser, address: &str, types: &[&str]) -> (String, String) {
    let page = browser.submit("/example/webhooks", Some("/webhooks"), &fill("Our database", address, types)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let start = page.body.find("/example/webhooks/").expect("the way on");
    (page.body[start..].split('"').next().expect("its end").to_owned(), secret(&page))
}

/// Does what the worker would for one hook, once.
pub async fn work(portal: &Portal, hook: &str) {
    let mut jobs = Jobs::default();
    let courier = Courier { secret: portal.app.secret.clone(), outbound: portal.app.outbound.clone() };
    webhooks::jobs(&mut jobs, courier);
    let id = hook.rsplit('/').next().expect("an id");
    let payload = serde_json::json!({ "process": process(portal, "example").await.to_string(), "hook": id });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload).expect("a payload"),
    };
    jobs.run(Task::Webhooks, job).await.expect("the job");
}

/// Changes an action's title, which its donor may.
pub async fn change(browser: &Browser, action: &str, title: &str) {
    let page = save(browser, &format!("/example/actions/{action}/edit"), &[("title", title)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

pub async fn restrict(portal: &Portal, action: &str, handling: &str) {
    sqlx::query("update action set handling = $2 where id::text = $1")
        .bind(action)
        .bind(handling)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a level");
}

pub async fn waiting(portal: &Portal) -> String {
    portal.lookup("select count(*)::text from webhook_delivery where ended_at is null and $1 = ''", "").await
}

#[tokio::test]
async fn a_change_is_told_signed_and_thin() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, secret) = hooked(&donor, &receiver.address, &ALL).await;
    let action = portal.action("example", TITLE).await;
    change(&donor, &action, "Seized yachts").await;
    change(&donor, &action, "Seized yachts and cars").await;
    work(&portal, &hook).await;
    let came = receiver.came();
    let [one] = came.as_slice() else { panic!("one stands for both: {}", came.len()) };
    assert!(one.is_signed_with(&secret));
    assert!(!one.is_signed_with("whsec_AAAA"));
    assert_eq!(one.header("webhook-timestamp"), portal.clock.now().timestamp().to_string());
    assert_eq!(one.header("content-type"), "application/json");
    let said = one.json();
    let names = |value: &serde_json::Value| {
        let mut names: Vec<String> = value.as_object().expect("an object").keys().cloned().collect();
        names.sort();
        names
    };
    assert_eq!(names(&said), ["data", "timestamp", "type"]);
    assert_eq!(names(&said["data"]), ["id", "process", "sequence", "url"]);
    assert_eq!(said["type"], "action.changed");
    assert_eq!(said["data"]["id"], action);
    assert_eq!(said["data"]["url"], format!("http://concert.test/example/actions/{action}"));
    assert_eq!(one.number(), 1);
    assert!(!one.body.contains("yachts"), "{}", one.body);
    // once is enough
    work(&portal, &hook).await;
    assert_eq!(receiver.came().len(), 1);
    // each kind under its own name, the numbers without a gap
    let confirmed = donor.post(&format!("/example/actions/{action}/confirm"), &[]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text());
    let fields = [("title", "Boats"), ("pillars", "ns"), ("beneficiaries", "ns")];
    assert_eq!(save(&donor, "/example/actions/new", &fields).await.status, StatusCode::SEE_OTHER);
    work(&portal, &hook).await;
    let came = receiver.came();
    let mut kinds: Vec<String> = came.iter().skip(1).map(Came::kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["action.confirmed", "action.created"]);
    assert_eq!(came.iter().map(Came::number).collect::<Vec<_>>(), [1, 2, 3]);
    let page = donor.get(&hook).await;
    for words in ["An action is added", "accepted", "answered 200", "active"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(!page.body.contains("whsec_"), "the secret is shown once");
}

#[tokio::test]
async fn a_hook_is_told_of_what_it_asked_for_alone() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &["action.confirmed"]).await;
    let action = portal.action("example", TITLE).await;
    change(&donor, &action, "Seized yachts").await;
    assert_eq!(waiting(&portal).await, "0");
    donor.post(&format!("/example/actions/{action}/confirm"), &[]).await;
    work(&portal, &hook).await;
    assert_eq!(receiver.came().iter().map(Came::kind).collect::<Vec<_>>(), ["action.confirmed"]);
}

#[tokio::test]
async fn what_its_member_may_not_see_is_not_sent() {
    let portal = portal().await;
    let (donor, westmark) = (portal.signed_in(DONOR).await, portal.signed_in(WESTMARK).await);
    let (theirs, ours) = (Receiver::start().await, Receiver::start().await);
    let (their_hook, _) = hooked(&westmark, &theirs.address, &ALL).await;
    let (our_hook, _) = hooked(&donor, &ours.address, &ALL).await;
    let action = portal.action("example", TITLE).await;
    // seen when it was changed, hidden when it would be sent
    change(&donor, &action, "Seized yachts").await;
    restrict(&portal, &action, "restricted").await;
    work(&portal, &their_hook).await;
    assert!(theirs.came().is_empty(), "{}", theirs.came()[0].body);
    work(&portal, &our_hook).await;
    assert_eq!(ours.came().len(), 1, "its keeper sees it");
    // hidden all the time
    change(&donor, &action, "Seized yachts and cars").await;
    work(&portal, &their_hook).await;
    assert!(theirs.came().is_empty());
    assert!(!westmark.get(&their_hook).await.body.contains(&action), "nor is it told that there was anything");
    // what is opened is told, and its number tells nothing of what was not
    restrict(&portal, &action, "members").await;
    change(&donor, &action, "Seized cars").await;
    work(&portal, &their_hook).await;
    assert_eq!(theirs.came().iter().map(Came::number).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_draft_of_a_need_is_told_to_its_own_side_alone() {
    let portal = portal().await;
    let (arvania, donor) = (portal.signed_in(crate::decisions::ARVANIA).await, portal.signed_in(DONOR).await);
    let (own, other) = (Receiver::start().await, Receiver::start().await);
    let (own_hook, _) = hooked(&arvania, &own.address, &ALL).await;
    let (other_hook, _) = hooked(&donor, &other.address, &ALL).await;
    let node = "select min(n.id::text) from plan_node n join plan p on p.id = n.plan_id where p.state = 'in_force' and n.title like $1 || '%'";
    let node = portal.lookup(node, "Joint investigation teams have").await;
    let stated = [("node", node.as_str()), ("body", "It is full.")];
    let place = crate::needs::drafted(&arvania, "A car park for seized lorries", &stated).await;
    let edited = arvania
        .submit(&format!("{place}/edit"), Some("/edit"), &[("type", "operational"), ("perspective", "response")])
        .await;
    crate::decisions::ok(&edited);
    work(&portal, &own_hook).await;
    work(&portal, &other_hook).await;
    assert_eq!(own.came().iter().map(Came::kind).collect::<Vec<_>>(), ["need.changed"]);
    assert!(other.came().is_empty());
    crate::decisions::ok(&arvania.submit(&place, Some("/submit"), &[]).await);
    work(&portal, &other_hook).await;
    let came = other.came();
    assert_eq!(came.iter().map(Came::kind).collect::<Vec<_>>(), ["need.submitted"]);
    assert_eq!(came[0].json()["data"]["url"], format!("http://concert.test{place}"));
}

/// What one membership lets see is what kernel.stand_for says of a person who has no other.
#[tokio::test]
async fn the_place_of_a_membership_is_that_of_its_person() {
    let portal = Portal::start().await;
    let rows: Vec<(uuid::Uuid, uuid::Uuid, uuid::Uuid, String)> = sqlx::query_as(
        "select m.process_id, m.id, m.account_id, m.role from membership m where m.state = 'active' and m.starts_on <= '2026-11-24'
            and coalesce(m.ends_on, '2026-11-24') >= '2026-11-24' and not exists (select from membership o
            where o.process_id = m.process_id and o.account_id = m.account_id and o.id <> m.id)",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("memberships");
    let settings = "select concat_ws('|', current_setting('app.process'), current_setting('app.account'), current_setting('app.levels'),
        current_setting('app.audience'), current_setting('app.money'), current_setting('app.support_group'))";
    let mut app = portal.sql("concert_app").await;
    let mut roles = std::collections::BTreeSet::new();
    for (process, membership, account, role) in rows {
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        let entered: bool = sqlx::query_scalar("select kernel.enter_as($1, $2, $3)")
            .bind(process)
            .bind(membership)
            .bind(portal.clock.now())
            .fetch_one(&mut *tx)
            .await
            .expect("entered");
        let by_membership: String = sqlx::query_scalar(settings).fetch_one(&mut *tx).await.expect("settings");
        drop(tx);
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        sqlx::query("select kernel.enter_job($1)").bind(process).execute(&mut *tx).await.expect("entered");
        sqlx::query("select kernel.stand_for($1, $2)")
            .bind(account)
            .bind(portal.clock.today())
            .execute(&mut *tx)
            .await
            .expect("placed");
        let by_person: String = sqlx::query_scalar(settings).fetch_one(&mut *tx).await.expect("settings");
        drop(tx);
        assert!(entered);
        assert_eq!(by_membership, by_person, "{role}");
        roles.insert(role);
    }
    assert_eq!(roles.len(), 6, "{roles:?}");
}

#[tokio::test]
async fn the_worker_delivers_what_the_history_asks_for() {
    let portal = portal().await;
    let (donor, receiver) = (portal.signed_in(DONOR).await, Receiver::start().await);
    let (hook, _) = hooked(&donor, &receiver.address, &ALL).await;
    let (stop, worked) = worker(&portal, None);
    change(&donor, &portal.action("example", TITLE).await, "Seized yachts").await;
    until("the change is told", async || receiver.came().len() == 1).await;
    donor.post(&format!("{hook}/test"), &[]).await;
    until("the test is sent", async || receiver.came().len() == 2).await;
    assert_eq!(receiver.came()[1].kind(), "test");
    until("it is given back", async || {
        portal.lookup("select count(*)::text from webhook where leased_until is not null and $1 = ''", "").await == "0"
    })
    .await;
    stop.cancel();
    worked.await.expect("no panic").expect("a clean end");
}
