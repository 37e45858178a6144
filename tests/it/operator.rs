//! The operator's pages: the registry, and nothing of what tenants hold.

use crate::harness::{Browser, Page, Portal};
use concert::kernel::db::{Entry, Intent, Statements};
use concert::kernel::random::Token;

const OPERATOR: &str = "operator@concert.example";

const FORM: [(&str, &str); 6] = [
    ("process-name", "Norland Dialogue"),
    ("process-short-name", "ND"),
    ("process-slug", "norland-dialogue"),
    ("process-template", "three-pillars"),
    ("secretary-name", "Ada Norr"),
    ("secretary-email", "ada@dialogue.example"),
];

/// Sends a form of a page, as the operator does.
async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    browser.submit(path, None, fields).await
}

async fn number(portal: &Portal, sql: &'static str, argument: &str) -> i64 {
    portal.lookup(sql, argument).await.parse().expect("a number")
}

#[tokio::test]
async fn the_list_shows_the_registry_and_no_tenants_row() {
    let portal = Portal::start().await;
    let operator = portal.signed_in(OPERATOR).await;
    let page = operator.get("/operator").await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    for part in ["Integrative Internal Security Governance", "/iisg", "/example", "open"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    for tenants in ["Norland", "CyberSEE", "support-group@", "Strengthening asset recovery"] {
        assert!(!page.body.contains(tenants), "{tenants}");
    }
    let people = number(&portal, "select count(distinct account_id)::text from membership m join process p on p.id = m.process_id where p.slug = $1", "iisg").await;
    assert!(page.select("td.num").contains(&people.to_string()), "{people} in {:?}", page.select("td.num"));
    let said = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(said.contains("\"4\""), "{said}");
}

#[tokio::test]
async fn in_the_registry_no_tenants_row_is_seen() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(OPERATOR).await;
    let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
    let statements = Statements::default();
    let entry = portal.app.db.enter_platform(&token, Intent::Write, &statements).await.expect("the registry");
    let Entry::In(inside) = entry else { panic!("not in") };
    let (mut tx, _) = *inside;
    for table in [
        "action",
        "organisation",
        "membership",
        "contribution",
        "history",
        "access_log",
        "form_draft",
        "access_request",
        "pillar",
        "theme",
    ] {
        let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        let seen: i64 = sqlx::query_scalar(sql).fetch_one(tx.conn()).await.expect("a count");
        assert_eq!(seen, 0, "{table}");
    }
    let people: i64 = sqlx::query_scalar("select sum(members)::bigint from kernel.registry()")
        .fetch_one(tx.conn())
        .await
        .expect("a count");
    assert!(people > 10);
    // a process that was there before is not entered from here
    let iisg = portal.lookup("select id::text from process where slug = $1", "iisg").await.parse().expect("an id");
    assert!(tx.enter_founded(iisg).await.is_err());
}

#[tokio::test]
async fn without_the_registry_its_functions_refuse() {
    let portal = Portal::start().await;
    let mut app = portal.sql("concert_app").await;
    for sql in [
        "select * from kernel.registry()",
        "select * from kernel.operator_acts(1)",
        "select kernel.enter_founded(gen_random_uuid())",
        "select kernel.operator_account('eve@x.example')",
    ] {
        assert!(sqlx::query(sql).execute(&mut app).await.is_err(), "{sql}");
    }
    // nor does a request of an operator make operators
    let sql =
        "select set_config('app.platform', 'on', false), set_config('app.account', gen_random_uuid()::text, false)";
    sqlx::query(sql).execute(&mut app).await.expect("settings");
    assert!(sqlx::query("select kernel.operator_account('eve@x.example')").execute(&mut app).await.is_err());
    assert_eq!(number(&portal, "select count(*)::text from account where email = $1", "eve@x.example").await, 0);
    let acts = sqlx::query("update operator_act set why = 'other'").execute(&mut app).await;
    assert!(acts.is_err(), "an act is changed");
}

#[tokio::test]
async fn a_process_is_founded_whole_and_its_first_member_invited() {
    let portal = Portal::start().await;
    let operator = portal.signed_in(OPERATOR).await;
    let page = send(&operator, "/operator/processes/new", &FORM).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(page.location.as_deref(), Some("/operator?done=process-founded"));

    let of = async |sql| number(&portal, sql, "norland-dialogue").await;
    assert_eq!(
        of("select count(*)::text from pillar x join process p on p.id = x.process_id where p.slug = $1").await,
        3
    );
    assert_eq!(
        of("select count(*)::text from theme x join process p on p.id = x.process_id where p.slug = $1").await,
        8
    );
    assert_eq!(
        of("select count(*)::text from organisation x join process p on p.id = x.process_id where p.slug = $1").await,
        0
    );
    assert_eq!(
        of("select count(*)::text from history x join process p on p.id = x.process_id where p.slug = $1").await,
        1
    );
    let member = portal
        .lookup("select m.role || ' ' || m.name || ' ' || a.email from membership m join account a on a.id = m.account_id join process p on p.id = m.process_id where p.slug = $1", "norland-dialogue")
        .await;
    assert_eq!(member, "support_group Ada Norr ada@dialogue.example");
    let letter = portal.lookup("select body from outgoing_mail where recipient = $1", "ada@dialogue.example").await;
    assert!(letter.contains("http://concert.test/invitation/") && letter.contains("Norland Dialogue"), "{letter}");
    assert_eq!(
        number(
            &portal,
            "select count(*)::text from one_time_link l join account a on a.id = l.account_id where a.email = $1",
            "ada@dialogue.example"
        )
        .await,
        1
    );

    let list = operator.get("/operator?done=process-founded").await;
    assert!(list.text().contains("Norland Dialogue") && list.text().contains(OPERATOR), "{}", list.text());
    // whoever founded it is no member of it
    assert_eq!(operator.get("/norland-dialogue").await.status, 404);
}

#[tokio::test]
async fn a_form_that_is_wrong_comes_back_as_it_was_typed() {
    let portal = Portal::start().await;
    let operator = portal.signed_in(OPERATOR).await;
    let with = |name: &str, value: &'static str| FORM.map(|(n, v)| if n == name { (n, value) } else { (n, v) });
    for (name, value) in [
        ("process-slug", "iisg"),
        ("process-slug", "operator"),
        ("process-slug", "Upper Case"),
        ("process-name", ""),
        ("process-template", "iisg"),
        ("secretary-email", "nobody"),
        ("secretary-name", "<script>alert(1)</script>\u{0}"),
    ] {
        let page = send(&operator, "/operator/processes/new", &with(name, value)).await;
        assert_eq!(page.status, 422, "{name}={value}: {}", page.text());
        assert_eq!(
            page.value("secretary-email").as_deref(),
            Some(if name == "secretary-email" { value } else { "ada@dialogue.example" })
        );
        assert!(!page.body.contains("<script>alert"), "{name}");
        assert!(!page.select(".error").is_empty(), "{name}={value}");
    }
    assert_eq!(
        number(&portal, "select count(*)::text from process where slug not in ('iisg', $1)", "example").await,
        0
    );
    assert_eq!(number(&portal, "select count(*)::text from account where email = $1", "ada@dialogue.example").await, 0);
}

/// What comes of a member's trying to enter.
async fn entry(portal: &Portal) -> &'static str {
    let browser = portal.signed_in("donor@example.example").await;
    let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
    match portal.app.db.enter("example", &token, Intent::Read, &Statements::default()).await.expect("an answer") {
        Entry::In(_) => "in",
        Entry::SignedOut => "signed out",
        Entry::Unknown => "unknown",
        Entry::Suspended { .. } => "suspended",
    }
}

#[tokio::test]
async fn suspending_closes_and_resuming_opens() {
    let portal = Portal::start().await;
    let operator = portal.signed_in(OPERATOR).await;
    let suspended = async || {
        number(
            &portal,
            "select count(*)::text from process where slug = $1 and state = 'suspended' and suspended_at is not null",
            "example",
        )
        .await
    };

    let page = send(&operator, "/operator/processes/example/suspend", &[("act-why", "  ")]).await;
    assert_eq!(page.status, 422, "no reason was given");
    assert_eq!(suspended().await, 0);
    let page = send(&operator, "/operator/processes/example/suspend", &[("act-why", "the contract has ended")]).await;
    assert_eq!(page.location.as_deref(), Some("/operator?done=process-suspended"));
    assert_eq!(suspended().await, 1);
    assert_eq!(entry(&portal).await, "suspended");
    assert_eq!(portal.visitor().get("/example/public").await.status, 404);
    // its members are told so, and not that they take part in nothing
    let member = portal.signed_in("donor@example.example").await;
    assert_eq!(member.get("/example").await.status, 503);
    for path in ["/", "/account"] {
        let page = member.get(path).await.text();
        assert!(page.contains("Example Dialogue") && page.contains("suspended for the moment"), "{path}: {page}");
        assert!(!page.contains("You are not a member of any process yet"), "{path}: {page}");
    }
    let list = operator.get("/operator").await.text();
    assert!(list.contains("the contract has ended") && list.contains("suspended"), "{list}");

    // once more changes nothing and notes nothing
    send(&operator, "/operator/processes/example/suspend", &[("act-why", "again")]).await;
    assert_eq!(number(&portal, "select count(*)::text from operator_act where why = $1", "again").await, 0);

    let page = send(&operator, "/operator/processes/example/resume", &[("act-why", "it was prolonged")]).await;
    assert_eq!(page.location.as_deref(), Some("/operator?done=process-resumed"));
    assert_eq!(suspended().await, 0);
    assert_eq!(entry(&portal).await, "in");
    let page = operator.get("/operator/processes/nowhere/suspend").await;
    assert_eq!(page.status, 404);
}

#[tokio::test]
async fn to_others_there_are_no_operators_pages() {
    let portal = Portal::start().await;
    let member = portal.signed_in("support-group@example.example").await;
    for path in [
        "/operator",
        "/operator/processes/new",
        "/operator/processes/example/suspend",
        "/operator/processes/example/resume",
    ] {
        assert_eq!(member.get(path).await.status, 404, "{path}");
        let visitor = portal.visitor().get(path).await;
        assert_eq!(visitor.status, 303, "{path}");
    }
}

/// Whoever has a password keeps it: the letter says that they take part, and where to sign in.
#[tokio::test]
async fn a_first_member_with_an_account_gets_no_link_that_sets_a_password() {
    let portal = Portal::start().await;
    let operator = portal.signed_in(OPERATOR).await;
    let known = "donor@example.example";
    let form = FORM.map(|(n, v)| if n == "secretary-email" { (n, known) } else { (n, v) });
    let page = send(&operator, "/operator/processes/new", &form).await;
    assert_eq!(page.location.as_deref(), Some("/operator?done=process-founded"), "{}", page.text());
    let letter = portal.lookup("select body from outgoing_mail where recipient = $1", known).await;
    assert!(letter.contains("http://concert.test/sign-in") && !letter.contains("/invitation/"), "{letter}");
    assert!(letter.contains("You take part in it from now on") && letter.contains("Norland Dialogue"), "{letter}");
    let links = "select count(*)::text from one_time_link l join account a on a.id = l.account_id where a.email = $1";
    assert_eq!(portal.lookup(links, known).await, "0");
    let home = portal.signed_in(known).await.get("/norland-dialogue").await;
    assert_eq!(home.status, 200, "{}", home.text());
}
