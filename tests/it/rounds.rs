//! Rounds, through the front door: opened by a job, answered row by row or at once, reported on, confirmed, accepted, locked and frozen.

use crate::decisions::{ARVANIA, CHAIR, SECRETARIAT, ok};
use crate::harness::{Browser, Page, Portal};
use crate::needs::{DONOR, LEAD_CRIME, LEAD_PREVENT, OBSERVER, WESTMARK};
use crate::notices::told;
use axum::http::StatusCode;
use concert::kernel::job::{Job, Jobs, Task};

/// Names as the database puts them in order.
pub const SORTED: &str = "select string_agg(n, '|' order by lower(n)) from unnest(string_to_array($1, '|')) n";
pub const RECOVERY: &str = "Strengthening asset recovery";

/// Does what the worker does for a round that was asked for.
pub async fn fill(portal: &Portal, round: &str) -> anyhow::Result<()> {
    let mut jobs = Jobs::default();
    concert::features::jobs(&mut jobs);
    let process = portal.lookup("select id::text from process where slug = $1", "example").await;
    let payload = serde_json::json!({ "process": process, "round": round });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload)?,
    };
    jobs.run(Task::OpenRound, job).await
}

/// Opens a round and says where it is.
pub async fn opened(portal: &Portal, browser: &Browser, kind: &str, title: &str, more: &[(&str, &str)]) -> String {
    let mut fields = vec![("kind", kind), ("title", title), ("deadline", "15 December 2026")];
    fields.extend_from_slice(more);
    let place = ok(&browser.submit("/example/rounds/new", Some("/rounds/new"), &fields).await);
    fill(portal, last(&place)).await.expect("filled");
    place
}

pub fn last(place: &str) -> &str {
    place.rsplit('/').next().expect("an id")
}

pub async fn pillar(portal: &Portal, key: &str) -> String {
    let sql = "select l.id::text from pillar l join process p on p.id = l.process_id where p.slug || ':' || l.key = $1";
    portal.lookup(sql, &format!("example:{key}")).await
}

/// The item of a round by the beginning of the title of its action.
pub async fn item(portal: &Portal, place: &str, title: &str) -> String {
    let sql =
        "select min(i.id::text) from round_item i join action a on a.process_id = i.process_id and a.id = i.action_id
        where starts_with(i.round_id || '|' || a.title, $1)";
    let id = portal.lookup(sql, &format!("{}|{title}", last(place))).await;
    assert!(!id.is_empty(), "no item {title}");
    id
}

async fn report(portal: &Portal, place: &str, title: &str) -> (String, String) {
    let sql = "select min(g.id || ':' || g.edition) from progress_report g join action a on a.process_id = g.process_id and a.id = g.action_id
        where starts_with(g.round_id || '|' || a.title, $1)";
    let found = portal.lookup(sql, &format!("{}|{title}", last(place))).await;
    let (id, edition) = found.split_once(':').expect("a report");
    (id.to_owned(), edition.to_owned())
}

async fn state(portal: &Portal, table: &str, id: &str) -> String {
    match table {
        "item" => portal.lookup("select state from round_item where id::text = $1", id).await,
        "report" => portal.lookup("select state from progress_report where id::text = $1", id).await,
        _ => portal.lookup("select state from round where id::text = $1", id).await,
    }
}

async fn awaited(portal: &Portal, who: &str) -> String {
    portal.signed_in(who).await.get("/example").await.select("#awaited li").join("\n")
}

pub fn wrong(page: &Page) {
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
}

#[tokio::test]
async fn progress_from_opening_to_freezing_by_four_roles() {
    let portal = Portal::start().await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let (arvania, lead) = (portal.signed_in(ARVANIA).await, portal.signed_in(LEAD_CRIME).await);
    let crime = pillar(&portal, "CRIME").await;
    // asked for, it is being opened until its job is done; nobody is told before
    let fields = [
        ("kind", "progress"),
        ("title", "How far are we?"),
        ("pillar", crime.as_str()),
        ("deadline", "15 December 2026"),
    ];
    let place = ok(&secretariat.submit("/example/rounds/new", Some("/rounds/new"), &fields).await);
    let page = secretariat.get(&place).await;
    assert!(page.text().contains("The round is being opened"), "{}", page.text());
    assert!(told(&portal, "round-told-opened").await.is_empty());
    assert!(
        !donor.get("/example/rounds").await.text().contains("How far are we?"),
        "who runs nothing sees what is open"
    );
    fill(&portal, last(&place)).await.expect("filled");
    fill(&portal, last(&place)).await.expect("done again, nothing more happens");
    let asked = told(&portal, "round-told-opened").await;
    assert!(asked.contains(&DONOR.to_owned()) && asked.contains(&WESTMARK.to_owned()), "{asked:?}");
    assert!(!asked.contains(&ARVANIA.to_owned()) && !asked.contains(&SECRETARIAT.to_owned()), "{asked:?}");
    let warned = "select count(*)::text from deadline where subject_kind = 'round' and due_on = '2026-12-15' and subject_id::text = $1";
    assert_eq!(portal.lookup(warned, last(&place)).await, "1");

    // the donor's page holds what is its own, and nothing else
    assert!(
        awaited(&portal, DONOR).await.contains("actions of Norland: How far are we?"),
        "{}",
        awaited(&portal, DONOR).await
    );
    let mine = format!("{place}/mine");
    let page = donor.get(&mine).await;
    assert!(
        page.text().contains(RECOVERY) && page.text().contains("Posts filled in asset recovery offices"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("From illicit financial flows"), "another's action");
    let one = item(&portal, &place, RECOVERY).await;
    let address = format!("{place}/items/{one}/report");
    // what is wrong stands at its row, what was typed is kept, and nothing is saved
    let indicator = portal.lookup("select min(d.id::text) from indicator d join plan_node n on n.id = d.plan_node_id join plan p on p.id = n.plan_id
        where d.name = $1 and p.state = 'in_force'", "Posts filled in asset recovery offices").await;
    let xa = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XA").await;
    let value = format!("value-{indicator}-{xa}");
    let page = donor
        .post(
            &address,
            &[("do", "report"), ("done", "Typed already"), (&value, "many"), ("spent", "a lot"), ("edition", "0")],
        )
        .await;
    wrong(&page);
    assert!(page.body.contains("Typed already") && page.text().contains("Please choose one"), "{}", page.text());
    assert!(page.text().contains("Please write a number"), "{}", page.text());
    assert!(page.text().contains(": How it stands: Please choose one"), "which field of which row: {}", page.text());
    assert_eq!(state(&portal, "item", &one).await, "open");
    let spent = "select count(*)::text from contribution c join action a on a.id = c.action_id where c.kind = 'spent' and a.title like $1 || '%'";
    let before: i64 = portal.lookup(spent, RECOVERY).await.parse().expect("a number");
    let page = donor
        .post(
            &address,
            &[("do", "report"), ("health", "on_track"), ("spent", "a lot"), ("currency", "EUR"), ("edition", "0")],
        )
        .await;
    wrong(&page);
    assert_eq!(portal.lookup(spent, RECOVERY).await, before.to_string(), "nothing half");
    let good = [
        ("do", "report"),
        ("health", "at_risk"),
        ("done", "Four advisers at work."),
        ("hinders", "Two posts are empty."),
        (value.as_str(), "12,5"),
        ("spent", "1 250 000.4"),
        ("currency", "EUR"),
        ("edition", "0"),
    ];
    ok(&donor.post(&address, &good).await);
    assert_eq!(state(&portal, "item", &one).await, "reported");
    assert_eq!(portal.lookup(spent, RECOVERY).await, (before + 1).to_string());
    let stored = portal.lookup("select string_agg(v.value::text || ' ' || v.period_end, ',') from progress_value v join progress_report g on g.id = v.report_id
        where g.round_id::text = $1", last(&place)).await;
    assert_eq!(stored, "12.5 2026-11-24");
    // sent from a page that is older than the report, it is not written over
    let page = donor.post(&address, &[("do", "report"), ("health", "done"), ("edition", "0")]).await;
    wrong(&page);
    assert!(page.text().contains("reported again or decided on in the meantime"), "{}", page.text());

    // the beneficiary is waited for, and asks for a correction
    assert!(
        awaited(&portal, ARVANIA).await.contains("for Arvania: How far are we?"),
        "{}",
        awaited(&portal, ARVANIA).await
    );
    let (id, edition) = report(&portal, &place, RECOVERY).await;
    let said = format!("{place}/reports/{id}/said");
    let reports = arvania.get(&format!("{place}/reports")).await.text();
    assert!(reports.contains("Four advisers at work."), "{reports}");
    assert!(reports.contains(".80 EUR") && !reports.contains(".8 EUR"), "an amount as everywhere: {reports}");
    let base = [("beneficiary", xa.as_str()), ("edition", edition.as_str())];
    wrong(&arvania.post(&said, &[base.as_slice(), &[("do", "correct")]].concat()).await);
    for other in [DONOR, LEAD_CRIME, SECRETARIAT, "beneficiary-two@example.example"] {
        let page = portal.signed_in(other).await.post(&said, &[base.as_slice(), &[("do", "confirm")]].concat()).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{other} speaks for Arvania");
    }
    ok(&arvania.post(&said, &[base.as_slice(), &[("do", "correct"), ("word", "Three advisers.")]].concat()).await);
    assert_eq!(state(&portal, "report", &id).await, "correction");
    assert!(told(&portal, "round-told-correction").await.contains(&DONOR.to_owned()));
    // what is to be corrected is not accepted
    let accept = format!("{place}/reports/accept");
    wrong(&lead.post(&accept, &[("report", &format!("{id}:{edition}"))]).await);
    assert!(awaited(&portal, DONOR).await.contains("Correct one report: How far are we?"));
    ok(&donor
        .post(
            &address,
            &[("do", "report"), ("health", "at_risk"), ("done", "Three advisers at work."), ("edition", "1")],
        )
        .await);
    // the edition that was read is the one that is confirmed
    wrong(&arvania.post(&said, &[base.as_slice(), &[("do", "confirm")]].concat()).await);
    ok(&arvania.post(&said, &[("beneficiary", xa.as_str()), ("edition", "2"), ("do", "confirm")]).await);
    assert!(!awaited(&portal, ARVANIA).await.contains("How far are we?"));

    // the lead returns it with a word, then accepts as a list; a lead of another pillar does neither
    assert!(awaited(&portal, LEAD_CRIME).await.contains("Accept one report: How far are we?"));
    let other = portal.signed_in(LEAD_PREVENT).await;
    assert_eq!(other.post(&accept, &[("report", &format!("{id}:2"))]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(donor.post(&accept, &[("report", &format!("{id}:2"))]).await.status, StatusCode::FORBIDDEN);
    let back = format!("{place}/reports/{id}/return");
    let unsaid = lead.post(&back, &[("edition", "2")]).await;
    wrong(&unsaid);
    let listed = unsaid.select(".errors li").concat();
    assert!(listed.ends_with(": Please fill this in."), "which report it is about: {listed}");
    assert!(!listed.starts_with(':'), "{listed}");
    ok(&lead.post(&back, &[("edition", "2"), ("word", "Which offices?")]).await);
    assert!(donor.get(&mine).await.text().contains("Which offices?"));
    ok(&donor
        .post(&address, &[("do", "report"), ("health", "late"), ("done", "In Arvania and Tarvis."), ("edition", "2")])
        .await);
    wrong(&lead.post(&accept, &[]).await);
    ok(&lead.post(&accept, &[("report", &format!("{id}:3"))]).await);
    assert_eq!(state(&portal, "report", &id).await, "accepted");
    wrong(&donor.post(&address, &[("do", "report"), ("health", "done"), ("edition", "3")]).await);

    // locked before its day it needs a word; then it is frozen, and readable as it was
    let lock = format!("{place}/lock");
    for other in [&donor, &arvania, &other] {
        assert_eq!(other.post(&lock, &[("lock_why", "x")]).await.status, StatusCode::FORBIDDEN);
    }
    wrong(&secretariat.post(&lock, &[]).await);
    ok(&secretariat.post(&lock, &[("lock_why", "The Board meets tomorrow.")]).await);
    assert_eq!(state(&portal, "round", last(&place)).await, "locked");
    for (browser, path, fields) in [
        (&donor, address.clone(), vec![("do", "report"), ("health", "done"), ("edition", "3")]),
        (&donor, format!("{place}/items/{one}"), vec![("do", "not-ours"), ("word", "x")]),
        (&arvania, said.clone(), vec![("beneficiary", xa.as_str()), ("edition", "3"), ("do", "confirm")]),
        (&lead, back.clone(), vec![("edition", "3"), ("word", "x")]),
        (&secretariat, format!("{place}/extend"), vec![("deadline", "20 January 2027")]),
        (&secretariat, format!("{place}/withdraw"), vec![("withdraw_why", "x")]),
    ] {
        assert_eq!(browser.post(&path, &fields).await.status, StatusCode::CONFLICT, "{path}");
    }
    let gone = sqlx::query("update round_item set word = 'x' where round_id::text = $1").bind(last(&place));
    let refused = gone.execute(&mut portal.superuser().await).await.expect_err("the database holds it, too");
    assert!(refused.to_string().contains("frozen"), "{refused}");
    let put = sqlx::query(
        "insert into round_item (round_id, asked_id, action_id) select i.round_id, i.asked_id, a.id from round_item i
            join action a on a.process_id = i.process_id and a.title like 'From illicit financial flows%' where i.id::text = $1 limit 1",
    )
    .bind(&one);
    let refused =
        put.execute(&mut portal.in_process("example").await).await.expect_err("nothing is put into it either");
    assert!(refused.to_string().contains("frozen"), "{refused}");
    sqlx::query("update action set title = 'Renamed since' where title like 'Strengthening asset recovery%'")
        .execute(&mut portal.superuser().await)
        .await
        .expect("renamed");
    let text = donor.get(&mine).await.text();
    assert!(
        text.contains(RECOVERY) && text.contains("In Arvania and Tarvis.") && !text.contains("Renamed since"),
        "{text}"
    );
    assert!(!awaited(&portal, DONOR).await.contains("How far are we?"));
    assert_eq!(portal.lookup(warned, last(&place)).await, "0", "nobody is reminded any more");
}

#[tokio::test]
async fn still_true_one_by_one_and_all_at_once() {
    let portal = Portal::start().await;
    let (secretariat, donor) = (portal.signed_in(SECRETARIAT).await, portal.signed_in(DONOR).await);
    let place = opened(&portal, &secretariat, "confirm", "Still true?", &[]).await;
    let confirmed = "select coalesce(max(last_confirmed_at)::text, '') from action where title like $1 || '%'";
    let one = item(&portal, &place, RECOVERY).await;
    let mine = format!("{place}/mine");
    // what stands as going on though its end has passed is asked about, before all is said to be still true
    let said = |cards: Vec<String>, title: &str| {
        let of = cards.into_iter().find(|card| card.trim_start().starts_with(title)).expect("its card");
        of.contains("is it over, or does it go on?")
    };
    let cards = donor.get(&mine).await.select("article.card");
    assert!(said(cards.clone(), "New crossing at Kalmar Bridge"), "it ended in 2025 and goes on");
    assert!(!said(cards, "SAFE: safe anchorages"));
    ok(&donor.post(&format!("{place}/items/{one}"), &[("do", "confirm")]).await);
    assert!(portal.lookup(confirmed, RECOVERY).await.starts_with("2026-11-24"), "the service that confirms");
    let history = "select count(*)::text from history h join action a on a.id = h.subject_id where h.event = 'confirmed' and a.title like $1 || '%'";
    assert_eq!(portal.lookup(history, RECOVERY).await, "1");

    // changed in place, with history; changed by somebody else meanwhile, it is asked about and both are shown
    let other = item(&portal, &place, "SAFE: safe anchorages").await;
    let address = format!("{place}/items/{other}");
    let stands = "select status || '|' || planned_end || '|' || stated_total from action where title like $1 || '%'";
    assert!(donor.get(&mine).await.text().contains("SAFE: safe anchorages"));
    let was = portal.lookup("select coalesce(kernel.partial_date(coalesce(actual_end, planned_end), coalesce(actual_end_precision, planned_end_precision)), '')
        from action where title like $1 || '%'", "SAFE: safe anchorages").await;
    let total = portal.lookup("select coalesce(trim_scale(stated_total) || ' ' || stated_currency, '') from action where title like $1 || '%'", "SAFE: safe anchorages").await;
    let (amount, currency) = total.split_once(' ').unwrap_or(("", "EUR"));
    let base = [
        ("do", "change"),
        ("was_status", "ongoing"),
        ("was_end", was.as_str()),
        ("was_total", total.as_str()),
        ("total", amount),
        ("total_currency", currency),
    ];
    wrong(
        &donor.post(&address, &[base.as_slice(), &[("status", "suspended"), ("end", "the day after")]].concat()).await,
    );
    assert_eq!(state(&portal, "item", &other).await, "open", "nothing half");
    sqlx::query(
        "update action set status = 'completed', version = version + 1 where title like 'SAFE: safe anchorages%'",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("changed by somebody else");
    let page = donor.post(&address, &[base.as_slice(), &[("status", "suspended"), ("end", "2029")]].concat()).await;
    wrong(&page);
    assert!(page.text().contains("“Completed”; you wrote “Suspended”"), "{}", page.text());
    let again = [
        ("do", "change"),
        ("was_status", "completed"),
        ("was_end", was.as_str()),
        ("was_total", total.as_str()),
        ("total", amount),
        ("total_currency", currency),
    ];
    ok(&donor.post(&address, &[again.as_slice(), &[("status", "suspended"), ("end", "2029")]].concat()).await);
    assert!(portal.lookup(stands, "SAFE: safe anchorages").await.starts_with("suspended|2029-01-01"));
    assert_eq!(state(&portal, "item", &other).await, "changed");
    assert!(told(&portal, "round-told-handed-in").await.is_empty());

    // not ours is a word to the secretariat, and deletes nothing
    let third = item(&portal, &place, "Probation officers work").await;
    let actions = portal.lookup("select count(*)::text from action where $1 = ''", "").await;
    wrong(&donor.post(&format!("{place}/items/{third}"), &[("do", "not-ours")]).await);
    ok(&donor.post(&format!("{place}/items/{third}"), &[("do", "not-ours"), ("word", "It is the Fund’s.")]).await);
    assert_eq!(portal.lookup("select count(*)::text from action where $1 = ''", "").await, actions);
    assert_eq!(told(&portal, "round-told-not-ours").await, [SECRETARIAT]);
    assert!(secretariat.get(&place).await.text().contains("It is the Fund’s."));

    // all that is left, at once: the page is handed in by itself, and those who wait see it
    let asked = portal.lookup("select asked_id::text from round_item where id::text = $1", &one).await;
    ok(&donor.post(&mine, &[("do", "everything"), ("asked", &asked)]).await);
    assert_eq!(
        portal
            .lookup("select count(*)::text from round_item where state = 'open' and asked_id::text = $1", &asked)
            .await,
        "0"
    );
    assert_eq!(told(&portal, "round-told-handed-in").await, [SECRETARIAT]);
    let text = secretariat.get(&place).await.select("#asked tbody tr").join("\n");
    assert!(text.lines().any(|l| l.starts_with("Norland answered handed in")), "{text}");
    assert!(text.lines().any(|l| l.starts_with("Westmark not answered yet")), "{text}");
    // alphabetical, and no figure puts one above another
    let names = secretariat.get(&place).await.select("#asked tbody th").join("|");
    assert_eq!(portal.lookup(SORTED, &names).await, names);
    // of others' a partner learns nothing
    assert!(!donor.get(&place).await.select("#asked tbody th").contains(&"Westmark".to_owned()));
    let own = portal.signed_in(WESTMARK).await.get(&format!("{place}/mine?asked={asked}")).await;
    assert_eq!(own.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_secretariat_enters_on_behalf_and_it_says_so() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let crime = pillar(&portal, "CRIME").await;
    let place = opened(&portal, &secretariat, "progress", "By telephone", &[("pillar", &crime)]).await;
    let one = item(&portal, &place, RECOVERY).await;
    let fields = [("do", "report"), ("health", "on_track"), ("done", "Told on the telephone."), ("edition", "0")];
    ok(&secretariat.post(&format!("{place}/items/{one}/report"), &fields).await);
    let text = portal.signed_in(DONOR).await.get(&format!("{place}/mine")).await.text();
    assert!(text.contains("on behalf, by Demo account, Support Group secretariat"), "{text}");
    // nobody else enters for others
    for other in [WESTMARK, ARVANIA, LEAD_CRIME, CHAIR, OBSERVER] {
        let page = portal.signed_in(other).await.post(&format!("{place}/items/{one}/report"), &fields).await;
        assert!(matches!(page.status, StatusCode::FORBIDDEN | StatusCode::NOT_FOUND), "{other}: {}", page.status);
    }
}

/// Who leads two pillars by two memberships accepts reports of both as one list: each is accepted by the one whose pillar it is of.
#[tokio::test]
async fn a_list_is_accepted_by_the_membership_that_may_each() {
    let portal = Portal::start().await;
    let id = portal.lookup("select id::text from round where title like $1 || '%'", "Progress on serious crime").await;
    let place = format!("/example/rounds/{id}");
    let mut connection = portal.in_process("example").await;
    for sql in [
        "with m as (insert into membership (account_id, name, role, starts_on)
                select id, 'Lead of the other', 'lead', '2026-01-01' from account where email = 'lead-two@example.example' returning id)
            insert into membership_pillar (membership_id, pillar_id) select m.id, l.id from m, pillar l where l.key = 'PREVENT' and l.process_id = kernel.process_id()",
        "update action_pillar x set pillar_id = l.id from action a, pillar l where a.id = x.action_id and a.title like 'From illicit%'
            and l.key = 'PREVENT' and l.process_id = x.process_id and x.process_id = kernel.process_id()",
        "update progress_report g set state = 'reported' from action a where a.id = g.action_id and a.title like 'From illicit%'",
    ] {
        let done = sqlx::query(sql).execute(&mut connection).await.expect(sql);
        assert_eq!(done.rows_affected(), 1, "{sql}");
    }
    let chosen = async |title: &'static str| {
        let (id, edition) = report(&portal, &place, title).await;
        format!("{id}:{edition}")
    };
    let (one, two) = (chosen("Strengthening asset").await, chosen("From illicit").await);
    let lead = portal.signed_in(LEAD_CRIME).await;
    ok(&lead.post(&format!("{place}/reports/accept"), &[("report", &one), ("report", &two)]).await);
    let who = "select string_agg(distinct m.name, ', ' order by m.name) from history h join membership m on m.id = h.by_membership_id
        where h.event = $1 and h.by_membership_id in (select g.decided_by_id from progress_report g where g.action_id = h.subject_id)";
    assert_eq!(portal.lookup(who, "progress-accepted").await, "Demo account, lead of Serious crime, Lead of the other");
}
