//! What comes into needs that should not; two who write at once; lists and files that say the same; other processes.

use crate::decisions::{ARVANIA, KESTRIA, SECRETARIAT, ok};
use crate::harness::Portal;
use crate::needs::{DONOR, LEAD_CRIME, WESTMARK, drafted, need, open_cycle};
use axum::http::StatusCode;

#[tokio::test]
async fn two_who_write_at_once_see_both_texts() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    let place = drafted(&arvania, "Written by two", &[("body", "first")]).await;
    let path = format!("{place}/edit");
    let (_, mine) = arvania.get(&path).await.form(Some("/edit"));
    ok(&arvania.submit(&path, Some("/edit"), &[("body", "theirs"), ("priority", "high")]).await);
    let mut late: Vec<(&str, &str)> = mine.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    late.retain(|(n, _)| *n != "body");
    late.push(("body", "mine"));
    let page = arvania.post_raw(&path, &late).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text().contains("mine") && page.text().contains("theirs"), "{}", page.text());
    // what only they changed is kept; what both did is chosen
    let (target, mut fields) = page.form(Some("/edit"));
    fields.retain(|(n, _)| n != "keep-body");
    fields.push(("keep-body".into(), "mine".into()));
    let chosen: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    ok(&arvania.post_raw(&target.expect("an address"), &chosen).await);
    let id = place.rsplit('/').next().unwrap();
    assert_eq!(portal.lookup("select body || ',' || priority from need where id::text = $1", id).await, "mine,high");
    // what moved on is not submitted unread
    let page = arvania.post(&format!("{place}/submit"), &[("version", "1")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn hostile_input_stays_text_and_breaks_nothing() {
    let portal = Portal::start().await;
    let arvania = portal.signed_in(ARVANIA).await;
    let script = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
    let fields = [
        ("body", script),
        ("evidence", script),
        ("exists_already", script),
        ("own_language", "sq"),
        ("own_title", script),
        ("own_body", script),
    ];
    let place = drafted(&arvania, script, &fields).await;
    for path in [place.clone(), format!("{place}/edit"), "/example/needs?state=draft".to_owned()] {
        let page = arvania.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img src=x"), "{path}");
    }
    for name in [
        "title",
        "body",
        "by_when",
        "node",
        "theme",
        "type",
        "handling",
        "own_language",
        "shown_to",
        "cycle",
        "beneficiary",
        "priority",
        "why",
    ] {
        for value in
            ["a\0b", "=1+1", &"й".repeat(100_000), "01990000-0000-7000-8000-000000000000", "restricted", "public"]
        {
            let page = arvania.submit("/example/needs/new", Some("/needs/new"), &[("title", "x"), (name, value)]).await;
            assert!(
                page.status.is_redirection() || page.status == StatusCode::UNPROCESSABLE_ENTITY,
                "{name}: {}",
                page.status
            );
        }
    }
    let public = portal.lookup("select count(*)::text from need where handling = $1", "public").await;
    assert_eq!(public, "0");
    for query in [
        "at=31+February+2026",
        "at=9999",
        "by=%00&show=%00&plan=x&pillar=%3Cb%3E&cycle=x",
        "row=x",
        "at=2099-01-01",
        "show=money&by=themes&view=picture",
    ] {
        for path in [
            "/example/coverage",
            "/example/needs",
            "/example/coverage/missing",
            "/example/coverage/answered",
            "/example/coverage.svg",
        ] {
            let page = arvania.get(&format!("{path}?{query}")).await;
            assert_eq!(page.status, StatusCode::OK, "{path}?{query}: {}", page.text());
        }
    }
    for query in ["row=x", "row=01990000-0000-7000-8000-000000000000", "column=ZZ"] {
        assert_eq!(
            arvania.get(&format!("/example/coverage/cell?{query}")).await.status,
            StatusCode::NOT_FOUND,
            "{query}"
        );
    }
}

#[tokio::test]
async fn ids_of_another_process_or_of_others_are_refused() {
    let portal = Portal::start().await;
    let (arvania, donor) = (portal.signed_in(ARVANIA).await, portal.signed_in(DONOR).await);
    // another's beneficiary, a node and a theme of another process
    let other = portal.lookup("select b.id::text from beneficiary b join process p on p.id = b.process_id where p.slug = 'example' and b.code = $1", "XE").await;
    let page =
        arvania.submit("/example/needs/new", Some("/needs/new"), &[("title", "x"), ("beneficiary", &other)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let foreign = portal
        .lookup("select min(t.id::text) from theme t join process p on p.id = t.process_id where p.slug = $1", "iisg")
        .await;
    let page = arvania.submit("/example/needs/new", Some("/needs/new"), &[("title", "x"), ("theme", &foreign)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    // an action of somebody else, one of another process, one that its beneficiary would not see
    let place = format!("/example/needs/{}", need(&portal, "safe houses").await);
    let others = portal.action("example", "Cyber incident response in five").await;
    assert_eq!(donor.post(&format!("{place}/respond"), &[("action", &others)]).await.status, StatusCode::FORBIDDEN);
    let elsewhere = portal.action("iisg", "CyberSEE").await;
    assert_eq!(donor.post(&format!("{place}/respond"), &[("action", &elsewhere)]).await.status, StatusCode::NOT_FOUND);
    let hidden = portal.action("example", "Witness protection units").await;
    let page = donor.post(&format!("{place}/respond"), &[("action", &hidden)]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.text());
    assert!(page.text().contains("The beneficiary does not see this action"), "{}", page.text());
    // needs of one process are not there in another
    let stranger = portal.signed_in("support-group@iisg.example").await;
    assert_eq!(stranger.get(&place).await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&place.replace("/example/", "/iisg/")).await.status, StatusCode::NOT_FOUND);
    assert!(!stranger.get("/iisg/needs").await.text().contains("safe houses"));
    assert!(stranger.get("/iisg/coverage").await.status.is_success());
}

#[tokio::test]
async fn a_response_is_proposed_once_from_either_page_and_can_be_withdrawn() {
    let portal = Portal::start().await;
    let (westmark, kestria) = (portal.signed_in(WESTMARK).await, portal.signed_in(KESTRIA).await);
    let action = portal.action("example", "From illicit financial flows").await;
    let need = need(&portal, "a legal basis for managing").await;
    let place = format!("/example/actions/{action}/needs");
    let page = westmark.get(&place).await;
    assert!(page.text().contains("a legal basis for managing seized property"), "it is suggested: {}", page.text());
    ok(&westmark.post(&place, &[("need", &need)]).await);
    ok(&westmark.post(&place, &[("need", &need)]).await);
    let count = "select count(*)::text from response where state = 'proposed' and need_id::text = $1";
    assert_eq!(portal.lookup(count, &need).await, "1");
    let id = portal.lookup("select id::text from response where need_id::text = $1", &need).await;
    // from the need's page the same action is suggested no more
    let page = westmark.get(&format!("/example/needs/{need}")).await;
    assert!(!page.select("#suggested").join(" ").contains("From illicit financial flows"));
    // who gives money to what stands under the same measure, for whichever beneficiary
    assert!(page.select("#at-work").join(" ").contains("Southmere"), "{:?}", page.select("#at-work"));
    assert_eq!(kestria.post(&format!("/example/responses/{id}/withdraw"), &[]).await.status, StatusCode::FORBIDDEN);
    ok(&westmark.post(&format!("/example/responses/{id}/withdraw"), &[]).await);
    // answered after that, nothing is changed
    let page = kestria.post(&format!("/example/responses/{id}/answer"), &[("do", "confirm")]).await;
    assert!(page.location.unwrap_or_default().contains("answered-already"));
    // proposed again it is another one, and the earlier one stays
    ok(&westmark.post(&place, &[("need", &need), ("how", "Advice on the draft.")]).await);
    ok(&kestria
        .post(
            &format!(
                "/example/responses/{}/answer",
                portal
                    .lookup("select id::text from response where state = 'proposed' and need_id::text = $1", &need)
                    .await
            ),
            &[("do", "decline"), ("answer", "Training is no law.")],
        )
        .await);
    assert_eq!(
        portal
            .lookup("select string_agg(state, ',' order by state) from response where need_id::text = $1", &need)
            .await,
        "declined,withdrawn"
    );
    let text = portal.signed_in(LEAD_CRIME).await.get(&format!("/example/needs/{need}")).await.text();
    assert!(text.contains("Training is no law."), "{text}");
}

#[tokio::test]
async fn filters_narrow_and_the_files_hold_the_same_rows() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let cycle = open_cycle(&portal).await;
    // where nothing is left of the words that are looked for, that is said
    for list in ["needs", "organisations", "actions"] {
        let page = browser.get(&format!("/example/{list}?q=%25")).await;
        assert!(page.text().contains("There is no word or number to search for"), "{list}: {}", page.text());
        let page = browser.get(&format!("/example/{list}?q=law")).await;
        assert!(!page.text().contains("There is no word or number"), "{list}");
    }
    let titles = |body: &str| {
        let mut all: Vec<String> = body
            .split(['\n', '\r'])
            .filter_map(|l| l.split("Example: ").nth(1))
            .map(|l| l.split([',', '"']).next().unwrap_or_default().to_owned())
            .collect();
        all.sort();
        all
    };
    for query in [
        "",
        "beneficiary=XA",
        "type=legislative",
        "perspective=prevention&priority=high",
        "coverage=none",
        "coverage=partly&sort=priority",
        "pillar=CRIME",
        "pillar=none",
        "node=none",
        "answered=no&sort=by_when",
        "q=witness+law",
        &format!("cycle={cycle}&sort=measure"),
        "current=all&sort=updated",
        "state=withdrawn",
    ] {
        let page = browser.get(&format!("/example/needs?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        let mut shown: Vec<String> =
            page.select("tbody th a.t").into_iter().map(|t| t.trim_start_matches("Example: ").to_owned()).collect();
        shown.sort();
        let file = browser.get(&format!("/example/needs.csv?{query}")).await;
        assert_eq!(file.status, StatusCode::OK);
        assert_eq!(shown, titles(&file.body), "{query}");
        if !matches!(query, "state=withdrawn") {
            assert!(!shown.is_empty(), "{query}");
        }
        let book = browser.get(&format!("/example/needs.xlsx?{query}")).await;
        assert!(book.bytes.starts_with(b"PK"), "{query}");
    }
    let noted = portal
        .lookup("select count(*)::text from access_log where kind = 'export' and subject_kind = $1", "need")
        .await;
    assert!(noted.parse::<i64>().unwrap() >= 28, "{noted}");
}

#[tokio::test]
async fn the_list_goes_on_from_page_to_page() {
    let portal = Portal::start().await;
    sqlx::query(
        "insert into need (process_id, beneficiary_id, cycle_id, type, perspective, title, state, submitted_at, search_text)
         select n.process_id, n.beneficiary_id, n.cycle_id, 'operational', 'response', 'Many ' || lpad(i::text, 3, '0'), 'submitted', now(), 'many'
         from (select * from need where title like '%five more posts%' limit 1) n, generate_series(1, 120) i",
    )
    .execute(&mut portal.superuser().await)
    .await
    .expect("needs");
    let browser = portal.signed_in(DONOR).await;
    for sort in ["beneficiary", "measure", "priority", "by_when", "updated"] {
        let mut path = format!("/example/needs?q=many&sort={sort}");
        let mut all = Vec::new();
        for _ in 0..5 {
            let page = browser.get(&path).await;
            all.extend(page.select("tbody th a.t"));
            let next = scraper::Selector::parse("a[rel=next]").expect("selector");
            let Some(link) = page.html().select(&next).next().and_then(|a| a.value().attr("href").map(str::to_owned))
            else {
                break;
            };
            path = link;
        }
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!((all.len(), once.len()), (120, 120), "{sort}");
    }
}
