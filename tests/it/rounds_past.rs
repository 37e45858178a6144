//! What was done in a round, on its page and as a file.

use crate::decisions::{SECRETARIAT, ok};
use crate::harness::{Browser, Portal};
use crate::needs::{DONOR, LEAD_CRIME, OBSERVER, WESTMARK};
use crate::rounds::{RECOVERY, item, last, opened, pillar};
use axum::http::StatusCode;

#[tokio::test]
async fn what_was_done_in_a_round_stands_on_its_page_as_far_as_it_concerns_the_reader() {
    let portal = Portal::start().await;
    for sql in [
        "delete from action_disclosure d using action a where a.process_id = d.process_id and a.id = d.action_id and a.title like 'Relocation of%'",
        "update action set open_to_support_group = false where title like 'Relocation of witnesses%'",
    ] {
        sqlx::query(sql).execute(&mut portal.superuser().await).await.expect("closed");
    }
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let (westmark, lead) = (portal.signed_in(WESTMARK).await, portal.signed_in(LEAD_CRIME).await);
    let crime = pillar(&portal, "CRIME").await;
    let place = opened(&portal, &secretariat, "progress", "How far?", &[("pillar", crime.as_str())]).await;
    // a week before the day, those who have not answered are reminded: once, however often the morning's job runs
    sqlx::query("update deadline set due_on = '2026-12-01' where subject_kind = 'round' and subject_id::text = $1")
        .bind(last(&place))
        .execute(&mut portal.superuser().await)
        .await
        .expect("a week ahead");
    for _ in 0..2 {
        crate::notices::morning(&portal).await.expect("the morning's job");
    }
    let one = item(&portal, &place, RECOVERY).await;
    let report = [("do", "report"), ("health", "at_risk"), ("edition", "0")];
    ok(&donor.post(&format!("{place}/items/{one}/report"), &report).await);
    let hidden = item(&portal, &place, "Relocation of witnesses").await;
    let word = [("do", "cannot-say"), ("word", "Nobody else is told")];
    ok(&westmark.post(&format!("{place}/items/{hidden}"), &word).await);
    let other = item(&portal, &place, "From illicit financial flows").await;
    let word = [("do", "cannot-say"), ("word", "By telephone: in December")];
    ok(&secretariat.post(&format!("{place}/items/{other}"), &word).await);
    let id =
        portal.lookup("select min(g.id::text) from progress_report g where g.round_id::text = $1", last(&place)).await;
    let back = [("edition", "1"), ("word", "Which offices?")];
    ok(&lead.post(&format!("{place}/reports/{id}/return"), &back).await);

    let past = async |browser: &Browser| browser.get(&place).await.select("#history li").join("\n");
    let all = past(&secretariat).await;
    for said in [
        "asked for the round",
        "opened the round",
        "reminded those who had not answered",
        "Norland",
        RECOVERY,
        "on behalf of Westmark",
        "By telephone: in December",
        "referred back the report",
        "Which offices?",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
    assert_eq!(all.matches("reminded those").count(), 1, "{all}");
    assert!(!all.contains("Relocation") && !all.contains("Nobody else is told"), "{all}");
    let own = past(&donor).await;
    assert!(own.contains("opened the round") && own.contains(RECOVERY) && own.contains("Which offices?"), "{own}");
    assert!(!own.contains("Westmark") && !own.contains("By telephone") && !own.contains("Relocation"), "{own}");
    let its = past(&westmark).await;
    assert!(its.contains("Relocation") && its.contains("Nobody else is told"), "{its}");
    assert!(its.contains("By telephone") && !its.contains("Norland"), "{its}");
    // as a file, with the same lines
    let file = format!("{place}/history/file");
    let text = crate::files::parts(&secretariat.get(&file).await);
    assert!(text.contains("on behalf of Westmark") && text.contains("Which offices?"), "{text}");
    assert!(!text.contains("Nobody else is told") && !text.contains("Relocation"), "{text}");
    assert!(!crate::files::parts(&donor.get(&file).await).contains("Westmark"));
    assert_eq!(portal.signed_in(OBSERVER).await.get(&file).await.status, StatusCode::FORBIDDEN);
    let page = portal.signed_in("support-group@iisg.example").await.get(&file).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "another process's");
}

/// Words that were said together, as by a sheet, stand in one line of the history, each for those who see what it is about.
#[tokio::test]
async fn of_several_words_at_once_each_is_told_to_those_who_see_what_it_is_about() {
    let portal = Portal::start().await;
    for sql in [
        "delete from action_disclosure d using action a where a.process_id = d.process_id and a.id = d.action_id and a.title like 'Relocation of%'",
        "update action set open_to_support_group = false where title like 'Relocation of witnesses%'",
    ] {
        sqlx::query(sql).execute(&mut portal.superuser().await).await.expect("closed");
    }
    let round = "select id::text from round where title like $1 || '%'";
    let place = format!("/example/rounds/{}", portal.lookup(round, "Progress on serious crime").await);
    let asked = "select a.id::text from round_asked a join organisation o on o.id = a.organisation_id
        where o.name = 'Westmark' and a.round_id::text = $1";
    let asked = portal.lookup(asked, last(&place)).await;
    let (open, hidden) = (item(&portal, &place, "From illicit").await, item(&portal, &place, "Relocation of").await);
    let mut fields = vec![("asked", asked.as_str())];
    for (id, word) in [(&open, "Our auditors look at it"), (&hidden, "The office has moved")] {
        fields.extend([("item", id.as_str()), ("edition", "0"), ("answer", "cannot_say"), ("word", word)]);
        fields.extend(["health", "done", "hinders", "values", "disbursed", "spent", "currency"].map(|name| (name, "")));
    }
    let westmark = portal.signed_in(WESTMARK).await;
    ok(&westmark.post(&format!("{place}/sheet/take"), &fields).await);
    let past = async |browser: &Browser| browser.get(&place).await.select("#history li").join("\n");
    let own = past(&westmark).await;
    assert!(own.contains("Our auditors look at it") && own.contains("The office has moved"), "{own}");
    let all = past(&portal.signed_in(SECRETARIAT).await).await;
    assert!(all.contains("Our auditors look at it") && !all.contains("The office has moved"), "{all}");
    let donor = past(&portal.signed_in(DONOR).await).await;
    assert!(!donor.contains("Our auditors") && !donor.contains("has moved"), "{donor}");
}

#[tokio::test]
async fn an_actions_page_tells_what_was_reported_of_it_last() {
    let portal = Portal::start().await;
    let id = portal
        .lookup(
            "select action_id::text from progress_report where state = $1 and done like '%call for tenders%'",
            "accepted",
        )
        .await;
    let address = format!("/example/actions/{id}");
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let said = secretariat.get(&address).await.select("#progress").join(" ");
    for words in ["Later than planned", "Progress on serious crime 2026", "accepted", "The tender was put off twice"] {
        assert!(said.replace("the tender", "The tender").contains(words), "{words}: {said}");
    }
    // observers see no rounds
    let observer = portal.signed_in(OBSERVER).await.get(&address).await;
    assert!(!observer.body.contains("put off twice"));
    // what is referred back is not told to others
    sqlx::query("update progress_report set state = 'returned', word = 'x' where action_id::text = $1")
        .bind(&id)
        .execute(&mut portal.in_process("example").await)
        .await
        .expect("referred back");
    assert!(secretariat.get(&address).await.select("#progress").is_empty());
    // an action without reports has no such part
    let other = portal.action("example", "Legal aid for families of returnees").await;
    assert!(secretariat.get(&format!("/example/actions/{other}")).await.select("#progress").is_empty());
}

#[tokio::test]
async fn all_answered_is_no_part_of_an_answer_and_waits_to_be_handed_in() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let round = "select id::text from round where title like $1 || '%'";
    let place = format!("/example/rounds/{}", portal.lookup(round, "Progress on serious crime").await);
    let line = |rows: Vec<String>, who: &str| rows.into_iter().find(|l| l.starts_with(who)).expect("a line");
    let rows = || async { secretariat.get(&place).await.select("#asked tbody tr") };
    let westmark = line(rows().await, "Westmark");
    assert!(westmark.starts_with("Westmark all answered, not handed in yet"), "{westmark}");
    assert!(line(rows().await, "Norland answered").starts_with("Norland answered in part"));
    // what is left for them to do is said as it is
    let waits = portal.signed_in(WESTMARK).await.get("/example").await.select("#awaited li").join("\n");
    assert!(waits.contains("Hand in the page of Westmark: Progress on serious crime"), "{waits}");
    assert!(!waits.contains("on 0 actions"), "{waits}");
    let mine = portal.signed_in(WESTMARK).await.get(&format!("{place}/mine")).await.text();
    assert!(mine.contains("Everything that you see here is answered, and the page is not handed in yet"), "{mine}");
    assert!(!mine.contains("handed in automatically"), "{mine}");
    // what was merged into another action is asked about no more, and waits for nobody
    sqlx::raw_sql(
        "update action t set merged_into_id = (select i.action_id from round_item i join round_asked a on a.id = i.asked_id
                join round r on r.id = i.round_id and r.title like 'Progress on serious crime%'
                join organisation o on o.id = a.organisation_id and o.name = 'Norland' where i.state <> 'open' order by i.id limit 1)
         from round_item i join round_asked a on a.id = i.asked_id join round r on r.id = i.round_id
            join organisation o on o.id = a.organisation_id
         where t.process_id = kernel.process_id() and t.id = i.action_id and i.state = 'open' and o.name = 'Norland'
            and r.title like 'Progress on serious crime%'",
    )
    .execute(&mut portal.in_process("example").await)
    .await
    .expect("merged");
    assert!(line(rows().await, "Norland all").starts_with("Norland all answered, not handed in yet"));
    let waits = portal.signed_in(DONOR).await.get("/example").await.select("#awaited li").join("\n");
    assert!(waits.contains("Hand in the page of Norland: Progress on serious crime"), "{waits}");
    portal.clock.set("2027-01-05T09:00:00Z".parse().expect("a moment"));
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let westmark = line(secretariat.get(&place).await.select("#asked tbody tr"), "Westmark");
    assert!(westmark.starts_with("Westmark all answered, not handed in 3 of 3"), "{westmark}");
}
