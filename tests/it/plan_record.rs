//! The members' record of a frozen text, what a frozen text says of its actions, and what is told of publishing.

use crate::files::parts;
use crate::harness::{Page, Portal};
use crate::plan_consultation::{self, node};
use crate::plans::{add, blank, plan};
use axum::http::StatusCode;
use chrono::TimeDelta;

const LEAD: &str = "lead-one@example.example";
const SECRETARIAT: &str = "support-group@example.example";
const NORLAND: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";
const IN_FORCE: &str = "Plan of Action on serious crime 2025–2027";
const PARENTS: &str = "Teachers and parents recognise recruitment early";

fn done(page: &Page) {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

fn id(address: &str) -> &str {
    address.rsplit('/').next().expect("an id")
}

#[tokio::test]
async fn the_record_is_read_and_carried_away_whole_by_members() {
    let portal = Portal::start().await;
    let address = plan_consultation::plan(&portal).await;
    portal.clock.set(portal.clock.now() + TimeDelta::days(40));
    let (lead, secretariat) = (portal.signed_in(LEAD).await, portal.signed_in(SECRETARIAT).await);
    let waiting: Vec<String> = sqlx::query_scalar(
        "select id::text from plan_remark where plan_id::text = $1 and consultation_id is not null and answer is null",
    )
    .bind(id(&address))
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("remarks");
    let mut fields: Vec<(&str, &str)> = waiting.iter().map(|r| ("remark", r.as_str())).collect();
    fields.extend([("answer", "not"), ("answer_why", "For the next plan")]);
    done(&lead.post(&format!("{address}/consultation/answers"), &fields).await);
    done(&secretariat.post(&format!("{address}/steps/agree"), &[]).await);
    let norland = portal.signed_in(NORLAND).await;
    let page = norland.get(&format!("{address}/snapshots/2")).await;
    let sum = portal
        .lookup(
            "select encode(record_sha256, 'hex') from plan_snapshot where number = 2 and plan_id::text = $1",
            id(&address),
        )
        .await;
    let code = portal
        .lookup(
            "select e ->> 'code' from plan_snapshot s, jsonb_array_elements(s.content::jsonb -> 'nodes') e
             where s.number = 2 and s.plan_id::text = $1 and e ->> 'title' = 'Municipal case managers work in every larger town'",
            id(&address),
        )
        .await;
    let words = [
        "needs a number, or we cannot budget for it",
        "For the next plan",
        "open until ten in the evening",
        "exists from 2028 only",
        "24 November 2026",
        code.as_str(),
        sum.as_str(),
    ];
    for word in words {
        assert!(page.text().contains(word), "{word}: {}", page.text());
    }
    assert!(page.text().contains(&format!("It concerns: {code}")), "{}", page.text());
    assert!(page.text().contains("Kestria* did not answer."), "{}", page.text());
    for format in ["docx", "xlsx"] {
        let file = parts(&norland.get(&format!("{address}/snapshots/2/file?format={format}")).await);
        for word in words.iter().filter(|w| !w.starts_with("open until")).chain(&["did not answer", "For members:"]) {
            assert!(file.contains(word), "{word} in the {format}");
        }
    }
    let pdf = norland.get(&format!("{address}/snapshots/2/file?format=pdf")).await;
    assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF"), "{}", pdf.status);
    // the text as it is now has no record
    let now = parts(&norland.get(&format!("{address}/file?format=docx")).await);
    assert!(!now.contains("exists from 2028 only"), "{now}");
    // and its paper says of which day it is
    assert!(now.contains("The text as it stands on "), "{now}");

    // who has left is not named any more, on the page and in its files; what is kept stays as it was
    let frozen = format!("{address}/snapshots/2");
    let named = "Demo account, Norland";
    assert!(lead.get(&frozen).await.text().contains(named), "{}", lead.get(&frozen).await.text());
    sqlx::query("update membership set state = 'ended' where name = $1")
        .bind(named)
        .execute(&mut portal.superuser().await)
        .await
        .expect("ended");
    let after = lead.get(&frozen).await.text();
    assert!(!after.contains(named) && after.contains("a former member of Norland"), "{after}");
    assert!(after.contains("Demo account, Arvania") && after.contains("have left since"), "{after}");
    assert!(after.contains(&sum), "{after}");
    for format in ["docx", "xlsx"] {
        let file = parts(&lead.get(&format!("{frozen}/file?format={format}")).await);
        assert!(!file.contains(named) && file.contains("a former member of Norland"), "{format}");
    }
}

#[tokio::test]
async fn the_record_is_in_no_file_or_page_of_observers_and_the_public() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let sum = portal
        .lookup(
            "select encode(record_sha256, 'hex') from plan_snapshot where step = 'adopted' and plan_id::text = $1",
            id(&address),
        )
        .await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let members = parts(&secretariat.get(&format!("{address}/snapshots/1/file?format=docx")).await);
    assert!(members.contains(&sum) && members.contains("The members’ record"), "the members' file has it");
    done(&secretariat.post(&format!("{address}/publish"), &[]).await);
    let public = address.replace("/example/", "/example/public/");
    let visitor = portal.visitor();
    for format in ["docx", "xlsx"] {
        let file = parts(&visitor.get(&format!("{public}/file?format={format}")).await);
        assert!(!file.contains(&sum) && !file.contains("The members’ record"), "the public {format}");
    }
    assert!(!visitor.get(&public).await.body.contains(&sum));
    let observer = portal.signed_in(OBSERVER).await;
    let page = observer.get(&format!("{address}/snapshots/1")).await;
    assert!(page.status == StatusCode::OK && !page.body.contains(&sum) && !page.body.contains("id=\"remarks\""));
    let refused = observer.get(&format!("{address}/snapshots/1/file?format=docx")).await.status;
    assert_eq!(refused, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_record_of_those_who_did_not_answer_is_not_called_empty() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let address = blank(&portal, &lead).await;
    add(&lead, &address, "Objective").await;
    let open = format!("{address}/steps/open-consultation");
    done(&lead.submit(&open, Some(&open), &[]).await);
    portal.clock.set(portal.clock.now() + TimeDelta::days(40));
    let secretariat = portal.signed_in(SECRETARIAT).await;
    // before anybody was asked there was nothing to keep
    let first = secretariat.get(&format!("{address}/snapshots/1")).await.text();
    assert!(first.contains("Nothing was kept with this version"), "{first}");
    done(&secretariat.post(&format!("{address}/steps/agree"), &[]).await);
    let agreed = secretariat.get(&format!("{address}/snapshots/2")).await.text();
    assert!(agreed.contains("Arvania did not answer."), "{agreed}");
    assert!(!agreed.contains("Nothing was kept with this version"), "{agreed}");
}

#[tokio::test]
async fn frozen_and_published_texts_say_when_an_action_runs_and_where_it_stood() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let found = portal
        .lookup(
            "select (a ->> 'title') || '|' || (a ->> 'status') || '|' || left(a ->> 'starts', 4)
             from plan_snapshot s, jsonb_array_elements(s.content::jsonb -> 'nodes') n, jsonb_array_elements(n -> 'actions') a
             where s.step = 'adopted' and s.plan_id::text = $1 and a ->> 'status' is not null and a ->> 'starts' is not null
                and (a ->> 'public')::boolean order by 1 limit 1",
            id(&address),
        )
        .await;
    let parted: Vec<&str> = found.split('|').collect();
    let [title, status, year] = parted[..] else { panic!("no action: {found}") };
    let secretariat = portal.signed_in(SECRETARIAT).await;
    // a part whose text is not the official one says so to everybody
    sqlx::query(
        "update plan_snapshot set public_content = jsonb_set(public_content::jsonb, '{nodes,0,text_note}', '\"A theme from a report\"')::text
         where step = 'adopted' and plan_id::text = $1",
    )
    .bind(id(&address))
    .execute(&mut portal.superuser().await)
    .await
    .expect("a note");
    done(&secretariat.post(&format!("{address}/publish"), &[]).await);
    let public = portal.visitor().get(&address.replace("/example/", "/example/public/")).await;
    assert!(public.text().contains("A theme from a report"), "{}", public.text());
    for page in [secretariat.get(&format!("{address}/snapshots/1")).await, public] {
        let lines = page.select(".doc .hang span");
        let line = lines.iter().find(|l| l.starts_with(title)).unwrap_or_else(|| panic!("{title}: {lines:?}"));
        assert!(line.to_lowercase().contains(status) && line.contains(year), "{status}, {year}: {line}");
        let indicators = page.select(".doc li");
        let posts = indicators.iter().find(|l| l.starts_with("Posts filled")).expect("an indicator");
        for words in ["baseline: 31 (2024)", "targets: 2025: 40", "2027 Arvania: 10"] {
            assert!(posts.contains(words), "{words}: {posts}");
        }
    }
    let file = parts(&secretariat.get(&format!("{address}/snapshots/1/file?format=docx")).await);
    assert!(file.to_lowercase().contains(&format!(">{status}<")), "the state in the Word file");
    assert!(file.contains("baseline: 31 (2024)"), "the baseline in the Word file");
}

#[tokio::test]
async fn a_history_says_for_whom() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let measure =
        node(&portal, "Offices for the recovery and management of assets have staff and a budget of their own").await;
    let own = portal.action("example", "Strengthening asset recovery and the management of seized property").await;
    let page = format!("{address}/nodes/{measure}");
    let donor = portal.signed_in(NORLAND).await;
    done(&donor.post(&format!("{page}/actions/remove"), &[("action", &own)]).await);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let file = parts(&secretariat.get(&format!("{address}/history/file")).await);
    assert!(file.contains(">Norland<"), "the column of it is filled");
}

#[tokio::test]
async fn a_file_for_few_of_the_example_says_both() {
    let portal = Portal::start().await;
    let address = plan_consultation::plan(&portal).await;
    let norland = portal.signed_in(NORLAND).await;
    let measure = node(&portal, PARENTS).await;
    let said = [("text", "Between those asked"), ("node", measure.as_str()), ("handling", "parties")];
    done(&norland.post(&format!("{address}/remarks"), &said).await);
    let file = norland.get(&format!("{address}/consultation/1/report/file?format=docx")).await;
    let file = parts(&file);
    for words in ["Example: everything in it is invented", "remarks that are not for all members"] {
        assert!(file.contains(words), "{words}");
    }
    let pdf = norland.get(&format!("{address}/consultation/1/report/file?format=pdf")).await;
    assert!(pdf.status == StatusCode::OK && pdf.body.starts_with("%PDF"), "{}", pdf.status);
}

#[tokio::test]
async fn publishing_is_told_as_what_it_is_and_a_text_is_taken_back_with_a_reason() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let publish = format!("{address}/publish");
    let published = secretariat.submit(&address, Some("/publish"), &[]).await;
    done(&published);
    let told = secretariat.get(&published.location.expect("a place")).await;
    assert!(told.body.contains("The text is public now."), "{}", told.text());
    done(&secretariat.post(&publish, &[]).await);
    let entries = "select count(*)::text from history where event = 'plan-published' and subject_id::text = $1";
    let plan = address.rsplit('/').next().expect("an id").to_owned();
    assert_eq!(portal.lookup(entries, &plan).await, "1", "pressed twice, done once");
    let public = address.replace("/example/", "/example/public/");
    let silent = secretariat.submit(&address, Some("/publish"), &[("do", "withdraw")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(silent.select("#why-error").len(), 1, "{}", silent.text());
    assert_eq!(portal.visitor().get(&public).await.status, StatusCode::OK, "nothing was done");
    let withdrawn = secretariat.post(&publish, &[("do", "withdraw"), ("why", "A name was wrong")]).await;
    done(&withdrawn);
    let told = secretariat.get(&withdrawn.location.expect("a place")).await;
    assert!(told.body.contains("The text is no longer public."), "{}", told.text());
    assert_eq!(portal.visitor().get(&public).await.status, StatusCode::NOT_FOUND);
    assert!(secretariat.get(&format!("{address}/history")).await.text().contains("A name was wrong"));
}

/// What is frozen reads the same for ever, in the page and to the byte in its files; what has become of it since is compared.
#[tokio::test]
async fn a_frozen_text_stays_whatever_is_renamed_or_taken_out_later() {
    let portal = Portal::start().await;
    let address = plan(&portal, IN_FORCE).await;
    let frozen = format!("{address}/snapshots/1");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let read = async || {
        let docx = secretariat.get(&format!("{frozen}/file?format=docx")).await;
        let xlsx = secretariat.get(&format!("{frozen}/file?format=xlsx")).await;
        assert!(docx.status == StatusCode::OK && xlsx.status == StatusCode::OK, "{}", docx.text());
        (secretariat.get(&frozen).await.select(".doc, .side"), parts(&docx), parts(&xlsx))
    };
    let before = read().await;
    assert!(before.0.join(" ").contains("Westmark"), "{:?}", before.0);
    for sql in [
        "update organisation set name = 'Renamed ' || name, short_name = null
            where process_id = (select process_id from plan where id::text = $1)",
        "update beneficiary set name = 'New Arvania' where name = 'Arvania' and $1 <> ''",
        "update action set title = 'Renamed' where id in (select x.action_id from plan_node_action x
            join plan_node n on n.id = x.plan_node_id where n.plan_id::text = $1)",
        "update plan_node set title = 'Renamed', removed_at = case when parent_id is null then null else '2026-11-24'::timestamptz end
            where plan_id::text = $1",
    ] {
        let done = sqlx::query(sql).bind(id(&address)).execute(&mut portal.superuser().await).await.expect(sql);
        assert!(done.rows_affected() > 0, "{sql}");
    }
    let after = read().await;
    assert_eq!(after.0, before.0);
    assert!(after.1 == before.1 && after.2 == before.2, "its files are the same");
    let compared = secretariat.get(&format!("{address}/compare?from=1&to=now")).await;
    assert_eq!(compared.status, StatusCode::OK);
    let text = compared.text();
    assert!(text.contains("removed") && text.contains("Renamed"), "{text}");
    let file = secretariat.get(&format!("{address}/compare/file?from=1&to=now&format=docx")).await;
    assert!(parts(&file).contains("Renamed"), "{}", file.status);
}
