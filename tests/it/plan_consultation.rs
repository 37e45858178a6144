//! Consultation on a plan: positions, reminders, remarks and their answers, suggested wordings, the report. What is played
//! at random stands in `plan_consultation_random`.

use crate::harness::{Browser, Page, Portal};
use crate::notices::told;
use axum::http::StatusCode;
use chrono::TimeDelta;

pub const TITLE: &str = "Plan of Action on prevention 2027–2029";
const LEAD: &str = "lead-one@example.example";
const OTHER_LEAD: &str = "lead-two@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const CHAIR: &str = "chair@example.example";
const ARVANIA: &str = "beneficiary-one@example.example";
const KESTRIA: &str = "beneficiary-two@example.example";
const NORLAND: &str = "donor@example.example";
const WESTMARK: &str = "second-donor@example.example";
const OBSERVER: &str = "observer@example.example";

/// The address of the plan that is under consultation in the example.
pub async fn plan(portal: &Portal) -> String {
    format!("/example/plans/{}", portal.lookup("select id::text from plan where title = $1", TITLE).await)
}

pub async fn asked(portal: &Portal, name: &str) -> String {
    let sql = "select a.id::text from asked_party a left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id where coalesce(b.name, o.name) = $1 limit 1";
    portal.lookup(sql, name).await
}

pub async fn node(portal: &Portal, title: &str) -> String {
    portal.lookup("select id::text from plan_node where title = $1 order by created_at desc limit 1", title).await
}

pub async fn remark(portal: &Portal, text: &str) -> String {
    portal.lookup("select id::text from plan_remark where text = $1 order by at desc limit 1", text).await
}

fn done(page: &Page) -> &Page {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    page
}

/// The row of a party in the table of positions.
fn row(page: &Page, party: &str) -> String {
    let rows = page.select("#parties tbody tr");
    rows.iter().find(|r| r.starts_with(party)).unwrap_or_else(|| panic!("no {party} in {rows:?}")).clone()
}

#[tokio::test]
async fn everyone_who_sees_drafts_reads_it_and_observers_find_nothing() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    for email in [LEAD, OTHER_LEAD, SECRETARIAT, CHAIR, ARVANIA, KESTRIA, NORLAND, WESTMARK] {
        let page = portal.signed_in(email).await.get(&format!("{plan}/consultation")).await;
        assert_eq!(page.status, StatusCode::OK, "{email}");
        let parties: Vec<String> = page.select("#parties tbody th");
        let (organisations, beneficiaries) = (&parties[6..], &parties[..6]);
        for part in [organisations, beneficiaries] {
            let mut sorted = part.to_vec();
            sorted.sort_by_key(|n| n.to_lowercase());
            assert_eq!(part, sorted, "alphabetical");
        }
        assert!(row(&page, "Arvania").contains("agrees, with remarks"), "{}", page.text());
        assert!(row(&page, "Arvania").contains("exists from 2028 only"));
        assert!(row(&page, "Kestria*").contains("has not answered yet"));
        assert!(
            page.text().contains("Dear partners") && page.text().contains("2 of 9 have answered"),
            "{}",
            page.text()
        );
        // what one may do is shown, what one may not is not
        assert_eq!(page.body.contains("/consultation/remind"), matches!(email, LEAD | SECRETARIAT), "{email}");
        assert_eq!(page.select("form#answers").len(), usize::from(matches!(email, LEAD | SECRETARIAT)), "{email}");
        assert_eq!(
            page.body.contains("/consultation/positions/"),
            !matches!(email, SECRETARIAT | CHAIR | OTHER_LEAD),
            "{email}"
        );
        let statements = page.headers["server-timing"].to_str().expect("text").to_owned();
        let count: u32 = statements.chars().filter(char::is_ascii_digit).collect::<String>().parse().expect("a number");
        assert!(count <= 8, "{statements}");
    }
    let observer = portal.signed_in(OBSERVER).await;
    let municipal = node(&portal, "Municipal case managers work in every larger town").await;
    let arvania = asked(&portal, "Arvania").await;
    for path in
        ["", "/consultation", "/consultation/1/report", "/consultation/1/report/file", &format!("/nodes/{municipal}")]
    {
        assert_eq!(observer.get(&format!("{plan}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(observer.get(&format!("{plan}/consultation/positions/{arvania}")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(observer.post(&format!("{plan}/remarks"), &[("text", "x")]).await.status, StatusCode::FORBIDDEN);
    // of an adopted plan an observer reads the text, and nothing that was said of it
    let adopted =
        portal.lookup("select id::text from plan where title = $1", "Plan of Action on serious crime 2025–2027").await;
    let adopted = format!("/example/plans/{adopted}");
    let read = observer.get(&adopted).await;
    assert_eq!(read.status, StatusCode::OK);
    assert!(!read.body.contains("/consultation"), "no way to what is not shown");
    assert_eq!(observer.get(&format!("{adopted}/consultation")).await.status, StatusCode::NOT_FOUND);
    let first = portal
        .lookup("select min(id::text) from plan_node where plan_id::text = $1 and removed_at is null", &adopted[15..])
        .await;
    let node_page = observer.get(&format!("{adopted}/nodes/{first}")).await;
    assert_eq!(node_page.status, StatusCode::OK);
    assert!(node_page.select("#remarks").is_empty());
}

#[tokio::test]
async fn a_position_is_stated_by_who_speaks_for_the_party_and_changed_with_a_trace() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let kestria = asked(&portal, "Kestria*").await;
    let path = format!("{plan}/consultation/positions/{kestria}");
    for email in [LEAD, SECRETARIAT, CHAIR, ARVANIA, NORLAND, OBSERVER] {
        let other = portal.signed_in(email).await;
        assert_eq!(other.get(&path).await.status, StatusCode::FORBIDDEN, "{email}");
        assert_eq!(other.post(&path, &[("stance", "agree")]).await.status, StatusCode::FORBIDDEN, "{email}");
    }
    let own = portal.signed_in(KESTRIA).await;
    for (fields, word) in [
        (vec![("stance", "reservation"), ("reason", " ")], "a reservation needs a reason"),
        (vec![("stance", "maybe")], ""),
        (vec![], ""),
        (vec![("stance", "agree"), ("node", "01990000-0000-7000-8000-000000000000")], ""),
    ] {
        let refused = own.post(&path, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        assert!(refused.text().contains(word), "{}", refused.text());
    }
    let measure = node(&portal, "Work and housing after release").await;
    let stated = own
        .post(&path, &[("stance", "reservation"), ("reason", "The law is not there <b>yet</b>."), ("node", &measure)])
        .await;
    assert!(done(&stated).location.as_deref().unwrap_or_default().contains("done=plan-position-stated"));
    let seen = portal.signed_in(NORLAND).await.get(&format!("{plan}/consultation")).await;
    let found = row(&seen, "Kestria*");
    assert!(found.contains("Kestria* reservation") && found.contains("The law is not there <b>yet</b>."), "{found}");
    assert!(seen.body.contains(&format!("/nodes/{measure}")) && seen.text().contains("3 of 9"));
    assert_eq!(told(&portal, "plan-told-position").await, [LEAD]);
    // said again it changes nothing; changed, what was said before stays on record
    let form = own.get(&path).await;
    assert!(form.body.contains("The law is not there &#60;b&#62;yet"), "{}", form.body);
    let again = own.submit(&path, Some(&path), &[]).await;
    assert!(done(&again).location.as_deref().unwrap_or_default().contains("unchanged"));
    done(&own.post(&path, &[("stance", "agree"), ("reason", "")]).await);
    let seen = own.get(&format!("{plan}/consultation")).await;
    let found = row(&seen, "Kestria*");
    assert!(found.contains("agrees Demo account") && found.contains("before: reservation"), "{found}");
    let kept = portal.lookup("select string_agg(stance, ' ' order by replaced_at nulls last) from party_position where asked_id::text = $1", &kestria).await;
    assert_eq!(kept, "reservation agree");
    // a speaker whose mark has ended no longer speaks
    sqlx::query("update membership set speaks_for_to = '2026-11-01' where beneficiary_id = (select beneficiary_id from asked_party where id::text = $1)")
        .bind(&kestria)
        .execute(&mut portal.superuser().await)
        .await
        .expect("ends");
    assert_eq!(own.post(&path, &[("stance", "agree")]).await.status, StatusCode::FORBIDDEN);
}

/// The consultation is stopped by somebody who already holds the plan while the form is on its way.
#[tokio::test]
async fn a_consultation_that_closes_while_a_position_is_written_refuses_it_and_loses_nothing() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let id = plan.rsplit('/').next().expect("an id").to_owned();
    let kestria = asked(&portal, "Kestria*").await;
    let path = format!("{plan}/consultation/positions/{kestria}");
    let own = portal.signed_in(KESTRIA).await;
    let mut other = portal.superuser().await;
    let mut tx = sqlx::Connection::begin(&mut other).await.expect("begin");
    sqlx::query("select 1 from plan where id::text = $1 for update").bind(&id).execute(&mut *tx).await.expect("held");
    let writing = own.post(&path, &[("stance", "reservation"), ("reason", "Typed with care")]);
    let closing = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        sqlx::query("update plan set state = 'draft' where id::text = $1")
            .bind(&id)
            .execute(&mut *tx)
            .await
            .expect("closed");
        sqlx::query("update consultation set closed_at = now(), closed_by_id = opened_by_id, outcome = 'stopped', reason = 'x' where plan_id::text = $1")
            .bind(&id)
            .execute(&mut *tx)
            .await
            .expect("closed");
        tx.commit().await.expect("commit");
    };
    let (answer, ()) = tokio::join!(writing, closing);
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("Typed with care") && answer.text().contains("closed while you were writing"));
    assert!(answer.select("button.main").is_empty(), "nothing to send any more");
    assert_eq!(
        portal.lookup("select count(*)::text from party_position where asked_id::text = $1", &kestria).await,
        "0"
    );
    assert_eq!(own.get(&path).await.status, StatusCode::CONFLICT);
    // what was not answered is now said so
    let page = own.get(&format!("{plan}/consultation")).await;
    assert!(row(&page, "Kestria*").contains("did not answer"), "{}", page.text());
    assert!(!page.body.contains("/consultation/positions/"));
}

#[tokio::test]
async fn parties_are_reminded_once_a_day_and_given_more_time_with_a_reason() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let (remind, extend) = (format!("{plan}/consultation/remind"), format!("{plan}/consultation/deadline"));
    let (kestria, arvania) = (asked(&portal, "Kestria*").await, asked(&portal, "Arvania").await);
    for email in [OTHER_LEAD, CHAIR, ARVANIA, NORLAND, OBSERVER] {
        let other = portal.signed_in(email).await;
        assert_eq!(other.post(&remind, &[]).await.status, StatusCode::FORBIDDEN, "{email}");
        assert_eq!(
            other.post(&extend, &[("deadline", "2027-01-01"), ("why", "x")]).await.status,
            StatusCode::FORBIDDEN
        );
    }
    let lead = portal.signed_in(LEAD).await;
    assert_eq!(lead.post(&remind, &[("asked", &arvania)]).await.status, StatusCode::CONFLICT, "it has answered");
    done(&lead.post(&remind, &[("asked", &kestria)]).await);
    assert_eq!(told(&portal, "plan-told-reminded").await, [KESTRIA]);
    assert_eq!(lead.post(&remind, &[("asked", &kestria)]).await.status, StatusCode::CONFLICT, "once a day");
    done(&lead.post(&remind, &[]).await);
    // Arvania and Norland have answered; who reminds is not reminded
    let reminded = told(&portal, "plan-told-reminded").await;
    assert!(reminded.contains(&WESTMARK.to_owned()) && reminded.len() == 6, "{reminded:?}");
    assert!(![ARVANIA, NORLAND, LEAD].iter().any(|a| reminded.contains(&(*a).to_owned())), "{reminded:?}");
    let page = lead.get(&format!("{plan}/consultation")).await;
    assert!(row(&page, "Kestria*").contains("reminded on 24 November 2026"), "{}", page.text());
    portal.clock.set(portal.clock.now() + TimeDelta::days(1));
    let lead = portal.signed_in(LEAD).await;
    done(&lead.post(&remind, &[("asked", &kestria)]).await);
    for (day, why) in
        [("2026-11-30", "x"), ("2026-12-06", "x"), ("never", "x"), ("2029-01-01", "x"), ("2026-12-20", "")]
    {
        let refused = lead.post(&extend, &[("deadline", day), ("why", why)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {why}");
        assert!(refused.select("details.more[open]").len() == 1 && refused.body.contains(day), "{}", refused.body);
    }
    done(&lead.post(&extend, &[("deadline", "20 December 2026"), ("why", "Two parties asked for it")]).await);
    let page = lead.get(&format!("{plan}/consultation")).await;
    assert!(page.text().contains("Answers are awaited until 20 December 2026"), "{}", page.text());
    let history = lead.get(&format!("{plan}/history")).await.text();
    for words in
        ["gave the parties more time", "Two parties asked for it", "reminded parties that had not answered", "Kestria*"]
    {
        assert!(history.contains(words), "{words}: {history}");
    }
    // whoever has answered is no longer warned of the day
    let waited =
        "select string_agg(party, ' ') from deadline_asked a join deadline d on d.id = a.deadline_id where d.link = $1";
    let link = format!("/plans/{}/consultation", plan.rsplit('/').next().expect("an id"));
    let beneficiary = portal.lookup("select beneficiary_id::text from asked_party where id::text = $1", &kestria).await;
    assert!(portal.lookup(waited, &link).await.contains(&beneficiary));
    let own = portal.signed_in(KESTRIA).await;
    done(&own.post(&format!("{plan}/consultation/positions/{kestria}"), &[("stance", "agree")]).await);
    assert!(!portal.lookup(waited, &link).await.contains(&beneficiary));
}

#[tokio::test]
async fn a_remark_is_seen_by_whom_it_is_for_and_counted_for_nobody_else() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let measure = node(&portal, "Work and housing after release").await;
    let (say, page) = (format!("{plan}/remarks"), format!("{plan}/nodes/{measure}"));
    let (norland, lead) = (portal.signed_in(NORLAND).await, portal.signed_in(LEAD).await);
    for (text, level) in [("for all", "members"), ("for the parties", "parties"), ("for own side", "restricted")] {
        done(&norland.post(&say, &[("text", text), ("handling", level), ("node", &measure)]).await);
    }
    assert_eq!(
        norland.post(&say, &[("text", "x"), ("handling", "public")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(norland.post(&say, &[("text", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        norland.post(&say, &[("text", "x"), ("node", "01990000-0000-7000-8000-000000000000")]).await.status,
        StatusCode::NOT_FOUND
    );
    // lead-two's organisation is not asked, and its pillar is another
    for (email, sees) in [
        (NORLAND, vec!["for all", "for the parties", "for own side"]),
        (LEAD, vec!["for all", "for the parties"]),
        (SECRETARIAT, vec!["for all", "for the parties"]),
        (CHAIR, vec!["for all", "for the parties"]),
        (ARVANIA, vec!["for all", "for the parties"]),
        (WESTMARK, vec!["for all", "for the parties"]),
        (OTHER_LEAD, vec!["for all"]),
    ] {
        let browser = portal.signed_in(email).await;
        for path in [page.clone(), format!("{plan}/consultation"), format!("{plan}/consultation/1/report")] {
            let shown = browser.get(&path).await;
            for text in ["for all", "for the parties", "for own side"] {
                // what is for own side alone is no answer to the consultation
                let expected = sees.contains(&text) && !(path.ends_with("report") && text == "for own side");
                assert_eq!(shown.select(".remarks p").iter().any(|p| p == text), expected, "{email} {path} {text}");
            }
        }
        let document = browser.get(&plan).await;
        let open = document.select(&format!("#n-{measure} > p.hang a")).join(" ");
        assert!(open.starts_with(&format!("{} open remark", sees.len())), "{email}: {open}");
        let count: u32 = document.headers["server-timing"]
            .to_str()
            .expect("text")
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .parse()
            .expect("a number");
        assert!(count <= 10, "{count}");
    }
    // the lead's guard waits for the two that it can answer, and for no other
    let waiting = lead.get(&format!("{plan}/consultation")).await;
    let texts = waiting.select("#waiting .remarks p");
    assert!(texts.contains(&"for the parties".to_owned()) && !texts.contains(&"for own side".to_owned()), "{texts:?}");
    let hidden = remark(&portal, "for own side").await;
    for (path, fields) in [
        (format!("{plan}/remarks/{hidden}"), vec![("do", "resolve")]),
        (format!("{plan}/remarks"), vec![("text", "x"), ("reply_to", hidden.as_str())]),
    ] {
        assert_eq!(lead.post(&path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // a reply is for those for whom the remark is; one level deep
    let parties = remark(&portal, "for the parties").await;
    done(&lead.post(&say, &[("text", "a reply"), ("reply_to", &parties), ("handling", "members")]).await);
    assert!(!portal.signed_in(OTHER_LEAD).await.get(&page).await.body.contains("a reply"));
    assert!(norland.get(&page).await.select(".remarks .remarks p").contains(&"a reply".to_owned()));
    assert_eq!(told(&portal, "plan-told-replied").await, [NORLAND]);
    let reply = remark(&portal, "a reply").await;
    assert_eq!(norland.post(&say, &[("text", "x"), ("reply_to", &reply)]).await.status, StatusCode::NOT_FOUND);
    // letters and lists say no word of what is for few
    let discreet =
        portal.lookup("select bool_and(discreet)::text from notice where key = $1", "plan-told-replied").await;
    assert_eq!(discreet, "true");
}

#[tokio::test]
async fn remarks_are_settled_taken_back_and_name_those_who_can_see_them() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let say = format!("{plan}/remarks");
    let (other, lead, chair) =
        (portal.signed_in(OTHER_LEAD).await, portal.signed_in(LEAD).await, portal.signed_in(CHAIR).await);
    // not asked: plain discussion, which is settled, not answered
    done(&other.post(&say, &[("text", "Good work")]).await);
    let id = remark(&portal, "Good work").await;
    let at = format!("{plan}/remarks/{id}");
    assert_eq!(portal.signed_in(ARVANIA).await.post(&at, &[("do", "resolve")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(chair.post(&at, &[("do", "withdraw")]).await.status, StatusCode::FORBIDDEN);
    done(&lead.post(&at, &[("do", "resolve")]).await);
    assert_eq!(lead.post(&at, &[("do", "resolve")]).await.status, StatusCode::CONFLICT);
    assert!(
        chair.get(&format!("{plan}/consultation")).await.text().contains("Settled by Demo account, lead of Prevention")
    );
    done(&other.post(&at, &[("do", "reopen")]).await);
    assert_eq!(other.post(&at, &[("do", "burn")]).await.status, StatusCode::BAD_REQUEST);
    done(&other.post(&at, &[("do", "withdraw")]).await);
    let shown = chair.get(&format!("{plan}/consultation")).await;
    assert!(
        !shown.body.contains("Good work") && shown.text().contains("Withdrawn by Demo account, lead of Serious crime"),
        "{}",
        shown.text()
    );
    assert_eq!(other.post(&at, &[("do", "reopen")]).await.status, StatusCode::NOT_FOUND);
    // named in the list or with an @; not who could not see it
    let norland = portal.lookup("select 'o:' || id from organisation where name = $1", "Norland").await;
    let to_few = lead.post(&say, &[("text", "x y"), ("handling", "restricted"), ("tell", &norland)]).await;
    assert_eq!(to_few.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        to_few.text().contains("Norland could not see this remark") && to_few.body.contains("x y"),
        "{}",
        to_few.text()
    );
    assert_eq!(
        portal.lookup("select count(*)::text from plan_remark where text = $1", "x y").await,
        "0",
        "nothing is left of it"
    );
    done(&lead.post(&say, &[("text", "Please look, @Arvania"), ("tell", &norland)]).await);
    assert_eq!(told(&portal, "plan-told-named").await, [ARVANIA, NORLAND]);
    let forged = lead.post(&say, &[("text", "x"), ("tell", "o:01990000-0000-7000-8000-000000000000")]).await;
    assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY);
    // what is said by a party that is asked waits for its answer and is not settled otherwise
    let own = portal.signed_in(ARVANIA).await;
    done(&own.post(&say, &[("text", "In the consultation")]).await);
    let id = remark(&portal, "In the consultation").await;
    assert_eq!(own.post(&format!("{plan}/remarks/{id}"), &[("do", "resolve")]).await.status, StatusCode::CONFLICT);
    // of another plan it is not found
    let elsewhere =
        portal.lookup("select id::text from plan where title = $1", "Plan of Action on serious crime 2025–2027").await;
    let moved = own.post(&format!("/example/plans/{elsewhere}/remarks/{id}"), &[("do", "withdraw")]).await;
    assert_eq!(moved.status, StatusCode::NOT_FOUND);
}

/// Markup, marks that turn the direction, formulas and a long text: shown as they are, in pages and in the report's files.
#[tokio::test]
async fn hostile_text_is_text() {
    let portal = Portal::start().await;
    let plan = plan(&portal).await;
    let own: Browser = portal.signed_in(ARVANIA).await;
    let hostile = "<script>alert(1)</script> =cmd|'/c calc'!A1 \u{202e}desrever {{ p.t }} %0d%0a \u{1}\u{7f}";
    done(&own.post(&format!("{plan}/remarks"), &[("text", hostile)]).await);
    let long = "word ".repeat(4_001);
    assert_eq!(own.post(&format!("{plan}/remarks"), &[("text", &long)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let nul = own.post(&format!("{plan}/remarks"), &[("text", "a\0b")]).await;
    assert_eq!(nul.status, StatusCode::UNPROCESSABLE_ENTITY);
    let arvania = asked(&portal, "Arvania").await;
    done(
        &own.post(
            &format!("{plan}/consultation/positions/{arvania}"),
            &[("stance", "reservation"), ("reason", hostile)],
        )
        .await,
    );
    for path in ["/consultation", "/consultation/1/report"] {
        let page = own.get(&format!("{plan}{path}")).await;
        assert!(!page.body.contains("<script>alert") && page.text().contains("<script>alert(1)</script>"), "{path}");
        assert!(!page.body.contains('\u{1}') && !page.body.contains('\u{7f}'), "{path}");
    }
    for format in ["pdf", "docx"] {
        let file = own.get(&format!("{plan}/consultation/1/report/file?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        assert!(file.body.len() > 1_000);
    }
    assert_eq!(own.get(&format!("{plan}/consultation/1/report/file?format=xlsx")).await.status, StatusCode::NOT_FOUND);
    let lines = portal.lookup("select count(*)::text from access_log where subject_kind = $1", "consultation").await;
    assert_eq!(lines, "2", "each file leaves a line");
}
