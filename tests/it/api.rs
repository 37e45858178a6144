//! The interface for programs: tokens, who may ask for what, and the one shape of everything that goes wrong.

use crate::harness::{Browser, Page, Portal};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use chrono::TimeDelta;
use concert::kernel::permit::{Grant, Permission, Role, TABLE};
use concert::kernel::route::{Access, RouteFact};
use serde_json::Value;
use tower::ServiceExt;

pub const DONOR: &str = "donor@example.example";
pub const SECRETARIAT: &str = "support-group@example.example";
pub const BENEFICIARY: &str = "beneficiary-one@example.example";

const ROLES: [(&str, Role); 4] = [
    (SECRETARIAT, Role::SupportGroup),
    ("lead-one@example.example", Role::Lead),
    (BENEFICIARY, Role::Beneficiary),
    (DONOR, Role::Partner),
];

/// What came back to a program.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> String {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    }

    /// It is a problem, in the shape that all have; its kind.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}: {}", self.status, self.text);
        assert_eq!(self.json["status"], self.status.as_u16(), "{}", self.text);
        for name in ["title", "detail"] {
            let said = self.json[name].as_str().unwrap_or_default();
            assert!(!said.is_empty() && !said.starts_with('['), "{name}: {}", self.text);
        }
        self.json["type"].as_str().expect("a type").strip_prefix("/api/v1#").expect("an address of ours").to_owned()
    }

    /// Where in the body, the query or the headers something is wrong.
    pub fn wrong(&self) -> Vec<String> {
        let at = |e: &Value| {
            ["pointer", "parameter", "header"].iter().find_map(|n| e[*n].as_str()).unwrap_or_default().to_owned()
        };
        self.json["errors"].as_array().map(|all| all.iter().map(at).collect()).unwrap_or_default()
    }
}

/// A program with a token.
pub struct Program {
    router: Router,
    pub token: String,
}

impl Program {
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).unwrap_or_else(|e| panic!("{path}: {e}"));
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status: parts.status, headers: parts.headers, json, text }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Body::empty()).await
    }

    pub async fn write(&self, method: Method, path: &str, body: &Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json")], body.to_string()).await
    }

    /// The same with a header more.
    pub async fn write_with(&self, method: Method, path: &str, header: (&str, &str), body: &Value) -> Answer {
        self.send(method, path, &[("content-type", "application/json"), header], body.to_string()).await
    }
}

pub fn shown(page: &Page) -> Option<String> {
    let at = page.body.find("value=\"concert_")? + "value=\"".len();
    page.body[at..].split('"').next().map(str::to_owned)
}

pub async fn made(browser: &Browser, slug: &str, scope: &str) -> Page {
    let fields = [("name", "A program of the tests"), ("scope", scope), ("life", "30")];
    browser.submit(&format!("/{slug}/tokens"), Some("/tokens"), &fields).await
}

/// A program of a member, with a token made as they would make it.
pub async fn program(portal: &Portal, email: &str, slug: &str, scope: &str) -> Program {
    let browser = portal.signed_in(email).await;
    let page = made(&browser, slug, scope).await;
    let token = shown(&page).unwrap_or_else(|| panic!("no token for {email}: {}", page.text()));
    Program { router: portal.router.clone(), token }
}

pub fn with(portal: &Portal, token: &str) -> Program {
    Program { router: portal.router.clone(), token: token.to_owned() }
}

pub fn facts() -> Vec<(RouteFact, Permission)> {
    let all = concert::routes::table().facts().to_vec();
    let of = |fact: RouteFact| match fact.access {
        Access::Token(permission) => Some((fact, permission)),
        _ => None,
    };
    all.into_iter().filter_map(of).collect()
}

fn ever(permission: Permission, role: Role) -> bool {
    let column = Role::ALL.iter().position(|r| *r == role).expect("a role");
    TABLE.iter().find(|(p, _)| *p == permission).is_some_and(|(_, grants)| grants[column] != Grant::No)
}

/// A path with ids that exist nowhere.
pub fn nowhere(path: &str) -> String {
    let part =
        |p: &str| if p.starts_with('{') { "01990000-0000-7000-8000-000000000000".to_owned() } else { p.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_token_is_shown_once_and_opens_its_process() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(DONOR).await;
    let page = made(&browser, "example", "read").await;
    assert_eq!(page.status, StatusCode::OK);
    let token = shown(&page).expect("a token");
    assert!(token.starts_with("concert_example_") && token.len() == "concert_example_".len() + 43, "{token}");
    let again = browser.get("/example/tokens").await;
    assert!(!again.body.contains(&token) && again.text().contains("A program of the tests"), "{}", again.text());
    assert!(again.text().contains("not yet"), "it has not been used: {}", again.text());
    let kept = portal.lookup("select string_agg(t::text, ' ') from api_token t where $1 <> ''", "x").await;
    // the secret may hold "_" itself, so what comes before it is cut off by its name
    let secret = token.strip_prefix("concert_example_").expect("a secret");
    assert!(!kept.contains(secret), "the secret is kept");

    let program = with(&portal, &token);
    let process = program.get("/api/v1/process").await;
    assert_eq!((process.status, process.json["slug"].as_str()), (StatusCode::OK, Some("example")));
    assert_eq!(program.get("/api/v1/actions?limit=3").await.json["items"].as_array().map(Vec::len), Some(3));
    // noted beside the request, once an hour
    for _ in 0..50 {
        if !browser.get("/example/tokens").await.text().contains("not yet") {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the use of the token is not noted");
}

#[tokio::test]
async fn a_session_opens_nothing_here_and_a_token_nothing_elsewhere() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = browser.get("/api/v1/actions").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert_eq!(page.headers["content-type"], "application/problem+json");
    let sent = browser.send(Method::POST, "/api/v1/actions", Some("application/json"), "{}").await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED);
    let program = program(&portal, SECRETARIAT, "example", "write").await;
    let elsewhere = program.get("/example/actions").await;
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let posted = program.send(Method::POST, "/example/actions/new", &form, "title=x").await;
    assert_eq!(posted.status, StatusCode::FORBIDDEN, "a form without its token");
}

#[tokio::test]
async fn each_route_answers_each_role_as_the_table_says() {
    let portal = Portal::start().await;
    let mut asked = 0;
    for (email, role) in ROLES {
        let program = program(&portal, email, "example", "write").await;
        for (fact, permission) in facts() {
            let path = nowhere(fact.path);
            let answer = match fact.method {
                Method::GET => program.get(&path).await,
                _ => program.write(fact.method.clone(), &path, &serde_json::json!({})).await,
            };
            let at = format!("{role:?} {} {}: {}", fact.method, fact.path, answer.text);
            assert!(answer.status.as_u16() < 500, "{at}");
            if !ever(permission, role) {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{at}");
            } else if !fact.path.contains('{') && fact.method == Method::GET {
                assert_eq!(answer.status, StatusCode::OK, "{at}");
            } else {
                assert!(matches!(answer.status.as_u16(), 404 | 422 | 403), "{at}");
            }
            if answer.status != StatusCode::OK {
                answer.problem();
            }
            asked += 1;
        }
    }
    assert!(asked > 80, "too few routes asked: {asked}");
    for email in ["chair@example.example", "observer@example.example"] {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get("/example/tokens").await.status, StatusCode::FORBIDDEN, "{email}");
    }
}

#[tokio::test]
async fn a_token_of_one_process_opens_nothing_of_another() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "write").await;
    let foreign = portal.action("iisg", "CyberSEE").await;
    let organisation = portal
        .lookup(
            "select min(o.id::text) from organisation o join process p on p.id = o.process_id where p.slug = $1",
            "iisg",
        )
        .await;
    let plan = portal
        .lookup("select min(l.id::text) from plan l join process p on p.id = l.process_id where p.slug = $1", "iisg")
        .await;
    for path in [
        format!("/api/v1/actions/{foreign}"),
        format!("/api/v1/actions/{foreign}/contributions"),
        format!("/api/v1/actions/{foreign}/responses"),
        format!("/api/v1/organisations/{organisation}"),
        format!("/api/v1/plans/{plan}"),
    ] {
        let answer = program.get(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.problem(), "not-found");
    }
    let body = serde_json::json!({ "title": "Foreign", "keeper": organisation });
    let written = program.write(Method::POST, "/api/v1/actions", &body).await;
    assert_eq!((written.status, written.wrong()), (StatusCode::UNPROCESSABLE_ENTITY, vec!["#/keeper".to_owned()]));
    // the same secret under another process's name is none
    let moved = program.token.replace("concert_example_", "concert_iisg_");
    assert_eq!(with(&portal, &moved).get("/api/v1/process").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_dies_with_its_member_by_hand_and_by_itself() {
    let portal = Portal::start().await;
    let dead = |answer: &Answer| {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
        assert_eq!((answer.problem().as_str(), answer.header("www-authenticate").as_str()), ("unauthorized", "Bearer"));
    };
    let one = program(&portal, DONOR, "example", "read").await;
    let two = program(&portal, DONOR, "example", "read").await;
    let browser = portal.signed_in(DONOR).await;
    let page = browser.get("/example/tokens").await;
    let (target, _) = page.form(Some("/revoke"));
    let ended = browser.post(&target.expect("a form"), &[]).await;
    assert_eq!(ended.status, StatusCode::SEE_OTHER);
    let (one_now, two_now) = (one.get("/api/v1/process").await, two.get("/api/v1/process").await);
    let (gone, living) = if one_now.status == StatusCode::OK { (two_now, one) } else { (one_now, two) };
    dead(&gone);
    assert_eq!(living.get("/api/v1/process").await.status, StatusCode::OK);

    let end = "update membership m set state = 'ended' from account a where a.id = m.account_id and a.email = $1";
    sqlx::query(end).bind(DONOR).execute(&mut portal.superuser().await).await.expect("an end");
    dead(&living.get("/api/v1/process").await);

    let other = program(&portal, BENEFICIARY, "example", "read").await;
    assert_eq!(other.get("/api/v1/process").await.status, StatusCode::OK);
    portal.clock.set(portal.clock.now() + TimeDelta::days(31));
    dead(&other.get("/api/v1/process").await);

    let last = program(&portal, SECRETARIAT, "example", "read").await;
    let suspend = "update process set state = 'suspended', suspended_at = now() where slug = $1";
    sqlx::query(suspend).bind("example").execute(&mut portal.superuser().await).await.expect("suspended");
    let answer = last.get("/api/v1/process").await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
}

#[tokio::test]
async fn an_organisations_token_is_its_focal_points_to_make_and_ends_with_that() {
    let portal = Portal::start().await;
    let mark = "update membership m set focal_point = $2, speaks_for_from = '2020-01-01' from account a
        where a.id = m.account_id and a.email = $1";
    let set = async |focal: bool| {
        let mut c = portal.superuser().await;
        sqlx::query(mark).bind(DONOR).bind(focal).execute(&mut c).await.expect("a mark");
    };
    set(false).await;
    let browser = portal.signed_in(DONOR).await;
    assert!(!browser.get("/example/tokens").await.body.contains("value=\"organisation:"));
    set(true).await;
    let page = browser.get("/example/tokens").await;
    let at = page.body.find("value=\"organisation:").expect("a choice") + "value=\"".len();
    let whose = page.body[at..].split('"').next().expect("a value").to_owned();
    let fields = [("name", "Ours"), ("whose", whose.as_str()), ("scope", "read"), ("life", "365")];
    let made = browser.submit("/example/tokens", Some("/tokens"), &fields).await;
    let program = with(&portal, &shown(&made).expect("a token"));
    assert_eq!(program.get("/api/v1/actions").await.status, StatusCode::OK);
    set(false).await;
    assert_eq!(program.get("/api/v1/actions").await.status, StatusCode::UNAUTHORIZED);
    set(true).await;
    assert_eq!(program.get("/api/v1/actions").await.status, StatusCode::OK);
    // it is of that organisation: its maker does not take it along to another
    let moved =
        "update membership m set organisation_id = (select o.id from organisation o where o.process_id = m.process_id
            and o.id <> m.organisation_id and o.merged_into_id is null order by o.id limit 1)
        from account a where a.id = m.account_id and a.email = $1 and m.role = 'partner'";
    sqlx::query(moved).bind(DONOR).execute(&mut portal.superuser().await).await.expect("another organisation");
    assert_eq!(program.get("/api/v1/actions").await.status, StatusCode::UNAUTHORIZED);
    set(false).await;
    // and nobody makes one for others
    let forged = [("name", "Forged"), ("whose", whose.as_str()), ("scope", "read"), ("life", "365")];
    assert_eq!(browser.post("/example/tokens", &forged).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_token_that_reads_does_not_write() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "read").await;
    for (fact, _) in facts().into_iter().filter(|(fact, _)| fact.method != Method::GET) {
        let answer = program.write(fact.method.clone(), &nowhere(fact.path), &serde_json::json!({})).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::FORBIDDEN, "forbidden"), "{}", fact.path);
    }
}

#[tokio::test]
async fn a_token_asks_as_often_as_it_may() {
    let portal = Portal::with(|config| config.api_limit = 3).await;
    let one = program(&portal, DONOR, "example", "read").await;
    let two = program(&portal, DONOR, "example", "read").await;
    for left in ["2", "1", "0"] {
        let answer = one.get("/api/v1/process").await;
        assert_eq!((answer.status, answer.header("ratelimit-remaining").as_str()), (StatusCode::OK, left));
        assert_eq!(answer.header("ratelimit-limit"), "3");
    }
    let refused = one.get("/api/v1/process").await;
    assert_eq!((refused.status, refused.problem().as_str()), (StatusCode::TOO_MANY_REQUESTS, "too-many-requests"));
    let wait: i64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=60).contains(&wait));
    assert_eq!(two.get("/api/v1/process").await.status, StatusCode::OK, "each has its own");
    portal.clock.set(portal.clock.now() + TimeDelta::seconds(wait));
    assert_eq!(one.get("/api/v1/process").await.status, StatusCode::OK);
}

#[tokio::test]
async fn everything_that_goes_wrong_has_one_shape() {
    let portal = Portal::start().await;
    let program = program(&portal, SECRETARIAT, "example", "write").await;
    for path in [
        "/api",
        "/api/",
        "/api/v1/nothing",
        "/api/v2/actions",
        "/api/actions/x",
        "/api/v1/actions/x/y/z",
        "/api/public",
    ] {
        let answer = program.get(path).await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::NOT_FOUND, "not-found"), "{path}");
    }
    let answer = program.send(Method::PUT, "/api/v1/actions", &[], "").await;
    assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"));
    assert!(answer.header("allow").contains("POST"), "{:?}", answer.headers);
    let json = [("content-type", "application/json")];
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (headers, body, status, kind) in [
        (&[("content-type", "text/plain")][..], "{}".to_owned(), 415, "unsupported-media-type"),
        (&[][..], "{}".to_owned(), 415, "unsupported-media-type"),
        (&json[..], String::new(), 400, "bad-request"),
        (&json[..], "{\"title\":".to_owned(), 400, "bad-request"),
        (&json[..], deep, 400, "bad-request"),
        (&json[..], "x".repeat((1 << 20) + 1), 413, "too-large"),
        (&json[..], "[]".to_owned(), 422, "invalid"),
        (&json[..], "null".to_owned(), 422, "invalid"),
        (&json[..], "{\"title\":\"a\\u0000b\"}".to_owned(), 422, "invalid"),
    ] {
        let short: String = body.chars().take(40).collect();
        let answer = program.send(Method::POST, "/api/v1/actions", headers, body).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (status, kind), "{short}");
    }
    let bytes: Vec<u8> = vec![b'"', 0xff, 0xfe, b'"'];
    assert_eq!(program.send(Method::POST, "/api/v1/actions", &json, bytes).await.status, StatusCode::BAD_REQUEST);
    for given in ["", "Bearer", "Bearer x", "Basic x", "Bearer concert_example_x", "Bearer  "] {
        let nobody = with(&portal, "");
        let answer = nobody.send(Method::GET, "/api/v1/process", &[("authorization", given)], "").await;
        assert_eq!((answer.status, answer.problem().as_str()), (StatusCode::UNAUTHORIZED, "unauthorized"), "{given}");
    }
}

#[tokio::test]
async fn the_document_and_its_page_hold_every_route() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let file = visitor.get("/api/v1/openapi.json").await;
    assert_eq!((file.status, file.headers["content-type"].to_str().ok()), (StatusCode::OK, Some("application/json")));
    let document: Value = serde_json::from_str(&file.body).expect("JSON");
    assert_eq!(document["openapi"], "3.1.0");
    let page = visitor.get("/api/v1").await;
    assert_eq!(page.status, StatusCode::OK);
    let mut said = 0;
    for (fact, _) in facts() {
        let method = fact.method.as_str().to_lowercase();
        let operation = &document["paths"][fact.path][&method];
        let id = operation["operationId"].as_str().unwrap_or_else(|| panic!("{method} {} is not said", fact.path));
        assert!(page.body.contains(&format!("id=\"{id}\"")), "{id} is not on the page");
        said += 1;
    }
    let paths = document["paths"].as_object().expect("paths").values();
    assert_eq!(paths.map(|p| p.as_object().map_or(0, serde_json::Map::len)).sum::<usize>(), said);
    // every reference leads somewhere
    for part in file.body.split("\"$ref\":\"#").skip(1) {
        let pointer = part.split('"').next().unwrap_or_default();
        assert!(document.pointer(pointer).is_some_and(|v| !v.is_null()), "{pointer}");
    }
}

/// The document as it was published: a change that breaks those who rely on it is seen here before they see it.
#[test]
fn the_document_is_the_one_that_was_published() {
    let text = serde_json::to_string_pretty(concert::features::api::document()).expect("JSON") + "\n";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/openapi.json");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &text).expect("write");
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == text,
        "docs/openapi.json is not what the code says: if nothing breaks by it, run UPDATE_DOCS=1"
    );
}
