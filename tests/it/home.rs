//! The homes: each figure opens exactly what it counts, whoever asks; nobody sees an old figure after their own save.

use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;
use concert::kernel::random::Token;
use scraper::Selector;
use std::collections::BTreeMap;

const EXAMPLE: [&str; 9] = [
    "support-group@example.example",
    "chair@example.example",
    "lead-one@example.example",
    "lead-two@example.example",
    "beneficiary-one@example.example",
    "beneficiary-two@example.example",
    "donor@example.example",
    "second-donor@example.example",
    "observer@example.example",
];
const IISG: [&str; 6] = [
    "support-group@iisg.example",
    "chair@iisg.example",
    "lead-wbcti@iisg.example",
    "kosovo@iisg.example",
    "eu@iisg.example",
    "observer@iisg.example",
];

/// Every number on a page that opens a list, with its address.
fn figures(page: &Page) -> Vec<(i64, String)> {
    let links = Selector::parse("main a[href]").expect("selector");
    let html = page.html();
    html.select(&links)
        .filter_map(|a| {
            let address = a.value().attr("href")?;
            let path = address.split('?').next()?;
            let text = a.text().collect::<String>().replace(',', "");
            let mut words = text.split_whitespace().map(|w| w.trim_end_matches(':'));
            let number = words.find_map(|w| w.parse().ok())?;
            path.ends_with("/actions").then(|| (number, address.to_owned()))
        })
        .collect()
}

/// How many actions an address of the list narrows to, asked of the database as the member who would open it.
async fn narrowed(portal: &Portal, browser: &Browser, slug: &str, address: &str) -> i64 {
    let query = address.split_once('?').map_or("", |(_, q)| q);
    let asked: BTreeMap<String, String> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let known = [
        "pillar",
        "beneficiary",
        "organisation",
        "role",
        "status",
        "ends_from",
        "ends_to",
        "starts_from",
        "starts_to",
        "fresh",
        "missing",
        "claim",
    ];
    assert!(asked.keys().all(|k| known.contains(&k.as_str())), "{address}");
    let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
    let mut app = portal.sql("concert_app").await;
    let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
    let enter =
        sqlx::query("select kernel.enter($1, $2, $3, 60)").bind(slug).bind(token.hash()).bind(portal.clock.now());
    enter.execute(&mut *tx).await.expect("enter");
    let of = |name: &str| asked.get(name).cloned();
    sqlx::query_scalar(
        "select count(*) from visible_action a where a.merged_into_id is null and a.claim <> 'declined'
            and ($1::text is null or case when $1 = 'none' then not exists (select from action_pillar l where l.action_id = a.id)
                else exists (select from action_pillar l join pillar x on x.id = l.pillar_id where l.action_id = a.id and x.key = $1) end)
            and ($2::text is null or case when $2 = 'none' then not exists (select from action_beneficiary l where l.action_id = a.id)
                else exists (select from action_beneficiary l join beneficiary x on x.id = l.beneficiary_id where l.action_id = a.id and x.code = $2) end)
            and ($3::text is null or case when $3 = 'none' then not exists (select from action_party y where y.action_id = a.id and y.role = $4)
                else exists (select from action_party y where y.action_id = a.id and y.organisation_id::text = $3 and ($4::text is null or y.role = $4))
                    or ($4 is null and a.reporting_id::text = $3) end)
            and ($5::text is null or coalesce(a.status, 'none') = $5)
            and ($6::date is null or a.ends_on >= $6) and ($7::date is null or a.ends_on <= $7)
            and ($8::date is null or a.starts_on >= $8) and ($9::date is null or a.starts_on <= $9)
            and ($10::text is null or coalesce(a.last_confirmed_at < kernel.fresh_since($11), true))
            and ($12::text is null or a.missing <> '{}') and ($13::text is null or a.claim = $13)",
    )
    .bind(of("pillar"))
    .bind(of("beneficiary"))
    .bind(of("organisation"))
    .bind(of("role"))
    .bind(of("status"))
    .bind(of("ends_from").map(day))
    .bind(of("ends_to").map(day))
    .bind(of("starts_from").map(day))
    .bind(of("starts_to").map(day))
    .bind(of("fresh"))
    .bind(portal.clock.now())
    .bind(of("missing"))
    .bind(of("claim"))
    .fetch_one(&mut *tx)
    .await
    .expect("a number")
}

fn day(text: String) -> chrono::NaiveDate {
    text.parse().expect("a day")
}

async fn home(browser: &Browser, slug: &str) -> Page {
    let page = browser.get(&format!("/{slug}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let statements = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).expect("statements");
    let statements: u32 =
        statements.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number of statements");
    assert!(statements <= 8, "{statements} statements");
    page
}

async fn every_figure_holds(portal: &Portal, email: &str, slug: &str) -> usize {
    let browser = portal.signed_in(email).await;
    let page = home(&browser, slug).await;
    assert!(page.text().contains("counted 24 November 2026, 09:00"), "{email}: {}", page.text());
    let figures = figures(&page);
    let has_list = concert::routes::table().facts().iter().any(|f| f.path == "/{process}/actions");
    for (number, address) in &figures {
        if has_list {
            let joint = if address.contains('?') { '&' } else { '?' };
            let list = browser.get(&format!("{address}{joint}counts=1")).await;
            let said = list.select("#list-of").concat().replace(',', "");
            let said = said
                .split_whitespace()
                .find_map(|w| if w == "one" { Some(1) } else { w.parse::<i64>().ok() })
                .unwrap_or(0);
            assert_eq!((list.status, said), (StatusCode::OK, *number), "{email}: {address}: {}", list.text());
        }
        let listed = narrowed(portal, &browser, slug, address).await;
        assert_eq!(*number, listed, "{email}: {address}");
    }
    figures.len()
}

/// Every level on actions of every kind, so that what may be seen differs from role to role.
async fn widen(portal: &Portal) {
    sqlx::raw_sql(
        "select set_config('app.process', id::text, false) from process where slug = 'example';
         with n as (select id, row_number() over (order by title) as n from action where process_id = kernel.process_id())
         update action a set handling = (array['public', 'members', 'parties', 'restricted'])[1 + n.n % 4], open_to_support_group = n.n % 8 = 3
         from n where a.process_id = kernel.process_id() and n.id = a.id;
         -- half of what others keep to themselves is opened to a donor, whether it is a party or not
         insert into action_disclosure (process_id, action_id, organisation_id, by_membership_id)
         select a.process_id, a.id, o.id, (select m.id from membership m where m.process_id = a.process_id order by m.id limit 1)
         from action a join organisation o on o.process_id = a.process_id and o.name = 'Norland'
         where a.process_id = kernel.process_id() and a.handling = 'restricted' and a.reporting_id <> o.id and hashtext(a.title) % 2 = 0
         on conflict do nothing",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("levels");
}

#[tokio::test]
async fn each_figure_opens_what_it_counts() {
    let portal = Portal::start().await;
    let mut followed = 0;
    for email in EXAMPLE {
        followed += every_figure_holds(&portal, email, "example").await;
    }
    for email in IISG {
        followed += every_figure_holds(&portal, email, "iisg").await;
    }
    assert!(followed > 300, "only {followed} figures");
}

#[tokio::test]
async fn figures_hold_at_every_level_and_for_several_memberships() {
    let portal = Portal::start().await;
    widen(&portal).await;
    for email in EXAMPLE {
        every_figure_holds(&portal, email, "example").await;
    }
    // the lead of a pillar becomes a partner, a beneficiary and an observer besides
    sqlx::raw_sql(
        "insert into membership (process_id, account_id, name, role, organisation_id, beneficiary_id, starts_on)
         select p.id, a.id, 'Demo account', r.role, (select id from organisation o where o.process_id = p.id and o.name = 'Norland'),
            (select id from beneficiary b where b.process_id = p.id and b.code = 'XA'), '2026-01-01'
         from process p, account a, (values ('partner'), ('beneficiary'), ('observer')) r (role)
         where p.slug = 'example' and a.email = 'lead-one@example.example'",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("memberships");
    every_figure_holds(&portal, "lead-one@example.example", "example").await;
    let browser = portal.signed_in("lead-one@example.example").await;
    let page = home(&browser, "example").await;
    let titles = page.select("main .head h1, main .head h2");
    assert_eq!(titles.len(), 3, "{titles:?}");
}

#[tokio::test]
async fn nobody_sees_an_old_figure_after_their_own_save() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let count = |page: &Page| page.select(".answers b");
    let before = home(&donor, "example").await;
    let (address, fields) = before.form(Some("/confirm"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let sent = donor.post_raw(&address.expect("an address"), &pairs).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert!(sent.location.as_deref().is_some_and(|l| l.starts_with("/example?done=")), "{:?}", sent.location);
    let after = home(&donor, "example").await;
    let stale = |page: &Page| count(page)[2].parse::<i64>().expect("a number");
    assert_eq!(stale(&after), stale(&before) - 1);
    let office = portal.signed_in("support-group@example.example").await;
    assert!(home(&office, "example").await.text().contains("confirmed"), "the change is listed");
}

/// A large process is counted by its job; until then the figure is the old one, with its time.
#[tokio::test]
async fn a_large_process_shows_when_it_was_counted() {
    let portal = Portal::start().await;
    let office = portal.signed_in("support-group@example.example").await;
    let all = |page: &Page| page.select(".answers b")[0].clone();
    let first = all(&home(&office, "example").await);
    sqlx::raw_sql(
        "update action_tally_state set actions = 100000 where process_id = (select id from process where slug = 'example');
         select set_config('app.process', id::text, false) from process where slug = 'example';
         update action set claim = 'declined' where process_id = kernel.process_id() and id = (
            select id from action where process_id = kernel.process_id() and handling = 'public' and claim = 'confirmed' limit 1)",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("a large process");
    portal.clock.set("2026-11-24T10:30:00Z".parse().expect("a moment"));
    let office = portal.signed_in("support-group@example.example").await;
    let page = home(&office, "example").await;
    assert_eq!(all(&page), first);
    assert!(page.text().contains("counted 24 November 2026, 09:00"), "{}", page.text());
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    let process = concert::kernel::ids::ProcessId(process.parse().expect("an id"));
    concert::features::home::recount(&portal.app.db, process, portal.clock.now()).await.expect("counted");
    let page = home(&office, "example").await;
    assert_ne!(all(&page), first);
    assert!(page.text().contains("counted 24 November 2026, 10:30"), "{}", page.text());
}

/// What a home says of others is what its reader may know.
#[tokio::test]
async fn a_home_names_no_action_that_its_reader_may_not_see() {
    let portal = Portal::start().await;
    widen(&portal).await;
    let titles: Vec<(String, String)> = sqlx::query_as(
        "select a.id::text, a.title from action a join process p on p.id = a.process_id where p.slug = 'example'",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("titles");
    for email in EXAMPLE {
        let browser = portal.signed_in(email).await;
        let page = home(&browser, "example").await;
        for (id, title) in &titles {
            if page.body.contains(id.as_str()) || page.text().contains(title.as_str()) {
                let record = browser.get(&format!("/example/actions/{id}")).await;
                assert_eq!(record.status, StatusCode::OK, "{email} reads of {title}");
            }
        }
    }
}

#[tokio::test]
async fn who_else_is_at_work_in_a_place_is_named_in_order_and_the_rest_counted() {
    let portal = Portal::start().await;
    let page = home(&portal.signed_in("donor@example.example").await, "example").await;
    let rows: Vec<String> = page.select("#others tbody tr").iter().map(|row| row.replace(" ,", ",")).collect();
    for said in [
        "Arvania CRIME 4 AIM5, CBS, CU, DEA, HWN, IAR, JPA, KCLA, and 7 more",
        "Arvania PREVENT 2 AIM5, City of Port Arvan, CU, Southmere, Teachers against Hatred, Westmark, WOSP",
    ] {
        assert!(rows.iter().any(|row| row == said), "{said}: {rows:?}");
    }
}

/// The history of what was seeded begins with that, and says no more than the seed does.
#[tokio::test]
async fn what_was_taken_over_is_lately_changed() {
    let portal = Portal::start().await;
    let page = home(&portal.signed_in("support-group@iisg.example").await, "iisg").await;
    let changes = page.select("#changes li").join(" ");
    assert!(changes.contains("recorded the action from its source · the portal · 24 November 2026"), "{changes}");
    let lines = "select count(*)::text || ' ' || count(distinct h.subject_id) || ' ' || count(h.by_membership_id) || ' ' || count(distinct h.at)
        from history h join process p on p.id = h.process_id join action a on a.process_id = p.id and a.id = h.subject_id
        where p.slug = $1 and h.event = 'recorded'";
    assert_eq!(portal.lookup(lines, "iisg").await, "81 81 0 1");
    let id = portal.action("iisg", "CyberSEE").await;
    let record = portal.signed_in("support-group@iisg.example").await.get(&format!("/iisg/actions/{id}")).await;
    let history = record.select("#history li").join(" ");
    assert!(history.contains("The portal recorded the action from its source"), "{history}");
    let source = portal.lookup("select source_url from action where id::text = $1", &id).await;
    assert!(!source.is_empty() && history.contains(&source), "{history}");
}

#[tokio::test]
async fn the_log_on_the_home_names_what_left_the_portal() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    assert_eq!(secretariat.get("/example/actions.csv").await.status, StatusCode::OK);
    let plan = portal
        .lookup(
            "select p.id::text from plan p join process x on x.id = p.process_id where x.slug = $1 limit 1",
            "example",
        )
        .await;
    assert_eq!(secretariat.get(&format!("/example/plans/{plan}/history/file")).await.status, StatusCode::OK);
    let home = secretariat.get("/example").await.text();
    for said in ["Exported: A list, ", "Exported: A plan"] {
        assert!(home.contains(said), "{said}: {home}");
    }
    assert!(!home.contains(" 0 rows"), "{home}");
}

#[tokio::test]
async fn help_speaks_of_each_kind_of_page() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    let help = secretariat.get("/help").await.html();
    let plan = portal
        .lookup(
            "select p.id::text from plan p join process x on x.id = p.process_id where x.slug = $1 limit 1",
            "example",
        )
        .await;
    let pages = [
        ("/example", "work"),
        ("/example/actions?status=planned", "actions"),
        (&format!("/example/plans/{plan}"), "plans"),
        ("/example/decisions", "decisions"),
        ("/example/needs", "needs"),
        ("/example/coverage", "needs"),
        ("/example/brief", "brief"),
        ("/example/packs", "packs"),
        ("/example/overlaps", "overlaps"),
        ("/example/members", "directory"),
        ("/example/access-log", "directory"),
        ("/example/notices", "notices"),
        ("/example/meetings", "meetings"),
        ("/example/money", "money"),
        ("/example/pictures", "pictures"),
        ("/example/pictures/map", "pictures"),
        ("/example/public", "access"),
        ("/account", "sign-in"),
    ];
    for (address, section) in pages {
        let page = secretariat.get(address).await;
        assert_eq!(page.status, axum::http::StatusCode::OK, "{address}");
        let link = format!("footer a[href='/help#{section}']");
        assert_eq!(page.select(&link).len(), 1, "{address}");
        let heading = scraper::Selector::parse(&format!("h2#{section}")).expect("a selector");
        assert_eq!(help.select(&heading).count(), 1, "{section}");
    }
}

#[tokio::test]
async fn a_home_answers_its_question_before_it_lists_the_rest() {
    let portal = Portal::start().await;
    let home = portal.signed_in("chair@example.example").await.get("/example").await;
    let at = |what: &str| home.body.find(what).expect(what);
    // what waits, the pillars, and then the meetings; pictures of the figures lead into them
    let order = ["id=\"awaited\"", "/example/pictures\">All of this", "id=\"pillars\"", "id=\"meetings\""].map(at);
    assert!(order.windows(2).all(|w| w[0] < w[1]), "{order:?}");
}
