//! Rounds at their edges: who sees what, what belongs to whom, and what is sent that nobody would send.

use crate::decisions::{ARVANIA, CHAIR, SECRETARIAT, ok};
use crate::harness::{Browser, Portal};
use crate::imports::send_to;
use crate::needs::{DONOR, LEAD_CRIME, OBSERVER, WESTMARK};
use crate::rounds::{RECOVERY, SORTED, fill, item, last, opened, pillar};
use crate::routes_real::everything;
use axum::http::StatusCode;

const ROUND: &str = "Progress on serious crime 2026";

/// The round of the seed.
async fn seeded(portal: &Portal) -> String {
    let id = portal.lookup("select id::text from round where title like $1 || '%'", ROUND).await;
    format!("/example/rounds/{id}")
}

#[tokio::test]
async fn what_is_restricted_stays_with_its_keeper() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let hidden = "Relocation of witnesses";
    // the seed's is opened to two
    for sql in [
        "delete from action_disclosure d using action a where a.process_id = d.process_id and a.id = d.action_id and a.title like 'Relocation of%'",
        "update action set open_to_support_group = false where title like 'Relocation of witnesses%'",
    ] {
        sqlx::query(sql).execute(&mut portal.in_process("example").await).await.expect("closed again");
    }
    let own = portal.signed_in(WESTMARK).await.get(&format!("{place}/mine?show=all")).await.text();
    assert!(own.contains(hidden) && own.contains("will answer in December"), "{own}");
    for email in [SECRETARIAT, CHAIR, LEAD_CRIME, ARVANIA, DONOR] {
        let browser = portal.signed_in(email).await;
        for path in ["", "/reports", "/asked.csv", "/reports.csv", "/mine"] {
            let page = browser.get(&format!("{place}{path}")).await;
            assert!(!page.body.contains(hidden) && !page.body.contains("answer in December"), "{email} {path}");
        }
    }
    let westmark = portal
        .lookup(
            "select a.id::text from round_asked a join organisation o on o.id = a.organisation_id
        where o.name = 'Westmark' and a.round_id::text = $1",
            last(&place),
        )
        .await;
    let page = portal.signed_in(SECRETARIAT).await.get(&format!("{place}/mine?asked={westmark}")).await;
    assert!(page.status == StatusCode::OK && !page.body.contains(hidden), "{}", page.text());
    // nor counted, but for its keeper
    let seen =
        "select count(*)::text from round_item i join action a on a.process_id = i.process_id and a.id = i.action_id
        where i.asked_id::text = $1 and a.handling <> 'restricted'";
    let seen = portal.lookup(seen, &westmark).await;
    let all = portal.lookup("select count(*)::text from round_item i where i.asked_id::text = $1", &westmark).await;
    assert_ne!(seen, all);
    for (email, n) in [(SECRETARIAT, seen), (WESTMARK, all)] {
        let file = portal.signed_in(email).await.get(&format!("{place}/asked.csv")).await;
        let line = file.body.lines().find(|l| l.starts_with("Westmark,"));
        assert_eq!(line.and_then(|l| l.rsplit(',').nth(3)), Some(n.as_str()), "{email}: {}", file.body);
    }
    // nor is it answered for by whoever does not see it
    let one = item(&portal, &place, hidden).await;
    let page = portal
        .signed_in(SECRETARIAT)
        .await
        .post(&format!("{place}/items/{one}"), &[("do", "cannot-say"), ("word", "x")])
        .await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_of_a_report_are_frozen_with_its_round() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let sql =
        "select min(g.id::text) from progress_report g join action a on a.process_id = g.process_id and a.id = g.action_id
        where g.round_id::text = $1 and a.handling = 'members'";
    let report = portal.lookup(sql, last(&place)).await;
    let address = format!("/example/files/of/report/{report}");
    let text = Some(("figures.txt", b"One and two.".as_slice()));
    let bring = async || send_to(&secretariat, &address, &[("handling", "members")], text).await.status;
    assert_eq!(bring().await, StatusCode::SEE_OTHER);
    let file = portal.lookup("select id::text from stored_file where report_id::text = $1", &report).await;
    ok(&secretariat.post(&format!("{place}/lock"), &[("lock_why", "The Board meets tomorrow.")]).await);
    assert_eq!(bring().await, StatusCode::CONFLICT);
    let taken = secretariat.post(&format!("/example/files/{file}/take-away"), &[("why", "x")]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "{}", taken.text());
    assert!(secretariat.get(&address).await.text().contains("figures.txt"), "it stays to be read");
}

#[tokio::test]
async fn observers_and_other_processes_find_nothing() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let observer = portal.signed_in(OBSERVER).await;
    for path in
        ["/example/rounds".to_owned(), place.clone(), format!("{place}/reports"), "/example/rounds/standing".to_owned()]
    {
        assert_eq!(observer.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let other = portal.signed_in("support-group@iisg.example").await;
    let elsewhere = place.replace("/example/", "/iisg/");
    for path in [elsewhere.clone(), format!("{elsewhere}/mine"), format!("{elsewhere}/reports"), place.clone()] {
        assert_eq!(other.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(other.post(&format!("{elsewhere}/lock"), &[("lock_why", "x")]).await.status, StatusCode::NOT_FOUND);
    // an item of one round is none of another
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let second = opened(&portal, &secretariat, "confirm", "Another", &[]).await;
    let one = item(&portal, &place, RECOVERY).await;
    let page = portal.signed_in(DONOR).await.post(&format!("{second}/items/{one}"), &[("do", "confirm")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn leads_run_rounds_in_their_own_pillar_alone() {
    let portal = Portal::start().await;
    let lead = portal.signed_in(LEAD_CRIME).await;
    let (crime, prevent) = (pillar(&portal, "CRIME").await, pillar(&portal, "PREVENT").await);
    let form = lead.get("/example/rounds/new").await;
    assert!(form.body.contains(&crime) && !form.body.contains(&prevent), "only its own is offered");
    let fields = |pillar: &str| {
        vec![
            ("kind".to_owned(), "confirm".to_owned()),
            ("title".to_owned(), "The lead’s".to_owned()),
            ("pillar".to_owned(), pillar.to_owned()),
            ("deadline".to_owned(), "15 December 2026".to_owned()),
        ]
    };
    for (pillar, status) in [(&prevent, 403), (&String::new(), 422), (&"nonsense".to_owned(), 422), (&crime, 303)] {
        let sent = fields(pillar);
        let pairs: Vec<(&str, &str)> = sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let page = lead.submit("/example/rounds/new", Some("/rounds/new"), &pairs).await;
        assert_eq!(page.status.as_u16(), status, "{pillar}: {}", page.text());
    }
    let round = portal.lookup("select id::text from round where title = $1", "The lead’s").await;
    fill(&portal, &round).await.expect("filled");
    let outside = "select count(*)::text from round_item i where i.round_id::text = $1 and not exists (select from action_pillar l
        join pillar p on p.id = l.pillar_id where l.action_id = i.action_id and p.key = 'CRIME')";
    assert_eq!(portal.lookup(outside, &round).await, "0");
    ok(&lead.post(&format!("/example/rounds/{round}/withdraw"), &[("withdraw_why", "Asked too early.")]).await);
    let told = crate::notices::told(&portal, "round-told-withdrawn").await;
    assert!(told.contains(&DONOR.to_owned()), "{told:?}");
}

#[tokio::test]
async fn each_sees_its_own_standing_and_the_secretariat_all() {
    let portal = Portal::start().await;
    let names = async |who: &str| portal.signed_in(who).await.get("/example/rounds/standing").await.select("tbody th");
    assert_eq!(names(DONOR).await, ["Norland"]);
    assert_eq!(names(WESTMARK).await, ["Westmark"]);
    for other in [ARVANIA, LEAD_CRIME, CHAIR] {
        let page = portal.signed_in(other).await.get("/example/rounds/standing").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{other}");
    }
    // a partner comes to it from their home; nobody else's home leads where they are refused
    let leads = async |who: &str| {
        portal.signed_in(who).await.get("/example").await.body.contains("\"/example/rounds/standing\"")
    };
    for (who, expected) in [(DONOR, true), (WESTMARK, true), (ARVANIA, false), (LEAD_CRIME, false), (CHAIR, false)] {
        assert_eq!(leads(who).await, expected, "{who}");
    }
    let all = names(SECRETARIAT).await;
    assert!(all.len() > 5, "{all:?}");
    assert_eq!(portal.lookup(SORTED, &all.join("|")).await, all.join("|"), "in the order of the alphabet");
}

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("small") % sides
    }
    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.roll(all.len())]
    }
}

#[tokio::test]
async fn hostile_forms_change_nothing_half() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let (donor, westmark) = (portal.signed_in(DONOR).await, portal.signed_in(WESTMARK).await);
    let (arvania, lead) = (portal.signed_in(ARVANIA).await, portal.signed_in(LEAD_CRIME).await);
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let long = "x".repeat(30_000);
    let one = item(&portal, &place, RECOVERY).await;
    let foreign = item(&portal, &place, "From illicit financial flows").await;
    let report = portal.lookup("select min(id::text) from progress_report where item_id::text = $1", &one).await;
    let xa = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XA").await;
    let paths = [
        format!("{place}/items/{one}"),
        format!("{place}/items/{foreign}"),
        format!("{place}/items/{one}/report"),
        format!("{place}/items/{foreign}/report"),
        format!("{place}/mine"),
        format!("{place}/hand-in"),
        format!("{place}/reports/accept"),
        format!("{place}/reports/{report}/return"),
        format!("{place}/reports/{report}/said"),
        format!("{place}/extend"),
        "/example/rounds/new".to_owned(),
    ];
    let (both, edition) = (format!("{report}:1"), format!("{report}:99"));
    let values = [
        "",
        "confirm",
        "change",
        "cannot-say",
        "not-ours",
        "correct",
        "these",
        "everything",
        "on_track",
        "late",
        "1",
        "0",
        "-1",
        "99999999999999999999",
        "\0",
        "<script>alert(1)</script>",
        "'; drop table round; --",
        "2026-02-31",
        "15 December 2026",
        "progress",
        "needs",
        "EUR",
        "1e400",
        "NaN",
        "٣",
        "100",
        xa.as_str(),
        one.as_str(),
        both.as_str(),
        edition.as_str(),
        long.as_str(),
        "\u{202e}x",
    ];
    let names = [
        "do",
        "word",
        "health",
        "done",
        "hinders",
        "edition",
        "spent",
        "disbursed",
        "currency",
        "total_currency",
        "asked",
        "part",
        "item",
        "report",
        "beneficiary",
        "status",
        "end",
        "total",
        "was_status",
        "was_end",
        "was_total",
        "kind",
        "title",
        "deadline",
        "period_start",
        "period_end",
        "who",
        "pillar",
        "cycle",
        "organisation",
        "show",
    ];
    let browsers = [
        ("donor", &donor),
        ("westmark", &westmark),
        ("arvania", &arvania),
        ("lead", &lead),
        ("secretariat", &secretariat),
    ];
    let mut dice = Dice(2026);
    let mut refused = 0;
    let mut before = everything(&portal).await;
    for turn in 0..80 {
        let path = &paths[dice.roll(paths.len())];
        let fields: Vec<(&str, &str)> = (0..dice.roll(9)).map(|_| (dice.of(&names), dice.of(&values))).collect();
        let (who, browser) = browsers[dice.roll(browsers.len())];
        let page = browser.post(path, &fields).await;
        let at = format!("turn {turn}: {who} {path} {}", page.status);
        assert!(matches!(page.status.as_u16(), 303 | 400 | 403 | 404 | 409 | 422), "{at}: {}", page.text());
        let after = everything(&portal).await;
        if page.status != StatusCode::SEE_OTHER {
            assert_eq!(after, before, "{at}: nothing is saved where something is wrong");
            refused += 1;
        }
        before = after;
        for (what, sql) in [
            ("an answer without its author", "select count(*)::text from round_item where (state = 'open') <> (answered_by_id is null) and $1 = ''"),
            ("a report beside its item", "select count(*)::text from progress_report g join round_item i on i.id = g.item_id
                where (i.round_id <> g.round_id or i.action_id <> g.action_id) and $1 = ''"),
            ("accepted while a correction is asked for", "select count(*)::text from progress_report g where g.state = 'accepted' and $1 = '' and exists
                (select from progress_confirmation c where c.report_id = g.id and c.edition = g.edition and c.answer = 'correction' and not exists
                    (select from progress_confirmation l where l.report_id = g.id and l.edition = g.edition and l.beneficiary_id = c.beneficiary_id and l.at > c.at))"),
        ] {
            assert_eq!(portal.lookup(sql, "").await, "0", "{at}: {what}");
        }
    }
    assert!(refused > 30, "too few refused to mean anything: {refused}");
}

#[tokio::test]
async fn a_sheet_is_taken_along_filled_in_looked_at_and_taken_over() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let westmark = portal.signed_in(WESTMARK).await;
    let asked = portal
        .lookup(
            "select a.id::text from round_asked a join organisation o on o.id = a.organisation_id
                where o.name = 'Westmark' and a.round_id::text = $1",
            last(&place),
        )
        .await;
    let book = westmark.get(&format!("{place}/sheet?asked={asked}")).await;
    assert!(book.status == StatusCode::OK && book.bytes.starts_with(b"PK"), "{}", book.text());
    let all = crate::files::parts(&book);
    assert!(all.contains("From illicit financial flows") && !all.contains(RECOVERY), "its own, and nothing else");
    let (one, two) = (item(&portal, &place, "From illicit").await, item(&portal, &place, "Relocation of").await);
    let foreign = item(&portal, &place, RECOVERY).await;
    let head =
        "What it is about,Answer,Remark,How it stands,What was done,What stands in the way,\"Key, leave as it is\"\n";
    let rows = format!(
        "{head}One,,,on track,Twelve were certified.,,{one}/1\nTwo,not ours,,,,,{two}\nThree,,,Late,Mine now,,{foreign}\nFour,perhaps,,,,,{two}x\n"
    );
    let before = everything(&portal).await;
    let to = format!("{place}/sheet");
    let bring = async |browser: &Browser, text: &str| {
        crate::imports::send_to(browser, &to, &[("asked", &asked)], Some(("answers.csv", text.as_bytes()))).await
    };
    let page = bring(&westmark, &rows).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let text = page.text();
    assert!(text.contains("One answer") && text.contains("3 rows that cannot be saved"), "{text}");
    assert!(text.contains("This answer needs a remark") && text.contains("“Three” is not on this page"), "{text}");
    assert_eq!(everything(&portal).await, before, "nothing is taken over by looking");
    // whoever is not asked brings nothing; what is no sheet is refused
    let donor = portal.signed_in(DONOR).await;
    assert_eq!(bring(&donor, &rows).await.status, StatusCode::NOT_FOUND);
    for bad in ["", "PK\u{3}\u{4}", "a,b\n1,2\n", "<xml/>", &"x,".repeat(9_000)] {
        let page = bring(&westmark, bad).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad:.20}: {}", page.text());
    }
    // taken over as it was shown: another edition, whose values stand
    let (target, fields) = page.form(Some("/sheet/take"));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let target = target.expect("an address");
    ok(&westmark.post_raw(&target, &pairs).await);
    let sql = "select g.state || ' ' || g.health || ' ' || g.edition || ' ' || (select count(*) from progress_value v where v.report_id = g.id)
        from progress_report g where g.item_id::text = $1";
    assert_eq!(portal.lookup(sql, &one).await, "reported on_track 2 1");
    // a second time nothing is new
    assert_eq!(westmark.post_raw(&target, &pairs).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(portal.lookup(sql, &one).await, "reported on_track 2 1");
}

/// A sheet of hundreds of rows is written in as many statements as one of a few, in one transaction; the secretariat gets one word of
/// what is said not to be Westmark's.
#[tokio::test]
async fn hundreds_of_rows_are_taken_over_at_once() {
    let portal = Portal::start().await;
    let place = seeded(&portal).await;
    let westmark = portal.signed_in(WESTMARK).await;
    let round = last(&place);
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "do $$ declare p uuid; o uuid; a uuid; begin
            select id into p from process where slug = 'example';
            perform set_config('app.process', p::text, true);
            select id into o from organisation where process_id = p and name = 'Westmark';
            select id into a from round_asked where process_id = p and round_id = '{round}' and organisation_id = o;
            insert into action (process_id, reporting_id, title, status)
                select p, o, 'Of many ' || i, 'ongoing' from generate_series(1, 401) i;
            insert into round_item (process_id, round_id, asked_id, action_id)
                select p, '{round}', a, x.id from action x where x.process_id = p and x.title like 'Of many %';
        end $$"
    )))
    .execute(&mut portal.superuser().await)
    .await
    .expect("hundreds of actions");
    let sql = "select string_agg(i.id || ' ' || i.asked_id, ',' order by i.id) from round_item i
        join action a on a.process_id = i.process_id and a.id = i.action_id where a.title like $1";
    let all = portal.lookup(sql, "Of many %").await;
    let items: Vec<(&str, &str)> = all.split(',').map(|pair| pair.split_once(' ').expect("two ids")).collect();
    assert_eq!(items.len(), 401);
    let asked = items[0].1;
    let row = |(n, (item, _)): (usize, &(&str, &str))| match n % 20 {
        0 => format!("x,not_ours,Another's {n},,,,{item}\n"),
        1 | 2 => format!("x,cannot_say,In {n} days,,,,{item}\n"),
        _ => format!("x,,,late,Done {n},,{item}\n"),
    };
    let statements = |page: &crate::harness::Page| {
        let text = page.headers["server-timing"].to_str().expect("text");
        text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u32>().expect("a number")
    };
    let take = async |rows: &[(&str, &str)]| {
        let head = "What it is about,Answer,Remark,How it stands,What was done,What stands in the way,\"Key, leave as it is\"\n";
        let text = head.to_owned() + &rows.iter().enumerate().map(row).collect::<String>();
        let file = Some(("answers.csv", text.as_bytes()));
        let page = send_to(&westmark, &format!("{place}/sheet"), &[("asked", asked)], file).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let (target, fields) = page.form(Some("/sheet/take"));
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let taken = westmark.post_raw(&target.expect("an address"), &pairs).await;
        ok(&taken);
        statements(&taken)
    };
    // one stays open: whose last answer it is hands the page in, which sends more
    let (few, many) = (take(&items[..20]).await, take(&items[20..400]).await);
    assert_eq!(few, many, "as many statements for 20 rows as for 380");
    let sql =
        "select string_agg(n || ' ' || state, ', ' order by state) from (select i.state, count(*) n from round_item i
        join action a on a.process_id = i.process_id and a.id = i.action_id
        where a.title like $1 and i.answered_at is not null group by 1) x";
    assert_eq!(portal.lookup(sql, "Of many %").await, "40 cannot_say, 20 not_ours, 340 reported");
    let reports = "select count(distinct g.done) || ' ' || min(g.edition) || max(g.edition) from progress_report g
        join action a on a.process_id = g.process_id and a.id = g.action_id where a.title like $1";
    assert_eq!(portal.lookup(reports, "Of many %").await, "323 11");
    assert_eq!(crate::notices::told(&portal, "round-told-not-ours").await, [SECRETARIAT], "of the first sheet's one");
    assert_eq!(crate::notices::told(&portal, "round-told-not-ours-some").await, [SECRETARIAT]);
    let words = "select count(*)::text from history h, jsonb_array_elements_text(h.changes -> 'round_words' -> 'to') w
        where h.event = 'round-answered' and w like $1";
    assert_eq!(portal.lookup(words, "In % days").await, "40", "no word is lost");
}
