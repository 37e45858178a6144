//! What has changed between two texts of a plan, all of it and why; and who is not told the reasons.

use crate::files::parts;
use crate::harness::{Page, Portal};
use crate::plan_consultation::{TITLE, node, plan, remark};
use crate::plans::add;
use axum::http::StatusCode;

const LEAD: &str = "lead-one@example.example";
const NORLAND: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";
const PARENTS: &str = "Teachers and parents recognise recruitment early";
const AID: &str = "Legal aid for families of returnees";

fn done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

#[tokio::test]
async fn a_comparison_says_why_to_those_who_see_drafts_and_to_nobody_else() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let (measure, aid) = (node(&portal, PARENTS).await, node(&portal, AID).await);
    let (lead, norland) = (portal.signed_in(LEAD).await, portal.signed_in(NORLAND).await);
    let place = format!("{plan}/nodes/{measure}");
    // the form of a part offers it, for the text and for what is done with the part
    let fields = [("body", "Two teachers in each school."), ("why", "The schools asked for it")];
    done(&lead.submit(&format!("{place}/edit"), Some(&format!("/nodes/{measure}")), &fields).await);
    let removed = lead
        .post(&format!("{plan}/nodes/{aid}"), &[("do", "remove"), ("why_remove", "It goes into another plan")])
        .await;
    done(&removed);
    for (text, level) in [("How many a year?", "members"), ("Between those asked", "parties")] {
        let said = [("text", text), ("node", measure.as_str()), ("handling", level)];
        done(&norland.post(&format!("{plan}/remarks"), &said).await);
        let id = remark(&portal, text).await;
        let answer = [("remark", id.as_str()), ("answer", "not"), ("answer_why", "The budget says it")];
        done(&lead.post(&format!("{plan}/consultation/answers"), &answer).await);
    }
    let whys = ["The schools asked for it", "It goes into another plan", "How many a year?", "The budget says it"];
    let page = norland.get(&format!("{plan}/compare?from=1&to=now")).await;
    let file = norland.get(&format!("{plan}/compare/file?from=1&to=now&format=docx")).await;
    for (said, what) in [(page.text(), "the page"), (parts(&file), "the file")] {
        for why in whys {
            assert!(said.contains(why), "{why} in {what}: {said}");
        }
        assert!(!said.contains("Between those asked"), "{what}: {said}");
    }
    // the paper says which two texts it compares
    let paper = parts(&file);
    for which in ["1: In consultation, ", "The text as it stands on "] {
        assert!(paper.contains(which), "{which}: {paper}");
    }
    let pdf = norland.get(&format!("{plan}/compare/file?from=1&to=now&format=pdf")).await;
    assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF"), "{}", pdf.status);
    let history = lead.get(&place).await.text();
    assert!(history.contains("The schools asked for it"), "{history}");
    // an observer of the same plan, once adopted, reads what changed and no reason
    let mut superuser = portal.superuser().await;
    for sql in [
        "update plan set state = 'in_force' where title = $1",
        "update plan_snapshot set step = 'adopted' where plan_id = (select id from plan where title = $1)",
    ] {
        sqlx::query(sql).bind(TITLE).execute(&mut superuser).await.expect("adopted");
    }
    let observed = portal.signed_in(OBSERVER).await.get(&format!("{plan}/compare?from=1&to=now")).await;
    assert_eq!(observed.status, StatusCode::OK);
    let observed = observed.text();
    assert!(observed.contains("Two teachers"), "{observed}");
    for why in whys {
        assert!(!observed.contains(why), "{why}: {observed}");
    }
}

#[tokio::test]
async fn an_open_editor_says_why_once_and_is_told_only_what_has_changed() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let measure = node(&portal, PARENTS).await;
    let lead = portal.signed_in(LEAD).await;
    let editor = lead.get(&format!("{plan}/edit")).await;
    assert_eq!(editor.select("#visit-why").len(), 1);
    let lines = editor.select("ol.nodes > li").len();
    let edition = |page: &Page| {
        let rest = page.body.split("data-edition=\"").nth(1).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    };
    let mut seen = edition(&editor);
    let place = format!("{plan}/nodes/{measure}");
    for (address, does, why) in [
        (&place, "add-after", "One more is needed"),
        (&format!("{plan}/undo"), "", "It was not needed after all"),
        (&place, "remove", "It goes elsewhere"),
    ] {
        let fields = [("do", does), ("partial", "1"), ("why", why), ("edition", seen.as_str())];
        let answer = lead.post(address, &fields).await;
        assert_eq!(answer.status, StatusCode::OK, "{does}: {}", answer.text());
        // what stands in the page already is named and not repeated
        let (told, named) =
            (answer.select("ol.nodes > li form").len(), answer.select("ol.nodes > li[data-as-was]").len());
        assert!(named > 0 && told < lines, "{does}: {told} told, {named} named");
        seen = edition(&answer);
    }
    // who has not seen the last change is told all
    let fields = [("do", "add-objective"), ("partial", "1"), ("edition", "0")];
    let behind = lead.post(&format!("{plan}/undo"), &fields).await;
    assert_eq!(behind.select("ol.nodes > li[data-as-was]").len(), 0, "{}", behind.body);
    assert_eq!(behind.select("ol.nodes > li").len(), lines);
    let history = lead.get(&format!("{plan}/history")).await.text();
    for why in ["One more is needed", "It was not needed after all", "It goes elsewhere"] {
        assert!(history.contains(why), "{why}: {history}");
    }
}

#[tokio::test]
async fn a_reason_that_is_too_long_stands_at_its_field_and_is_kept() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let measure = node(&portal, PARENTS).await;
    let lead = portal.signed_in(LEAD).await;
    let long = "x".repeat(2_001);
    for (act, field) in [("to", "why_move"), ("remove", "why_remove"), ("save", "why")] {
        let fields = [("do", act), (field, long.as_str()), ("title", PARENTS), ("version", "1")];
        let fields = if act == "save" { &fields[..] } else { &fields[..2] };
        let refused = lead.post(&format!("{plan}/nodes/{measure}"), fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert!(refused.body.contains(&long), "{act}: what was typed is kept");
        assert_eq!(refused.select(&format!("#{field}-error")).len(), 1, "{act}: {}", refused.text());
    }
    let there = portal.lookup("select (removed_at is null)::text from plan_node where id::text = $1", &measure).await;
    assert_eq!(there, "true");
}

#[tokio::test]
async fn a_part_that_was_taken_out_says_at_its_address_where_it_can_still_be_read() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let place = format!("{plan}/nodes/{}", node(&portal, AID).await);
    let (lead, norland) = (portal.signed_in(LEAD).await, portal.signed_in(NORLAND).await);
    assert_eq!(norland.get(&place).await.status, StatusCode::OK);
    done(&lead.post(&place, &[("do", "remove"), ("why_remove", "It goes into another plan")]).await);
    let page = norland.get(&place).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.text());
    assert_eq!(page.select("h1"), [AID]);
    assert!(page.text().contains("was taken out of the plan on"), "{}", page.text());
    let frozen = format!("{plan}/snapshots/1");
    assert!(page.body.contains(&format!("href=\"{frozen}#l-")), "{}", page.body);
    let anchor = page.body.split(&format!("{frozen}#")).nth(1).and_then(|l| l.split('"').next()).expect("a part");
    assert!(norland.get(&frozen).await.select(&format!("#{anchor} .code")).len() == 1, "{anchor}");
    let told = lead.get(&place).await.text();
    assert!(told.contains("It goes into another plan"), "{told}");
    assert_eq!(
        lead.get(&format!("{plan}/nodes/01990000-0000-7000-8000-000000000000")).await.status,
        StatusCode::NOT_FOUND
    );
    // who is shown adopted texts alone is told nothing of what was in a draft
    sqlx::query("update plan set state = 'in_force' where title = $1")
        .bind(TITLE)
        .execute(&mut portal.superuser().await)
        .await
        .expect("in force");
    let observer = portal.signed_in(OBSERVER).await;
    assert_eq!(observer.get(&plan).await.status, StatusCode::OK);
    assert_eq!(observer.get(&place).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_revision_is_compared_with_the_plans_before_the_one_that_it_revises() {
    let portal = Portal::start().await;
    let of = async |sql: &'static str| portal.lookup(sql, "Plan of Action on serious crime 2025–2027").await;
    let in_force = of("select id::text from plan where title = $1").await;
    let before = of("select revises_id::text from plan where title = $1").await;
    let chair = portal.signed_in("chair@example.example").await;
    let begun = chair.submit(&format!("/example/plans/{in_force}/revise"), None, &[("why", "Time for it")]).await;
    done(&begun);
    let revision = begun.location.as_deref().and_then(|l| l.split('?').next()).expect("an address").to_owned();
    let lead = portal.signed_in("lead-two@example.example").await;
    let page = lead.get(&format!("{revision}/compare")).await;
    let title = portal.lookup("select title from plan where id::text = $1", &before).await;
    assert!(
        page.select("#from option").iter().any(|o| o.starts_with("Before it: ") && o.contains(&title)),
        "{:?}",
        page.select("#from option")
    );
    // the same two texts differ in the same, from whichever plan one comes
    let far = format!("{revision}/compare?from={before}.1&to=r1");
    let near = lead.get(&format!("/example/plans/{in_force}/compare?from=r1&to=1")).await;
    let compared = lead.get(&far).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text());
    assert!(!near.select(".doc.compare .node").is_empty(), "{}", near.text());
    assert_eq!(compared.select(".doc.compare .node"), near.select(".doc.compare .node"));
    assert!(compared.select("#from option[selected]").iter().any(|o| o.contains(&title)));
    let file = lead.get(&far.replace("/compare?", "/compare/file?format=docx&")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    for strange in ["x.1", "01990000-0000-7000-8000-000000000000.1"] {
        let asked = lead.get(&format!("{revision}/compare?from={strange}&to=now")).await;
        assert_eq!(asked.status, StatusCode::NOT_FOUND, "{strange}");
    }
}

#[tokio::test]
async fn what_differs_is_shown_and_never_called_the_same() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let lead = portal.signed_in(LEAD).await;
    let compare = format!("{plan}/compare?from=1&to=now");
    assert!(lead.get(&compare).await.text().contains("Nothing has changed"));
    // an action under a part has another name and another state
    sqlx::query(
        "update action set title = 'Renamed since', status = case when status = 'suspended' then 'ongoing' else 'suspended' end
         where id = (select x.action_id from plan_node_action x join plan_node n on n.id = x.plan_node_id
            join action a on a.id = x.action_id where n.title = $1 and a.handling in ('public', 'members') order by 1 limit 1)",
    )
    .bind(PARENTS)
    .execute(&mut portal.superuser().await)
    .await
    .expect("another name");
    let text = lead.get(&compare).await.text();
    assert!(!text.contains("Nothing has changed"), "{text}");
    assert!(text.contains("Renamed since") && text.contains("Status:"), "{text}");
    // a part that is new brings its indicators, in words
    add(&lead, &plan, "Measured").await;
    let measured = node(&portal, "Measured").await;
    let new = format!("{plan}/nodes/{measured}/indicators/new");
    let fields = [("name", "Cases"), ("unit", "cases"), ("baseline", "1200"), ("t-2027-all", "1500")];
    done(&lead.submit(&new, Some(&new), &fields).await);
    let line = "Cases (cases) – baseline: 1,200; targets: 2027: 1,500";
    let text = lead.get(&compare).await.text();
    assert!(text.contains(line), "{text}");
    let file = parts(&lead.get(&format!("{plan}/compare/file?from=1&to=now&format=docx")).await);
    assert!(file.contains(line) && file.contains("Renamed since"), "{file}");
    // the source of the text is a part of it, too
    sqlx::query("update plan set source_url = 'https://example.org/plan' where title = $1")
        .bind(TITLE)
        .execute(&mut portal.superuser().await)
        .await
        .expect("a source");
    let text = lead.get(&compare).await.text();
    assert!(text.contains("https://example.org/plan"), "{text}");
}
