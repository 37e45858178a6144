//! Every list has its files: what is on screen, on all its pages, and no more than its reader sees.

use crate::action_list::href;
use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

const SECRETARIAT: &str = "support-group@example.example";
const DONOR: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";

/// Each list, and what chooses a row of it on its page.
const LISTS: [(&str, &str); 15] = [
    ("/plans", "tbody th a.t"),
    ("/decisions", "tbody th a.t"),
    ("/organisations", "tbody th a.t"),
    ("/members", "tbody th a.t"),
    ("/suggestions", "tbody th a.t"),
    ("/access-requests", "tbody th a.t"),
    ("/access-log", "tbody tr"),
    ("/notices", "ul.notices > li"),
    ("/rounds", "tbody th a.t"),
    ("/rounds/standing", "tbody th a.t"),
    ("/meetings", "tbody th a.t"),
    ("/beneficiaries", "tbody th a.t"),
    ("/needs/cycles", "tbody tr"),
    ("/coverage/missing", "tbody th a.t"),
    ("/coverage/answered", "tbody th a.t"),
];

fn ok(page: &Page, at: &str) {
    assert_eq!(page.status, StatusCode::OK, "{at}: {}", page.text());
}

fn rows(page: &Page) -> Vec<Vec<String>> {
    let text = page.body.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}

async fn csv(browser: &Browser, list: &str, query: &str) -> Vec<Vec<String>> {
    let page = browser.get(&format!("/example{list}.csv?{query}")).await;
    ok(&page, list);
    rows(&page)
}

/// What a list shows, page after page.
async fn shown(browser: &Browser, list: &str, query: &str, row: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut next = Some(format!("/example{list}?{query}"));
    while let Some(address) = next {
        let page = browser.get(&address).await;
        ok(&page, &address);
        all.extend(page.select(row));
        next = href(&page, "a[rel=next]");
    }
    all
}

async fn run(portal: &Portal, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&mut portal.superuser().await).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
}

/// More rows than a page holds, one of which would be a formula.
async fn fill(portal: &Portal) {
    run(portal, "insert into organisation (process_id, name, search_text, kind, member) select p.id, 'Agency ' || i, 'agency ' || i, 'agency', i % 2 = 0
            from process p, generate_series(1, 70) i where p.slug = 'example';
        insert into organisation (process_id, name, kind) select id, '=1+1', 'ngo' from process where slug = 'example';
        insert into access_request (process_id, kind, name, email, organisation_name, at, due_on, state)
            select p.id, 'public', 'Visitor ' || i, 'visitor' || i || '@asks.example', '@SUM(A1)', '2026-11-01 08:00+00'::timestamptz + make_interval(mins => i),
                '2026-12-01', case when i % 3 = 0 then 'declined' else 'open' end
            from process p, generate_series(1, 80) i where p.slug = 'example';
        insert into notice (process_id, account_id, membership_id, topic, subject_kind, subject_id, key, link, dedupe_key, at, read_at, mail)
            select m.process_id, m.account_id, m.id, 'asks', 'nothing', gen_random_uuid(), 'notices-title', '/plans', 'test' || i,
                '2026-11-01 08:00+00'::timestamptz + make_interval(mins => i), case when i % 2 = 0 then '2026-11-20 08:00+00'::timestamptz end, 'none'
            from membership m join account a on a.id = m.account_id, generate_series(1, 60) i
            where a.email in ('support-group@example.example', 'donor@example.example')").await;
}

#[tokio::test]
async fn a_file_is_what_its_page_shows_over_all_pages() {
    let portal = Portal::start().await;
    fill(&portal).await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let mut found = 0;
    for (list, row) in LISTS {
        let queries: &[&str] = match list {
            "/decisions" => &["", "state=taken", "kind=plan"],
            "/organisations" => &["", "kind=agency", "standing=member&q=agency", "part=funding"],
            "/members" => &["", "role=partner", "ending=90", "state=ended"],
            "/suggestions" => &["", "state=all", "whose=decide", "whose=mine"],
            "/access-requests" => &["", "state=all", "state=declined"],
            "/access-log" => &["kind=read", "kind=export"],
            "/notices" => &["", "show=unread", "topic=asks", "topic=documents"],
            "/coverage/missing" => &["", "beneficiary=XA", "pillar=CRIME"],
            "/coverage/answered" => &["", "beneficiary=XA", "beneficiary=XT"],
            "/meetings" => &["", "when=past", "body=board", "pillar=CRIME&when=past"],
            _ => &[""],
        };
        for query in queries {
            let shown = shown(&browser, list, query, row).await;
            let file = csv(&browser, list, query).await;
            let head = file.first().expect("headings").len();
            assert!(file.iter().all(|r| r.len() == head), "{list}?{query}: a row is not whole");
            assert_eq!(file.len() - 1, shown.len(), "{list}?{query}");
            if row.ends_with("a.t") {
                let named: Vec<&str> = file[1..].iter().map(|r| r[0].trim_start_matches('\'')).collect();
                assert_eq!(named, shown, "{list}?{query}: the same rows in the same order");
            }
            found += shown.len();
        }
        let book = browser.get(&format!("/example{list}.xlsx")).await;
        assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"), "{list}: {}", book.text());
    }
    assert!(found > 400, "too few rows to mean anything: {found}");
}

/// Files are made while they are sent, and packed on their way to a browser.
#[tokio::test]
async fn files_that_are_packed_on_their_way_arrive_whole() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for list in ["/actions.csv", "/actions.csv?q=nothing-is-called-so", "/needs.csv", "/themes.csv"] {
        let address = format!("/example{list}");
        let (plain, packed) = (browser.get(&address).await, browser.get_packed(&address).await);
        assert!(plain.bytes.len() > 100 && plain.bytes.as_ref() == packed, "{list}");
    }
    for list in ["/actions.xlsx", "/needs.xlsx"] {
        assert!(browser.get_packed(&format!("/example{list}")).await.starts_with(b"PK"), "{list}");
    }
    let activities = browser.get_packed("/example/actions.xml").await;
    assert!(activities.trim_ascii_end().ends_with(b"</iati-activities>"), "{}", String::from_utf8_lossy(&activities));
}

#[tokio::test]
async fn pages_lead_to_the_files_of_what_they_show_and_only_those_who_export() {
    let portal = Portal::start().await;
    fill(&portal).await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for (page, file) in [
        ("/organisations?kind=agency&standing=member", "/example/organisations.csv?kind=agency&standing=member"),
        ("/members?role=partner", "/example/members.csv?role=partner"),
        ("/decisions?state=taken", "/example/decisions.csv?state=taken"),
        ("/access-requests?state=declined", "/example/access-requests.csv?state=declined"),
        ("/notices?show=unread", "/example/notices.csv?show=unread"),
        ("/suggestions", "/example/suggestions.csv?state=open"),
        ("/plans", "/example/plans.csv"),
        ("/beneficiaries", "/example/beneficiaries.csv"),
        ("/needs/cycles", "/example/needs/cycles.csv"),
        ("/coverage/missing?beneficiary=XA", "/example/coverage/missing.csv?beneficiary=XA"),
        ("/coverage/answered?beneficiary=XA", "/example/coverage/answered.csv?beneficiary=XA"),
    ] {
        let page = browser.get(&format!("/example{page}")).await;
        assert_eq!(href(&page, "ul.exports a[href*=csv]").as_deref(), Some(file), "{}", page.text());
        assert_eq!(href(&page, "ul.exports a[href*=xlsx]"), Some(file.replace(".csv", ".xlsx")));
    }
    let observer = portal.signed_in(OBSERVER).await;
    for (list, _) in LISTS {
        for ending in ["csv", "xlsx"] {
            let refused = observer.get(&format!("/example{list}.{ending}")).await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{list}.{ending}");
        }
    }
    for list in ["/plans", "/organisations", "/members", "/notices"] {
        let page = observer.get(&format!("/example{list}")).await;
        ok(&page, list);
        assert!(!page.body.contains(".csv"), "{list}");
    }
}

#[tokio::test]
async fn no_file_holds_more_than_its_reader_sees() {
    let portal = Portal::start().await;
    fill(&portal).await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    // addresses of people: for whoever sees the whole list
    let all = csv(&secretariat, "/members", "").await;
    assert!(all.iter().flatten().any(|cell| cell == DONOR), "{all:?}");
    let theirs = csv(&donor, "/members", "").await;
    assert!(theirs.len() > 3 && !theirs.iter().flatten().any(|cell| cell.contains('@')), "{theirs:?}");
    // who has left is named to those who keep the list alone
    run(
        &portal,
        "update membership m set ends_on = '2026-11-01', name = 'Gone Away' from account a
        where a.id = m.account_id and a.email = 'second-donor@example.example'",
    )
    .await;
    let ended = csv(&secretariat, "/members", "state=ended").await;
    assert!(ended.iter().any(|r| r[0] == "Gone Away"), "{ended:?}");
    let chair = portal.signed_in("chair@example.example").await;
    let ended = csv(&chair, "/members", "state=ended").await;
    assert!(!ended.iter().flatten().any(|cell| cell.contains("Gone") || cell.contains("second-donor")), "{ended:?}");
    // requests are for those who decide on them, with the address that an answer goes to
    let asked = csv(&secretariat, "/access-requests", "state=open").await;
    assert!(asked.iter().flatten().any(|cell| cell == "visitor1@asks.example"));
    for email in ["chair@example.example", "lead-one@example.example"] {
        let refused = portal.signed_in(email).await.get("/example/access-requests.csv").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{email}");
    }
    // a partner's log is of its own records
    run(&portal, "insert into access_log (process_id, kind, subject_kind, organisation_id, detail)
        select process_id, 'read', 'action', id, 'line of ' || name from organisation where name in ('Norland', 'Westmark')").await;
    let log = csv(&donor, "/access-log", "").await;
    let said = |words: &str| log.iter().flatten().any(|cell| cell == words);
    assert!(said("line of Norland") && !said("line of Westmark"), "{log:?}");
    // one's own notices, and no text in any file is a formula
    assert_eq!(
        csv(&portal.signed_in("lead-two@example.example").await, "/notices", "topic=asks").await.len(),
        shown(&portal.signed_in("lead-two@example.example").await, "/notices", "topic=asks", "ul.notices > li")
            .await
            .len()
            + 1
    );
    for (list, _) in LISTS {
        for cell in csv(&secretariat, list, "state=all").await.iter().flatten() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']), "{list}: {cell:?}");
        }
    }
    let named = csv(&secretariat, "/organisations", "kind=ngo").await;
    assert!(named.iter().any(|r| r[0] == "'=1+1"), "{named:?}");
}

#[tokio::test]
async fn a_name_that_bears_an_asterisk_has_its_note_in_the_file() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let note = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    let words = note.trim_start_matches(['*', ' ']);
    assert!(!words.is_empty());
    let file = csv(&browser, "/members", "").await;
    assert!(file.iter().flatten().any(|cell| cell == "Kestria*"), "{file:?}");
    assert!(file.iter().flatten().any(|cell| cell.contains(words)), "no note: {file:?}");
    // and where no such name stands there is none
    let file = csv(&browser, "/members", "role=observer").await;
    assert!(!file.iter().flatten().any(|cell| cell.contains(words)), "{file:?}");
}

#[tokio::test]
async fn what_leaves_is_written_down_and_too_much_is_refused() {
    let portal = Portal::with(|config| config.export_limit = 2).await;
    fill(&portal).await;
    let browser = portal.signed_in(DONOR).await;
    let rows = csv(&browser, "/organisations", "kind=agency").await.len() - 1;
    ok(&browser.get("/example/decisions.xlsx").await, "a workbook");
    let line = portal
        .lookup("select kind || ' ' || rows || ' ' || detail from access_log where subject_kind = $1", "organisation")
        .await;
    assert_eq!(line, format!("export {rows} Organisations (CSV): kind=agency"));
    let line = portal
        .lookup(
            "select kind || ' ' || (rows is not null) || ' ' || detail from access_log where subject_kind = $1",
            "decision",
        )
        .await;
    assert_eq!(line, "export true Decisions of the Board (Excel)");
    for (list, _) in LISTS {
        if list != "/access-requests" {
            let refused = browser.get(&format!("/example{list}.csv")).await;
            assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "{list}");
        }
    }
}

#[tokio::test]
async fn a_file_that_was_cut_says_so() {
    let portal = Portal::start().await;
    run(&portal, "insert into access_log (process_id, kind, subject_kind, detail, at) select p.id, 'read', 'action', 'line ' || i,
            '2026-11-01 08:00+00'::timestamptz + make_interval(secs => i) from process p, generate_series(1, 10100) i where p.slug = 'example'")
        .await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let file = csv(&browser, "/access-log", "kind=read").await;
    assert_eq!(file.len(), 10_001, "as many as a file holds, and the headings");
    assert!(file[1].iter().any(|cell| cell.starts_with("The list has more than these")), "{:?}", file[1]);
    let whole = csv(&browser, "/access-log", "kind=export").await;
    assert!(!whole.iter().flatten().any(|cell| cell.starts_with("The list has more")), "{whole:?}");
}

#[tokio::test]
async fn the_file_of_a_narrowed_plan_says_that_it_is_the_whole_plan() {
    let portal = Portal::start().await;
    let address = crate::plans::plan(&portal, "Plan of Action on serious crime 2025–2027").await;
    let browser = portal.signed_in(DONOR).await;
    let files = |page: &Page| page.select("ul.exports a").join(" ");
    assert!(!files(&browser.get(&address).await).contains("the whole plan"));
    let narrowed = browser.get(&format!("{address}?beneficiary=XT")).await;
    assert!(files(&narrowed).contains("PDF (the whole plan)"), "{}", files(&narrowed));
}
