//! Packs: each kind by each role, who may read them, what is in them and what never is, and that they stay as they were made.

use crate::directory::organisation;
use crate::files::parts;
use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

pub const SECRETARIAT: &str = "support-group@example.example";
const CHAIR: &str = "chair@example.example";
pub const LEAD: &str = "lead-two@example.example";
pub const OTHER_LEAD: &str = "lead-one@example.example";
const BENEFICIARY: &str = "beneficiary-one@example.example";
pub const DONOR: &str = "donor@example.example";
const OTHER_DONOR: &str = "second-donor@example.example";
const OBSERVER: &str = "observer@example.example";

/// For the parties named, in the pillar of serious crime.
pub const PARTIES: &str = "Witness protection units: equipment and safe houses";
/// Norland's own only; Westmark's own only, opened to the secretariat and to Norland; Southmere's own only.
const RESTRICTED: [&str; 3] = [
    "Protection of financial investigators who work under cover",
    "Relocation of witnesses between two states of the region",
    "Asset tracing beyond the region: casework support",
];

pub async fn pillar(portal: &Portal, key: &str) -> String {
    let sql = "select l.id::text from pillar l join process p on p.id = l.process_id where p.slug || '/' || l.key = $1";
    format!("pillar:{}", portal.lookup(sql, &format!("example/{key}")).await)
}

pub async fn beneficiary(portal: &Portal, code: &str) -> String {
    let sql =
        "select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug || '/' || b.code = $1";
    format!("beneficiary:{}", portal.lookup(sql, &format!("example/{code}")).await)
}

pub async fn donor(portal: &Portal, name: &str) -> String {
    format!("donor:{}", organisation(portal, "example", name).await)
}

pub async fn ask(browser: &Browser, about: &str, level: &str) -> Page {
    browser.post("/example/packs", &[("about", about), ("level", level)]).await
}

/// Makes one; its address.
pub async fn made(browser: &Browser, about: &str, level: &str) -> String {
    let answer = ask(browser, about, level).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{about} {level}: {}", answer.text());
    let to = answer.location.expect("an address");
    assert!(to.ends_with("?done=pack-made"), "{to}");
    to.split('?').next().expect("a path").to_owned()
}

/// A pack by somebody who may read it: the page and the workbook.
pub async fn read(browser: &Browser, address: &str) -> (Page, String) {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    // a document that takes its time answers with a page that waits for it, which is to be shown and not to be saved
    assert!(page.body.contains("format=pdf\"") && !page.body.contains("format=pdf\" download"), "{}", page.body);
    let book = browser.get(&format!("{address}/file?format=xlsx")).await;
    assert_eq!(book.status, StatusCode::OK, "{}", book.text());
    (page, parts(&book))
}

const SECTIONS: [&str; 9] = [
    "State of play",
    "Decisions due and open",
    "Coordination questions",
    "Needs that are not covered",
    "Money",
    "Ending soon",
    "Plans and where they stand",
    "What has changed",
    "Words and rules",
];

#[tokio::test]
async fn each_role_makes_what_is_its_own_and_the_secretariat_all() {
    let portal = Portal::start().await;
    let (crime, prevent) = (pillar(&portal, "CRIME").await, pillar(&portal, "PREVENT").await);
    let (arvania, bergovia) = (beneficiary(&portal, "XA").await, beneficiary(&portal, "XB").await);
    let (norland, westmark) = (donor(&portal, "Norland").await, donor(&portal, "Westmark").await);
    let board = "board".to_owned();
    let all = [&board, &crime, &prevent, &arvania, &bergovia, &norland, &westmark];
    for (email, own) in [
        (SECRETARIAT, vec![&board, &crime, &arvania, &westmark]),
        (CHAIR, vec![&board, &prevent, &bergovia, &norland]),
        (LEAD, vec![&crime]),
        (BENEFICIARY, vec![&arvania]),
        (DONOR, vec![&norland]),
        (OBSERVER, vec![]),
    ] {
        let browser = portal.signed_in(email).await;
        for about in &own {
            for level in ["members", "own"] {
                let (page, book) = read(&browser, &made(&browser, about, level).await).await;
                assert_eq!(page.select("article.doc h2"), SECTIONS, "{email} {about}");
                assert!(page.text().contains("Kestria*") || !page.text().contains("Kestria"), "{email} {about}");
                for sheet in ["Actions", "Needs", "Plans", "Money", "Changes", "Decisions due and open"] {
                    assert!(book.contains(&format!("name=\"{sheet}\"")), "{email} {about}: {sheet}");
                }
            }
        }
        let everything = matches!(email, SECRETARIAT | CHAIR);
        for about in all.iter().filter(|a| !everything && !own.contains(a)) {
            let refused = ask(&browser, about, "members").await;
            assert_eq!(refused.status, StatusCode::FORBIDDEN, "{email} {about}: {}", refused.text());
        }
        // what is offered is what may be done
        let list = browser.get("/example/packs").await;
        if email == OBSERVER {
            assert_eq!(list.status, StatusCode::FORBIDDEN);
            continue;
        }
        assert_eq!(list.status, StatusCode::OK, "{}", list.text());
        let offered = list.select(".packs-make li").len();
        let expected = if everything { 1 + 3 + 6 + 1 } else { 1 };
        assert_eq!(offered, expected, "{email}: {}", list.text());
        let home = browser.get("/example").await;
        assert_eq!(home.select("a[href='/example/packs']"), ["Make a pack"], "{email}");
    }
}

#[tokio::test]
async fn what_is_handed_round_holds_what_every_member_sees_and_nothing_else() {
    let portal = Portal::start().await;
    crate::notices::run(&portal, concert::kernel::job::Task::Overlaps).await.expect("the finder's job");
    let crime = pillar(&portal, "CRIME").await;
    for email in [SECRETARIAT, LEAD] {
        let browser = portal.signed_in(email).await;
        let (page, book) = read(&browser, &made(&browser, &crime, "members").await).await;
        for hidden in RESTRICTED.into_iter().chain([PARTIES]) {
            assert!(!page.body.contains(hidden) && !book.contains(hidden), "{email}: {hidden}");
        }
        assert!(page.text().contains("Coordination questions are shown to those whom they concern"), "{}", page.text());
        assert!(!book.contains("name=\"Coordination questions\""), "{email}");
        assert!(page.text().contains("For members"), "{}", page.text());

        let (page, book) = read(&browser, &made(&browser, &crime, "own").await).await;
        assert!(page.body.contains(PARTIES) && book.contains(PARTIES), "{email}");
        assert!(page.text().contains("Parties named"), "the level of a row is said: {}", page.text());
        // what was opened to the secretariat alone is in no pack of theirs
        for hidden in RESTRICTED {
            assert!(!page.body.contains(hidden) && !book.contains(hidden), "{email}: {hidden}");
        }
        assert!(book.contains("name=\"Coordination questions\""), "{email}");
        assert!(page.text().contains("not for circulation"), "{}", page.text());
    }
    // an organisation's own is in its own, and only there
    let browser = portal.signed_in(DONOR).await;
    let norland = donor(&portal, "Norland").await;
    let (_, book) = read(&browser, &made(&browser, &norland, "own").await).await;
    assert!(book.contains(RESTRICTED[0]) && !book.contains(RESTRICTED[2]), "own only");
    let (_, book) = read(&browser, &made(&browser, &norland, "members").await).await;
    assert!(RESTRICTED.iter().chain([&PARTIES]).all(|hidden| !book.contains(*hidden)), "for all members");
}

#[tokio::test]
async fn a_pack_is_read_by_those_for_whom_it_was_made() {
    let portal = Portal::start().await;
    let (crime, norland) = (pillar(&portal, "CRIME").await, donor(&portal, "Norland").await);
    let arvania = beneficiary(&portal, "XA").await;
    let by = |email: &'static str| portal.signed_in(email);
    let packs = [
        // members, by whomever
        (
            made(&by(LEAD).await, &crime, "members").await,
            vec![SECRETARIAT, CHAIR, LEAD, OTHER_LEAD, BENEFICIARY, DONOR, OTHER_DONOR],
        ),
        (made(&by(LEAD).await, &crime, "own").await, vec![SECRETARIAT, CHAIR, LEAD]),
        (made(&by(SECRETARIAT).await, &crime, "own").await, vec![SECRETARIAT, CHAIR]),
        (made(&by(BENEFICIARY).await, &arvania, "own").await, vec![BENEFICIARY]),
        (made(&by(DONOR).await, &norland, "own").await, vec![DONOR]),
        (made(&by(SECRETARIAT).await, &norland, "own").await, vec![SECRETARIAT, CHAIR]),
    ];
    for email in [SECRETARIAT, CHAIR, LEAD, OTHER_LEAD, BENEFICIARY, DONOR, OTHER_DONOR, OBSERVER] {
        let browser = by(email).await;
        let list = browser.get("/example/packs").await;
        for (address, readers) in &packs {
            let expected = match (email, readers.contains(&email)) {
                (OBSERVER, _) => StatusCode::FORBIDDEN,
                (_, true) => StatusCode::OK,
                (_, false) => StatusCode::NOT_FOUND,
            };
            assert_eq!(browser.get(address).await.status, expected, "{email} {address}");
            let file = browser.get(&format!("{address}/file?format=xlsx")).await;
            assert_eq!(file.status, expected, "{email} {address}");
            let listed = list.body.contains(&format!("href=\"{address}\""));
            assert_eq!(listed, expected == StatusCode::OK, "{email} {address} in the list");
        }
    }
    // another process finds nothing, at its own address either
    let other = portal.signed_in("support-group@iisg.example").await;
    for (address, _) in &packs {
        assert_eq!(other.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        let there = address.replace("/example/", "/iisg/");
        assert_eq!(other.get(&there).await.status, StatusCode::NOT_FOUND, "{there}");
    }
    let refused = ask(&other, &crime, "members").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // reading what is not for all leaves a line, and so does each file
    let log = "select count(*)::text from access_log where subject_kind = $1";
    assert!(portal.lookup(log, "pack").await.parse::<i64>().expect("a number") > 10);
    let lines = "select string_agg(distinct kind || ' ' || coalesce(handling, '-'), ', ' order by kind || ' ' || coalesce(handling, '-'))
        from access_log where subject_kind = $1";
    assert_eq!(portal.lookup(lines, "pack").await, "export -, read parties, read restricted");
}

#[tokio::test]
async fn a_pack_says_what_was_reported_in_rounds_as_its_readers_see_it() {
    let portal = Portal::start().await;
    let crime = pillar(&portal, "CRIME").await;
    let lead = portal.signed_in(LEAD).await;
    // one of those that are reported on is its parties' own
    sqlx::query("update action set handling = 'parties' where title like 'From illicit financial flows%'")
        .execute(&mut portal.in_process("example").await)
        .await
        .expect("closed");
    let (page, _) = read(&lead, &made(&lead, &crime, "members").await).await;
    let text = page.text();
    assert!(text.contains("Progress as it was reported") && text.contains("2 actions were reported on"), "{text}");
    assert!(text.contains("Cyber incident response") && text.contains("Progress on serious crime 2026"), "{text}");
    assert!(!text.contains("From illicit financial flows"), "{text}");
    let (page, _) = read(&lead, &made(&lead, &crime, "own").await).await;
    let text = page.text();
    assert!(text.contains("3 actions were reported on") && text.contains("From illicit financial flows"), "{text}");
    // what is referred back, and what there is none of
    sqlx::query(
        "update progress_report set state = 'returned', word = 'Example', decided_at = reported_at, decided_by_id = reported_by_id",
    )
    .execute(&mut portal.in_process("example").await)
    .await
    .expect("referred back");
    let (page, _) = read(&lead, &made(&lead, &crime, "members").await).await;
    assert!(page.text().contains("Nothing was reported of these actions"), "{}", page.text());
}
