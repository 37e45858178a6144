//! The brief before funding: what it tells, and whom it tells nothing.

use crate::directory::organisation;
use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;

const DONOR: &str = "second-donor@example.example";
const HIDDEN: &str = "Protection of financial investigators who work under cover";
const IDEA: [(&str, &str); 2] = [
    ("title", "Protection of FINANCIAL investigators, who work under cover"),
    ("words", "Advice on identities, pay and withdrawal."),
];

async fn made(browser: &Browser, fields: &[(&str, &str)]) -> Page {
    browser.post("/example/brief", fields).await
}

async fn n(portal: &Portal, sql: &'static str) -> String {
    portal.lookup(sql, "x").await
}

#[tokio::test]
async fn a_brief_says_who_does_it_what_is_needed_and_whom_to_talk_to() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let page =
        made(&donor, &[("title", "Training of financial investigators"), ("words", "Courses on tracing assets")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    for words in ["Who does this already", "FIT-4", "Needs it would answer", "What remains", "Whom to talk to"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let n: u32 = page.headers["server-timing"]
        .to_str()
        .expect("text")
        .chars()
        .filter(char::is_ascii_digit)
        .collect::<String>()
        .parse()
        .expect("a number");
    assert!(n <= 10, "{n} statements");
    // what was asked stands at the head, and who pays for what is near beside it
    assert!(page.select("h1").join(" ").contains("Training of financial investigators"));
    assert!(page.select("#who, #near").join(" ").contains("Donors: "), "{}", page.text());
    // and whether it is planned, running or over
    assert!(page.select("#who, #near").join(" ").contains("Ongoing"), "{}", page.text());
    let pdf = donor.post("/example/brief/pdf", &[("title", "Training of financial investigators")]).await;
    assert_eq!(pdf.headers["content-type"], "application/pdf");
}

/// Whoever keeps what was found is whom to ask: its contact points, else its focal points, else its own name.
#[tokio::test]
async fn each_that_keeps_what_was_found_stands_among_those_to_talk_to() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let idea = [("title", "Training of financial investigators"), ("words", "Courses on tracing assets")];
    let keepers = "select string_agg(distinct o.name, '|') from action a join process p on p.id = a.process_id
        join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
        where p.slug = 'example' and a.title like '%(FIT-4)' and $1 <> ''";
    let keeper = n(&portal, keepers).await;
    let page = made(&donor, &idea).await;
    assert!(page.select("#talk").join(" ").contains(&keeper), "{keeper}: {}", page.select("#talk").join(" "));
    for contact in [
        "delete from contact_point where process_id = kernel.process_id()",
        "update membership set focal_point = false where process_id = kernel.process_id()",
    ] {
        let mut tx = portal.in_process("example").await;
        sqlx::query(contact).execute(&mut tx).await.expect(contact);
        drop(tx);
        let talk = made(&donor, &idea).await.select("#talk").join(" ");
        assert!(talk.contains(&keeper), "{contact}: {talk}");
    }
    let talk = made(&donor, &idea).await.select("#talk").join(" ");
    assert!(talk.contains("Keepers with no contact point yet"), "{talk}");
}

#[tokio::test]
async fn one_word_in_common_is_no_answer_to_a_need() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let xe = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = $1 and b.code = 'XE'", "example").await;
    let idea = [
        ("title", "Protecting witnesses"),
        ("words", "Courses on safe houses and relocation"),
        ("beneficiaries", xe.as_str()),
    ];
    let page = made(&donor, &idea).await;
    let (answers, remain) = (page.select("#answers").join(" "), page.select("#remain").join(" "));
    assert!(answers.contains("a law on the protection of witnesses"), "{answers}");
    // its text speaks of courses, too
    assert!(
        !answers.contains("school psychologists") && remain.contains("school psychologists"),
        "{answers} / {remain}"
    );
    // words that nobody has used meet nothing, whatever words of its own a need has
    let nonsense = made(&donor, &[("title", "xqzzy plomf wibble")]).await;
    assert!(nonsense.select("#answers li").is_empty(), "{:?}", nonsense.select("#answers li"));
    assert!(!nonsense.select("#remain li").is_empty(), "{}", nonsense.text());
    // what is likely is told apart from what is near, and nothing stands twice
    let rows: Vec<String> = page.select("#who .t, #near .t");
    let once: std::collections::BTreeSet<&String> = rows.iter().collect();
    assert_eq!(rows.len(), once.len(), "{rows:?}");
}

#[tokio::test]
async fn an_idea_of_a_word_or_two_finds_what_speaks_of_it() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("eu@iisg.example").await;
    let near = async |title: &str| donor.post("/iisg/brief", &[("title", title)]).await.select("#who .t, #near .t");
    for (title, word) in [("firearms", "arms"), ("people smuggling", "smuggling")] {
        let found = near(title).await;
        assert!(found.len() > 1, "{title}: {found:?}");
        assert!(found.iter().any(|t| t.to_lowercase().contains(word)), "{title}: {found:?}");
    }
    assert!(near("xqzzy plomf").await.is_empty());
}

#[tokio::test]
async fn where_nobody_has_stated_a_need_none_is_said_to_be_far() {
    let portal = Portal::start().await;
    let donor = portal.signed_in("eu@iisg.example").await;
    let page = donor.post("/iisg/brief", &[("title", "firearms")]).await;
    for part in ["#answers", "#remain"] {
        let told = page.select(part).join(" ");
        assert!(told.contains("No need that you may see has been stated"), "{told}");
    }
    // where there are some, it is said that none is near
    let donor = portal.signed_in(DONOR).await;
    let page = made(&donor, &[("title", "xqzzy plomf wibble")]).await;
    assert!(page.select("#answers").join(" ").contains("is near this idea"), "{}", page.text());
    // the names that it can be shared with are to be had on the page
    assert!(page.select("#share details").join(" ").contains("Norland Agency for Cooperation"), "{}", page.text());
}

#[tokio::test]
async fn bad_input_is_told_at_its_field_and_kept() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let wrong = [
        ("title", ""),
        ("words", "kept words"),
        ("start", "31.2.2026"),
        ("amount", "lots"),
        ("beneficiaries", "x"),
        ("theme", "y"),
    ];
    let page = made(&donor, &wrong).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text().contains("kept words"));
    for field in ["title", "start", "amount"] {
        assert_eq!(page.select(&format!("#{field}-error")).len(), 1, "{field}");
    }
    let turned = made(&donor, &[("title", "x y z"), ("start", "2027"), ("end", "2026")]).await;
    assert!(turned.text().contains("The end is before the start"), "{}", turned.text());
    let hostile = made(&donor, &[("title", "<script>alert(1)</script> ' or 1=1 --"), ("amount", "1000")]).await;
    assert!(hostile.text().contains("Say in which currency"));
    let long = "x".repeat(100_000);
    assert_eq!(made(&donor, &[("title", &long)]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn asking_tells_nobody_and_leaves_no_line() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    const TRACES: &str = "select (select count(*) from notice) || ' ' || (select count(*) from outgoing_mail) || ' ' || (select count(*) from history)
        || ' ' || (select count(*) from access_log) || ' ' || (select count(*) from brief) || ' ' || (select count(*) from document_file) || $1";
    let before = n(&portal, TRACES).await;
    let page = made(&donor, &IDEA).await;
    // a restricted action takes part, and the brief says no more than that
    assert!(page.text().contains("An action that another organisation keeps to itself may overlap"), "{}", page.text());
    let main = page.select("main").join(" ");
    let without = main.replace(IDEA[0].1, "");
    assert!(!without.contains(HIDDEN) && !without.contains("310,000"), "{without}");
    donor.post("/example/brief/pdf", &IDEA).await;
    assert_eq!(n(&portal, TRACES).await, before, "asking left a trace");
    // the secretariat sees how many, and neither who nor what
    let secretariat = portal.signed_in("support-group@example.example").await;
    let seen = secretariat.get("/example/brief").await;
    assert!(seen.text().contains("2 briefs were asked for"), "{}", seen.text());
    assert!(!seen.text().contains("Protection of financial investigators"));
    assert!(!donor.get("/example/brief").await.text().contains("briefs were asked for"));

    // only asking the contact point tells somebody: that one, and nobody else
    let asked = donor.post("/example/brief/ask", &IDEA).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    // the brief is still there: it was saved nowhere
    assert!(asked.text().contains("The contact point was asked"), "{}", asked.text());
    assert_eq!(asked.select("#talk").len(), 1, "{}", asked.text());
    // asked once more, of the same idea: told once
    assert_eq!(donor.post("/example/brief/ask", &IDEA).await.status, StatusCode::OK);
    let owner = portal.signed_in("donor@example.example").await;
    let told = owner.get("/example/notices").await;
    let about: Vec<String> =
        told.select("main a").into_iter().filter(|t| t.contains("has an idea that may overlap")).collect();
    assert_eq!(about.len(), 1, "{about:?}");
    // which of its actions is meant, and where to answer
    assert!(about[0].contains(HIDDEN), "{about:?}");
    let opened = portal.lookup("select link from notice where key = $1", "notice-brief-asked").await;
    let asker = owner.get(&format!("/example{opened}")).await;
    assert!(asker.text().contains(DONOR), "{}", asker.text());
    assert!(!secretariat.get("/example/notices").await.text().contains("has an idea that may overlap"));
}

/// Where nobody of those who keep the action takes part, the secretariat puts the two in touch, and learns no more than that.
#[tokio::test]
async fn where_the_keeper_has_nobody_here_the_secretariat_is_asked() {
    const TITLE: &str = "Asset tracing beyond the region: CASEWORK support";
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let idea = [("title", TITLE), ("words", "Lawyers and accountants help with single cases abroad.")];
    let asked = donor.post("/example/brief/ask", &idea).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text());
    assert!(!asked.select("#who, #talk").join(" ").contains("Southmere keeps"), "{}", asked.text());
    let told = portal.signed_in("support-group@example.example").await.get("/example/notices").await.text();
    assert!(told.contains("asks to talk about an action that Southmere keeps to itself"), "{told}");
    assert!(!told.contains(TITLE) && !told.contains("Asset tracing"), "{told}");
    // nothing of it in the letter
    let letters = "select count(*)::text from outgoing_mail where (subject || body) ilike '%' || $1 || '%'";
    assert_eq!(portal.lookup(letters, "asset tracing").await, "0");
    assert_eq!(portal.lookup(letters, "Southmere").await, "0");
}

#[tokio::test]
async fn asking_again_and_again_is_limited() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    for i in 0..20 {
        let title = format!("Relocation of witnesses, variant {i}");
        assert_eq!(made(&donor, &[("title", &title)]).await.status, StatusCode::OK, "{i}");
    }
    let refused = made(&donor, &[("title", "Relocation of witnesses, variant 21")]).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers["retry-after"], "900");
    // what was typed is not lost, and nothing is answered
    assert_eq!(refused.value("title").as_deref(), Some("Relocation of witnesses, variant 21"));
    assert!(refused.select("#who").is_empty(), "{}", refused.text());
    // of somebody else nothing is taken away
    let other = portal.signed_in("donor@example.example").await;
    assert_eq!(made(&other, &[("title", "Protection of financial investigators")]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn asking_whether_there_is_anybody_to_ask_is_limited_alike() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let ask = async |i: u32| {
        let title = format!("Beekeeping on harbour roofs, variant {i}");
        donor.post("/example/brief/ask", &[("title", title.as_str())]).await
    };
    for i in 0..20 {
        let nobody = ask(i).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY, "{i}: {}", nobody.text());
    }
    assert_eq!(ask(20).await.status, StatusCode::TOO_MANY_REQUESTS, "it can be asked without end");
}

#[tokio::test]
async fn what_is_kept_is_seen_by_whom_it_was_kept_for() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let keep = |level: &'static str| {
        let donor = &donor;
        async move {
            let kept = donor.post("/example/brief/keep", &[("title", "A kept idea"), ("handling", level)]).await;
            assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text());
            let to = kept.headers["location"].to_str().expect("an address").to_owned();
            to.split('?').next().expect("a path").to_owned()
        }
    };
    let (own, shared) = (keep("restricted").await, keep("members").await);
    let wrong = donor.post("/example/brief/keep", &[("title", "A kept idea"), ("handling", "public")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (email, sees) in [
        ("support-group@example.example", false),
        ("lead-two@example.example", false),
        ("donor@example.example", false),
        (DONOR, true),
    ] {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&own).await.status == StatusCode::OK, sees, "{email} own");
        assert_eq!(browser.get(&shared).await.status, StatusCode::OK, "{email} shared");
        assert_eq!(
            browser.get("/example/brief").await.text().matches("A kept idea").count(),
            if sees { 2 } else { 1 },
            "{email}"
        );
    }
    let observer = portal.signed_in("observer@example.example").await;
    assert_eq!(observer.get(&shared).await.status, StatusCode::FORBIDDEN);
    // taken back by its author alone
    let other = portal.signed_in("donor@example.example").await;
    assert_eq!(other.post(&format!("{shared}/withdraw"), &[]).await.status, StatusCode::NOT_FOUND);
    donor.post(&format!("{shared}/withdraw"), &[]).await;
    assert_eq!(other.get(&shared).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_idea_is_shared_with_those_it_names_alone() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let xe = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = $1 and b.code = 'XE'", "example").await;
    let crime = portal.lookup("select l.id::text from pillar l join process p on p.id = l.process_id where p.slug = $1 and l.key = 'CRIME'", "example").await;
    let idea = [
        ("title", "An idea for a few"),
        ("beneficiaries", xe.as_str()),
        ("pillars", crime.as_str()),
        ("handling", "parties"),
    ];
    let with = |organisations: &'static str| {
        let mut fields = idea.to_vec();
        fields.push(("organisations", organisations));
        fields
    };
    // a name that is none's is told at its field; the answer is still there, and what was typed
    let wrong = donor.post("/example/brief/keep", &with("Norlandia\nNobody of this name")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.select("#organisations-error").join(" ").contains("Nobody of this name"), "{}", wrong.text());
    assert!(wrong.text().contains("Who does this already") && wrong.text().contains("Norlandia"));
    let lines = (0..51).map(|i| format!("Name {i}")).collect::<Vec<_>>().join("\n");
    let mut many = idea.to_vec();
    many.push(("organisations", lines.as_str()));
    let many = donor.post("/example/brief/keep", &many).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(many.select("#organisations-error").join(" ").contains("name at most 50"), "{}", many.text());
    assert_eq!(n(&portal, "select count(*)::text from brief where $1 <> ''").await, "0");

    let shared = donor.post("/example/brief/keep", &with("Norlandia\n\n norlandia ")).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
    let to = shared.headers["location"].to_str().expect("an address").split('?').next().expect("a path").to_owned();
    const SHARES: &str = "shares an idea with you";
    // (who, whether they see it, whether they are told)
    for (email, sees, told) in [
        (DONOR, true, false),
        ("donor@example.example", true, true),
        ("lead-two@example.example", true, true),
        ("beneficiary-two@example.example", true, true),
        ("support-group@example.example", true, false),
        ("chair@example.example", true, false),
        ("lead-one@example.example", false, false),
        ("beneficiary-one@example.example", false, false),
        ("commission@example.example", false, false),
    ] {
        let browser = portal.signed_in(email).await;
        assert_eq!(browser.get(&to).await.status == StatusCode::OK, sees, "{email}");
        let listed = browser.get("/example/brief").await.text().contains("An idea for a few");
        assert_eq!(listed, sees, "{email}: listed");
        assert_eq!(browser.get("/example/notices").await.text().contains(SHARES), told, "{email}: told");
    }
    assert!(donor.get(&to).await.text().contains("Shared with Norlandia"));
    // who shares it sees who has opened it, and nobody else's organisation does
    let opened = donor.get("/example/access-log").await.select("tbody tr");
    assert_eq!(opened.iter().filter(|t| t.contains("An idea that was shared")).count(), 5, "{opened:?}");
    let other = portal.signed_in("donor@example.example").await.get("/example/access-log").await;
    assert!(!other.text().contains("An idea that was shared"), "{}", other.text());
    // a letter does not carry the title: not everybody who reads one is named
    let letters =
        n(&portal, "select coalesce(string_agg(m.subject || m.body, ' '), '') from outgoing_mail m where $1 <> ''")
            .await;
    assert!(!letters.contains("An idea for a few"), "{letters}");
}

#[tokio::test]
async fn an_idea_goes_along_with_an_organisation_that_is_merged() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let idea = [("title", "An idea for one"), ("handling", "parties"), ("organisations", "Norland")];
    let shared = donor.post("/example/brief/keep", &idea).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER, "{}", shared.text());
    let to = shared.headers["location"].to_str().expect("an address").split('?').next().expect("a path").to_owned();
    let norland = portal.signed_in("donor@example.example").await;
    assert_eq!(norland.get(&to).await.status, StatusCode::OK);
    let goes = organisation(&portal, "example", "Norland").await;
    let stays = organisation(&portal, "example", "Southmere").await;
    let secretariat = portal.signed_in("support-group@example.example").await;
    let preview = format!("/example/organisations/{goes}/merge?into={stays}");
    let merged = secretariat.submit(&preview, Some("/merge"), &[("why", "The same state")]).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    assert_eq!(norland.get(&to).await.status, StatusCode::OK, "it is lost to whom it was shared with");
    let other = portal.signed_in("commission@example.example").await;
    assert_eq!(other.get(&to).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_not_shown_of_a_brief_is_counted_all_the_same() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let page = made(&donor, &[("title", "Support"), ("words", "Courses, equipment, a law, advice, training")]).await;
    let (listed, told) = (page.select("#remain li").len(), page.select(".answers a[href='#remain'] b").join(""));
    let told: usize = told.trim().parse().expect("a number");
    assert!(told >= listed, "{told} of {listed}");
    assert_eq!(told > listed, page.select("#remain").join(" ").contains("not shown"), "{}", page.text());
    const NEEDS: &str = "select count(*)::text from need n join process p on p.id = n.process_id where p.slug = $1 and n.state = 'submitted'";
    let all: usize = portal.lookup(NEEDS, "example").await.parse().expect("a number");
    assert!(told <= all, "{told} of {all}");
}

#[tokio::test]
async fn an_idea_becomes_the_beginning_of_an_action_and_is_not_saved_by_that() {
    let portal = Portal::start().await;
    let donor = portal.signed_in(DONOR).await;
    let xe = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = $1 and b.code = 'XE'", "example").await;
    let idea = [
        ("title", "A law that protects witnesses"),
        ("words", "Drafting and a study visit."),
        ("beneficiaries", xe.as_str()),
        ("start", "2027"),
        ("end", "2028"),
        ("amount", "1200000"),
        ("currency", "EUR"),
    ];
    let brief = made(&donor, &idea).await;
    let before = n(&portal, "select count(*)::text from action where $1 <> ''").await;
    let (_, fields) = brief.form(Some("/actions/new"));
    let begun = crate::action_record::send(&donor, "/example/actions/new", &fields).await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text());
    assert_eq!(n(&portal, "select count(*)::text from action where $1 <> ''").await, before);
    let (_, form) = begun.form(Some("/actions/new"));
    for (field, value) in [("title", idea[0].1), ("planned_start", "2027"), ("stated_total", "1200000")] {
        assert!(form.iter().any(|(name, given)| name == field && given == value), "{field}: {form:?}");
    }
    assert!(begun.text().contains("Drafting and a study visit."));
    // sent from there it is saved like any other
    let fields = crate::action_record::with(begun, &[("pillars", "ns")]);
    assert!(fields.iter().any(|(name, value)| name == "beneficiaries" && *value == xe), "{fields:?}");
    let saved = crate::action_record::send(&donor, "/example/actions/new", &fields).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    // an observer's or a beneficiary's brief offers no such thing
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    assert!(!made(&beneficiary, &idea).await.text().contains("Enter it as an action"));
}
