//! Remarks on actions: answered, settled, taken back with a trace; whom they name, and who is told of what happens.

use crate::action_record::{TITLE, save};
use crate::harness::{Browser, Page, Portal};
use crate::notices::{membership, told};
use axum::http::StatusCode;

async fn post(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    browser.post(path, fields).await
}

async fn remark_id(portal: &Portal, text: &str) -> String {
    portal.lookup("select id::text from remark where text = $1", text).await
}

#[tokio::test]
async fn a_remark_is_answered_settled_and_opened_again() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/remarks"));
    let lead = portal.signed_in("lead-one@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    let second = portal.signed_in("second-donor@example.example").await;
    post(&lead, &path, &[("remark", "Is this still so?"), ("remark_handling", "members")]).await;
    let remark = remark_id(&portal, "Is this still so?").await;
    // an answer has the level of what it answers, whatever it says
    let answered =
        post(&donor, &path, &[("remark", "It is <i>"), ("answers", &remark), ("remark_handling", "restricted")]).await;
    assert_eq!(answered.status, StatusCode::SEE_OTHER, "{}", answered.text());
    let shown = second.get(&page).await;
    assert_eq!(shown.select("#remarks ol ol li").len(), 1);
    assert!(shown.text().contains("It is <i>"));
    let answer = remark_id(&portal, "It is <i>").await;
    assert_eq!(post(&lead, &path, &[("remark", "deeper"), ("answers", &answer)]).await.status, StatusCode::NOT_FOUND);
    let empty = post(&second, &path, &[("remark", " "), ("answers", &remark)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.select("details.answer[open]").len(), 1);
    let other = portal.action("example", "Support to asset management offices").await;
    let elsewhere =
        post(&donor, &format!("/example/actions/{other}/remarks"), &[("remark", "x"), ("answers", &remark)]).await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "an answer stands with what it answers");
    // settled by whoever wrote it and by those who may change the action, and by nobody else
    let settle = format!("/example/remarks/{remark}/settle");
    assert_eq!(post(&second, &settle, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(post(&donor, &format!("/example/remarks/{answer}/settle"), &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(post(&donor, &settle, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(post(&lead, &settle, &[]).await.status, StatusCode::CONFLICT);
    assert!(second.get(&page).await.text().contains("settled by"));
    assert_eq!(post(&lead, &format!("/example/remarks/{remark}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(!second.get(&page).await.text().contains("settled by"));
    // what is taken back is gone from sight and leaves its trace
    assert_eq!(post(&lead, &format!("/example/remarks/{remark}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
    let after = second.get(&page).await;
    assert!(!after.body.contains("Is this still so?"));
    assert!(after.text().contains("Withdrawn by Demo account, lead of Prevention"), "{}", after.text());
    assert!(after.text().contains("It is <i>"), "answers stay");
    assert_eq!(remark_id(&portal, "Is this still so?").await, remark, "it is kept");
    let trace = portal
        .lookup("select string_agg(event, ' ' order by at, id) from history where subject_kind = 'remark' and subject_id::text = $1", &remark)
        .await;
    assert_eq!(trace, "remark-settled remark-opened remark-withdrawn");
    assert_eq!(post(&donor, &path, &[("remark", "x"), ("answers", &remark)]).await.status, StatusCode::NOT_FOUND);
    // the one who asked was told of the answer and of the settling; the keeper of the remark
    assert_eq!(told(&portal, "notices-answered").await, ["lead-one@example.example"]);
    assert_eq!(told(&portal, "notices-remark-settled").await, ["lead-one@example.example"]);
    assert!(told(&portal, "notices-remarked").await.contains(&"donor@example.example".to_owned()));
}

#[tokio::test]
async fn names_are_told_and_who_could_not_see_it_is_not_named() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/remarks"));
    let donor = portal.signed_in("donor@example.example").await;
    let form = donor.get(&page).await;
    for name in ["Westmark", "Arvania", "Demo account, lead of Serious crime"] {
        assert!(form.select("select#tell option").iter().any(|o| o.starts_with(name)), "{name}");
    }
    let member = |email: &'static str| {
        let portal = &portal;
        async move { format!("m:{}", membership(portal, email).await) }
    };
    let lead = member("lead-one@example.example").await;
    // chosen in the list, and written in the text
    let sent = post(
        &donor,
        &path,
        &[("remark", "What do you think, @Westmark? And @arvania."), ("remark_handling", "members"), ("tell", &lead)],
    )
    .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    assert_eq!(
        told(&portal, "notices-mentioned").await,
        ["beneficiary-one@example.example", "lead-one@example.example", "second-donor@example.example"]
    );
    assert!(donor.get(&page).await.text().contains("For "), "whom it names is shown");
    let body = portal
        .lookup(
            "select coalesce(string_agg(subject || body, ' '), '') from outgoing_mail where body like '%' || $1 || '%'",
            "What do you think",
        )
        .await;
    assert_eq!(body, "", "no letter holds a remark");
    // Westmark is no party: it could not see what is for the parties, nor the lead what is the donor's own
    let before = portal
        .lookup("select (select count(*) from remark)::text || '/' || (select count(*) from notice)::text || $1", "")
        .await;
    for (text, level, names) in [
        ("@Westmark, look", "parties", "Westmark could not see"),
        ("Look", "restricted", "Demo account, lead of Prevention could not see"),
    ] {
        let refused = post(
            &donor,
            &path,
            &[("remark", text), ("remark_handling", level), ("tell", if level == "restricted" { &lead } else { "" })],
        )
        .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains(names), "{}", refused.text());
        assert!(refused.body.contains(text), "what was typed is kept");
    }
    for bad in ["m:01990000-0000-7000-8000-000000000000", "x", "o:1"] {
        let refused = post(&donor, &path, &[("remark", "x"), ("remark_handling", "members"), ("tell", bad)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let after = portal
        .lookup("select (select count(*) from remark)::text || '/' || (select count(*) from notice)::text || $1", "")
        .await;
    assert_eq!(before, after, "nothing is left of what was refused");
    // to the parties: the beneficiary sees it, and is told without its name in a letter
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    crate::notices::choose(
        &beneficiary,
        concert::features::notices::Topic::Remarks,
        concert::features::notices::How::AtOnce,
    )
    .await;
    let sent = post(&donor, &path, &[("remark", "Between us, @Arvania"), ("remark_handling", "parties")]).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    let letter = portal
        .lookup("select subject || body from outgoing_mail where recipient = $1", "beneficiary-one@example.example")
        .await;
    assert!(
        letter.contains("/example/notices/") && !letter.contains("asset recovery") && !letter.contains("Between us"),
        "{letter}"
    );
}

/// For each level and each reader: whoever is told of a remark can read it.
#[tokio::test]
async fn of_a_remark_only_those_are_told_who_can_read_it() {
    let portal = Portal::start().await;
    let emails = [
        "support-group",
        "chair",
        "lead-one",
        "lead-two",
        "beneficiary-one",
        "beneficiary-two",
        "donor",
        "second-donor",
    ];
    let titles =
        [TITLE, "Witness protection units", "Protection of financial investigators", "From illicit financial flows"];
    let (mut told_of, mut refused) = (0, 0);
    for title in titles {
        let action = portal.action("example", title).await;
        for level in ["members", "parties", "restricted"] {
            for named in emails {
                let author = portal.signed_in("donor@example.example").await;
                if author.get(&format!("/example/actions/{action}")).await.status != StatusCode::OK {
                    continue;
                }
                let name = format!("m:{}", membership(&portal, &format!("{named}@example.example")).await);
                let text = format!("{title} {level} {named}");
                let path = format!("/example/actions/{action}/remarks");
                let sent =
                    post(&author, &path, &[("remark", &text), ("remark_handling", level), ("tell", &name)]).await;
                let reader = portal.signed_in(&format!("{named}@example.example")).await;
                if sent.status == StatusCode::SEE_OTHER {
                    told_of += 1;
                    let page = reader.get(&format!("/example/actions/{action}")).await;
                    assert!(page.body.contains(&text), "{text}: named and told, and cannot read it");
                } else {
                    refused += 1;
                    assert_eq!(sent.status, StatusCode::UNPROCESSABLE_ENTITY, "{text}");
                }
            }
        }
    }
    assert!(told_of > 20 && refused > 20, "{told_of} and {refused}");
    // and nobody at all has a notice of a remark that they cannot read
    let blind = portal
        .lookup(
            "select count(*)::text from notice n join remark r on r.id = n.subject_id where n.subject_kind = 'remark' and r.handling = 'restricted'
                and n.account_id not in (select account_id from membership where organisation_id = (select organisation_id from membership m where m.id = r.by_membership_id)) and $1 = ''",
            "",
        )
        .await;
    assert_eq!(blind, "0");
}

#[tokio::test]
async fn what_happens_to_an_action_is_told_to_those_it_concerns() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/suggest"));
    let beneficiary = portal.signed_in("beneficiary-one@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    save(&beneficiary, &path, &[("reference", "ARV-9"), ("why", "As agreed")]).await;
    assert_eq!(told(&portal, "notices-suggested").await, ["donor@example.example"]);
    let made = portal
        .lookup("select id::text from suggestion where action_id::text = $1 order by at desc, id desc limit 1", &id)
        .await;
    post(&donor, &format!("/example/suggestions/{made}/accept"), &[("answer", "")]).await;
    assert_eq!(told(&portal, "notices-suggestion-accepted").await, ["beneficiary-one@example.example"]);
    save(&beneficiary, &path, &[("reference", "ARV-10")]).await;
    let made = portal
        .lookup("select id::text from suggestion where action_id::text = $1 and state = 'open' limit 1", &id)
        .await;
    post(&donor, &format!("/example/suggestions/{made}/refuse"), &[("answer", "No")]).await;
    assert_eq!(told(&portal, "notices-suggestion-refused").await, ["beneficiary-one@example.example"]);
    let list = beneficiary.get("/example/notices").await;
    assert!(list.text().contains("accepted your suggestion on “Strengthening asset recovery"), "{}", list.text());
    // reported, and declined
    let change = [("title", "Radios for the coast guard"), ("reporting", "Norland"), ("pillars", "ns")];
    let reported = save(&beneficiary, "/example/actions/report", &change).await;
    assert_eq!(reported.status, StatusCode::SEE_OTHER, "{}", reported.text());
    assert_eq!(told(&portal, "notices-reported").await, ["donor@example.example"]);
    let claim = portal.action("example", "Radios for the coast guard").await;
    post(&donor, &format!("/example/actions/{claim}/claim"), &[("answer", "decline"), ("claim_reason", "Not ours")])
        .await;
    assert_eq!(told(&portal, "notices-claim-declined").await, ["beneficiary-one@example.example"]);
    // what nobody here keeps is the secretariat's
    let foreign = portal.action("example", "Support to asset management offices").await;
    save(&beneficiary, &format!("/example/actions/{foreign}/suggest"), &[("reference", "X")]).await;
    assert!(told(&portal, "notices-suggested").await.contains(&"support-group@example.example".to_owned()));
    assert_eq!(donor.get(&page).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_could_confirm_a_record_can_ask_for_a_correction_of_it() {
    let portal = Portal::start().await;
    let id = portal.action("example", TITLE).await;
    let (page, path) = (format!("/example/actions/{id}"), format!("/example/actions/{id}/remarks"));
    let lead = portal.signed_in("lead-two@example.example").await;
    let donor = portal.signed_in("donor@example.example").await;
    let second = portal.signed_in("second-donor@example.example").await;
    let asked = [("remark", "It ended in May."), ("remark_handling", "members"), ("asks_correction", "yes")];
    // nobody who has no part in it says that it is wrong: a remark is open to them
    assert!(second.get(&page).await.select("input[name=asks_correction]").is_empty());
    assert_eq!(post(&second, &path, &asked).await.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.lookup("select count(*)::text from remark where text = $1", "It ended in May.").await, "0");
    assert!(!second.get(&page).await.text().contains("A correction is asked for"));

    assert!(!lead.get(&page).await.select("label.check input[name=asks_correction]").is_empty());
    assert_eq!(post(&lead, &path, &asked).await.status, StatusCode::SEE_OTHER);
    let remark = remark_id(&portal, "It ended in May.").await;
    let shown = second.get(&page).await;
    assert_eq!(shown.select(&format!(".badges a[href='#remark-{remark}']")), ["A correction is asked for"]);
    assert!(shown.text().contains("asks for a correction"), "{}", shown.text());
    assert!(told(&portal, "notices-correction-asked").await.contains(&"donor@example.example".to_owned()));
    assert!(told(&portal, "notices-remarked").await.is_empty(), "told once");
    // an answer asks for nothing of its own
    let answer = [("remark", "It did."), ("answers", remark.as_str()), ("asks_correction", "yes")];
    assert_eq!(post(&donor, &path, &answer).await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get(&page).await.select(".badges a").len(), 1);
    // it stands until it is settled, and again when it is opened again
    assert_eq!(post(&donor, &format!("/example/remarks/{remark}/settle"), &[]).await.status, StatusCode::SEE_OTHER);
    assert!(second.get(&page).await.select(".badges a").is_empty());
    assert_eq!(post(&lead, &format!("/example/remarks/{remark}/open"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(second.get(&page).await.select(".badges a").len(), 1);
    assert_eq!(post(&lead, &format!("/example/remarks/{remark}/withdraw"), &[]).await.status, StatusCode::SEE_OTHER);
    let after = second.get(&page).await;
    assert!(after.select(".badges a").is_empty() && !after.text().contains("asks for a correction"));
}
