//! Results of plans: figures are stated, corrected and taken back; what they come to; who may, and who sees them.

use crate::files::parts;
use crate::harness::{Browser, Portal};
use crate::plan_life::{done, step};
use crate::plans::plan;
use axum::http::StatusCode;

const LEAD: &str = "lead-two@example.example";
const OTHER_LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const IN_FORCE: &str = "Plan of Action on serious crime 2025–2027";

/// The page of an indicator of the plan in force.
async fn indicator(portal: &Portal, name: &str) -> String {
    let sql =
        "select i.id::text from indicator i join plan_node n on n.process_id = i.process_id and n.id = i.plan_node_id
        join plan p on p.process_id = n.process_id and p.id = n.plan_id where p.state = 'in_force' and i.name = $1";
    let id = portal.lookup(sql, name).await;
    format!("{}/results/{id}", plan(portal, IN_FORCE).await)
}

async fn beneficiary(portal: &Portal, code: &str) -> String {
    portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", code).await
}

async fn state(browser: &Browser, at: &str, fields: &[(&str, &str)]) -> crate::harness::Page {
    browser.submit(at, Some(at), fields).await
}

#[tokio::test]
async fn a_lead_states_corrects_and_takes_back_and_nothing_is_lost() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let at = indicator(&portal, "Joint teams set up").await;
    let results = format!("{}/results", plan(&portal, IN_FORCE).await);
    assert!(lead.get(&results).await.text().contains("Joint teams set up"));
    let wrong = state(&lead, &at, &[("from", "2031"), ("value", "many"), ("source", "")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.value("value").as_deref(), Some("many"), "what was typed is kept");
    assert_eq!(wrong.select(".field.bad .error").len(), 3, "{}", wrong.text());
    let listed = wrong.select(".errors li").join(" ");
    assert!(listed.contains("From: ") && listed.contains("Figure: ") && listed.contains("Source: "), "{listed}");
    let stated = state(&lead, &at, &[("from", "2026"), ("value", "3"), ("source", "Letter of the lead")]).await;
    assert_eq!(stated.status, StatusCode::SEE_OTHER, "{}", stated.text());
    // two teams in 2025 are in the seed
    assert!(lead.get(&at).await.select("dl.facts").join(" ").contains('5'), "{}", lead.get(&at).await.text());
    let again = state(&lead, &at, &[("from", "2026-03"), ("value", "1"), ("source", "Letter")]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "a period within another");
    assert!(again.text().contains("There is already a figure for 2026"), "{}", again.text());
    let sql = "select id::text from indicator_actual where source = $1 and replaced_at is null";
    let old = portal.lookup(sql, "Letter of the lead").await;
    let form = format!("{at}?correct={old}");
    assert_eq!(lead.get(&form).await.value("value").as_deref(), Some("3"));
    let bare = lead.submit(&form, Some(&at), &[("value", "4"), ("do", "save")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "a correction says why");
    let corrected =
        lead.submit(&form, Some(&at), &[("value", "4"), ("why", "One was counted late"), ("do", "save")]).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.text());
    let page = lead.get(&at).await;
    assert!(
        page.text().contains("One was counted late") && page.select("del").concat().contains('3'),
        "{}",
        page.text()
    );
    // who still has the old form open overwrites nothing
    let late = lead
        .post(
            &at,
            &[
                ("replaces", &old),
                ("from", "2026"),
                ("value", "9"),
                ("source", "x"),
                ("dated", "2026-01-01"),
                ("why", "y"),
            ],
        )
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert_eq!(late.value("value").as_deref(), Some("9"));
    let new = portal.lookup(sql, "Letter of the lead").await;
    assert_ne!(old, new);
    let gone =
        lead.submit(&format!("{at}?correct={new}"), Some(&at), &[("why", "Of another plan"), ("do", "withdraw")]).await;
    assert_eq!(gone.status, StatusCode::SEE_OTHER, "{}", gone.text());
    let kept = portal
        .lookup(
            "select count(*)::text from indicator_actual where source = $1 and replaced_at is not null",
            "Letter of the lead",
        )
        .await;
    assert_eq!(kept, "2");
    let history = lead.get(&format!("{}/history", plan(&portal, IN_FORCE).await)).await.text();
    for words in ["stated a figure", "corrected a figure", "withdrew a figure", "Of another plan"] {
        assert!(history.contains(words), "{words}: {history}");
    }
}

#[tokio::test]
async fn with_what_a_plan_ended_is_kept_as_it_was_known_then() {
    let portal = Portal::start().await;
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let address = plan(&portal, IN_FORCE).await;
    let at = indicator(&portal, "Joint teams set up").await;
    let stated = state(&lead, &at, &[("from", "2026"), ("value", "1234"), ("source", "Letter of the lead")]).await;
    assert_eq!(stated.status, StatusCode::SEE_OTHER, "{}", stated.text());
    // what was adopted is no state of play
    let adopted = secretariat.get(&format!("{address}/snapshots/1")).await;
    assert!(
        adopted.status == StatusCode::OK && !adopted.body.contains("Results when it ended"),
        "{}: {}",
        adopted.status,
        adopted.text()
    );
    // two reports with figures are accepted; one of them is on an action for its parties alone
    let mut server = portal.superuser().await;
    for sql in [
        "select set_config('app.process', (select id::text from process where slug = 'example'), false)",
        "update progress_report set state = 'accepted', decided_at = reported_at where state in ('reported', 'correction')
            and round_id in (select id from round where state = 'open') and id in (select report_id from progress_value)",
        "update action set handling = 'parties' where id in (select r.action_id from progress_report r join progress_value v on v.report_id = r.id
            join indicator i on i.id = v.indicator_id where i.name = 'Investigators certified')",
    ] {
        let done = sqlx::query(sql).execute(&mut server).await.expect("accepted");
        assert!(done.rows_affected() > 0, "{sql}");
    }
    done(&step(&secretariat, &address, "close", &[("why", "It has run its course")]).await);
    let number = portal
        .lookup(
            "select number::text from plan_snapshot where step = 'closed' and plan_id::text = $1",
            address.rsplit('/').next().expect("an id"),
        )
        .await;
    let frozen = format!("{address}/snapshots/{number}");
    let page = lead.get(&frozen).await;
    let kept = page.select("#results .measured");
    let of = |name: &str| kept.iter().find(|m| m.starts_with(name)).cloned().unwrap_or_default();
    assert!(of("Joint teams set up").contains("All together, 2026: 1,234"), "{kept:?}");
    assert!(of("Investigators certified").contains("Arvania, 2025: 24"), "{kept:?}");
    // those that reports on actions for all members brought, and no others
    let from_reports = |m: &String| m.matches("(an accepted report on an action)").count();
    assert_eq!(kept.iter().map(from_reports).sum::<usize>(), 2, "{kept:?}");
    assert_eq!(from_reports(&of("Posts filled in asset recovery offices")), 2, "{kept:?}");
    // a later correction leaves it as it was
    let sql = "select id::text from indicator_actual where source = $1 and replaced_at is null";
    let form = format!("{at}?correct={}", portal.lookup(sql, "Letter of the lead").await);
    let fields = [("value", "4"), ("why", "A slip of the pen"), ("do", "save")];
    assert_eq!(lead.submit(&form, Some(&at), &fields).await.status, StatusCode::SEE_OTHER);
    assert_eq!(lead.get(&frozen).await.select("#results .measured"), kept);
    for format in ["docx", "xlsx"] {
        let file = parts(&lead.get(&format!("{frozen}/file?format={format}")).await);
        assert!(file.contains("Results when it ended") && file.contains("Joint teams set up"), "{format}");
        assert!(file.contains(if format == "docx" { "1,234" } else { "1234" }), "{format}");
    }
    // it is the members' record: neither an observer nor the public has it
    let observer = portal.signed_in("observer@example.example").await.get(&frozen).await;
    assert!(observer.status == StatusCode::OK && !observer.body.contains("id=\"results\""), "{}", observer.status);
}

#[tokio::test]
async fn parts_and_a_whole_are_not_added_up_and_percentages_never() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let at = indicator(&portal, "Investigators certified").await;
    let before = lead.get(&at).await;
    assert!(before.select("dl.facts").join(" ").contains("62"), "24 + 18 + 11 + 9: {}", before.text());
    let whole = state(&lead, &at, &[("from", "2025"), ("value", "60"), ("source", "Register")]).await;
    assert_eq!(whole.status, StatusCode::SEE_OTHER, "{}", whole.text());
    let after = lead.get(&at).await;
    assert!(after.select("dl.facts").join(" ").contains("69"), "60 + 9: {}", after.text());
    assert!(after.text().contains("a figure for all together covers the same period"), "{}", after.text());
    let arvania = beneficiary(&portal, "XA").await;
    let twice =
        state(&lead, &at, &[("beneficiary", &arvania), ("from", "2025"), ("value", "1"), ("source", "x")]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    // a form of an open plan refuses to add percentages up
    let writer = portal.signed_in(OTHER_LEAD).await;
    let draft = crate::plans::blank(&portal, &writer).await;
    crate::plans::add(&writer, &draft, "Measured").await;
    let node = crate::plans::node(&portal, "Measured").await;
    let form = format!("{draft}/nodes/{node}/indicators/new");
    let refused =
        writer.submit(&form, Some(&form), &[("name", "Rate"), ("unit", "% of cases"), ("method", "sum")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Percentages are neither added up nor averaged"), "{}", refused.text());
    let kept =
        writer.submit(&form, Some(&form), &[("name", "Rate"), ("unit", "% of cases"), ("method", "latest")]).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
    let id = portal.lookup("select id::text from indicator where name = $1", "Rate").await;
    // saved again it is the same row, so that what points at it stays
    let form = format!("{draft}/nodes/{node}/indicators/{id}");
    let renamed = writer.submit(&form, Some(&form), &[("name", "Rate of all"), ("do", "save")]).await;
    assert_eq!(renamed.status, StatusCode::SEE_OTHER, "{}", renamed.text());
    assert_eq!(portal.lookup("select method from indicator where id::text = $1", &id).await, "latest");
    let none_yet = writer.post(&format!("{draft}/results/{id}"), &[("from", "2026")]).await;
    assert_eq!(none_yet.status, StatusCode::CONFLICT, "figures are stated from the adoption on");
}

#[tokio::test]
async fn others_read_and_do_not_state_and_observers_see_what_is_adopted() {
    let portal = Portal::start().await;
    let at = indicator(&portal, "Joint teams set up").await;
    for who in [OTHER_LEAD, "donor@example.example", "beneficiary-one@example.example", "chair@example.example"] {
        let browser = portal.signed_in(who).await;
        let page = browser.get(&at).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert!(page.select("form[action$='/results']").is_empty() && page.select("#state").is_empty(), "{who}");
        let sent =
            browser.post(&at, &[("from", "2026"), ("value", "3"), ("source", "x"), ("dated", "2026-11-01")]).await;
        assert_eq!(sent.status, StatusCode::FORBIDDEN, "{who}");
    }
    let observer = portal.signed_in("observer@example.example").await;
    let results = format!("{}/results", plan(&portal, IN_FORCE).await);
    assert!(observer.get(&results).await.text().contains("Investigators certified"));
    let draft = plan(&portal, "Plan of Action on border crossings 2026–2028").await;
    assert_eq!(observer.get(&format!("{draft}/results")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(observer.get(&format!("{results}.csv")).await.status, StatusCode::FORBIDDEN);
    let elsewhere = portal.signed_in("support-group@iisg.example").await;
    assert_eq!(elsewhere.get(&at).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_file_holds_every_year_and_beneficiary() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let results = format!("{}/results", plan(&portal, IN_FORCE).await);
    let file = browser.get(&format!("{results}.csv")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let line = file
        .body
        .lines()
        .find(|l| l.contains("Investigators certified") && l.contains("Arvania") && l.contains("2025"));
    assert!(line.is_some_and(|l| l.contains("24")), "{}", file.body);
    assert_eq!(browser.get(&format!("{results}.xlsx")).await.status, StatusCode::OK);
    // up the tree: 62 investigators and 9 experts, and no percentage
    let text = browser.get(&results).await.text();
    for words in ["persons, added up: 71", "(2 indicators, 2 with figures)", "because percentages cannot be added"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let opened = browser.get(&format!("{results}?by=beneficiary")).await;
    assert!(opened.select("tr.inner").len() >= 3, "{}", opened.text());
}
