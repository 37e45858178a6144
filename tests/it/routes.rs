//! Every route × every role × another process × signed out, against the permission table. A route that this file
//! does not know fails.

use crate::harness::{Browser, Portal};
use axum::http::{Method, StatusCode};
use concert::kernel::permit::{Grant, Permission, Role, TABLE};
use concert::kernel::route::{Access, RouteFact};

pub const ROLES: [(&str, Role); 6] = [
    ("support-group@example.example", Role::SupportGroup),
    ("chair@example.example", Role::Chair),
    ("lead-one@example.example", Role::Lead),
    ("beneficiary-one@example.example", Role::Beneficiary),
    ("donor@example.example", Role::Partner),
    ("observer@example.example", Role::Observer),
];

pub fn ever(permission: Permission, role: Role) -> bool {
    let column = Role::ALL.iter().position(|r| *r == role).expect("a role");
    TABLE.iter().find(|(p, _)| *p == permission).is_some_and(|(_, grants)| grants[column] != Grant::No)
}

/// A route's path with a process and ids that exist nowhere.
pub fn filled(path: &str, slug: &str) -> String {
    path.split('/')
        .map(|part| match part {
            "{process}" => slug.to_owned(),
            "{key}" => "action:new".to_owned(),
            "{token}" => "x".repeat(43),
            "{*path}" => "app.js".to_owned(),
            p if p.starts_with('{') => "01990000-0000-7000-8000-000000000000".to_owned(),
            p => p.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("/")
}

pub fn facts() -> Vec<RouteFact> {
    concert::routes::table().facts().to_vec()
}

async fn ask(browser: &Browser, fact: &RouteFact, slug: &str, token: Option<&str>) -> crate::harness::Page {
    let path = filled(fact.path, slug);
    if fact.method == Method::GET {
        return browser.get(&path).await;
    }
    match token {
        Some(token) => browser.post_raw(&path, &[("form_token", token)]).await,
        None => browser.post_raw(&path, &[]).await,
    }
}

#[tokio::test]
async fn members_routes_answer_each_role_as_the_table_says() {
    let portal = Portal::start().await;
    let mut asked = 0;
    for (email, role) in ROLES {
        let browser = portal.signed_in(email).await;
        let token = browser.form_token().await;
        for fact in facts() {
            let Access::Member(permission) = fact.access else { continue };
            let page = ask(&browser, &fact, "example", Some(&token)).await;
            let at = format!("{role:?} {} {}", fact.method, fact.path);
            assert!(page.status != StatusCode::INTERNAL_SERVER_ERROR, "{at}: {}", page.text());
            if ever(permission, role) {
                // the id exists nowhere: not found, or the page, or a form's errors; 403 only for a reason of the record's
                assert!(
                    matches!(page.status.as_u16(), 200 | 204 | 303 | 404 | 422 | 403 | 409),
                    "{at} answered {}",
                    page.status
                );
                if !fact.path.contains('{') || fact.path == "/{process}" {
                    assert_eq!(page.status, StatusCode::OK, "{at}: {}", page.text());
                }
            } else {
                assert_eq!(page.status, StatusCode::FORBIDDEN, "{at}");
            }
            asked += 1;
        }
    }
    assert!(asked > 100, "too few routes asked: {asked}");
}

#[tokio::test]
async fn members_of_another_process_find_nothing() {
    let portal = Portal::start().await;
    for email in ["support-group@iisg.example", "operator@concert.example"] {
        let browser = portal.signed_in(email).await;
        let token = browser.form_token().await;
        for fact in facts() {
            if !matches!(fact.access, Access::Member(_)) {
                continue;
            }
            let page = ask(&browser, &fact, "example", Some(&token)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{email} {} {}", fact.method, fact.path);
            assert!(!page.body.contains("Norland") && !page.body.contains("Arvania"), "{email} {}", fact.path);
        }
    }
}

#[tokio::test]
async fn signed_out_every_members_address_asks_to_sign_in_alike() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let token = visitor.form_token().await;
    for fact in facts() {
        if !matches!(fact.access, Access::Member(_) | Access::Account | Access::Operator) {
            continue;
        }
        for slug in ["example", "nowhere"] {
            let page = ask(&visitor, &fact, slug, Some(&token)).await;
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{} {} {slug}", fact.method, fact.path);
            assert!(page.location.unwrap_or_default().starts_with("/sign-in?next="), "{} {}", fact.method, fact.path);
        }
    }
    for path in ["/example/no/such/page", "/nowhere/at/all", "/nowhere"] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
    }
}

#[tokio::test]
async fn no_unsafe_request_passes_without_the_forms_token() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let other = portal.signed_in("donor@example.example").await;
    let foreign = other.form_token().await;
    for fact in facts() {
        // what takes tokens takes no forms, and no cookie
        if fact.method != Method::POST || matches!(fact.access, Access::Token(_)) {
            continue;
        }
        for token in [None, Some(""), Some("0"), Some(foreign.as_str())] {
            let page = ask(&browser, &fact, "example", token).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{} with {token:?}", fact.path);
        }
    }
}

#[tokio::test]
async fn operators_pages_are_there_for_operators_alone() {
    let portal = Portal::start().await;
    let member = portal.signed_in("support-group@example.example").await;
    for fact in facts() {
        if fact.access == Access::Operator {
            let page = ask(&member, &fact, "example", Some(&member.form_token().await)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", fact.path);
        }
    }
}

#[tokio::test]
async fn open_routes_answer_everyone_and_carry_the_headers() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    for fact in facts() {
        if !matches!(fact.access, Access::Anyone | Access::PublicProcess) || fact.method != Method::GET {
            continue;
        }
        let page = ask(&visitor, &fact, "example", None).await;
        assert!(page.status.as_u16() < 500, "{}: {}", fact.path, page.status);
        let policy = page.headers.get("content-security-policy").and_then(|v| v.to_str().ok()).unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{}", fact.path);
        for header in ["x-content-type-options", "referrer-policy", "x-frame-options", "x-request-id"] {
            assert!(page.headers.contains_key(header), "{} without {header}", fact.path);
        }
        if fact.access == Access::PublicProcess {
            assert_eq!(ask(&visitor, &fact, "nowhere", None).await.status, StatusCode::NOT_FOUND, "{}", fact.path);
        }
    }
}

#[tokio::test]
async fn no_page_sends_more_statements_than_it_may() {
    use crate::plan_consultation as said;
    let portal = Portal::start().await;
    let real = crate::routes_real::Real::of(&portal).await;
    let plan = said::plan(&portal).await.rsplit('/').next().expect("an id").to_owned();
    let wording = "select min(id::text) from plan_remark where plan_id::text = $1 and wording_to is not null";
    let plans = [
        ("{node}", said::node(&portal, "Teachers and parents recognise recruitment early").await),
        ("{asked}", said::asked(&portal, "Arvania").await),
        ("{remark}", portal.lookup(wording, &plan).await),
        ("{plan}", plan),
        ("{number}", "1".to_owned()),
        ("{step}", "agree".to_owned()),
        ("{indicator}", "new".to_owned()),
    ];
    let needs = [
        ("{need}", crate::needs::need(&portal, "five more posts").await),
        ("{cycle}", crate::needs::open_cycle(&portal).await),
    ];
    for (email, role) in ROLES {
        let browser = portal.signed_in(email).await;
        for fact in facts() {
            if fact.method != Method::GET || !matches!(fact.access, Access::Member(_)) {
                continue;
            }
            let mut path = real.filled(fact.path, "example", email);
            if fact.path.starts_with("/{process}/plans/{plan}") {
                path = plans.iter().fold(fact.path.replace("{process}", "example"), |p, (n, v)| p.replace(n, v));
            }
            if fact.path.starts_with("/{process}/needs/") {
                path = needs.iter().fold(fact.path.replace("{process}", "example"), |p, (n, v)| p.replace(n, v));
            }
            let page = browser.get(&path).await;
            let said = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
            let count: u32 = said.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(99);
            let most = match fact.path {
                "/{process}/plans/{plan}" => 10,
                // besides, the keepers of what is in it are told
                path if path.contains("/money/rows.") => 10,
                // files that are made at once: counted, noted, and written as they are read
                path if path.ends_with(".xlsx") || path.ends_with(".csv") => 9,
                _ => 8,
            };
            assert!(count <= most, "{role:?} {path}: {count} statements");
        }
    }
}
