//! Meetings, through the front door: who may what, from the call to a task that is done, calendars, and who comes too late.

use crate::harness::{Browser, Page, Portal};
use crate::notices::told;
use axum::http::StatusCode;
use concert::kernel::permit::{Handling, Permission, Scope};

pub const SECRETARIAT: &str = "support-group@example.example";
pub const CHAIR: &str = "chair@example.example";
const LEAD: &str = "lead-two@example.example";
const OTHER_LEAD: &str = "lead-one@example.example";
pub const ARVANIA: &str = "beneficiary-one@example.example";
const KESTRIA: &str = "beneficiary-two@example.example";
pub const DONOR: &str = "donor@example.example";
const OBSERVER: &str = "observer@example.example";

pub fn ok(page: &Page) -> String {
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
    let place = page.location.clone().expect("a place");
    place.split(['?', '#']).next().expect("a path").to_owned()
}

/// The address of a meeting by the beginning of its title.
pub async fn meeting(portal: &Portal, slug: &str, title: &str) -> String {
    let sql = "select min(m.id::text) from meeting m join process p on p.id = m.process_id where p.slug || '|' || m.title like $1 || '%'";
    let id = portal.lookup(sql, &format!("{slug}|{title}")).await;
    assert!(!id.is_empty(), "no meeting {title}");
    format!("/{slug}/meetings/{id}")
}

async fn pillar(portal: &Portal, key: &str) -> String {
    let sql =
        "select l.id::text from pillar l join process p on p.id = l.process_id where p.slug = 'example' and l.key = $1";
    portal.lookup(sql, key).await
}

pub async fn beneficiary(portal: &Portal, code: &str) -> String {
    let sql = "select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1";
    portal.lookup(sql, code).await
}

/// Calls a meeting and says where it is.
pub async fn called(browser: &Browser, fields: &[(&str, &str)]) -> String {
    ok(&browser.post("/example/meetings/new", fields).await)
}

const WHEN: [(&str, &str); 5] = [
    ("day", "10 December 2026"),
    ("starts", "9:30"),
    ("ends", "12:00"),
    ("zone", "Europe/Belgrade"),
    ("handling", "members"),
];

pub fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<_> = WHEN.iter().filter(|(name, _)| !more.iter().any(|(n, _)| n == name)).copied().collect();
    all.extend_from_slice(more);
    all
}

#[tokio::test]
async fn each_role_runs_what_is_its_own() {
    let portal = Portal::start().await;
    let (crime, prevent) = (pillar(&portal, "CRIME").await, pillar(&portal, "PREVENT").await);
    let (board, of_crime, of_prevent) = (
        [("body", "board"), ("title", "Board")],
        [("body", "pillar"), ("title", "Crime"), ("pillar", crime.as_str())],
        [("body", "pillar"), ("title", "Prevention"), ("pillar", prevent.as_str())],
    );
    // who, then: a meeting of the Board, of CRIME, of PREVENT
    for (who, expected) in [
        (SECRETARIAT, [303, 303, 303]),
        (CHAIR, [303, 403, 403]),
        (LEAD, [403, 303, 403]),
        (OTHER_LEAD, [403, 403, 303]),
        (ARVANIA, [403, 403, 403]),
        (DONOR, [403, 403, 403]),
        (OBSERVER, [403, 403, 403]),
    ] {
        let browser = portal.signed_in(who).await;
        for (more, status) in [&board[..], &of_crime[..], &of_prevent[..]].into_iter().zip(expected) {
            let page = browser.post("/example/meetings/new", &with(more)).await;
            assert_eq!(page.status.as_u16(), status, "{who} {more:?}: {}", page.text());
        }
        let november = meeting(&portal, "example", "Support Group on serious crime").await;
        let runs = matches!(who, SECRETARIAT | LEAD);
        let page = browser.get(&november).await;
        assert_eq!(page.status, StatusCode::OK, "{who}");
        assert_eq!(page.select("a[href$='/record']").len(), usize::from(runs), "{who}");
        let record = browser.get(&format!("{november}/record")).await;
        assert_eq!(record.status.as_u16(), if runs { 200 } else { 403 }, "{who}");
    }
}

#[tokio::test]
async fn observers_see_that_there_is_a_meeting_and_nothing_from_inside() {
    let portal = Portal::start().await;
    let november = meeting(&portal, "example", "Support Group on serious crime").await;
    let observer = portal.signed_in(OBSERVER).await;
    let page = observer.get(&november).await;
    assert!(page.text().contains("Joint Police Academy"), "{}", page.text());
    for hidden in ["The academy keeps one list", "Courses for financial investigators", "Send dates of the courses"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let prevention = meeting(&portal, "example", "Support Group on prevention").await;
    assert!(!observer.get(&prevention).await.body.contains("meet.example.org"));
    // which of them come stands on their home; what is for few, or called off, does not, and nothing is asked of them
    let secretariat = portal.signed_in(SECRETARIAT).await;
    called(&secretariat, &with(&[("body", "other"), ("title", "Open to members")])).await;
    called(&secretariat, &with(&[("body", "other"), ("title", "For few"), ("handling", "parties")])).await;
    let home = observer.get("/example").await;
    let coming = home.select("#meetings li").join("\n");
    assert!(coming.contains("Open to members"), "{}", home.text());
    assert!(!coming.contains("For few") && home.select("#awaited").is_empty(), "{}", home.text());
    assert_eq!(observer.get(&format!("{november}/minutes")).await.status, StatusCode::FORBIDDEN);
    // one of the parties alone
    let arvania = meeting(&portal, "example", "Arvania: own needs").await;
    for (who, seen) in
        [(SECRETARIAT, true), (CHAIR, true), (ARVANIA, true), (KESTRIA, false), (DONOR, false), (OBSERVER, false)]
    {
        let browser = portal.signed_in(who).await;
        let status = browser.get(&arvania).await.status;
        assert_eq!(status == StatusCode::OK, seen, "{who}");
        assert_eq!(browser.get("/example/meetings").await.body.contains("Arvania: own needs"), seen, "{who}");
    }
    assert!(!portal.visitor().get("/example/public").await.body.contains("/example/meetings"));
}

/// The view and `may(See, …)` are two spellings of one rule.
#[tokio::test]
async fn the_view_shows_exactly_what_may_be_seen() {
    let portal = Portal::start().await;
    type Row = (uuid::Uuid, String, Option<uuid::Uuid>, Vec<uuid::Uuid>, Vec<uuid::Uuid>);
    let rows: Vec<Row> = sqlx::query_as(
        "select m.id, m.handling, m.pillar_id,
            array(select a.organisation_id from meeting_attendance a where a.process_id = m.process_id and a.meeting_id = m.id and a.organisation_id is not null),
            array(select a.beneficiary_id from meeting_attendance a where a.process_id = m.process_id and a.meeting_id = m.id and a.beneficiary_id is not null)
         from meeting m join process p on p.id = m.process_id
         where p.slug = 'example' and not exists (select from meeting_task t where t.process_id = m.process_id and t.meeting_id = m.id)",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("meetings");
    assert!(rows.len() >= 5 && rows.iter().any(|r| r.1 == "parties"));
    for who in [SECRETARIAT, CHAIR, LEAD, OTHER_LEAD, ARVANIA, KESTRIA, DONOR, OBSERVER] {
        let browser = portal.signed_in(who).await;
        let token =
            concert::kernel::random::Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut app = portal.sql("concert_app").await;
        let facts: serde_json::Value = sqlx::query_scalar("select kernel.enter('example', $1, $2, 60)")
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut app)
            .await
            .expect("enter");
        let memberships = serde_json::from_value(facts["memberships"].clone()).expect("memberships");
        let member = concert::kernel::permit::Member::new(memberships);
        for (id, handling, pillar, organisations, beneficiaries) in &rows {
            let scope = Scope {
                handling: Handling::parse(handling),
                pillars: pillar.iter().map(|l| concert::kernel::ids::PillarId(*l)).collect(),
                organisations: organisations.iter().map(|o| concert::kernel::ids::OrganisationId(*o)).collect(),
                beneficiaries: beneficiaries.iter().map(|b| concert::kernel::ids::BeneficiaryId(*b)).collect(),
                ..Scope::default()
            };
            let seen = browser.get(&format!("/example/meetings/{id}")).await.status == StatusCode::OK;
            assert_eq!(seen, member.may(Permission::MeetingSee, &scope), "{who} {id} {scope:?}");
        }
    }
    let noted = "select string_agg(distinct handling, ' ') from access_log where subject_kind = $1 and kind = 'read'";
    assert_eq!(portal.lookup(noted, "meeting").await, "parties", "who reads one of a few is written down");
}

#[tokio::test]
async fn from_the_call_to_a_task_that_is_done() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let crime = pillar(&portal, "CRIME").await;
    let (arvania, kestria) = (beneficiary(&portal, "XA").await, beneficiary(&portal, "XE").await);
    let norland = crate::directory::organisation(&portal, "example", "Norland").await;
    let place = called(
        &lead,
        &with(&[
            ("body", "pillar"),
            ("title", "Crime in winter"),
            ("pillar", &crime),
            ("beneficiaries", &arvania),
            ("beneficiaries", &kestria),
            ("organisations", &norland),
            ("place", "Kestria*"),
        ]),
    )
    .await;
    let invited = told(&portal, "meeting-told-called").await;
    assert!([ARVANIA, KESTRIA, DONOR].iter().all(|who| invited.contains(&(*who).to_owned())), "{invited:?}");
    assert!(!invited.contains(&LEAD.to_owned()), "its author is not told");
    let page = lead.get(&place).await;
    assert!(page.text().contains("10 December 2026, 09:30–12:00 (Central European Time, UTC+1)"), "{}", page.text());
    // in the list the zone of the process stands above, once
    let list = lead.get("/example/meetings").await;
    let when = list.select("td[data-label=When]");
    assert!(when.iter().any(|w| w.trim() == "10 December 2026, 09:30–12:00"), "{when:?}");
    assert!(list.text().contains("Times are in Central European Time"), "{}", list.text());

    // those invited say whether they come
    let donor = portal.signed_in(DONOR).await;
    let home = donor.get("/example").await;
    assert!(
        home.select("#awaited li").join("\n").contains("Say whether you will attend: Crime in winter"),
        "{}",
        home.text()
    );
    assert!(home.select("#meetings li").join("\n").contains("Crime in winter"), "{}", home.text());
    ok(&donor.submit(&place, Some("/answer"), &[("answer", "unsure")]).await);
    let counted = donor.get(&place).await.select("#parties > p").join(" ");
    assert!(counted.contains("Attending: 0. Not sure yet: 1. Not attending: 0."), "every answer is counted: {counted}");
    ok(&donor.submit(&place, Some("/answer"), &[("answer", "coming")]).await);
    assert!(!donor.get("/example").await.select("#awaited li").join("\n").contains("Crime in winter"));
    let foreign = portal.signed_in("second-donor@example.example").await;
    let party = party_of(&portal, &place, "Norland").await;
    let page = foreign.post(&format!("{place}/answer"), &[("party", &party), ("answer", "not_coming")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "another's answer");

    // an agenda from what is due: the task that the last meeting left is proposed
    let agenda = format!("{place}/agenda");
    let form = lead.get(&agenda).await;
    assert!(form.text().contains("Send dates of the courses of 2027"), "{}", form.text());
    let task = values(&form, "input[name=take]").into_iter().find(|v| v.starts_with("meeting_task:")).expect("a task");
    let added = lead.submit(&agenda, None, &[("take", &task), ("own", "Welcome\nAny other business")]).await;
    ok(&added);
    let page = lead.get(&place).await;
    assert_eq!(page.select("ol.agenda li").len(), 3, "{}", page.text());
    // up without scripts, nothing saved; then by its number
    let up = lead.submit(&agenda, None, &[("move", "1:up")]).await;
    assert_eq!(up.status, StatusCode::OK, "{}", up.text());
    let titles = values(&up, "input[name=item_title]");
    assert_eq!(titles.first().map(String::as_str), Some("Welcome"), "{titles:?}");
    assert!(lead.get(&place).await.select("ol.agenda li").first().is_some_and(|t| t.contains("Send dates")));

    // what came of it is written down from when it has begun
    assert_eq!(lead.get(&format!("{place}/record")).await.status, StatusCode::SEE_OTHER, "it lies ahead");
    portal.clock.set("2026-12-10T12:00:00Z".parse().expect("a moment"));
    let lead = portal.signed_in(LEAD).await;
    let attendance = format!("attendance-{party}");
    let conclusions = "One list.\n\n<b>Not markup</b>";
    ok(&lead
        .submit(
            &format!("{place}/record"),
            None,
            &[(&attendance, "attended"), ("conclusions", conclusions), ("held", "yes")],
        )
        .await);
    let page = lead.get(&place).await;
    assert!(page.text().contains("Held") && page.body.contains("&#60;b&#62;Not markup"), "{}", page.body);
    let owner = format!("b:{arvania}");
    let tasks = format!("{place}/tasks/new");
    ok(&lead
        .submit(&tasks, None, &[("title", "Name a contact"), ("owner", &owner), ("due_on", "17 December 2026")])
        .await);
    let warned = "select count(*)::text from deadline where subject_kind = 'meeting_task' and due_on = '2026-12-17' and $1 <> ''";
    assert_eq!(portal.lookup(warned, "x").await, "1");

    // it comes up on its owner's home until it is done, and nobody else's
    let own = portal.signed_in(ARVANIA).await;
    let waits = own.get("/example").await.select("#awaited li").join("\n");
    assert!(waits.contains("Do: Name a contact") && waits.contains("by 17 December 2026"), "{waits}");
    let other = portal.signed_in(KESTRIA).await;
    assert!(!other.get("/example").await.body.contains("Name a contact"));
    let sql = "select id::text from meeting_task where title = $1";
    let end = format!("{place}/tasks/{}/end", portal.lookup(sql, "Name a contact").await);
    assert_eq!(other.post(&end, &[("state", "done")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(own.post(&end, &[("state", "dropped"), ("answer", "No")]).await.status, StatusCode::FORBIDDEN);
    ok(&own.post(&end, &[("state", "done"), ("answer", "It is the desk in Port Arvan.")]).await);
    assert!(!own.get("/example").await.select("#awaited li").join("\n").contains("Name a contact"));
    assert_eq!(portal.lookup(warned, "x").await, "0", "nobody is asked after it");
    assert!(told(&portal, "meeting-told-done").await.contains(&LEAD.to_owned()));
    assert_eq!(own.post(&end, &[("state", "done")]).await.status, StatusCode::CONFLICT, "it is done already");

    // minutes
    for (format, begins) in [("pdf", &b"%PDF"[..]), ("docx", &b"PK"[..])] {
        let file = lead.get(&format!("{place}/minutes?format={format}")).await;
        assert_eq!(file.status, StatusCode::OK, "{format}: {}", file.text());
        assert!(file.bytes.starts_with(begins), "{format}");
    }
    assert_eq!(lead.get(&format!("{place}/minutes?format=xlsx")).await.status, StatusCode::NOT_FOUND);
}

/// The id of a party's line in a meeting.
async fn party_of(portal: &Portal, place: &str, name: &str) -> String {
    let id = place.rsplit('/').next().expect("an id");
    let sql = "select a.id::text from meeting_attendance a join organisation o on o.id = a.organisation_id
        where a.meeting_id::text || '|' || o.name = $1";
    portal.lookup(sql, &format!("{id}|{name}")).await
}

/// The values of inputs.
pub fn values(page: &Page, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.html().select(&selector).filter_map(|e| e.value().attr("value")).map(str::to_owned).collect()
}

#[tokio::test]
async fn hostile_input_is_refused_beside_its_field_and_kept() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let long = "x".repeat(301);
    let elsewhere = portal
        .lookup(
            "select min(b.id::text) from beneficiary b join process p on p.id = b.process_id where p.slug = $1",
            "iisg",
        )
        .await;
    for (more, says) in [
        (vec![("title", "")], "Title"),
        (vec![("title", long.as_str())], "Title"),
        (vec![("body", "parliament")], "Body"),
        (vec![("body", "pillar")], "Pillar"),
        (vec![("zone", "Mars/Olympus")], "Time zone"),
        (vec![("day", "31 February 2027")], "Day"),
        (vec![("starts", "half past")], "Begins"),
        (vec![("online", "javascript:alert(1)")], "Link to join online"),
        (vec![("handling", "public")], "Who may see it"),
        (vec![("beneficiaries", elsewhere.as_str())], "Beneficiaries"),
        (vec![("organisations", "' or 1=1")], "Organisations"),
    ] {
        let mut fields = with(&[("body", "other"), ("title", "A <script>alert(1)</script>")]);
        fields.retain(|(name, _)| !more.iter().any(|(n, _)| n == name));
        fields.extend(more.iter().copied());
        let page = browser.post("/example/meetings/new", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        assert!(page.select(".errors li").join(" ").contains(says), "{more:?}: {:?}", page.select(".errors li"));
        assert!(!page.body.contains("<script>alert"), "{more:?}");
        assert!(page.value("day").is_some_and(|d| !d.is_empty()), "what was typed is kept");
    }
    for (query, status) in
        [("view=month&month=99999-99", 200), ("view=month&month=%00", 200), ("body='&pillar=x&after=y", 200)]
    {
        let page = browser.get(&format!("/example/meetings?{query}")).await;
        assert_eq!(page.status.as_u16(), status, "{query}: {}", page.text());
    }
}

#[tokio::test]
async fn a_month_is_a_table_of_its_days_and_keeps_the_filters() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let page = browser.get("/example/meetings?view=month&month=2026-09&body=board").await;
    let cells = page.select("table.month td");
    assert_eq!(cells.len() % 7, 0);
    let on = cells.iter().find(|c| c.contains("17 September 2026")).expect("the day");
    assert!(on.contains("Board, autumn meeting 2026 (example)") && on.contains("09:30"), "{on}");
    let next = crate::action_list::href(&page, "a[rel=next]").expect("a way on");
    assert!(next.contains("body=board") && next.contains("month=2026-10"), "{next}");
    assert!(page.text().contains("Central European Time"), "{}", page.text());
    // real meetings are those that sources tell of, and nobody is said to have attended
    let iisg = portal.signed_in("support-group@iisg.example").await;
    let list = iisg.get("/iisg/meetings?when=past").await;
    assert_eq!(list.select("tbody th a.t").len(), 5, "{}", list.text());
    let first = meeting(&portal, "iisg", "1st meeting of the Board").await;
    let text = iisg.get(&first).await.text();
    assert!(text.contains("Known from public sources") && text.contains("8 September 2017"), "{text}");
    assert!(text.contains("Terms of reference of the process"), "decisions of its day: {text}");
    assert_eq!(iisg.get(&format!("{first}/edit")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_lead_of_another_pillar_sees_the_meeting_that_gave_them_a_task() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD).await;
    let crime = pillar(&portal, "CRIME").await;
    let of_crime =
        [("body", "pillar"), ("title", "Crime, for few"), ("pillar", crime.as_str()), ("handling", "parties")];
    let place = called(&lead, &with(&of_crime)).await;
    let other = portal.signed_in(OTHER_LEAD).await;
    assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
    portal.clock.set("2026-12-10T12:00:00Z".parse().expect("a moment"));
    let (lead, other) = (portal.signed_in(LEAD).await, portal.signed_in(OTHER_LEAD).await);
    let person = "select m.id::text from membership m join account a on a.id = m.account_id
        join process p on p.id = m.process_id where a.email = $1 and p.slug = 'example'";
    let owner = format!("m:{}", portal.lookup(person, OTHER_LEAD).await);
    let task = [("title", "Lend the trainers"), ("owner", owner.as_str()), ("due_on", "17 December 2026")];
    ok(&lead.submit(&format!("{place}/tasks/new"), None, &task).await);
    assert!(told(&portal, "meeting-told-task").await.contains(&OTHER_LEAD.to_owned()));
    let waits = other.get("/example").await.select("#awaited li").join("\n");
    assert!(waits.contains("Do: Lend the trainers"), "{waits}");
    assert!(other.get(&place).await.text().contains("Lend the trainers"));
    // nobody else of those who did not see it
    for who in [DONOR, KESTRIA, OBSERVER] {
        assert_eq!(portal.signed_in(who).await.get(&place).await.status, StatusCode::NOT_FOUND, "{who}");
    }
    let end = format!(
        "{place}/tasks/{}/end",
        portal.lookup("select id::text from meeting_task where title = $1", "Lend the trainers").await
    );
    ok(&other.post(&end, &[("state", "done"), ("answer", "Two of them come.")]).await);
    // a task that is older than that rule opens it, too, once the migration that makes up for it has run; done again, it does the same
    for _ in 0..2 {
        sqlx::raw_sql(
            "set session_replication_role = replica; update meeting set audience = '{}' where title = 'Crime, for few'",
        )
        .execute(&mut portal.in_process("example").await)
        .await
        .expect("an old one");
        assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
        sqlx::raw_sql(include_str!("../../migrations/0410_old_tasks_of_leads.sql"))
            .execute(&mut portal.sql("concert_owner").await)
            .await
            .expect("the migration");
        assert!(other.get(&place).await.text().contains("Lend the trainers"));
    }
    let forced = "select count(*)::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = $1 and c.relrowsecurity and not c.relforcerowsecurity";
    assert_eq!(portal.lookup(forced, "public").await, "0", "row-level security holds for the owner as before");
    // nor they, once they lead another pillar no more
    sqlx::query("delete from membership_pillar l using membership m, account a where m.process_id = l.process_id and m.id = l.membership_id and a.id = m.account_id and a.email = $1")
        .bind(OTHER_LEAD)
        .execute(&mut portal.in_process("example").await)
        .await
        .expect("no pillar");
    assert_eq!(other.get(&place).await.status, StatusCode::NOT_FOUND);
}
