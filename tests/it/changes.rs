//! What has changed lately of actions, plans and needs: one list to look through, as far as each reader may read the histories, and as
//! a file.

use crate::harness::{Browser, Page, Portal};
use crate::packs::{DONOR, LEAD, OTHER_LEAD, PARTIES, SECRETARIAT};
use axum::http::StatusCode;

const OBSERVER: &str = "observer@example.example";
const SAFE: &str = "SAFE – Support to Asset Freezing Experts";
const PROBATION: &str = "Probation officers work with people convicted of violent extremism";
const VISIT: &str = "Study visit of prison governors";

/// `times` entries, a minute apart.
async fn note(portal: &Portal, title: &str, event: &str, changes: &str, at: &str, times: i32) {
    sqlx::query(
        "insert into history (process_id, subject_kind, subject_id, event, changes, at)
            select a.process_id, 'action', a.id, $2, $3::jsonb, $4::timestamptz + n * interval '1 minute'
            from action a join process p on p.id = a.process_id cross join generate_series(1, $5) n
            where p.slug = 'example' and a.title = $1",
    )
    .bind(title)
    .bind(event)
    .bind(changes)
    .bind(at)
    .bind(times)
    .execute(&mut portal.superuser().await)
    .await
    .expect("entries");
}

async fn listed(browser: &Browser, query: &str) -> (Page, Vec<String>) {
    let page = browser.get(&format!("/example/changes{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text());
    let titles = page.select("ol.timeline > li > div > a");
    (page, titles)
}

async fn some(portal: &Portal) {
    sqlx::query("delete from history").execute(&mut portal.superuser().await).await.expect("no history");
    let renamed = r#"{"title": {"from": ["Support to freezing"], "to": ["SAFE – Support to Asset Freezing Experts"]}}"#;
    note(portal, SAFE, "edited", renamed, "2026-11-20 08:00+00", 1).await;
    let closed = r#"{"reference": {"from": ["N-1001"], "to": ["N-1002"]}}"#;
    note(portal, PARTIES, "edited", closed, "2026-11-21 08:00+00", 1).await;
    note(portal, PROBATION, "confirmed", "{}", "2026-11-22 08:00+00", 1).await;
    note(portal, VISIT, "edited", r#"{"status": {"from": [], "to": ["ongoing"]}}"#, "2026-08-01 08:00+00", 1).await;
    // what people say about it is no change of it
    note(portal, PROBATION, "suggested", "{}", "2026-11-22 09:00+00", 1).await;
}

#[tokio::test]
async fn each_reader_looks_through_what_they_may_read() {
    let portal = Portal::start().await;
    some(&portal).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let (page, titles) = listed(&secretariat, "").await;
    assert_eq!(titles, [PROBATION, PARTIES, SAFE]);
    // from what to what of what every member sees; of others the fields alone
    let text = page.text();
    assert!(text.contains("Support to freezing") && text.contains("edited the record"), "{text}");
    assert!(text.contains("Changed: ") && !text.contains("N-1001") && !text.contains("N-1002"), "{text}");
    for (reader, expected) in
        [(LEAD, vec![PARTIES, SAFE]), (OTHER_LEAD, vec![PROBATION]), (DONOR, vec![PROBATION, PARTIES])]
    {
        let (_, titles) = listed(&portal.signed_in(reader).await, "").await;
        assert_eq!(titles, expected, "{reader}");
    }
    let observer = portal.signed_in(OBSERVER).await;
    for rest in ["", ".xlsx", ".csv"] {
        assert_eq!(observer.get(&format!("/example/changes{rest}")).await.status, StatusCode::FORBIDDEN, "{rest}");
    }
    // the home leads here
    let home = secretariat.get("/example").await;
    assert!(home.body.contains("href=\"/example/changes\""), "{}", home.text());
}

#[tokio::test]
async fn it_is_narrowed_paged_and_carried_away() {
    let portal = Portal::start().await;
    some(&portal).await;
    let browser = portal.signed_in(SECRETARIAT).await;
    assert_eq!(listed(&browser, "?days=365").await.1, [PROBATION, PARTIES, SAFE, VISIT]);
    assert_eq!(listed(&browser, "?what=confirmed").await.1, [PROBATION]);
    assert_eq!(listed(&browser, "?what=changed").await.1, [PARTIES, SAFE]);
    let crime = crate::packs::pillar(&portal, "CRIME").await.trim_start_matches("pillar:").to_owned();
    assert_eq!(listed(&browser, &format!("?of={crime}")).await.1, [PARTIES, SAFE]);
    // what is nonsense narrows nothing
    assert_eq!(listed(&browser, "?days=x&what=%00&of=1&after=x").await.1.len(), 3);

    let csv = browser.get("/example/changes.csv?what=changed").await;
    assert_eq!(csv.status, StatusCode::OK, "{}", csv.text());
    assert!(csv.body.contains(": Support to freezing → SAFE") && csv.body.contains(PARTIES), "{}", csv.body);
    assert!(!csv.body.contains("N-1002") && !csv.body.contains(PROBATION), "{}", csv.body);
    assert_eq!(browser.get("/example/changes.xlsx").await.status, StatusCode::OK);
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "action")
        .await;
    assert_eq!(noted, "2");

    note(&portal, PROBATION, "confirmed", "{}", "2026-11-23 08:00+00", 60).await;
    let (first, titles) = listed(&browser, "").await;
    assert_eq!((titles.len(), first.select("nav.pager a").len()), (50, 1));
    let next = crate::action_list::href(&first, "nav.pager a[rel=next]").expect("a next page");
    let second = browser.get(&next).await;
    let titles = second.select("ol.timeline > li > div > a");
    assert_eq!((titles.len(), titles.last().map(String::as_str)), (13, Some(SAFE)));
    let back = crate::action_list::href(&second, "nav.pager a[rel=prev]").expect("the page before");
    let again = browser.get(&back).await;
    assert_eq!(again.select("ol.timeline time"), first.select("ol.timeline time"));
}

const NEED: &str = "Example: a legal basis for managing seized property";

/// Entries of a plan of CRIME, of a part of it, and of a need under it: before and after that was submitted.
async fn of_plans_and_needs(portal: &Portal) -> (String, String) {
    sqlx::raw_sql(
        r#"with plan_of as (select v.process_id, v.id, v.title from plan v join process p on p.id = v.process_id
                join pillar l on l.process_id = v.process_id and l.id = v.pillar_id
                where p.slug = 'example' and l.key = 'CRIME' order by v.id limit 1),
            part as (select x.process_id, x.id from plan_node x join plan_of v on v.process_id = x.process_id and v.id = x.plan_id
                where x.title <> '' order by x.id limit 1),
            need_of as (select n.process_id, n.id, n.submitted_at from need n join process p on p.id = n.process_id
                where p.slug = 'example' and n.title = 'Example: a legal basis for managing seized property'
                    and n.submitted_at is not null order by n.submitted_at desc limit 1)
        insert into history (process_id, subject_kind, subject_id, event, changes, why, at)
            select process_id, 'plan', id, 'plan-edited', '{"title": {"from": ["Words of old"], "to": ["Words of new"]}}'::jsonb,
                'It is shorter.', timestamptz '2026-11-23 08:00+00' from plan_of
            union all select process_id, 'plan_node', id, 'node-reworded', '{"title": {"from": ["Words of old"], "to": ["x"]}}', '',
                '2026-11-23 09:00+00' from part
            union all select process_id, 'need', id, 'need-changed', '{"title": {"from": ["Words of old"], "to": ["x"]}}', '',
                '2026-11-23 10:00+00' from need_of
            union all select process_id, 'need', id, 'need-drafted', '{}', 'Not for others', submitted_at - interval '1 minute'
                from need_of"#,
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("entries");
    let plan = "select v.title from history h join plan v on v.id = h.subject_id where h.subject_kind = $1";
    let part = "select x.title from history h join plan_node x on x.id = h.subject_id where h.subject_kind = $1";
    (portal.lookup(plan, "plan").await, portal.lookup(part, "plan_node").await)
}

#[tokio::test]
async fn plans_and_needs_are_in_it_by_the_rules_of_their_own_pages() {
    let portal = Portal::start().await;
    some(&portal).await;
    let (plan, part) = of_plans_and_needs(&portal).await;
    let part = format!("{part} ({plan})");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let (page, titles) = listed(&secretariat, "?days=365&what=changed").await;
    assert_eq!(titles, [NEED, &part, &plan, PARTIES, SAFE, VISIT]);
    // the fields alone: what was written is on the record's own page
    assert!(page.text().contains("Changed: Title") && page.text().contains("“It is shorter.”"), "{}", page.text());
    assert!(!page.body.contains("Words of") && !page.body.contains("Not for others"), "{}", page.text());
    for (query, expected) in [
        ("?about=plan", vec![part.as_str(), plan.as_str()]),
        // how it was drafted is its own side's to know
        ("?about=need&days=365", vec![NEED]),
        ("?about=action", vec![PROBATION, PARTIES, SAFE]),
    ] {
        assert_eq!(listed(&secretariat, query).await.1, expected, "{query}");
    }
    // each way leads somewhere
    for link in ["ol.timeline a[href*='/plans/']", "ol.timeline a[href*='/needs/']"] {
        let to = crate::action_list::href(&page, link).expect("a link");
        assert_eq!(secretariat.get(to.split('#').next().unwrap_or_default()).await.status, StatusCode::OK, "{to}");
    }
    // a plan is its pillar's; a need is its pillar's, too
    let of = async |reader: &str| listed(&portal.signed_in(reader).await, "").await.1;
    assert_eq!(of(LEAD).await, [NEED, &part, &plan, PARTIES, SAFE]);
    assert_eq!(of(OTHER_LEAD).await, [PROBATION]);
    let donor = of(DONOR).await;
    assert!(!donor.contains(&plan) && !donor.contains(&part), "{donor:?}");
    let csv = secretariat.get("/example/changes.csv?about=need").await;
    assert!(
        csv.body.contains(NEED) && csv.body.contains("/example/needs/") && !csv.body.contains(SAFE),
        "{}",
        csv.body
    );
}
