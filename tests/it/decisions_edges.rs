//! Decisions of the Board: two at once, what is frozen, what is of others, hostile input.

use crate::decisions::{ARVANIA, CHAIR, KESTRIA, SEATS, SECRETARIAT, decision, ok, opened, prepared, state, votes};
use crate::harness::Portal;

#[tokio::test]
async fn two_chairs_at_once_record_it_once() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let mut places = Vec::new();
    for title in ["First of two", "Second of two"] {
        let place = opened(&secretariat, title, "written", &[]).await;
        for (_, who) in SEATS {
            ok(&votes(&portal, &place, who, "in_favour", "").await);
        }
        places.push(place);
    }
    let (one, two) = (portal.signed_in(CHAIR).await, portal.signed_in(CHAIR).await);
    let record = format!("{}/record", places[0]);
    let (adopts, refers) = tokio::join!(
        one.submit(&record, None, &[("result", "taken")]),
        two.submit(&record, None, &[("result", "referred_back"), ("reasons", "Not ripe.")])
    );
    let mut statuses = [adopts.status.as_u16(), refers.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409], "{} {}", adopts.text(), refers.text());
    let late = if adopts.status == 409 { &adopts } else { &refers };
    assert!(late.text().contains("What you had typed"), "{}", late.text());
    let once = portal
        .lookup(
            "select count(*)::text from history where subject_id::text = $1 and event in ('decision-taken', 'decision-referred-back')",
            places[0].rsplit('/').next().expect("an id"),
        )
        .await;
    assert_eq!(once, "1");
    // recorded twice, and what may not follow any more
    let again = one.post(&record, &[("result", "taken"), ("decided_on", "2026-11-24"), ("version", "1")]).await;
    assert_eq!(again.status, 409);
    let withdrawn = secretariat.post(&format!("{}/withdraw", places[0]), &[("reasons", "x"), ("version", "1")]).await;
    assert_eq!(withdrawn.status, 409);
    let reopened = secretariat.post(&format!("{}/open", places[0]), &[("version", "1")]).await;
    assert_eq!(reopened.status, 409);

    // a vote that comes while the result is being recorded: looked at again
    let form = one.get(&format!("{}/record", places[1])).await;
    ok(&votes(&portal, &places[1], ARVANIA, "abstain", "").await);
    let (_, fields) = form.form(None);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(one.post_raw(&format!("{}/record", places[1]), &pairs).await.status, 409);
    assert_eq!(state(&portal, &places[1]).await, "open");
}

#[tokio::test]
async fn statements_and_papers_stay_with_the_decision() {
    let portal = Portal::start().await;
    let taken = decision(&portal, "example", "Adoption of the methodology").await;
    let kestria = portal.signed_in(KESTRIA).await;
    let empty = kestria.submit(&format!("{taken}/statement"), None, &[("text", " ")]).await;
    assert_eq!(empty.status, 422);
    let hostile = "<script>alert(1)</script> \u{202e}=cmd()\nSecond line.";
    ok(&kestria.submit(&format!("{taken}/statement"), None, &[("text", hostile)]).await);
    let page = kestria.get(&taken).await;
    assert!(page.text().contains("Upper Sevonia holds") && page.text().contains("Second line."));
    assert!(!page.body.contains("<script>alert"));
    let other = portal.lookup("select id::text from beneficiary where name = $1", "Arvania").await;
    let forged = kestria.post(&format!("{taken}/statement"), &[("text", "x"), ("party", other.as_str())]).await;
    assert_eq!(forged.status, 422, "for another party");

    let paper = kestria.get(&format!("{taken}/papers/1")).await;
    let shown = paper.select("dd .addr").join(" ");
    let text = kestria.get(&format!("{taken}/papers/1/text")).await;
    assert_eq!(text.status, 200);
    use sha2::Digest;
    assert!(shown.contains(&hex::encode(sha2::Sha256::digest(text.body.as_bytes()))), "{shown}");
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "decision")
        .await;
    assert_eq!(noted, "1");
    for path in ["papers/9", "papers/x", "papers/-1", "papers/99999999"] {
        assert_eq!(kestria.get(&format!("{taken}/{path}")).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn nothing_is_opened_where_no_rule_is_set_and_what_the_settings_say_is_frozen() {
    let portal = Portal::start().await;
    let iisg = portal.signed_in("support-group@iisg.example").await;
    let fields = [
        ("subject_kind", "methodology"),
        ("subject_label", "A methodology"),
        ("title", "A methodology"),
        ("procedure", "meeting"),
    ];
    let place = ok(&iisg.submit("/iisg/decisions/new", None, &fields).await);
    assert!(iisg.get(&place).await.text().contains("is not set in this process"));
    let tried = iisg.submit(&format!("{place}/open"), None, &[]).await;
    assert_eq!(tried.status, 422);
    assert_eq!(state(&portal, &place).await, "prepared");
    for (quorum, term, good) in
        [("8/3", "", false), ("x", "", false), ("5", "0", false), ("5", "400", false), ("5", "21", true)]
    {
        let form = [
            ("board_rule", "consensus"),
            ("board_quorum", quorum),
            ("board_procedure", "written"),
            ("board_term_days", term),
        ];
        let saved = iisg.submit("/iisg/settings/edit", None, &form).await;
        assert_eq!(saved.status.as_u16(), if good { 303 } else { 422 }, "{quorum} {term}: {}", saved.text());
    }
    let settings = iisg.get("/iisg/settings").await.text();
    assert!(settings.contains("Consensus: nobody against") && settings.contains("European Commission"), "{settings}");
    ok(&iisg.submit(&format!("{place}/open"), None, &[]).await);
    ok(&iisg.submit("/iisg/settings/edit", None, &[("board_rule", "majority"), ("board_quorum", "0")]).await);
    let text = iisg.get(&place).await.text();
    assert!(text.contains("Consensus: nobody against; quorum: 5 of 7 seats"), "as it was opened: {text}");
    // more seats than there are
    ok(&iisg.submit("/iisg/settings/edit", None, &[("board_quorum", "9")]).await);
    let second = ok(&iisg.submit("/iisg/decisions/new", None, &fields).await);
    let tried = iisg.submit(&format!("{second}/open"), None, &[]).await;
    assert_eq!(tried.status, 422);
    assert!(tried.text().contains("The quorum is 9 seats and the Board has 7"), "{}", tried.text());
}

#[tokio::test]
async fn nothing_is_decided_before_it_was_put_to_the_board() {
    let portal = Portal::start().await;
    let (chair, secretariat) = (portal.signed_in(CHAIR).await, portal.signed_in(SECRETARIAT).await);
    let place = opened(&secretariat, "Of today", "written", &[("deadline", "4 December 2026")]).await;
    for (_, who) in SEATS {
        ok(&votes(&portal, &place, who, "in_favour", "").await);
    }
    let record = format!("{place}/record");
    let early = chair.submit(&record, None, &[("result", "taken"), ("decided_on", "23 November 2026")]).await;
    assert_eq!(early.status, 422, "{}", early.text());
    let beside = early.select(".field.bad").join(" ");
    assert!(beside.contains("put to the Board on 24 November 2026"), "{beside}");
    assert_eq!(early.value("decided_on").as_deref(), Some("23 November 2026"), "what was typed is kept");
    assert_eq!(state(&portal, &place).await, "open");
    ok(&chair.submit(&record, None, &[("result", "taken"), ("decided_on", "24 November 2026")]).await);
    // a meeting that was held before it was entered decides on its own day, and not before
    let meeting = [("meeting_on", "2026-11-10"), ("meeting_place", "Tarvis")];
    let place = opened(&secretariat, "Of a meeting", "meeting", &meeting).await;
    let record = format!("{place}/record");
    let fields = [("result", "referred_back"), ("reasons", "Not ripe."), ("decided_on", "9 November 2026")];
    assert_eq!(chair.submit(&record, None, &fields).await.status, 422);
    ok(&chair.submit(&record, None, &[("result", "referred_back"), ("reasons", "Not ripe.")]).await);
    let on = "select decided_on::text from board_decision where title = $1";
    assert_eq!(portal.lookup(on, "Of a meeting").await, "2026-11-10");
}

#[tokio::test]
async fn decisions_of_public_sources_have_neither_votes_nor_numbers() {
    let portal = Portal::start().await;
    let chair = portal.signed_in("chair@iisg.example").await;
    let place = decision(&portal, "iisg", "New terms of reference").await;
    let page = chair.get(&place).await;
    let text = page.text();
    assert!(
        text.contains("From public sources; votes not known") && text.contains("according to public sources"),
        "{text}"
    );
    assert!(!text.contains("recorded by the Chair") && page.select("#votes table").is_empty());
    for (path, fields) in [
        ("record", vec![("result", "taken"), ("decided_on", "2026-11-24"), ("version", "1")]),
        ("withdraw", vec![("reasons", "x"), ("version", "1")]),
        ("meeting", vec![("version", "1")]),
    ] {
        assert_eq!(chair.post(&format!("{place}/{path}"), &fields).await.status, 409, "{path}");
    }
    let albania = portal.signed_in("albania@iisg.example").await;
    assert_eq!(albania.post(&format!("{place}/statement"), &[("text", "x")]).await.status, 409);
    let votes = portal
        .lookup(
            "select count(*)::text from board_vote v join process p on p.id = v.process_id where p.slug = $1",
            "iisg",
        )
        .await;
    assert_eq!(votes, "0", "no vote is invented");
}

#[tokio::test]
async fn another_processs_decisions_are_not_found() {
    let portal = Portal::start().await;
    let iisg = portal.signed_in("chair@iisg.example").await;
    let place = decision(&portal, "example", "Admission of Eastholm").await;
    let id = place.rsplit('/').next().expect("an id");
    for end in ["", "/edit", "/open", "/withdraw", "/meeting", "/record", "/papers/1", "/papers/1/text"] {
        assert_eq!(iisg.get(&format!("/iisg/decisions/{id}{end}")).await.status, 404, "{end}");
        assert_eq!(iisg.get(&format!("/example/decisions/{id}{end}")).await.status, 404, "{end}");
    }
    for end in ["edit", "open", "withdraw", "meeting", "record"] {
        assert_eq!(iisg.post(&format!("/iisg/decisions/{id}/{end}"), &[("reasons", "x")]).await.status, 404, "{end}");
    }
    assert!(!iisg.get("/iisg/decisions").await.body.contains("Eastholm"));
    assert_eq!(state(&portal, &place).await, "open");
    // the observer's own transaction finds none either, whatever the handlers say
    let example = portal.lookup("select id::text from process where slug = $1", "example").await;
    let mut app = portal.sql("concert_app").await;
    sqlx::query("select set_config('app.process', $1, false), set_config('app.money', 'off', false)")
        .bind(&example)
        .execute(&mut app)
        .await
        .expect("a setting");
    for view in ["visible_decision", "visible_paper", "visible_seat", "visible_vote", "visible_statement"] {
        let n: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {view}")))
            .fetch_one(&mut app)
            .await
            .expect("a count");
        assert_eq!(n, 0, "{view}");
    }
}

#[tokio::test]
async fn absurd_and_hostile_forms_are_refused_and_kept() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let long = "x".repeat(6000);
    let cases: Vec<Vec<(&str, &str)>> = vec![
        vec![],
        vec![("subject_kind", "plan"), ("subject_label", "x"), ("title", "x")],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", long.as_str())],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", "a\0b")],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", "x"), ("deadline", "1.1.2020")],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", "x"), ("meeting_on", "31 September 2026")],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", "x"), ("procedure", "<b>")],
        vec![
            ("subject_kind", "lead"),
            ("subject_label", "x"),
            ("title", "x"),
            ("paper_title", ""),
            ("paper_text", "t"),
        ],
        vec![("subject_kind", "lead"), ("subject_label", "x"), ("title", "x"), ("paper_title", "t")],
        vec![
            ("subject_kind", "lead"),
            ("subject_label", "x"),
            ("title", "x"),
            ("paper_title", "t"),
            ("paper_address", "javascript:alert(1)"),
        ],
        vec![
            ("subject_kind", "lead"),
            ("subject_label", "x"),
            ("title", "x"),
            ("paper_title", "t"),
            ("paper_address", "https://example.example/p.pdf"),
            ("paper_sha256", "12"),
        ],
    ];
    for fields in cases {
        let page = secretariat.post("/example/decisions/new", &fields).await;
        assert_eq!(page.status, 422, "{fields:?}");
    }
    let place = prepared(
        &secretariat,
        "<img src=x onerror=alert(1)>",
        "meeting",
        &[
            ("note", "<b>bold</b>"),
            ("paper_title", "\"><script>"),
            ("paper_text", "<script>alert(1)</script>\n\n\u{202e}abc"),
        ],
    )
    .await;
    for path in [place.clone(), format!("{place}/papers/1"), "/example/decisions".into(), format!("{place}/edit")] {
        let page = secretariat.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>alert"), "{path}");
    }
    // a paper more without scripts; nothing is saved by it
    let more = secretariat
        .post("/example/decisions/new", &[("title", "Kept"), ("paper_title", "One"), ("add", "paper")])
        .await;
    assert_eq!(more.status, 200);
    assert!(more.body.contains("paper_title-1") && more.body.contains("Kept"));
    // another version of what is prepared
    let stale = secretariat.get(&format!("{place}/edit")).await;
    ok(&secretariat.submit(&format!("{place}/edit"), None, &[("title", "First")]).await);
    let (_, fields) = stale.form(None);
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(secretariat.post_raw(&format!("{place}/edit"), &pairs).await.status, 409);
    assert_eq!(
        secretariat.post(&format!("{place}/withdraw"), &[("version", "2")]).await.status,
        422,
        "without a reason"
    );
    ok(&secretariat.submit(&format!("{place}/withdraw"), None, &[("reasons", "Entered twice.")]).await);
    let text = secretariat.get(&place).await.text();
    assert!(text.contains("Withdrawn") && text.contains("Entered twice."));
    let open = decision(&portal, "example", "Admission of Eastholm").await;
    let arvania = portal.signed_in(ARVANIA).await;
    for fields in [
        vec![],
        vec![("vote", "yes")],
        vec![("vote", "breaks_silence"), ("note", "x")],
        vec![("vote", "in_favour"), ("note", long.as_str())],
    ] {
        assert_eq!(arvania.post(&format!("{open}/vote"), &fields).await.status, 422, "{fields:?}");
    }
}

#[tokio::test]
async fn a_decisions_pages_send_few_statements() {
    let portal = Portal::start().await;
    let open = decision(&portal, "example", "Admission of Eastholm").await;
    let prepared = decision(&portal, "example", "Appointment of a lead").await;
    let chair = portal.signed_in(CHAIR).await;
    for path in [
        "/example/decisions".to_owned(),
        open.clone(),
        format!("{open}/record"),
        prepared.clone(),
        format!("{prepared}/open"),
    ] {
        let page = chair.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        let said = page.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
        let count: u32 = said.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(99);
        assert!(count <= 4, "{path}: {count}");
    }
}
