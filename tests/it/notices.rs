//! Being told: who is told and who is not, the list, and how one wants to be told.

use crate::action_record::TITLE;
use crate::harness::{Browser, Portal};
use axum::http::StatusCode;
use chrono::NaiveDate;
use concert::features::notices::{self, Deadline, How, Notice, Subject, To, Topic};
use concert::kernel::db::ProcessTx;
use concert::kernel::ids::{MembershipId, ProcessId};
use concert::kernel::job::{Job, Jobs, Task};
use concert::kernel::permit::Role;
use concert::kernel::random::Token;
use uuid::Uuid;

pub async fn process(portal: &Portal, slug: &str) -> ProcessId {
    portal.lookup("select id::text from process where slug = $1", slug).await.parse().expect("an id")
}

pub async fn inside(portal: &Portal) -> ProcessTx {
    portal.app.db.process_job(process(portal, "example").await).await.expect("the process")
}

pub async fn membership(portal: &Portal, email: &str) -> MembershipId {
    let sql = "select m.id::text from membership m join account a on a.id = m.account_id where a.email = $1 order by m.created_at limit 1";
    portal.lookup(sql, email).await.parse().expect("a membership")
}

/// Tells in a transaction of its own; answers how many were told.
pub async fn tell(portal: &Portal, notice: &Notice<'_>, to: &To) -> i64 {
    let mut tx = inside(portal).await;
    let told = notices::tell(&mut tx, &portal.app, notice, to).await.expect("told");
    tx.commit().await.expect("commit");
    told
}

/// The addresses of those who were told something of this text.
pub async fn told(portal: &Portal, key: &str) -> Vec<String> {
    sqlx::query_scalar("select a.email from notice n join account a on a.id = n.account_id where n.key = $1 order by 1")
        .bind(key)
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("notices")
}

/// Runs a job of the process, as its worker would.
pub async fn run(portal: &Portal, task: Task) -> anyhow::Result<()> {
    run_in(portal, "example", task).await
}

/// The same in another process.
pub async fn run_in(portal: &Portal, slug: &str, task: Task) -> anyhow::Result<()> {
    let mut jobs = Jobs::default();
    concert::features::jobs(&mut jobs);
    let payload = serde_json::json!({ "process": process(portal, slug).await.to_string() });
    let job = Job {
        db: portal.app.db.clone(),
        clock: portal.clock.clone(),
        memory: portal.app.memory.clone(),
        base_url: "http://concert.test".into(),
        payload: serde_json::from_value(payload)?,
    };
    jobs.run(task, job).await
}

/// What the morning's job does for the process.
pub async fn morning(portal: &Portal) -> anyhow::Result<()> {
    run(portal, Task::Daily).await
}

async fn accounts(portal: &Portal) -> Vec<String> {
    sqlx::query_scalar("select a.email from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id where p.slug = 'example' and m.state = 'active' order by 1")
        .fetch_all(&mut portal.superuser().await)
        .await
        .expect("accounts")
}

/// A notice of a kind that everybody may be told of.
pub fn open_notice(once: &str) -> Notice<'static> {
    Notice::new("notices-remarked", Topic::Decisions, Subject::new("board_matter", Uuid::from_u128(7)), "/actions")
        .arg("title", once)
        .once(once)
}

pub async fn choose(browser: &Browser, topic: Topic, how: How) {
    let page = browser.submit("/example/notices/settings", None, &[(topic.as_str(), how.as_str())]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text());
}

/// For every account and every action of every level: told are exactly those who can open it.
#[tokio::test]
async fn everybody_who_sees_a_thing_is_told_and_nobody_else() {
    let portal = Portal::start().await;
    sqlx::query(
        "with n as (select process_id, id, row_number() over (partition by process_id order by title) as n from action)
         update action a set handling = (array['public', 'members', 'parties', 'restricted'])[1 + n.n % 4], open_to_support_group = n.n % 8 = 3
         from n where n.process_id = a.process_id and n.id = a.id",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("levels");
    let actions: Vec<Uuid> = sqlx::query_scalar(
        "select a.id from action a join process p on p.id = a.process_id where p.slug = 'example' and a.merged_into_id is null order by a.title limit 24",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("actions");
    let mut browsers = Vec::new();
    for email in accounts(&portal).await {
        browsers.push((portal.signed_in(&email).await, email));
    }
    let (mut some, mut none) = (0, 0);
    for (i, action) in actions.iter().enumerate() {
        let subject = Subject::new("action", *action);
        let notice = Notice::new("notices-remarked", Topic::Actions, subject, format!("/actions/{action}"))
            .once(format!("probe-{i}"));
        tell(&portal, &notice, &To::everybody()).await;
        let sql = "select string_agg(distinct a.email, ' ') from notice n join account a on a.id = n.account_id where n.dedupe_key = $1";
        let told = portal.lookup(sql, &format!("probe-{i}")).await;
        for (browser, email) in &browsers {
            let sees = browser.get(&format!("/example/actions/{action}")).await.status == StatusCode::OK;
            assert_eq!(told.split(' ').any(|e| e == email), sees, "{email} and {action}");
            some += i32::from(sees);
            none += i32::from(!sees);
        }
    }
    assert!(some > 80 && none > 20, "too one-sided to mean anything: {some} and {none}");
}

/// Standing in for somebody sets what entering sets.
#[tokio::test]
async fn standing_in_for_a_member_is_seeing_as_they_do() {
    let portal = Portal::start().await;
    let settings =
        "select array[current_setting('app.account'), current_setting('app.levels'), current_setting('app.audience'),
        current_setting('app.money'), current_setting('app.support_group')]";
    for (slug, email) in sqlx::query_as::<_, (String, String)>(
        "select distinct p.slug, a.email from account a join membership m on m.account_id = a.id join process p on p.id = m.process_id where m.state = 'active'",
    )
    .fetch_all(&mut portal.superuser().await)
    .await
    .expect("accounts")
    {
        let browser = portal.signed_in(&email).await;
        let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        let mut app = portal.sql("concert_app").await;
        let mut tx = sqlx::Connection::begin(&mut app).await.expect("begin");
        let answer: serde_json::Value = sqlx::query_scalar("select kernel.enter($1, $2, $3, 60)")
            .bind(&slug)
            .bind(token.hash())
            .bind(portal.clock.now())
            .fetch_one(&mut *tx)
            .await
            .expect("enter");
        assert_eq!(answer["status"], "ok", "{email}");
        let entered: Vec<String> = sqlx::query_scalar(settings).fetch_one(&mut *tx).await.expect("settings");
        sqlx::query("select kernel.who_sees('action', gen_random_uuid(), array(select account_id from membership), $1)")
            .bind(portal.clock.today())
            .execute(&mut *tx)
            .await
            .expect("who sees");
        let after: Vec<String> = sqlx::query_scalar(settings).fetch_one(&mut *tx).await.expect("settings");
        assert_eq!(entered, after, "what the transaction was, it is again: {email}");
        sqlx::query("select kernel.stand_for($1::uuid, $2)")
            .bind(&entered[0])
            .bind(portal.clock.today())
            .execute(&mut *tx)
            .await
            .expect("stand in");
        let stood: Vec<String> = sqlx::query_scalar(settings).fetch_one(&mut *tx).await.expect("settings");
        assert_eq!(entered, stood, "{email} in {slug}");
    }
}

#[tokio::test]
async fn addressing_is_resolved_once_a_person_without_observers_and_authors() {
    let portal = Portal::start().await;
    let ids = |sql: &'static str, name: &'static str| {
        let portal = &portal;
        async move { portal.lookup(sql, name).await }
    };
    let norland = ids("select o.id::text from organisation o join process p on p.id = o.process_id where p.slug = 'example' and o.name = $1", "Norland").await;
    let arvania = ids("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XA").await;
    // an observer of Norland, somebody who has left it, and the donor a second time as a lead
    sqlx::query("update membership set organisation_id = $1::uuid where account_id = (select id from account where email = 'observer@example.example')")
        .bind(&norland)
        .execute(&mut portal.superuser().await)
        .await
        .expect("an observer");
    sqlx::query(
        "insert into membership (process_id, account_id, name, role, organisation_id, starts_on)
            select process_id, account_id, 'Twice', 'lead', organisation_id, starts_on from membership where id = $1",
    )
    .bind(membership(&portal, "donor@example.example").await.0)
    .execute(&mut portal.superuser().await)
    .await
    .expect("a second membership");
    sqlx::query("update membership set ends_on = '2026-11-01' where id = $1")
        .bind(membership(&portal, "second-donor@example.example").await.0)
        .execute(&mut portal.superuser().await)
        .await
        .expect("gone");
    let to = To {
        organisations: vec![norland.parse().expect("an id")],
        beneficiaries: vec![arvania.parse().expect("an id")],
        members: vec![membership(&portal, "second-donor@example.example").await],
        ..To::default()
    };
    assert_eq!(tell(&portal, &open_notice("a"), &to).await, 2);
    assert_eq!(told(&portal, "notices-remarked").await, ["beneficiary-one@example.example", "donor@example.example"]);
    // nobody twice for one thing, however often it is said
    assert_eq!(
        tell(&portal, &open_notice("a"), &To::everybody()).await,
        i64::try_from(accounts(&portal).await.len()).expect("a number") - 2 - 1 - 1
    );
    assert_eq!(tell(&portal, &open_notice("a"), &To::everybody()).await, 0);
    sqlx::query("update membership set focal_point = false")
        .execute(&mut portal.superuser().await)
        .await
        .expect("no focal points");
    // marks, and whoever is told where nobody else is
    sqlx::query("update membership set focal_point = false")
        .execute(&mut portal.superuser().await)
        .await
        .expect("no focal points");
    let mut voting = To::beneficiaries([arvania.parse().expect("an id")]).or_else(&[Role::Chair]);
    voting.mark = Some(concert::features::notices::Mark::FocalPoint);
    assert_eq!(tell(&portal, &open_notice("b"), &voting).await, 1);
    let sql =
        "select string_agg(a.email, ' ') from notice n join account a on a.id = n.account_id where n.dedupe_key = $1";
    assert_eq!(portal.lookup(sql, "b").await, "chair@example.example");
    voting.mark = Some(concert::features::notices::Mark::Votes);
    tell(&portal, &open_notice("c"), &voting).await;
    assert_eq!(portal.lookup(sql, "c").await, "beneficiary-one@example.example");
    assert_eq!(tell(&portal, &open_notice("d"), &To::default()).await, 0);
}

#[tokio::test]
async fn the_list_is_read_page_by_page_and_is_ones_own() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    let to = To::members([membership(&portal, "donor@example.example").await]);
    assert!(donor.get("/example/notices").await.text().contains("You have no notices yet"));
    for i in 0..60 {
        tell(&portal, &open_notice(&format!("thing {i}.")), &to).await;
    }
    let home = donor.get("/example").await;
    assert_eq!(home.select(".bell .n"), ["60"]);
    let first = donor.get("/example/notices").await;
    assert_eq!(first.select(".notices > li.unread").len(), 50);
    let statements = first.headers.get("server-timing").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    assert!(statements.contains("\"3\"") || statements.contains("\"4\""), "{statements}");
    // read in between: the next page goes on where the first ended
    let one = first.html();
    let link = scraper::Selector::parse(".notices a.t").expect("selector");
    let opened = one.select(&link).next_back().and_then(|a| a.value().attr("href")).expect("a link").to_owned();
    let next = scraper::Selector::parse(".pager a[rel=next]").expect("selector");
    let next = one.select(&next).next().and_then(|a| a.value().attr("href")).expect("a next page").to_owned();
    assert_eq!(donor.get(&opened).await.location.as_deref(), Some("/example/actions"));
    let second = donor.get(&next).await;
    assert_eq!(second.select(".notices > li.unread").len(), 10, "{}", second.text());
    let (mut all, more) = (first.select(".notices a.t"), second.select(".notices .unread a.t"));
    all.extend(more);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 60);
    assert_eq!(donor.get("/example").await.select(".bell .n"), ["59"]);
    // one, then all
    let marked = donor.submit("/example/notices?topic=decisions&show=unread", Some("/notices/read"), &[]).await;
    assert_eq!(marked.status, StatusCode::SEE_OTHER);
    assert_eq!(donor.get("/example").await.select(".bell .n").len(), 0, "the first form marks all");
    assert_eq!(donor.get("/example/notices?show=unread").await.select(".notices > li").len(), 0);
    assert_eq!(donor.get("/example/notices?topic=asks").await.select(".notices > li").len(), 0);
    assert_eq!(donor.get("/example/notices?topic=nonsense&after=x").await.select(".notices > li").len(), 50);
    // others neither see nor open nor read them
    tell(&portal, &open_notice("for the donor alone"), &to).await;
    let id = portal.lookup("select id::text from notice where dedupe_key = $1", "for the donor alone").await;
    for email in ["second-donor@example.example", "support-group@example.example"] {
        let other = portal.signed_in(email).await;
        assert!(!other.get("/example/notices").await.body.contains("for the donor alone"));
        assert_eq!(other.get(&format!("/example/notices/{id}")).await.status, StatusCode::NOT_FOUND);
        other.post("/example/notices/read", &[("id", &id)]).await;
        other.post("/example/notices/read", &[("all", "yes")]).await;
    }
    let elsewhere = portal.signed_in("support-group@iisg.example").await;
    for path in [format!("/iisg/notices/{id}"), format!("/example/notices/{id}"), "/example/notices".into()] {
        assert_eq!(elsewhere.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(donor.get("/example").await.select(".bell .n"), ["1"]);
}

#[tokio::test]
async fn hostile_names_stay_names() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("donor@example.example").await;
    choose(&donor, Topic::Decisions, How::AtOnce).await;
    let to = To::members([membership(&portal, "donor@example.example").await]);
    let hostile = "<script>alert(1)</script>\r\nBcc: eve@x.example\r\n\r\nhello \u{202e}evil { $by } ' || \"";
    let notice =
        Notice::new("notices-remarked", Topic::Decisions, Subject::new("thing", Uuid::from_u128(1)), "/actions")
            .arg("title", hostile)
            .group("plan", Uuid::from_u128(2), hostile)
            .once("hostile");
    assert_eq!(tell(&portal, &notice, &to).await, 1);
    let page = donor.get("/example/notices").await;
    assert!(page.text().contains("<script>alert(1)</script> Bcc: eve@x.example hello"), "{}", page.text());
    assert!(!page.body.contains("<script>alert") && !page.body.contains('\u{202e}'));
    let letter: (String, String) =
        sqlx::query_as("select subject, body from outgoing_mail where recipient = 'donor@example.example'")
            .fetch_one(&mut portal.superuser().await)
            .await
            .expect("a letter");
    assert!(!letter.0.contains('\n') && letter.0.contains("Bcc: eve"), "{}", letter.0);
    assert!(!letter.1.lines().any(|l| l.starts_with("Bcc:")) && !letter.1.contains('\u{202e}'), "{}", letter.1);
    // links that lead out of the process are not kept
    for link in ["//evil.example", "https://evil.example", "/\\evil", "actions", "/a\nb"] {
        let mut tx = inside(&portal).await;
        let notice = Notice::new("notices-remarked", Topic::Decisions, Subject::new("thing", Uuid::from_u128(1)), link);
        assert!(notices::tell(&mut tx, &portal.app, &notice, &to).await.is_err(), "{link}");
    }
}

#[tokio::test]
async fn who_loses_sight_no_longer_reads_the_name() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let second = portal.signed_in("second-donor@example.example").await;
    let notice = Notice::new(
        "notices-remarked",
        Topic::Actions,
        Subject::new("action", id.parse().expect("an id")),
        format!("/actions/{id}"),
    )
    .arg("title", "Its name")
    .group("action", id.parse().expect("an id"), "Its name")
    .once("x");
    tell(&portal, &notice, &To::members([membership(&portal, "second-donor@example.example").await])).await;
    assert!(second.get("/example/notices").await.text().contains("Its name"));
    sqlx::query("update action set handling = 'restricted' where id = $1::uuid")
        .bind(&id)
        .execute(&mut portal.superuser().await)
        .await
        .expect("hidden");
    let page = second.get("/example/notices").await;
    assert!(!page.body.contains("Its name") && page.text().contains("You can no longer see this"), "{}", page.text());
}

#[tokio::test]
async fn a_day_that_comes_near_is_told_three_times_to_those_who_are_waited_for() {
    let portal = Portal::start().await;
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let subject = Subject::new("some_day", Uuid::from_u128(9));
    let (donor, second) =
        (membership(&portal, "donor@example.example").await, membership(&portal, "second-donor@example.example").await);
    let deadline = Deadline {
        subject,
        what: "answers",
        due_on: day("2026-12-10"),
        key: "notices-remarked",
        args: [("title", "The consultation".into())].into(),
        group: None,
        link: "/actions".into(),
        discreet: false,
    };
    let set = async |to: &To| {
        let mut tx = inside(&portal).await;
        notices::set_deadline(&mut tx, &deadline, to).await.expect("kept");
        tx.commit().await.expect("commit");
    };
    set(&To::members([donor])).await;
    set(&To::members([donor, second])).await;
    let mut counts = Vec::new();
    for (date, done) in [
        ("2026-12-02", false),
        ("2026-12-03", false),
        ("2026-12-04", false),
        ("2026-12-05", true),
        ("2026-12-08", false),
        ("2026-12-09", false),
        ("2026-12-10", false),
        ("2026-12-11", false),
    ] {
        portal.clock.set(format!("{date}T05:00:00Z").parse().expect("a moment"));
        morning(&portal).await.expect("done");
        morning(&portal).await.expect("done again");
        if done {
            let mut tx = inside(&portal).await;
            notices::deadline_met(&mut tx, subject, "answers", &To::members([second])).await.expect("met");
            tx.commit().await.expect("commit");
        }
        counts.push(told(&portal, "notices-remarked").await.len());
    }
    // two a week ahead, then the one who has not answered, two days ahead and on the day
    assert_eq!(counts, [0, 2, 2, 2, 3, 3, 4, 4]);
    let sent = portal
        .lookup("select count(*)::text from outgoing_mail where body like '%' || $1 || '%'", "by 10 December 2026")
        .await;
    assert_eq!(sent, "4", "days are told at once");
    let mut tx = inside(&portal).await;
    notices::drop_deadline(&mut tx, subject, "answers").await.expect("dropped");
    tx.commit().await.expect("commit");
    assert_eq!(portal.lookup("select count(*)::text from deadline_asked where $1 = ''", "").await, "0");
}
