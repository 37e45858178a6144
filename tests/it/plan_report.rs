//! The report of a consultation is kept when it closes: as it was then, and no more of it than each reader may read.

use crate::decisions::{ARVANIA, CHAIR, SECRETARIAT};
use crate::harness::{Page, Portal};
use crate::plan_consultation as said;
use crate::plan_life::{LEAD, answered, consult, done, drafted, node, step};
use axum::http::StatusCode;

const NORLAND: &str = "donor@example.example";
const OTHER_LEAD: &str = "lead-two@example.example";

async fn set(portal: &Portal, sql: &'static str, value: &str) {
    let done = sqlx::query(sql).bind(value).execute(&mut portal.superuser().await).await.expect("set");
    assert_eq!(done.rows_affected(), 1, "{sql}");
}

/// What the report says, without the line of the day on which it is read.
fn article(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    page.select("article.doc").join(" ")
}

#[tokio::test]
async fn the_report_stays_as_it_was_when_the_consultation_closed() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    consult(&portal, &plan).await;
    let measure = node(&portal, &plan, "A line for parents").await;
    let arvania = portal.signed_in(ARVANIA).await;
    let report = format!("{plan}/consultation/1/report");
    let (lead, other) = (portal.signed_in(LEAD).await, portal.signed_in(OTHER_LEAD).await);
    let open = lead.get(&report).await.text();
    assert!(open.contains("this is how it stands on 24 November 2026"), "{open}");
    done(&arvania.post(&format!("{plan}/remarks"), &[("text", "Whom, at night?"), ("node", &measure)]).await);
    let norland = portal.signed_in(NORLAND).await;
    let few = [("text", "For the parties alone"), ("handling", "parties")];
    done(&norland.post(&format!("{plan}/remarks"), &few).await);
    let (first, second) =
        (said::remark(&portal, "Whom, at night?").await, said::remark(&portal, "For the parties alone").await);
    done(&lead.post(&format!("{plan}/remarks"), &[("text", "A reply in time"), ("reply_to", &first)]).await);
    let answer = [("remark", first.as_str()), ("remark", second.as_str()), ("answer", "accepted")];
    done(&lead.post(&format!("{plan}/consultation/answers"), &answer).await);
    answered(&portal, &plan, &[("stance", "reservation"), ("reason", "The law is not there yet.")]).await;
    done(&step(&portal.signed_in(SECRETARIAT).await, &plan, "agree", &[]).await);

    let (before, less) = (article(&lead.get(&report).await), article(&other.get(&report).await));
    for words in ["Norland", "Whom, at night?", "A reply in time", "The law is not there yet.", "A line for parents"] {
        assert!(before.contains(words) && less.contains(words), "{words}: {before}");
    }
    assert!(before.contains("For the parties alone") && !less.contains("For the parties alone"), "{less}");
    let kept = lead.get(&report).await.text();
    assert!(kept.contains("Kept when the consultation closed on 24 November 2026"), "{kept}");

    // everything is called otherwise since, and more was said
    set(&portal, "update organisation set name = 'Northern Land' where name = $1", "Norland").await;
    set(&portal, "update beneficiary set name = 'New Arvania' where name = $1", "Arvania").await;
    set(&portal, "update plan_node set title = 'Renamed since' where id::text = $1", &measure).await;
    set(&portal, "update membership set name = 'Married since' where name = $1", "Demo account, Kestria*").await;
    done(&arvania.post(&format!("{plan}/remarks"), &[("text", "A reply too late"), ("reply_to", &first)]).await);
    let page = lead.get(&format!("{plan}/consultation")).await.text();
    assert!(page.contains("A reply too late") && page.contains("Northern Land"), "{page}");
    assert_eq!(article(&lead.get(&report).await), before);
    assert_eq!(article(&other.get(&report).await), less);
    for format in ["pdf", "docx"] {
        let file = other.get(&format!("{report}/file?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
    }

    // who has left is not named any more; what they did stays
    set(&portal, "update membership set state = 'ended' where name = $1", "Demo account, Norland").await;
    let after = article(&lead.get(&report).await);
    assert!(before.contains("Demo account, Norland") && !after.contains("Demo account, Norland"), "{after}");
    assert!(after.contains("For the parties alone") && after.contains("a former member of Norland"), "{after}");

    // kept is kept
    let mut app = portal.sql("concert_app").await;
    assert!(sqlx::query("update consultation_report set content = '{}'").execute(&mut app).await.is_err());
    assert!(sqlx::query("delete from consultation_report").execute(&mut app).await.is_err());
}

#[tokio::test]
async fn a_consultation_that_is_stopped_leaves_its_report_too() {
    let portal = Portal::start().await;
    let plan = drafted(&portal).await;
    consult(&portal, &plan).await;
    let (lead, arvania) = (portal.signed_in(LEAD).await, portal.signed_in(ARVANIA).await);
    for text in ["Stays", "Is taken back"] {
        done(&arvania.post(&format!("{plan}/remarks"), &[("text", text)]).await);
    }
    done(&step(&lead, &plan, "stop-consultation", &[("why", "Wrong annex")]).await);
    let report = format!("{plan}/consultation/1/report");
    let kept = article(&portal.signed_in(CHAIR).await.get(&report).await);
    assert!(kept.contains("Stays") && kept.contains("Is taken back") && kept.contains("Wrong annex"), "{kept}");
    let remark = said::remark(&portal, "Is taken back").await;
    done(&arvania.post(&format!("{plan}/remarks/{remark}"), &[("do", "withdraw")]).await);
    let kept = article(&portal.signed_in(CHAIR).await.get(&report).await);
    assert!(kept.contains("Stays") && !kept.contains("Is taken back"), "{kept}");
    // a second one has a report of its own
    consult(&portal, &plan).await;
    assert!(!article(&lead.get(&format!("{plan}/consultation/2/report")).await).contains("Stays"));
    assert!(article(&lead.get(&report).await).contains("Stays"));
}
