//! What a beneficiary reported, and its donor confirmed: of what nobody reported it is nowhere said that a donor confirmed it.

use crate::action_list::{LISTED, list, titles, total};
use crate::api::{BENEFICIARY, DONOR, SECRETARIAT, program};
use crate::harness::{Browser, Portal};
use crate::notices::{choose, membership, open_notice, tell};
use axum::http::{Method, StatusCode};
use concert::features::notices::{How, To, Topic};
use serde_json::json;

const REPORT: &str = "Radios for the coast guard";
const HEAD: &str = "Reported by a beneficiary";

/// What the file of the list says in a column, with the title of each row.
async fn said(browser: &Browser, query: &str, head: &str) -> Vec<(String, String)> {
    let file = browser.get(&format!("{LISTED}.csv?{query}")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let mut rows = csv::Reader::from_reader(&file.bytes[..]);
    let place = rows.headers().expect("headings").iter().position(|h| h == head).expect("the column");
    rows.records().map(|row| row.expect("a record")).map(|row| (row[0].to_owned(), row[place].to_owned())).collect()
}

#[tokio::test]
async fn no_donor_has_confirmed_what_nobody_reported() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let reader = program(&portal, DONOR, "example", "read").await;
    // as the process came: one report waits for its donor, and of the other actions none was ever put to one
    let rows = said(&secretariat, "", HEAD).await;
    let reports: Vec<&str> = rows.iter().map(|(_, said)| said.as_str()).filter(|said| !said.is_empty()).collect();
    assert!(rows.len() > 20);
    assert_eq!(reports, ["Not yet confirmed by its donor"]);
    assert_eq!(total(&secretariat, "claim=confirmed").await, 0);
    let none = reader.get("/api/v1/actions?claim=confirmed").await;
    assert_eq!((none.status, none.json["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(0)));
    let stated = portal.action("example", "SAFE: safe anchorages").await;
    let stated = reader.get(&format!("/api/v1/actions/{stated}")).await;
    assert!(stated.json.get("claim").is_some_and(serde_json::Value::is_null), "{}", stated.text);

    // a report that its donor confirms
    let own = "select min(m.organisation_id::text) from membership m join account a on a.id = m.account_id where a.email = $1";
    let own = portal.lookup(own, DONOR).await;
    let code = "select min(b.code) from membership m join account a on a.id = m.account_id
        join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id where a.email = $1";
    let code = portal.lookup(code, BENEFICIARY).await;
    let body = json!({ "title": REPORT, "keeper": own, "beneficiaries": [{ "code": code }] });
    let made = program(&portal, BENEFICIARY, "example", "write").await;
    let made = made.write(Method::POST, "/api/v1/actions", &body).await;
    assert_eq!((made.status, made.json["claim"].as_str()), (StatusCode::CREATED, Some("unconfirmed")), "{}", made.text);
    let id = made.json["id"].as_str().expect("an id").to_owned();
    let donor = portal.signed_in(DONOR).await;
    let done = donor.post(&format!("{LISTED}/{id}/claim"), &[("answer", "confirm")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());

    // the list, its chip, its file and the interface say so of it, and of nothing else
    let page = list(&secretariat, "claim=confirmed").await;
    assert_eq!(titles(&page), [REPORT]);
    assert_eq!(total(&secretariat, "claim=confirmed").await, 1);
    let chips = page.select(".chips .chip").join("|");
    assert!(chips.starts_with("Reported by a beneficiary: Confirmed by its donor"), "{chips}");
    let rows = said(&secretariat, "claim=confirmed", HEAD).await;
    assert_eq!(rows, [(REPORT.to_owned(), "Confirmed by its donor".to_owned())]);
    let all = said(&secretariat, "", HEAD).await;
    assert_eq!(all.iter().filter(|(_, said)| said == "Confirmed by its donor").count(), 1);
    let found = reader.get("/api/v1/actions?claim=confirmed").await;
    let items = found.json["items"].as_array().expect("items");
    assert_eq!(items.len(), 1, "{}", found.text);
    assert_eq!((items[0]["title"].as_str(), items[0]["claim"].as_str()), (Some(REPORT), Some("confirmed")));
    let one = reader.get(&format!("/api/v1/actions/{id}")).await;
    assert_eq!(one.json["claim"].as_str(), Some("confirmed"), "{}", one.text);
    // what is public is not what was reported
    assert!(!titles(&portal.visitor().get("/example/public/actions").await).is_empty());
}

/// A title as its source has it names the party without its mark, and stands on an action that is for others.
#[tokio::test]
async fn a_name_without_its_mark_bears_its_note_all_the_same() {
    let portal = Portal::start().await;
    let title = "Study visits of Kestrian officers";
    let named = "update action a set title = 'Study visits of Kestrian officers' where a.process_id = kernel.process_id()
        and a.id = (select x.id from action x where x.process_id = kernel.process_id() and x.handling = 'members'
            and x.claim = 'confirmed' and x.merged_into_id is null and x.title not like '%Kestria%'
            and not exists (select from action_beneficiary ab join beneficiary b on b.process_id = ab.process_id
                and b.id = ab.beneficiary_id where ab.process_id = x.process_id and ab.action_id = x.id and b.code = 'XE')
            order by x.id limit 1)";
    let done = sqlx::raw_sql(named).execute(&mut portal.in_process("example").await).await.expect("a title");
    assert_eq!(done.rows_affected(), 1);
    let note = portal.lookup("select footnotes -> 0 ->> 'text' from process where slug = $1", "example").await;
    let words = note.trim_start_matches(['*', ' ']).to_owned();
    assert!(!words.is_empty());

    let secretariat = portal.signed_in(SECRETARIAT).await;
    let rows = said(&secretariat, "", "Notes to names").await;
    let (_, noted) = rows.iter().find(|(said, _)| said == title).expect("the row");
    assert_eq!(noted.matches(&words).count(), 1, "{noted}");
    assert!(rows.iter().all(|(_, noted)| noted.matches(&words).count() <= 1), "a note stands twice");
    assert!(rows.iter().any(|(_, noted)| noted.is_empty()), "and where nothing names it there is none");

    // a letter that tells of it
    choose(&portal.signed_in(DONOR).await, Topic::Decisions, How::AtOnce).await;
    let to = To::members([membership(&portal, DONOR).await]);
    for (thing, noted) in [(title, true), ("Study visits of Arvanian officers", false)] {
        tell(&portal, &open_notice(thing), &to).await;
        let letter = "select body from outgoing_mail where subject like '%' || $1 || '%'";
        let letter = portal.lookup(letter, thing).await;
        assert_eq!(letter.contains(&words), noted, "{thing}: {letter}");
    }
}

/// No file's name can hold the mark: the code stands there for the name.
#[tokio::test]
async fn a_file_is_named_by_the_code_of_who_bears_a_mark() {
    let portal = Portal::start().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let id = portal.action("example", "Schools against hatred in Kestria*").await;
    let file = secretariat.get(&format!("{LISTED}/{id}/history/file")).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let named = file.headers.get("content-disposition").and_then(|v| v.to_str().ok()).unwrap_or_default();
    assert!(named.contains("filename=\"Schools against hatred in XE "), "{named}");
    assert!(!named.contains("Kestria"), "{named}");
}
