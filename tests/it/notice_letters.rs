//! Letters of what is told: at once, once a day, not at all; exactly once; and those that do not leave.

use crate::action_record::TITLE;
use crate::harness::Portal;
use crate::notices::{choose, inside, membership, morning, open_notice, tell};
use axum::http::StatusCode;
use concert::features::notices::{self, How, Mention, Notice, Subject, To, Topic};

async fn letters(portal: &Portal, email: &str) -> Vec<(String, String)> {
    sqlx::query_as("select subject, body from outgoing_mail where recipient = $1 order by created_at, id")
        .bind(email)
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("letters")
}

const DONOR: &str = "donor@example.example";
const SECOND: &str = "second-donor@example.example";
const ONE: &str = "beneficiary-one@example.example";

/// Several things in one telling: each goes to those whom it is addressed to, with the letter of its own.
#[tokio::test]
async fn several_things_are_told_at_once_and_each_to_its_own() {
    let portal = Portal::start().await;
    for email in [DONOR, SECOND] {
        choose(&portal.signed_in(email).await, Topic::Decisions, How::AtOnce).await;
    }
    let (first, second) = (open_notice("First thing"), open_notice("Second thing"));
    let (one, other) = (membership(&portal, DONOR).await, membership(&portal, SECOND).await);
    let (to_one, to_both, to_nobody) = (To::members([one]), To::members([one, other]), To::default());
    let mut tx = inside(&portal).await;
    // the first is told once, though it stands there twice
    let all = [(&first, &to_one), (&second, &to_both), (&first, &to_one), (&second, &to_nobody)];
    assert_eq!(notices::tell_each(&mut tx, &portal.app, &all).await.expect("told"), 3);
    assert_eq!(notices::tell_each(&mut tx, &portal.app, &all).await.expect("told"), 0);
    assert_eq!(notices::tell_each(&mut tx, &portal.app, &[]).await.expect("told"), 0);
    tx.commit().await.expect("commit");
    let mut told = letters(&portal, DONOR).await;
    told.extend(letters(&portal, SECOND).await);
    let subjects: Vec<bool> = told.iter().map(|(subject, _)| subject.contains("First thing")).collect();
    assert_eq!(subjects.iter().filter(|first| **first).count(), 1, "{told:?}");
    assert_eq!(told.len(), 3, "{told:?}");
    for (email, thing) in [(DONOR, "First thing"), (DONOR, "Second thing"), (SECOND, "Second thing")] {
        let sql =
            "select n.dedupe_key || ' ' || n.id from notice n join account a on a.id = n.account_id where a.email = $1";
        let mine: Vec<String> =
            sqlx::query_scalar(sql).bind(email).fetch_all(&mut portal.superuser().await).await.expect("notices");
        let id = mine.iter().find_map(|line| line.strip_prefix(thing)).expect(thing).trim();
        let letter = letters(&portal, email).await.into_iter().find(|(subject, _)| subject.contains(thing));
        let (_, body) = letter.expect(thing);
        assert!(body.contains(&format!("/example/notices/{id}\n")), "{email}, {thing}: {body}");
    }
}

/// Of several things and whom each names, those who could not see theirs are found by their place.
#[tokio::test]
async fn who_could_not_see_what_names_them_is_found_for_several_things_at_once() {
    let portal = Portal::start().await;
    let action = portal.action("example", TITLE).await;
    let action = Subject::new("action", action.parse().expect("an id"));
    let nothing = Subject::new("action", uuid::Uuid::from_u128(7));
    let name = Mention::Member(membership(&portal, DONOR).await);
    let mut tx = inside(&portal).await;
    let today = portal.app.clock.today();
    let named = [(action, name), (nothing, name), (action, name), (nothing, name)];
    assert_eq!(notices::blind_each(&mut tx, &named, today).await.expect("asked"), [1, 3]);
    assert_eq!(notices::blind(&mut tx, nothing, &[name], today).await.expect("asked"), [format!("m:{}", name.id())]);
    assert!(notices::blind(&mut tx, action, &[name], today).await.expect("asked").is_empty());
    assert!(notices::blind_each(&mut tx, &[], today).await.expect("asked").is_empty());
}

#[tokio::test]
async fn each_is_told_as_they_choose() {
    let portal = Portal::start().await;
    for (email, how) in [(DONOR, How::AtOnce), (SECOND, How::Digest), (ONE, How::None)] {
        choose(&portal.signed_in(email).await, Topic::Decisions, how).await;
    }
    let settings = portal.signed_in(DONOR).await.get("/example/notices/settings").await;
    assert_eq!(
        settings.form(None).1.iter().filter(|(_, v)| v == "at_once").count(),
        5,
        "asks, days, meetings, requests for access, and what was chosen"
    );
    let mut to = To::members([]);
    for email in [DONOR, SECOND, ONE] {
        to.members.push(membership(&portal, email).await);
    }
    tell(&portal, &open_notice("First thing"), &to).await;
    tell(&portal, &open_notice("Second thing"), &to).await;
    let at_once = letters(&portal, DONOR).await;
    assert_eq!(at_once.len(), 2);
    let (subject, body) = &at_once[0];
    assert!(subject.contains("First thing"), "{subject}");
    let id = portal
        .lookup("select n.id::text from notice n where n.mail = 'at_once' and n.dedupe_key = $1", "First thing")
        .await;
    assert!(body.contains(&format!("http://concert.test/example/notices/{id}\n")), "{body}");
    assert!(body.contains("http://concert.test/example/notices/settings"), "{body}");
    assert!(letters(&portal, SECOND).await.is_empty() && letters(&portal, ONE).await.is_empty());
    // what is read in the portal meanwhile needs no letter
    morning(&portal).await.expect("the morning");
    morning(&portal).await.expect("the morning again");
    let digest = letters(&portal, SECOND).await;
    let [(subject, body)] = digest.as_slice() else { panic!("{digest:?}") };
    assert!(subject.contains("2 new notices"), "{subject}");
    assert!(body.contains("First thing") && body.contains("Second thing"), "{body}");
    assert!(!body.contains('*'), "no name in it bears an asterisk, and no note stands below: {body}");
    assert_eq!((letters(&portal, DONOR).await.len(), letters(&portal, ONE).await.len()), (2, 0));
    assert_eq!(portal.signed_in(ONE).await.get("/example/notices").await.select(".notices > li").len(), 2);
    // one letter a day: what comes after it waits for the next
    tell(&portal, &open_notice("Third thing"), &to).await;
    morning(&portal).await.expect("the same day");
    assert_eq!(letters(&portal, SECOND).await.len(), 1);
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(1));
    tell(&portal, &open_notice("Fourth thing"), &to).await;
    let read = portal
        .lookup(
            "select n.id::text from notice n join account a on a.id = n.account_id where a.email || n.dedupe_key = $1",
            &format!("{SECOND}Fourth thing"),
        )
        .await;
    portal.signed_in(SECOND).await.get(&format!("/example/notices/{read}")).await;
    morning(&portal).await.expect("the next day");
    let all = letters(&portal, SECOND).await;
    assert_eq!(all.len(), 2);
    assert!(all[1].1.contains("Third thing") && !all[1].1.contains("Fourth thing"), "{}", all[1].1);
    // a word that is no choice
    let bad = portal.signed_in(ONE).await.submit("/example/notices/settings", None, &[("asks", "often")]).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_letter_of_the_day_groups_by_plan_and_bears_the_notes_of_names() {
    let portal = Portal::start().await;
    let to = To::members([membership(&portal, SECOND).await]);
    for (group, thing) in [("Plan B", "second"), ("Plan A", "first"), ("Plan B", "third about Kestria*")] {
        let notice = open_notice(thing).group("plan", uuid::Uuid::now_v7(), group);
        tell(&portal, &notice, &to).await;
        // the letter has them in the order in which they came
        portal.clock.set(portal.clock.now() + chrono::TimeDelta::seconds(1));
    }
    tell(&portal, &open_notice("alone"), &to).await;
    morning(&portal).await.expect("the morning");
    let all = letters(&portal, SECOND).await;
    let body = &all[0].1;
    let places: Vec<usize> = ["Plan A", "first", "Plan B", "second", "third", "Other", "alone"]
        .iter()
        .map(|t| body.find(t).unwrap_or_else(|| panic!("{t} in {body}")))
        .collect();
    assert!(places.is_sorted(), "{places:?} in {body}");
    let note: String = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    assert!(body.contains(&note), "{body}");
}

/// The letter that cannot be written holds up nobody else, is written later, and nobody has one twice.
#[tokio::test]
async fn a_morning_that_is_cut_short_is_made_up_for_exactly_once() {
    let portal = Portal::start().await;
    tell(&portal, &open_notice("A thing"), &To::everybody()).await;
    let waiting: i64 =
        portal.lookup("select count(*)::text from notice where mail = $1", "digest").await.parse().expect("a number");
    assert!(waiting > 5);
    let mut c = portal.superuser().await;
    for sql in [
        "create function fail() returns trigger language plpgsql as $$ begin if new.recipient like 'donor%' then raise 'cut short'; end if; return new; end $$",
        "create trigger fail before insert on outgoing_mail for each row execute function fail()",
    ] {
        sqlx::query(sql).execute(&mut c).await.expect("a fault");
    }
    assert!(morning(&portal).await.is_err(), "it is tried again");
    let count = "select count(*)::text from outgoing_mail where process_id is not null and $1 = ''";
    assert_eq!(portal.lookup(count, "").await, (waiting - 1).to_string());
    assert_eq!(portal.lookup("select count(*)::text from notice where mail = $1", "digest").await, "1");
    sqlx::query("drop trigger fail on outgoing_mail").execute(&mut c).await.expect("mended");
    // two workers at the same time
    let (a, b) = tokio::join!(morning(&portal), morning(&portal));
    a.expect("the morning");
    b.expect("the morning");
    morning(&portal).await.expect("again");
    assert_eq!(portal.lookup(count, "").await, waiting.to_string());
    assert_eq!(letters(&portal, DONOR).await.len(), 1);
}

#[tokio::test]
async fn what_is_no_longer_seen_and_what_is_shown_to_few_is_in_no_letter() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let subject = Subject::new("action", id.parse().expect("an id"));
    let notice = |topic: Topic, once: &str| {
        Notice::new("notices-remarked", topic, subject, format!("/actions/{id}"))
            .arg("title", "Its name")
            .group("action", subject.id, "Its name")
            .once(once)
    };
    let to = To::members([membership(&portal, SECOND).await, membership(&portal, DONOR).await]);
    tell(&portal, &notice(Topic::Actions, "a"), &to).await;
    tell(&portal, &notice(Topic::Asks, "b").discreet(true), &to).await;
    for email in [SECOND, DONOR] {
        let at_once = letters(&portal, email).await;
        assert_eq!(at_once.len(), 1);
        assert!(!at_once[0].0.contains("Its name") && !at_once[0].1.contains("Its name"), "{at_once:?}");
    }
    sqlx::query("update action set handling = 'restricted' where id = $1::uuid")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("hidden");
    morning(&portal).await.expect("the morning");
    assert_eq!(letters(&portal, SECOND).await.len(), 1, "nothing is left to tell");
    assert!(letters(&portal, DONOR).await[1].1.contains("Its name"), "its keeper still sees it");
    // whoever has left gets no letter of what waited
    tell(&portal, &open_notice("later"), &to).await;
    sqlx::query("update membership set state = 'ended' where id = $1")
        .bind(membership(&portal, SECOND).await.0)
        .execute(&mut portal.superuser().await)
        .await
        .expect("gone");
    portal.clock.set(portal.clock.now() + chrono::TimeDelta::days(1));
    morning(&portal).await.expect("the morning");
    assert_eq!(letters(&portal, SECOND).await.len(), 1);
    assert_eq!(letters(&portal, DONOR).await.len(), 3);
}

#[tokio::test]
async fn a_notice_and_its_letter_are_rolled_back_with_what_caused_them() {
    let portal = Portal::start().await;
    let mut tx = inside(&portal).await;
    let asks =
        Notice::new("notices-remarked", Topic::Asks, Subject::new("thing", uuid::Uuid::from_u128(1)), "/actions");
    assert!(notices::tell(&mut tx, &portal.app, &asks, &To::everybody()).await.expect("told") > 5);
    drop(tx);
    assert_eq!(portal.lookup("select (select count(*) from notice)::text || (select count(*) from outgoing_mail where subject like $1)::text", "%remarked%").await, "00");
}

#[tokio::test]
async fn letters_that_do_not_leave_are_the_secretariats_to_see() {
    let portal = Portal::start().await;
    let mut c = portal.superuser().await;
    for (slug, recipient, subject, tries, error, body) in [
        (
            "example",
            "gone@example.example",
            "You are <b>invited</b>",
            3,
            "the mail server refuses (550)",
            "https://secret.example/link",
        ),
        ("example", "old@example.example", "Old one", 25, "given up", ""),
        ("iisg", "other@iisg.example", "Another process", 2, "x", "text"),
    ] {
        sqlx::query("insert into outgoing_mail (process_id, recipient, subject, body, tries, last_error) select id, $2, $3, $6, $4, $5 from process where slug = $1")
            .bind(slug)
            .bind(recipient)
            .bind(subject)
            .bind(tries)
            .bind(error)
            .bind(body)
            .execute(&mut c)
            .await
            .expect("a letter");
    }
    sqlx::query("insert into outgoing_mail (recipient, subject, body) values ('reset@example.example', 'Your password', 'a link')").execute(&mut c).await.expect("a letter");
    let secretariat = portal.signed_in("support-group@example.example").await;
    let page = secretariat.get("/example/notices/letters").await;
    for words in [
        "gone@example.example",
        "You are <b>invited</b>",
        "tried 3 times",
        "The mail server refuses it",
        "old@example.example",
        "given up",
    ] {
        assert!(page.text().contains(words), "{words} in {}", page.text());
    }
    for hidden in ["secret.example", "other@iisg.example", "reset@example.example", "<b>invited"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    assert!(secretariat.get("/example/notices").await.text().contains("Unsent e-mails"));
    let chair = portal.signed_in("chair@example.example").await;
    assert_eq!(chair.get("/example/notices/letters").await.status, StatusCode::FORBIDDEN);
    assert!(!chair.get("/example/notices").await.text().contains("Unsent e-mails"));
    let id = |recipient: &'static str| {
        let portal = &portal;
        async move { portal.lookup("select id::text from outgoing_mail where recipient = $1", recipient).await }
    };
    sqlx::query("delete from graphile_worker._private_jobs").execute(&mut c).await.expect("an empty queue");
    let again = |id: String| format!("/example/notices/letters/{id}/again");
    let done = secretariat.post(&again(id("gone@example.example").await), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    secretariat.post(&again(id("gone@example.example").await), &[]).await;
    assert_eq!(portal.lookup("select count(*)::text from graphile_worker._private_jobs where $1 = ''", "").await, "1");
    for other in ["old@example.example", "other@iisg.example", "reset@example.example"] {
        assert_eq!(secretariat.post(&again(id(other).await), &[]).await.status, StatusCode::CONFLICT, "{other}");
    }
    // the app itself reads no letter, and asks for none outside a secretariat's transaction
    let mut app = portal.sql("concert_app").await;
    assert!(sqlx::query("select * from kernel.process_letters(10)").execute(&mut app).await.is_err());
    let seen: i64 =
        sqlx::query_scalar("select count(*) from outgoing_mail").fetch_one(&mut app).await.expect("a count");
    assert_eq!(seen, 0);
}
