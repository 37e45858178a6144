//! Decisions of the Board, through the front door: who may what, the procedures, changed votes, who comes too late.

use crate::harness::{Browser, Page, Portal};
use chrono::{DateTime, Utc};

pub const SECRETARIAT: &str = "support-group@example.example";
pub const CHAIR: &str = "chair@example.example";
const COMMISSION: &str = "commission@example.example";
pub const ARVANIA: &str = "beneficiary-one@example.example";
pub const KESTRIA: &str = "beneficiary-two@example.example";
const DONOR: &str = "donor@example.example";
const LEAD: &str = "lead-one@example.example";
const OBSERVER: &str = "observer@example.example";

/// The seats of the example with who votes for each.
pub const SEATS: [(&str, &str); 7] = [
    ("Arvania", ARVANIA),
    ("Bergovia and Hollmark", "beneficiary-three@example.example"),
    ("Commission of the Coastal Union", COMMISSION),
    ("Kestria*", KESTRIA),
    ("Lumenia", "beneficiary-four@example.example"),
    ("Tarvis", "beneficiary-six@example.example"),
    ("Upper Sevonia", "beneficiary-five@example.example"),
];

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// The address of a decision by its title.
pub async fn decision(portal: &Portal, slug: &str, title: &str) -> String {
    let id = portal
        .lookup(
            "select min(d.id::text) from board_decision d join process p on p.id = d.process_id where p.slug || '|' || d.title like $1 || '%'",
            &format!("{slug}|{title}"),
        )
        .await;
    format!("/{slug}/decisions/{id}")
}

pub async fn seat(portal: &Portal, decision: &str, label: &str) -> String {
    let id = decision.rsplit('/').next().expect("an id");
    portal
        .lookup(
            "select id::text from board_seat where decision_id::text || '|' || label = $1",
            &format!("{id}|{label}"),
        )
        .await
}

pub fn ok(page: &Page) -> String {
    assert_eq!(page.status, 303, "{}", page.text());
    page.location.clone().expect("a place").split('?').next().expect("a path").to_owned()
}

/// Prepares a decision and says where it is.
pub async fn prepared(browser: &Browser, title: &str, procedure: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![
        ("subject_kind", "membership"),
        ("subject_label", "Membership of the Isle of Wren"),
        ("title", title),
        ("procedure", procedure),
        ("paper_title", "Request"),
        ("paper_text", "The Isle of Wren asks to become a member."),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(n, _)| n == name));
    fields.extend_from_slice(more);
    ok(&browser.submit("/example/decisions/new", None, &fields).await)
}

pub async fn opened(browser: &Browser, title: &str, procedure: &str, more: &[(&str, &str)]) -> String {
    let place = prepared(browser, title, procedure, more).await;
    ok(&browser.submit(&format!("{place}/open"), None, &[]).await)
}

pub async fn votes(portal: &Portal, place: &str, who: &str, vote: &str, note: &str) -> Page {
    let browser = portal.signed_in(who).await;
    browser.submit(&format!("{place}/vote"), None, &[("vote", vote), ("note", note)]).await
}

pub async fn state(portal: &Portal, place: &str) -> String {
    let id = place.rsplit('/').next().expect("an id");
    portal.lookup("select state from board_decision where id::text = $1", id).await
}

#[tokio::test]
async fn every_act_is_done_and_offered_to_those_alone_who_may() {
    let portal = Portal::start().await;
    let open = decision(&portal, "example", "Admission of Eastholm").await;
    let prepared = decision(&portal, "example", "Appointment of a lead").await;
    // who, then: see, prepare, vote, votes of a meeting, record, statement
    let table: [(&str, [u16; 6]); 8] = [
        (SECRETARIAT, [200, 200, 403, 303, 403, 403]),
        (CHAIR, [200, 200, 403, 303, 200, 403]),
        (LEAD, [200, 403, 403, 403, 403, 200]),
        (ARVANIA, [200, 403, 200, 403, 403, 200]),
        (COMMISSION, [200, 403, 200, 403, 403, 200]),
        (DONOR, [200, 403, 403, 403, 403, 200]),
        (OBSERVER, [403, 403, 403, 403, 403, 403]),
        ("second-donor@example.example", [200, 403, 403, 403, 403, 200]),
    ];
    for (who, expected) in table {
        let browser = portal.signed_in(who).await;
        let paths = [
            open.clone(),
            format!("{prepared}/open"),
            format!("{open}/vote"),
            format!("{open}/meeting"),
            format!("{open}/record"),
            format!("{open}/statement"),
        ];
        for (path, status) in paths.iter().zip(expected) {
            assert_eq!(browser.get(path).await.status, status, "{who} {path}");
            if status == 403 && *path != open {
                assert_eq!(browser.post(path, &[("vote", "in_favour")]).await.status, 403, "{who} {path}");
            }
        }
        if expected[0] == 200 {
            let page = browser.get(&open).await;
            let offered = |end: &str| page.select(&format!("a[href$='{end}']")).len();
            assert_eq!(offered("/vote") > 0, expected[2] == 200, "{who}");
            assert_eq!(offered("/record") > 0, expected[4] == 200, "{who}");
            assert_eq!(offered("/statement") > 0, expected[5] == 200, "{who}");
            assert_eq!(offered("/withdraw") > 0, expected[1] == 200, "{who}");
        }
    }
    assert_eq!(state(&portal, &open).await, "open");
    // observers learn nothing of them anywhere
    let observer = portal.signed_in(OBSERVER).await;
    assert_eq!(observer.get("/example/decisions").await.status, 403);
    assert!(!observer.get("/example").await.body.contains("/example/decisions"));
    assert!(!portal.visitor().get("/example/public").await.body.contains("/decisions"));
}

#[tokio::test]
async fn a_mark_that_is_taken_away_votes_no_more_and_no_seat_votes_for_another() {
    let portal = Portal::start().await;
    let open = decision(&portal, "example", "Admission of Eastholm").await;
    let arvania = portal.signed_in(ARVANIA).await;
    let lumenia = seat(&portal, &open, "Lumenia").await;
    let page = arvania.post(&format!("{open}/vote"), &[("seat", lumenia.as_str()), ("vote", "in_favour")]).await;
    assert_eq!(page.status, 403, "another's seat");
    let donor = portal.signed_in(DONOR).await;
    sqlx::query("update membership set votes_from = starts_on where name = 'Demo account, Norland'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("a mark");
    assert_eq!(donor.get(&format!("{open}/vote")).await.status, 403, "a donor with the mark has no seat");
    assert!(!donor.get(&open).await.body.contains(&format!("{open}/vote")));
    sqlx::query("update membership set votes_to = '2026-11-01' where name = 'Demo account, Arvania'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("a mark");
    assert_eq!(arvania.get(&format!("{open}/vote")).await.status, 403);
}

#[tokio::test]
async fn a_written_procedure_from_preparation_to_its_number() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let chair = portal.signed_in(CHAIR).await;
    let place = prepared(&secretariat, "Admission of the Isle of Wren", "written", &[]).await;
    let text = secretariat.get(&place).await.text();
    assert!(text.contains("In preparation") && text.contains("Kestria*"), "the seats it would have: {text}");
    let edited = secretariat
        .submit(&format!("{place}/edit"), None, &[("note", "For information."), ("paper_text", "The Isle asks.")])
        .await;
    ok(&edited);
    let form = secretariat.get(&format!("{place}/open")).await;
    assert_eq!(form.value("deadline").as_deref(), Some("8 December 2026"), "the term of the settings");
    ok(&secretariat.submit(&format!("{place}/open"), None, &[]).await);
    let text = secretariat.get(&place).await.text();
    assert!(text.contains("Simple majority of those voting; quorum: 5 of 7 seats"), "{text}");
    assert!(text.contains("as set in this process"));
    let order: Vec<String> = secretariat.get(&place).await.select("#votes tbody th");
    assert_eq!(order, SEATS.map(|(label, _)| label.to_owned()), "in alphabetical order");

    // frozen: the form is gone, and the application's own role cannot change them
    assert_eq!(secretariat.get(&format!("{place}/edit")).await.status, 303);
    let id = place.rsplit('/').next().expect("an id").to_owned();
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', $1, false), set_config('app.money', 'on', false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");
    for statement in [
        "delete from decision_paper where decision_id = $1::uuid",
        "update decision_paper set title = 'x' where decision_id = $1::uuid",
        "insert into decision_paper (decision_id, place, title, content, sha256) values ($1::uuid, 9, 'x', 'x', repeat('0', 64))",
        "update board_decision set title = 'x' where id = $1::uuid",
        "update board_decision set rule = 'consensus' where id = $1::uuid",
        "update board_decision set state = 'prepared' where id = $1::uuid",
        "insert into board_seat (decision_id, organisation_id, label) select $1::uuid, min(id::text)::uuid, 'x' from organisation",
        "delete from board_decision where id = $1::uuid",
    ] {
        let tried = sqlx::query(statement).bind(&id).execute(&mut app).await;
        assert!(tried.is_err(), "{statement}");
    }

    for (i, (label, who)) in SEATS.iter().enumerate().take(5) {
        let vote = if i == 1 { "against" } else { "in_favour" };
        ok(&votes(&portal, &place, who, vote, "").await);
        assert!(chair.get(&place).await.text().contains(label));
    }
    let text = chair.get(&place).await.text();
    assert!(text.contains("votes are awaited from Tarvis, Upper Sevonia"), "{text}");
    assert!(text.contains("As it stands now"), "not over before the deadline: {text}");
    let early = chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await;
    assert_eq!(early.status, 422, "before the deadline it can only be referred back");

    portal.clock.set(at("2026-12-09T08:00:00Z"));
    let chair = portal.signed_in(CHAIR).await;
    let text = chair.get(&place).await.text();
    assert!(text.contains("did not answer") && text.contains("the Chair records the result"), "{text}");
    let wrong = chair.submit(&format!("{place}/record"), None, &[("result", "not_taken"), ("reasons", "x")]).await;
    assert_eq!(wrong.status, 422, "by its votes it is adopted");
    let form = chair.get(&format!("{place}/record")).await;
    assert_eq!(form.value("number").as_deref(), Some("2026/3"), "the next of the year");
    let taken = chair.submit(&format!("{place}/record"), None, &[("result", "taken"), ("number", "2026/1")]).await;
    assert_eq!(taken.status, 422, "another decision's number");
    let taken = chair.submit(&format!("{place}/record"), None, &[("result", "taken"), ("number", "26-1")]).await;
    assert_eq!(taken.status, 422);
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    let page = chair.get(&place).await;
    let text = page.text();
    assert!(text.contains("Adopted by the Board, recorded by the Chair") && text.contains("Decision 2026/3"), "{text}");
    assert!(text.contains("did not answer") && !text.contains("has not voted yet"));
    for event in [
        "prepared the decision",
        "changed what is prepared",
        "opened it for votes",
        "voted",
        "recorded that the Board has adopted it",
    ] {
        assert!(page.select("#history li").iter().any(|line| line.contains(event)), "{event}");
    }
    let list = chair.get("/example/decisions?kind=membership&state=taken").await.text();
    assert!(list.contains("Isle of Wren") && list.contains("2026/3") && !list.contains("Eastholm"), "{list}");
}

#[tokio::test]
async fn a_changed_vote_keeps_the_earlier_one_and_none_is_changed_after_the_count() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let place = opened(&secretariat, "Changed votes", "written", &[]).await;
    ok(&votes(&portal, &place, ARVANIA, "against", "Too early.").await);
    ok(&votes(&portal, &place, ARVANIA, "in_favour", "After talks.").await);
    let page = secretariat.get(&place).await;
    let row = page.select("#votes tbody tr").into_iter().find(|r| r.starts_with("Arvania")).expect("its row");
    assert!(row.contains("In favour") && row.contains("earlier: Against") && row.contains("Too early."), "{row}");

    // sent twice: once in the history
    let arvania = portal.signed_in(ARVANIA).await;
    ok(&arvania.submit(&format!("{place}/vote"), None, &[]).await);
    let voted = |page: &Page| page.select("#history li").iter().filter(|l| l.contains(" voted")).count();
    assert_eq!(voted(&secretariat.get(&place).await), 2);

    // a colleague of the same seat has voted since the form was opened
    let stale = arvania.get(&format!("{place}/vote")).await;
    ok(&arvania.submit(&format!("{place}/vote"), None, &[("vote", "abstain"), ("note", "")]).await);
    let (_, mut fields) = stale.form(None);
    fields.retain(|(n, _)| n != "vote" && n != "note");
    fields.push(("vote".into(), "against".into()));
    fields.push(("note".into(), "Typed and not lost.".into()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let late = arvania.post_raw(&format!("{place}/vote"), &pairs).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("Typed and not lost.") && late.text().contains("Abstains"), "{}", late.text());

    // a form that was open when the deadline passed, and one when it was counted
    let open_form = arvania.get(&format!("{place}/vote")).await;
    for (_, who) in &SEATS[1..] {
        ok(&votes(&portal, &place, who, "in_favour", "").await);
    }
    let chair = portal.signed_in(CHAIR).await;
    let send = |form: &Page| {
        let (_, mut fields) = form.form(None);
        fields.retain(|(n, _)| n != "note");
        fields.push(("note".into(), "At the last minute.".into()));
        fields
    };
    let fields = send(&open_form);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await);
    let late = arvania.post_raw(&format!("{place}/vote"), &pairs).await;
    assert_eq!(late.status, 409, "after the count");
    assert!(
        late.text().contains("At the last minute.") && late.text().contains("have been counted"),
        "{}",
        late.text()
    );

    let second = opened(&secretariat, "The deadline passes", "written", &[]).await;
    let fields = send(&arvania.get(&format!("{second}/vote")).await);
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    pairs.push(("vote", "in_favour"));
    portal.clock.set(at("2026-12-08T23:59:00Z"));
    let arvania = portal.signed_in(ARVANIA).await;
    ok(&arvania.submit(&format!("{second}/vote"), None, &[("vote", "abstain")]).await);
    portal.clock.set(at("2026-12-09T00:00:30Z"));
    let token = arvania.form_token().await;
    pairs.retain(|(n, _)| *n != "form_token");
    pairs.push(("form_token", token.as_str()));
    let late = arvania.post_raw(&format!("{second}/vote"), &pairs).await;
    assert_eq!(late.status, 409, "after the deadline");
    assert!(late.text().contains("At the last minute.") && late.text().contains("has passed"), "{}", late.text());
    assert!(arvania.get(&second).await.text().contains("Abstains"), "the vote in time stands");
}

#[tokio::test]
async fn silence_adopts_at_the_deadline_unless_it_is_broken() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let kept = opened(&secretariat, "Kept silence", "silence", &[("deadline", "1 December 2026")]).await;
    let broken = opened(&secretariat, "Broken silence", "silence", &[("deadline", "1 December 2026")]).await;
    assert!(secretariat.get(&kept).await.text().contains("has not broken the silence"));
    assert_eq!(votes(&portal, &broken, ARVANIA, "against", "x").await.status, 422, "no vote of this procedure");
    assert_eq!(votes(&portal, &broken, ARVANIA, "breaks_silence", "").await.status, 422, "without saying why");
    ok(&votes(&portal, &broken, ARVANIA, "breaks_silence", "Talks go on.").await);
    assert!(secretariat.get(&broken).await.text().contains("The silence is broken"));
    // taken back, and broken again
    ok(&votes(&portal, &broken, ARVANIA, "in_favour", "").await);
    assert!(secretariat.get(&broken).await.text().contains("No seat has broken the silence"));
    ok(&votes(&portal, &broken, ARVANIA, "breaks_silence", "They do go on.").await);
    let chair = portal.signed_in(CHAIR).await;
    assert_eq!(chair.submit(&format!("{kept}/record"), None, &[("result", "taken")]).await.status, 422, "too early");
    let done = chair
        .submit(&format!("{broken}/record"), None, &[("result", "not_taken"), ("reasons", "The silence was broken.")])
        .await;
    ok(&done);
    assert!(chair.get(&broken).await.text().contains("Not adopted by the Board, recorded by the Chair"));
    portal.clock.set(at("2026-12-02T07:00:00Z"));
    let chair = portal.signed_in(CHAIR).await;
    ok(&chair.submit(&format!("{kept}/record"), None, &[("result", "taken")]).await);
    let text = chair.get(&kept).await.text();
    assert!(text.contains("did not break the silence") && !text.contains("did not answer"), "{text}");
}

#[tokio::test]
async fn votes_of_a_meeting_are_entered_at_once_and_a_short_quorum_carries_nothing() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let chair = portal.signed_in(CHAIR).await;
    let place =
        opened(&secretariat, "At a meeting", "meeting", &[("meeting_on", "24.11.2026"), ("meeting_place", "Tarvis")])
            .await;
    assert_eq!(votes_form(&portal, ARVANIA, &place).await, 303, "no vote by own hand");
    let by_hand = portal.signed_in(ARVANIA).await;
    let arvania = seat(&portal, &place, "Arvania").await;
    let tried = by_hand.post(&format!("{place}/vote"), &[("seat", arvania.as_str()), ("vote", "in_favour")]).await;
    assert_eq!(tried.status, 409, "{}", tried.text());
    let mut fields = Vec::new();
    for label in ["Arvania", "Kestria*", "Lumenia", "Tarvis"] {
        fields.push((format!("vote-{}", seat(&portal, &place, label).await), "in_favour"));
    }
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    // the same form open twice: the second sees what the first has saved
    let stale = chair.get(&format!("{place}/meeting")).await;
    ok(&secretariat.submit(&format!("{place}/meeting"), None, &pairs).await);
    let (_, fields) = stale.form(None);
    let late: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(chair.post_raw(&format!("{place}/meeting"), &late).await.status, 409);
    let text = chair.get(&place).await.text();
    assert!(text.contains("4 of 7 seats have voted; the quorum of 5 is not met"), "{text}");
    assert!(text.contains("no vote recorded") && text.contains("recorded at the meeting by"), "{text}");
    let refused = chair.submit(&format!("{place}/record"), None, &[("result", "taken")]).await;
    assert_eq!(refused.status, 422, "the quorum is not met");
    // a vote added, one changed, one taken out again
    let commission = format!("vote-{}", seat(&portal, &place, "Commission of the Coastal Union").await);
    let bergovia = format!("vote-{}", seat(&portal, &place, "Bergovia and Hollmark").await);
    let tarvis = format!("vote-{}", seat(&portal, &place, "Tarvis").await);
    ok(&secretariat
        .submit(
            &format!("{place}/meeting"),
            None,
            &[(commission.as_str(), "abstain"), (bergovia.as_str(), "against"), (tarvis.as_str(), "")],
        )
        .await);
    ok(&chair.submit(&format!("{place}/record"), None, &[("result", "taken"), ("number", "2027/1")]).await);
    let page = chair.get(&place).await;
    assert!(page.text().contains("Decision 2027/1"), "as the Chair corrected it");
    assert_eq!(portal_count(&portal, &place).await, "6", "every vote is kept, also the one taken out");
}

async fn votes_form(portal: &Portal, who: &str, place: &str) -> u16 {
    portal.signed_in(who).await.get(&format!("{place}/vote")).await.status.as_u16()
}

async fn portal_count(portal: &Portal, place: &str) -> String {
    let id = place.rsplit('/').next().expect("an id");
    portal.lookup("select count(*)::text from board_vote where decision_id::text = $1", id).await
}
