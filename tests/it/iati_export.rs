//! Actions as IATI files: valid, filtered as on screen, never more than their reader sees; each organisation's public file.

use crate::harness::{Browser, Page, Portal};
use crate::iati_files::{activities, all, assert_valid};
use axum::http::{Method, StatusCode, header};
use concert::features::exchange::iati::{self, Activity, Stated};

const SECRETARIAT: &str = "support-group@example.example";

async fn file(browser: &Browser, query: &str) -> (Page, Vec<Activity>) {
    let page = browser.get(&format!("/example/actions.xml?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let read = activities(all(&page.body));
    for activity in &read {
        assert_eq!(activity.losses, [], "{}", Stated(&activity.tree).titles()[0].text);
    }
    (page, read)
}

fn titles(read: &[Activity]) -> Vec<String> {
    read.iter().map(|a| Stated(&a.tree).titles()[0].text.clone()).collect()
}

fn find<'a>(read: &'a [Activity], title: &str) -> &'a Activity {
    let found = read.iter().find(|a| Stated(&a.tree).titles()[0].text.starts_with(title));
    found.unwrap_or_else(|| panic!("no {title} in {:?}", titles(read)))
}

async fn sql(portal: &Portal, statement: &'static str, id: &str) {
    let done = sqlx::query(statement).bind(id).execute(&mut portal.superuser().await).await.expect("a statement");
    assert!(done.rows_affected() > 0, "{statement} changed nothing");
}

#[tokio::test]
async fn the_list_as_a_file_is_valid_and_is_the_list() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    for query in ["", "pillar=CRIME&sort=title", "status=none", "beneficiary=XA&sort=-end"] {
        let csv = browser.get(&format!("/example/actions.csv?{query}")).await;
        let mut reader = csv::Reader::from_reader(csv.body.trim_start_matches('\u{feff}').as_bytes());
        let rows: Vec<_> = reader.records().map(|r| r.expect("a row")).collect();
        let ask = browser.get(&format!("/example/actions/iati?{query}")).await;
        assert_eq!(ask.status, StatusCode::OK);
        let (page, read) = file(&browser, query).await;
        if !read.is_empty() {
            assert_valid(&page.body);
        }
        // in the list's order; what is left out is told
        let mut shown = rows.iter().map(|r| r[0].to_owned());
        for title in titles(&read) {
            assert!(shown.any(|s| s == title), "{title} is not in the list, or not in its order");
        }
        let said = match read.len() {
            1 => "One action is in the file".to_owned(),
            n => format!("{n} actions are in the file"),
        };
        assert!(read.is_empty() || ask.text().contains(&said), "{query}: {said}: {}", ask.text());
        let left = rows.len() - read.len();
        assert_eq!(ask.text().contains("left out"), left > 0, "{query}: {left} are left out");
        assert_eq!(page.body.contains("left out: "), left > 0);
    }
    let (page, read) = file(&browser, "").await;
    assert!(read.len() > 30);
    let headers = |name| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(headers(header::CONTENT_DISPOSITION), "attachment; filename=\"example-actions-2026-11-24.xml\"");
    // the note that an asterisk carries stands in the file
    let note = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    assert!(page.body.contains(&note[..20]));
    // and who exported what is written down
    let log = browser.get("/example/access-log").await;
    assert_eq!(log.text().matches(" rows A list").count(), 9, "{}", log.text());
}

#[tokio::test]
async fn an_action_says_in_the_file_what_its_record_says() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (_, read) = file(&browser, "").await;
    let activity = find(&read, "Strengthening asset recovery");
    let stated = Stated(&activity.tree);
    assert_eq!(stated.status(), Some("2"));
    let parties: Vec<_> = stated.parties().into_iter().map(|(r, o)| (r.as_str(), o.names[0].text.clone())).collect();
    assert!(
        parties.contains(&("funding", "Kingdom of Norland".into()))
            || parties.iter().any(|(r, n)| *r == "funding" && n.contains("Norland"))
    );
    assert_eq!(stated.countries().len(), 6);
    assert_eq!(stated.countries().iter().filter_map(|c| c.percentage).sum::<rust_decimal::Decimal>(), 100.into());
    assert_eq!(stated.budgets().len(), 1);
    assert_eq!(stated.total().map(|(n, c)| (n.to_string(), c.code())), Some(("4800000".into(), "EUR")));
    let kinds: Vec<_> = stated.transactions().map(|t| (t.kind, t.sum.amount.to_string())).collect();
    for (kind, amount) in [("2", "4800000"), ("3", "1600000"), ("3", "1200000"), ("4", "1941250.4")] {
        assert!(kinds.contains(&(kind.to_owned(), amount.to_owned())), "{kinds:?}");
    }
    assert_eq!(stated.planned_disbursements().len(), 1);
    assert!(stated.documents().iter().any(|d| d.url == "https://norland.example/cooperation/ar-2025-014"));
    assert!(stated.tags().iter().any(|t| t.code == "CRIME" && t.vocabulary.as_deref() == Some("99")));
    // a date of a month stays one
    let activity = find(&read, "Schools against hatred");
    let day = |of| Stated(&activity.tree).date(of).map(|d| d.to_string());
    let days = [iati::Milestone::PlannedStart, iati::Milestone::PlannedEnd].map(day);
    assert_eq!(days, [Some("2026-09".into()), Some("2027-06".into())]);
    // what is not stated is marked
    for activity in &read {
        let status = activity.tree.child("activity-status").expect("a status");
        assert!(status.attribute("concert:status").is_some());
    }
}

#[tokio::test]
async fn nobody_reads_in_a_file_what_they_do_not_see() {
    let portal = Portal::start().await;
    let restricted = "Protection of financial investigators";
    for email in [
        SECRETARIAT,
        "donor@example.example",
        "second-donor@example.example",
        "beneficiary-one@example.example",
        "lead-two@example.example",
    ] {
        let browser = portal.signed_in(email).await;
        let csv = browser.get("/example/actions.csv").await;
        let (page, read) = file(&browser, "").await;
        for title in titles(&read) {
            assert!(csv.body.contains(&title.replace('"', "\"\"")), "{email} reads of {title}");
        }
        let sees = csv.body.contains(restricted);
        assert_eq!(page.body.contains(restricted), sees, "{email}");
    }
    let observer = portal.signed_in("observer@example.example").await;
    for path in ["/example/actions.xml", "/example/actions/iati"] {
        assert_eq!(observer.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        let elsewhere = portal.signed_in("support-group@iisg.example").await;
        assert_eq!(elsewhere.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(portal.visitor().get("/example/actions.xml").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn whatever_a_record_says_the_file_stays_valid() {
    let portal = Portal::start().await;
    let id = portal.action("example", "SAFE: safe anchorages").await;
    sql(
        &portal,
        r#"update action set title = '</narrative><script>alert(1)</script> & "quoted" ]]> -- <!--', reference = '<x> & -->', theme_text = E'a\u0001b',
            source_url = 'https://example.org/a b?c=<d>&e="f"', source_note = '<!-- & -->', description = E'line\u000bone', date_note = '&lt;'
        where id::text = $1"#,
        &id,
    )
    .await;
    sql(&portal, "update organisation set name = '<b>&\"name\"</b>', iati_identifier = ' ' where id = (select reporting_id from action where id::text = $1)", &id).await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let (page, read) = file(&browser, "").await;
    assert_valid(&page.body);
    let activity = find(&read, "</narrative><script>");
    assert!(Stated(&activity.tree).identifier().expect("an identifier").starts_with("urn:uuid:"));
    let reference = activity.tree.named("other-identifier").next().and_then(|e| e.attribute("ref")).map(str::to_owned);
    assert_eq!(reference.as_deref(), Some("<x> & -->"));
}

#[tokio::test]
async fn what_an_action_came_with_comes_out_again_unless_the_record_says_otherwise() {
    let portal = Portal::start().await;
    let id = portal.action("example", "Strengthening asset recovery").await;
    let kept = r#"<iati-activity xmlns:x="urn:x" humanitarian="1" default-currency="EUR" xml:lang="en"><iati-identifier>NO-1-ABC</iati-identifier>
        <title><narrative>Strengthening asset recovery and the management of seized property</narrative><narrative xml:lang="sq">Titulli shqip</narrative></title>
        <description type="2"><narrative>Its objectives</narrative></description><activity-status code="3"/>
        <recipient-country code="UA" percentage="10"/><sector vocabulary="1" code="15130"><narrative>Justice</narrative></sector>
        <tag vocabulary="2" vocabulary-uri="https://sdg.example" code="16"/><policy-marker vocabulary="1" code="2" significance="1"/>
        <contact-info><email>someone@norland.example</email></contact-info>
        <transaction><transaction-type code="3"/><transaction-date iso-date="2020-01-01"/><value value-date="2020-01-01">7</value></transaction>
        <result type="1"><title><narrative>A result</narrative></title><indicator measure="1"><title><narrative>I</narrative></title></indicator></result>
        <x:own>kept</x:own></iati-activity>"#;
    sqlx::query(
        "insert into action_kept (process_id, action_id, format, identifier, content, kept_at)
            select process_id, id, 'iati', 'NO-1-ABC', $2, now() from action where id::text = $1",
    )
    .bind(&id)
    .bind(kept)
    .execute(&mut portal.superuser().await)
    .await
    .expect("kept");

    let browser = portal.signed_in(SECRETARIAT).await;
    let (page, read) = file(&browser, "").await;
    assert_valid(&page.body);
    let activity = find(&read, "Strengthening asset recovery");
    let stated = Stated(&activity.tree);
    assert_eq!(stated.identifier().as_deref(), Some("NO-1-ABC"));
    assert_eq!(stated.titles().len(), 2, "the title is the same: its languages stay");
    // the record's own description, and the objectives that it has no place for
    assert_eq!(stated.descriptions().iter().map(|(kind, _)| *kind).collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(stated.status(), Some("2"), "the record is ongoing, whatever it came with");
    assert_eq!(stated.countries().len(), 7, "a country that is not the process's to say");
    assert_eq!(stated.sectors()[0].code, "15130");
    assert!(stated.humanitarian() && stated.markers().len() == 1 && stated.results().len() == 1);
    assert!(stated.transactions().any(|t| t.sum.amount == 7.into()) && stated.transactions().count() == 5);
    assert_eq!(activity.tree.child("x:own").map(|e| e.text().into_owned()).as_deref(), Some("kept"));

    // the public file has none of what the public pages do not show
    let organisation = portal.lookup("select reporting_id::text from action where id::text = $1", &id).await;
    let public = portal.visitor().get(&format!("/example/public/iati/{organisation}.xml")).await;
    assert_valid(&public.body);
    let read = activities(all(&public.body));
    let activity = find(&read, "Strengthening asset recovery");
    assert_eq!(Stated(&activity.tree).identifier().as_deref(), Some("NO-1-ABC"));
    for secret in
        ["objectives", "someone@norland", "<transaction", "<result", "x:own", "code=\"UA\"", "4800000", "shared manual"]
    {
        assert!(!public.body.contains(secret), "the public file tells {secret}");
    }
    // a renamed one says its new title alone
    sql(&portal, "update action set title = 'Strengthening asset recovery, renamed' where id::text = $1", &id).await;
    let (_, read) = file(&browser, "").await;
    assert_eq!(Stated(&find(&read, "Strengthening asset recovery").tree).titles().len(), 1);
}

#[tokio::test]
async fn each_organisation_has_a_public_file_at_an_address_that_stays() {
    let portal = Portal::start().await;
    let visitor = portal.visitor();
    let index = visitor.get("/example/public/iati").await;
    assert_eq!(index.status, StatusCode::OK);
    let files: Vec<String> = index.select("a.addr").iter().map(|a| a.trim().to_owned()).collect();
    assert!(files.len() > 3, "{}", index.text());
    let published = portal
        .lookup(
            "select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.handling = 'public'
                and a.claim = 'confirmed' and a.merged_into_id is null and coalesce(a.starts_on, a.ends_on) is not null
                and exists (select from action_party x where x.process_id = a.process_id and x.action_id = a.id
                    and x.role in ('funding', 'implementing'))",
            "example",
        )
        .await;
    let mut found = 0;
    for file in &files {
        let path =
            file.split_once("/example/").map(|(_, rest)| format!("/example/{rest}")).expect("an address of ours");
        let page = visitor.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_valid(&page.body);
        let read = activities(all(&page.body));
        found += read.len();
        for kept in ["currency=", "<budget", "<transaction", "handling=", "role=\"2\"", "#themes"] {
            assert!(!page.body.contains(kept), "a public file tells {kept}");
        }
        for secret in [
            "From illicit financial flows",
            "Witness protection units",
            "Protection of financial",
            "Reintegration after release: municipal",
            "Hotline for parents",
        ] {
            assert!(!page.body.contains(secret), "{secret} is not published");
        }
    }
    assert_eq!(found.to_string(), published);

    // whoever has it already gets it once
    let path = files[0].split_once("/example/").map(|(_, rest)| format!("/example/{rest}")).expect("an address");
    let first = visitor.get(&path).await;
    let text = |page: &Page, name: header::HeaderName| {
        page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned()
    };
    let (tag, modified) = (text(&first, header::ETAG), text(&first, header::LAST_MODIFIED));
    assert!(tag.starts_with("W/\"") && modified.ends_with("GMT"), "{tag} {modified}");
    let again = async |name: header::HeaderName, value: &str| {
        use tower::ServiceExt;
        let request =
            axum::http::Request::get(&path).header(name, value).body(axum::body::Body::empty()).expect("a request");
        portal.router.clone().oneshot(request).await.expect("an answer").status()
    };
    assert_eq!(again(header::IF_NONE_MATCH, &tag).await, StatusCode::NOT_MODIFIED);
    assert_eq!(again(header::IF_NONE_MATCH, tag.trim_start_matches("W/")).await, StatusCode::NOT_MODIFIED);
    assert_eq!(again(header::IF_MODIFIED_SINCE, &modified).await, StatusCode::NOT_MODIFIED);
    // a register that fetches many at a time gets them all, and hears how long they are
    let many = futures::future::join_all((0..16).map(|_| visitor.get(&path))).await;
    for page in many {
        assert_eq!((page.status, &page.body), (StatusCode::OK, &first.body));
        assert_eq!(text(&page, header::CONTENT_LENGTH), page.bytes.len().to_string());
    }
    assert_eq!(again(header::IF_NONE_MATCH, "W/\"other\"").await, StatusCode::OK);
    assert_eq!(again(header::IF_MODIFIED_SINCE, "Sat, 01 Jan 2000 00:00:00 GMT").await, StatusCode::OK);
    let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(".xml")).expect("an id").to_owned();
    sql(&portal, "update organisation set name = 'Renamed', version = version + 1 where id::text = $1", &id).await;
    assert_eq!(again(header::IF_NONE_MATCH, &tag).await, StatusCode::OK, "its name has changed");
    assert!(visitor.get(&path).await.body.contains("Renamed"));

    // of another process, of nobody, and of who has published nothing: nothing
    let silent = portal
        .lookup(
            "select min(o.id::text) from organisation o join process p on p.id = o.process_id where p.slug = $1
                and not exists (select from action a where a.process_id = o.process_id and a.reporting_id = o.id)",
            "example",
        )
        .await;
    for path in [
        format!("/iisg/public/iati/{id}.xml"),
        format!("/nowhere/public/iati/{id}.xml"),
        format!("/example/public/iati/{silent}.xml"),
        format!("/example/public/iati/{id}"),
        "/example/public/iati/x.xml".to_owned(),
    ] {
        assert_eq!(visitor.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // who is one with another now leads on to it
    let kept = portal
        .lookup(
            "select min(a.reporting_id::text) from action a join organisation o on o.process_id = a.process_id and o.id::text = $1
                where a.handling = 'public' and a.reporting_id <> o.id",
            &id,
        )
        .await;
    sqlx::query("update organisation set merged_into_id = $2::uuid where id::text = $1")
        .bind(&id)
        .bind(&kept)
        .execute(&mut portal.superuser().await)
        .await
        .expect("merged");
    let moved = visitor.send(Method::GET, &path, None, "").await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.location.as_deref(), Some(format!("/example/public/iati/{kept}.xml").as_str()));
}

#[tokio::test]
async fn the_iisg_process_has_its_files_with_its_note() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@iisg.example").await;
    let page = browser.get("/iisg/actions.xml").await;
    assert_valid(&page.body);
    let read = activities(all(&page.body));
    let can = portal
        .lookup(
            "select count(*)::text from action a join process p on p.id = a.process_id where p.slug = $1 and a.merged_into_id is null
                and coalesce(a.starts_on, a.ends_on) is not null
                and exists (select from action_party x where x.process_id = a.process_id and x.action_id = a.id)",
            "iisg",
        )
        .await;
    assert_eq!(read.len().to_string(), can);
    assert!(page.body.contains("actions are left out: they state neither start nor end"));
    assert!(page.body.contains("1244") && page.body.contains("Kosovo*"));
    let marked = read
        .iter()
        .filter(|a| a.tree.child("activity-status").and_then(|s| s.attribute("concert:status")) == Some("not-stated"));
    assert!(marked.count() > 30);
}

/// The program, on a test's database.
pub fn concert(portal: &Portal, arguments: &[&str]) -> (bool, String, String) {
    let url = portal.url("concert_app");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_concert"));
    let done = command.args(arguments).args(["--database-url", &url]).output().expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (done.status.success(), text(&done.stdout), text(&done.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_command_line_a_member_gets_what_they_see_and_anybody_what_is_public() {
    let portal = Portal::start().await;
    let export = ["export", "--process", "example", "--format", "iati"];
    let with = |more: &[&str]| concert(&portal, &[&export[..], more].concat());
    let count = |text: &str| activities(all(text)).len();

    let (done, everything, said) = with(&["--as", SECRETARIAT]);
    assert!(done && said.contains("actions are in the file"), "{said}");
    assert_valid(&everything);
    let (_, page) = file(&portal.signed_in(SECRETARIAT).await, "").await;
    assert_eq!(count(&everything), page.len());
    let (_, members, _) = with(&["--as", SECRETARIAT, "--level", "members"]);
    let (_, public, _) = with(&["--level", "public"]);
    assert_valid(&public);
    assert!(count(&public) > 5 && count(&public) < count(&members) && count(&members) < count(&everything));
    assert!(!public.contains("<budget") && members.contains("<budget"));
    assert!(!members.contains("Witness protection units") && everything.contains("Witness protection units"));
    let (_, donors, _) = with(&["--as", "second-donor@example.example"]);
    assert_eq!(count(&donors), file(&portal.signed_in("second-donor@example.example").await, "").await.1.len());
    let logged = portal
        .lookup("select count(*)::text from access_log l join process p on p.id = l.process_id where p.slug = $1 and l.kind = 'export' and l.detail = 'iati'", "example")
        .await;
    assert_eq!(logged, "3");

    for (more, why) in [
        (&["--as", "observer@example.example"][..], "may not export"),
        (&["--as", "support-group@iisg.example"], "no member"),
        (&["--as", "nobody@example.example"], "no member"),
        (&[], "--as"),
    ] {
        let (done, out, said) = with(more);
        assert!(!done && out.is_empty() && said.contains(why), "{more:?}: {said}");
    }
    let (done, _, said) =
        concert(&portal, &["export", "--process", "nowhere", "--format", "iati", "--level", "public"]);
    assert!(!done && said.contains("no process"), "{said}");
}
