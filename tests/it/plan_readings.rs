//! What a plan begins with, what its readings show of its actions, and what is published when it comes into force.

use crate::harness::{Browser, Page, Portal};
use crate::plan_life::days;
use crate::plans::plan;
use axum::http::StatusCode;
use scraper::Selector;
use std::collections::BTreeSet;

const LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const IN_FORCE: &str = "Plan of Action on serious crime 2025–2027";

/// Begins a plan of the lead's own pillar; answers what came back.
async fn begun(portal: &Portal, lead: &Browser, fields: &[(&str, &str)]) -> Page {
    let pillar = portal.lookup("select id::text from pillar where key = $1", "PREVENT").await;
    let mut all = vec![("title", "A plan that is begun"), ("pillar", pillar.as_str())];
    all.extend_from_slice(fields);
    lead.submit("/example/plans/new", Some("/example/plans/new"), &all).await
}

fn address(begun: &Page) -> String {
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
    begun.location.as_deref().and_then(|l| l.split("/edit").next()).expect("an address").to_owned()
}

/// Its parts as they are read: level and title.
async fn parts(portal: &Portal, plan: &str) -> String {
    portal
        .lookup(
            "with recursive t as (
                select n.id, n.kind, n.title, array[n.position] as way from plan_node n
                    where n.plan_id::text = $1 and n.parent_id is null and n.removed_at is null
                union all select n.id, n.kind, n.title, t.way || n.position from plan_node n join t on n.parent_id = t.id where n.removed_at is null)
             select string_agg(kind || ' ' || title, '; ' order by way) from t",
            plan.rsplit('/').next().expect("an id"),
        )
        .await
}

#[tokio::test]
async fn a_plan_begins_with_the_template_of_its_process() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let ours = "Anticipate, Prevent, Protect, Respond";
    assert!(lead.get("/example/plans/new").await.text().contains(ours));
    let first = address(&begun(&portal, &lead, &[("start", "frame"), ("kind", "needs_frame")]).await);
    let own = "objective Anticipate; objective Prevent; objective Protect; objective Respond";
    assert_eq!(parts(&portal, &first).await, own);
    // the process has its own since; what was begun before stays
    assert!(secretariat.get("/example/settings").await.text().contains(ours));
    let settings = "/example/settings/edit";
    let long = format!("Understand\n{}", "x".repeat(201));
    let refused = secretariat.submit(settings, None, &[("plan_frame", &long)]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.select(".field.bad").join(" ").contains("at most 20 objectives"), "{}", refused.text());
    assert!(refused.body.contains(&"x".repeat(201)), "what was typed is kept");
    let saved = secretariat.submit(settings, None, &[("plan_frame", "Understand\r\n\r\n Act together ")]).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(secretariat.get("/example/settings").await.text().contains("Understand; Act together"));
    let form = lead.get("/example/plans/new").await.text();
    assert!(form.contains("Understand, Act together") && !form.contains(ours), "{form}");
    let second = address(&begun(&portal, &lead, &[("start", "frame")]).await);
    assert_eq!(parts(&portal, &second).await, "objective Understand; objective Act together");
    assert_eq!(parts(&portal, &first).await, own);
    // without an entry the portal's own stands again
    let cleared = secretariat.submit(settings, None, &[("plan_frame", "")]).await;
    assert_eq!(cleared.status, StatusCode::SEE_OTHER, "{}", cleared.text());
    assert!(lead.get("/example/plans/new").await.text().contains(ours));
}

#[tokio::test]
async fn a_plan_begins_as_a_copy_of_an_earlier_one_without_its_actions() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let earlier = plan(&portal, IN_FORCE).await;
    let refused = begun(&portal, &lead, &[("start", "copy"), ("from", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a copy of what?");
    let id = earlier.rsplit('/').next().expect("an id");
    let copy = address(&begun(&portal, &lead, &[("start", "copy"), ("from", id)]).await);
    let (was, is) = (parts(&portal, &earlier).await, parts(&portal, &copy).await);
    assert!(was.contains("measure ") && was == is, "{was}\n{is}");
    let (old, new) = (lead.get(&earlier).await, lead.get(&copy).await);
    assert_eq!(old.select(".doc .node .code"), new.select(".doc .node .code"));
    assert!(hanging(&new).is_empty() && !hanging(&old).is_empty(), "actions stay with the earlier plan");
    let indicators =
        "select count(*)::text from indicator i join plan_node n on n.id = i.plan_node_id where n.plan_id::text = $1";
    let count = portal.lookup(indicators, id).await;
    assert_ne!(count, "0");
    assert_eq!(portal.lookup(indicators, copy.rsplit('/').next().expect("an id")).await, count);
    // it is another plan, and no revision of the earlier one
    assert_eq!(new.select(".standing li[aria-current=step]"), ["Draft"]);
    assert!(!old.select(".standing").join(" ").contains("A plan that is begun"));
}

/// Titles of the actions that a plan's page shows under its measures.
fn hanging(page: &Page) -> BTreeSet<String> {
    page.select(".doc .hang span > a[href*='/actions/']").into_iter().collect()
}

fn set(titles: &[&str]) -> BTreeSet<String> {
    titles.iter().map(|t| (*t).to_owned()).collect()
}

const ILLICIT: &str = "From illicit financial flows to recovered assets";
const CYBER: &str = "Cyber incident response in five jurisdictions";
const TARVIS: &str = "A cyber incident team for Tarvis";
const RELOCATION: &str = "Relocation of witnesses between two states of the region";
const VESSELS: &str = "Regional register of forfeited vessels";
const OFFICES: &str = "Support to asset management offices";
const PHASE_ONE: &str = "Joint investigation teams for serious cases, phase I";

#[tokio::test]
async fn readings_are_filtered_by_beneficiary_donor_and_state() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let westmark = portal.lookup("select id::text from organisation where name = $1", "Westmark").await;
    let all = hanging(&secretariat.get(&place).await);
    assert!(all.len() > 10, "{all:?}");
    let shown = async |query: &str| hanging(&secretariat.get(&format!("{place}?{query}")).await);
    assert_eq!(shown("status=pipeline").await, set(&[OFFICES]));
    assert_eq!(shown("status=completed").await, set(&[PHASE_ONE]));
    // what is restricted is seen by whom it was opened to, and by nobody else
    assert_eq!(shown(&format!("donor={westmark}")).await, set(&[ILLICIT, CYBER, VESSELS, RELOCATION]));
    let chair = portal.signed_in("chair@example.example").await;
    let theirs = hanging(&chair.get(&format!("{place}?donor={westmark}")).await);
    assert_eq!(theirs, set(&[ILLICIT, CYBER, VESSELS]));
    assert_eq!(shown(&format!("donor={westmark}&beneficiary=XT")).await, set(&[ILLICIT, VESSELS]));
    assert_eq!(shown(&format!("donor={westmark}&status=cancelled")).await, set(&[VESSELS]));
    let tarvis = shown("beneficiary=XT").await;
    assert!(tarvis.contains(TARVIS) && !tarvis.contains(CYBER) && !tarvis.contains(OFFICES), "{tarvis:?}");
    assert!(tarvis.is_subset(&all) && tarvis.len() < all.len());
    for nothing in ["beneficiary=QQ", "donor=nobody", "status=never"] {
        assert!(shown(nothing).await.is_empty(), "{nothing}");
    }
    // the other readings take the same filters
    let query = format!("donor={westmark}&beneficiary=XT");
    let timeline = secretariat.get(&format!("{place}/timeline?{query}")).await;
    assert_eq!(timeline.select("tbody a.t").into_iter().collect::<BTreeSet<_>>(), set(&[ILLICIT, VESSELS]));
    let matrix = secretariat.get(&format!("{place}/matrix?{query}")).await;
    let counted: u32 = matrix.select("table.matrix tbody td a").iter().filter_map(|n| n.parse::<u32>().ok()).sum();
    assert_eq!(counted, 2, "both, in the one column that is asked for: {}", matrix.text());
    assert_eq!(matrix.select("table.matrix thead th").len(), 3, "measure, Tarvis, not stated");
    assert_eq!(matrix.select("#donor option[selected]"), ["Westmark"]);
}

#[tokio::test]
async fn the_matrix_counts_actions_by_measure_and_beneficiary() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let page = portal.signed_in(SECRETARIAT).await.get(&format!("{place}/matrix")).await;
    let heads = page.select("table.matrix thead th");
    let beneficiaries = ["Arvania", "Bergovia and Hollmark", "Kestria*", "Lumenia", "Upper Sevonia", "Tarvis"];
    assert_eq!(heads.len(), beneficiaries.len() + 2, "{heads:?}");
    assert_eq!(heads.last().map(String::as_str), Some("not stated"));
    let rows = page.select("table.matrix tbody tr");
    for (measure, counts) in [
        ("have staff and a budget of their own", ["4", "2", "2", "2", "2", "1"]),
        ("Experts for freezing assets", ["–", "1", "–", "–", "1", "1"]),
        ("Forfeited vessels and vehicles", ["1", "–", "–", "–", "–", "1"]),
        ("has a cyber incident team", ["1", "1", "1", "1", "1", "1"]),
    ] {
        let row = rows.iter().find(|r| r.contains(measure)).unwrap_or_else(|| panic!("no {measure} in {rows:?}"));
        let cells: Vec<&str> = row.split_whitespace().rev().take(7).collect();
        let of = |name: &str| {
            let column = heads.iter().position(|h| h == name).unwrap_or_else(|| panic!("no {name} in {heads:?}"));
            // seen from the right
            cells[heads.len() - 1 - column]
        };
        let shown = beneficiaries.map(of);
        assert_eq!(shown, counts, "{measure}: {row}");
        assert_eq!(of("not stated"), "–", "{measure}");
    }
    // a cell leads to what it counts
    let html = page.html();
    let link = Selector::parse("table.matrix td.h2 a").expect("a selector");
    let link = html.select(&link).next().and_then(|a| a.value().attr("href")).expect("a link").to_owned();
    let read = portal.signed_in(SECRETARIAT).await.get(link.split('#').next().expect("an address")).await;
    let node = link.split('#').nth(1).expect("a part");
    assert_eq!(read.select(&format!("#{node} .hang span > a[href*='/actions/']")).len(), 4, "{link}");
}

#[tokio::test]
async fn a_cell_of_a_filtered_matrix_leads_to_what_it_counts() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let westmark = portal.lookup("select id::text from organisation where name = $1", "Westmark").await;
    // of one action no beneficiary is stated
    sqlx::query("delete from action_beneficiary where action_id = (select id from action where title = $1)")
        .bind(CYBER)
        .execute(&mut portal.superuser().await)
        .await
        .expect("taken away");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let mut opened = 0;
    for query in [String::new(), format!("?donor={westmark}"), format!("?donor={westmark}&beneficiary=XT")] {
        let page = secretariat.get(&format!("{place}/matrix{query}")).await;
        let html = page.html();
        let cells = Selector::parse("table.matrix tbody td a").expect("a selector");
        let cells: Vec<(usize, String)> = html
            .select(&cells)
            .map(|a| {
                let n = a.text().collect::<String>().trim().parse().expect("a number");
                (n, a.value().attr("href").expect("a link").to_owned())
            })
            .collect();
        for (n, link) in cells {
            let (address, node) = link.split_once('#').expect("a part");
            let read = secretariat.get(address).await;
            assert_eq!(read.select(&format!("#{node} .hang span > a[href*='/actions/']")).len(), n, "{query}: {link}");
            opened += 1;
        }
    }
    assert!(opened > 12, "{opened}");
    let unstated = secretariat.get(&format!("{place}?beneficiary=none")).await;
    let hangs = hanging(&unstated);
    assert!(hangs.contains(CYBER) && !hangs.contains(ILLICIT) && !hangs.contains(TARVIS), "{hangs:?}");
    assert_eq!(unstated.select("#beneficiary option[selected]"), ["not stated"]);
}

#[tokio::test]
async fn the_timeline_puts_each_action_at_its_time() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let page = portal.signed_in(SECRETARIAT).await.get(&format!("{place}/timeline")).await;
    // the plan's years, widened by its actions up to three on either side
    let years: Vec<String> = (2022..=2030).map(|y| y.to_string()).collect();
    assert_eq!(page.select("thead svg.span text.label"), years);
    let html = page.html();
    let (rows, title, bar, when) = (
        Selector::parse("tbody tr").expect("rows"),
        Selector::parse("a.t").expect("a title"),
        Selector::parse("rect.bar").expect("a bar"),
        Selector::parse("td.when").expect("dates"),
    );
    let row = |wanted: &str| {
        html.select(&rows)
            .find(|r| r.select(&title).next().is_some_and(|a| a.text().collect::<String>().trim() == wanted))
            .unwrap_or_else(|| panic!("no {wanted}"))
    };
    let dates_of = |wanted: &str| row(wanted).select(&when).next().expect("dates").text().collect::<String>();
    let (dates, beside) = (dates_of(PHASE_ONE), "outside the plan’s years");
    assert!(dates.contains("1 February 2022") && dates.contains("30 April 2024"), "{dates}");
    // it had ended before the plan began; the others run in it
    assert!(dates.contains(beside) && !dates_of(CYBER).contains(beside), "{dates}");
    assert!(portal.signed_in(SECRETARIAT).await.get(&place).await.text().contains(beside));
    let place_of = |wanted: &str| {
        let bar = row(wanted).select(&bar).next().unwrap_or_else(|| panic!("no bar of {wanted}"));
        (bar.value().attr("x").expect("x").to_owned(), bar.value().attr("width").expect("width").to_owned())
    };
    // 31 days of 3,287 in, and 819 long
    assert_eq!(place_of(PHASE_ONE), ("0.94%".to_owned(), "24.92%".to_owned()));
    let x = |wanted: &str| place_of(wanted).0.trim_end_matches('%').parse::<f64>().expect("a share");
    assert!(x(PHASE_ONE) < x(CYBER) && x(CYBER) < x(TARVIS) && x(TARVIS) < x(OFFICES), "by their beginning");
    assert_eq!(page.select("line.now").len(), page.select("tbody a.t").len(), "today, on each of them");
    // measures follow the plan's order
    let codes = page.select("tbody th[scope=rowgroup] .code");
    let mut sorted = codes.clone();
    sorted.sort();
    assert_eq!(codes, sorted);
}

/// Puts the plan in force of the example back to where it waits for its day.
async fn adopted(portal: &Portal) {
    sqlx::query(
        "update plan set state = 'adopted', published_at = null, in_force_on = '2026-11-24', closes_on = null where title = $1",
    )
    .bind(IN_FORCE)
    .execute(&mut portal.superuser().await)
    .await
    .expect("adopted");
}

/// Whether everybody can read it; its record and its page say the same.
async fn is_public(portal: &Portal, place: &str) -> bool {
    let page = portal.visitor().get(&place.replace("/example/", "/example/public/")).await;
    assert!(matches!(page.status, StatusCode::OK | StatusCode::NOT_FOUND), "{}", page.status);
    let noted = portal.lookup("select (published_at is not null)::text from plan where title = $1", IN_FORCE).await;
    assert_eq!(page.status == StatusCode::OK, noted == "true");
    noted == "true"
}

#[tokio::test]
async fn a_plan_is_published_by_itself_where_the_process_says_so() {
    let portal = Portal::start().await;
    let place = plan(&portal, IN_FORCE).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let state = async || portal.lookup("select state from plan where title = $1", IN_FORCE).await;
    let step = format!("{place}/steps/put-in-force");
    for (publishes, by_day) in [(false, false), (false, true), (true, false), (true, true)] {
        adopted(&portal).await;
        let settings = "/example/settings/edit";
        let opened = secretariat.get(settings).await;
        let (_, mut fields) = opened.form(None);
        fields.retain(|(name, _)| name != "publish_plans");
        if publishes {
            fields.push(("publish_plans".to_owned(), "yes".to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let saved = secretariat.post_raw(settings, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
        assert!(!is_public(&portal, &place).await, "not before it is in force");
        match by_day {
            true => days(&portal).await.expect("its day"),
            false => {
                let taken = secretariat.submit(&step, Some(&step), &[]).await;
                assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
            }
        }
        assert_eq!(state().await, "in_force");
        assert_eq!(is_public(&portal, &place).await, publishes, "set: {publishes}, by its day: {by_day}");
    }
    // a process that shows nothing to the public publishes nothing by itself
    adopted(&portal).await;
    let hidden = "update process set public = false where slug = 'example'";
    sqlx::query(hidden).execute(&mut portal.superuser().await).await.expect("hidden");
    days(&portal).await.expect("its day");
    assert_eq!(state().await, "in_force");
    assert_eq!(portal.lookup("select (published_at is null)::text from plan where title = $1", IN_FORCE).await, "true");
}
