//! An action is found by the words of the entries that were merged into it, by whoever may see those.

use crate::action_list::{ids, list};
use crate::harness::{Browser, Portal};
use crate::overlaps::{FIT, FIT_AGAIN, SECRETARIAT, case_of, opened, scored};
use axum::http::StatusCode;

const BOATS: &str = "Patrol boats for the coast of Tarvis";
/// Of words that stand in the one that gives way alone.
const OTHER_NAME: [&str; 3] = ["FIT4", "FIT4 financial investigators trained", "FIT4 financal investigatrs traned"];

async fn found(browser: &Browser, words: &str) -> Vec<String> {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
    ids(&list(browser, &query).await)
}

async fn found_by_all(browser: &Browser, id: &str) -> bool {
    let mut times = Vec::new();
    for words in OTHER_NAME {
        times.push(found(browser, words).await.iter().filter(|f| *f == id).count());
    }
    assert!(times.iter().all(|n| *n == times[0] && *n <= 1), "by some of its words, or twice: {times:?}");
    times[0] == 1
}

/// By a word of the one that stands and one of the one that gave way, once.
async fn found_by_both(browser: &Browser, id: &str) -> bool {
    let times = found(browser, "FIT4 jurisdictions").await.iter().filter(|f| *f == id).count();
    assert!(times <= 1, "listed twice");
    times == 1
}

async fn merged(portal: &Portal, secretariat: &Browser) -> (String, String, String) {
    let case = case_of(portal, FIT, FIT_AGAIN).await;
    let (kept, gone) = (portal.action("example", FIT).await, portal.action("example", FIT_AGAIN).await);
    let done =
        secretariat.post(&format!("/example/overlaps/{case}/merge"), &[("keep", &kept), ("why", "One course")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    (case, kept, gone)
}

async fn set(portal: &Portal, sql: &'static str, id: &str) {
    let done = sqlx::query(sql).bind(id).execute(&mut portal.in_process("example").await).await;
    assert_eq!(done.expect(sql).rows_affected(), 1, "{sql}");
}

#[tokio::test]
async fn the_one_that_stands_is_found_by_the_title_that_gave_way_until_that_is_undone() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let observer = portal.signed_in("observer@example.example").await;
    let (kept, gone) = (portal.action("example", FIT).await, portal.action("example", FIT_AGAIN).await);
    assert!(found_by_all(&observer, &gone).await && !found(&observer, "FIT4").await.contains(&kept));
    assert!(!found_by_both(&observer, &kept).await && !found_by_both(&observer, &gone).await);
    let (case, ..) = merged(&portal, &secretariat).await;
    for browser in [&secretariat, &observer] {
        assert!(found_by_all(browser, &kept).await && found_by_both(browser, &kept).await);
        assert!(!found(browser, "FIT4 boats").await.contains(&kept), "by a word that stands in neither");
        assert!(!found(browser, "FIT4").await.contains(&gone), "what was merged is listed");
        assert_eq!(found(browser, FIT_AGAIN).await[0], kept, "its whole title finds others before it");
        // and by its own title as before, once
        let own = found(browser, FIT).await;
        assert_eq!((own.iter().filter(|id| **id == kept).count(), &own[0]), (1, &kept));
    }
    // why it is found is said, where its own title does not tell
    let why = format!("Also entered as “{FIT_AGAIN}”");
    let told = async |browser: &Browser, words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        list(browser, &query).await.text().contains(&why)
    };
    assert!(told(&observer, "FIT4").await && told(&observer, "FIT4 financial investigators").await);
    assert!(told(&observer, "FIT4 jurisdictions").await);
    assert!(!told(&observer, "financial investigators in four jurisdictions").await && !told(&observer, "").await);
    let by_hand = secretariat.post("/example/overlaps/report", &[("q", "FIT4"), ("find", "1")]).await;
    assert!(by_hand.body.contains(&kept) && !by_hand.body.contains(&gone), "{}", by_hand.text());
    let moved = observer.get(&format!("/example/actions/{gone}")).await;
    assert_eq!(moved.headers["location"].to_str().expect("an address"), format!("/example/actions/{kept}"));

    let merge = opened(&secretariat, &format!("/example/overlaps/{case}")).await.value("merge").expect("to undo");
    let undone = secretariat.post(&format!("/example/overlaps/{case}/unmerge"), &[("merge", &merge)]).await;
    assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.text());
    assert!(found_by_all(&observer, &gone).await && !found_by_all(&observer, &kept).await);
    assert!(!found_by_both(&observer, &gone).await && !found_by_both(&observer, &kept).await);
}

#[tokio::test]
async fn who_may_not_see_what_gave_way_finds_nothing_by_its_words() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let observer = portal.signed_in("observer@example.example").await;
    let (_, kept, gone) = merged(&portal, &secretariat).await;
    // the level of either may be changed at any time, and holds at once
    set(&portal, "update action set handling = 'parties' where id::text = $1", &gone).await;
    assert!(found_by_all(&secretariat, &kept).await && found_by_both(&secretariat, &kept).await);
    assert!(!found_by_all(&observer, &kept).await, "found by what is for its parties alone");
    assert!(!found_by_both(&observer, &kept).await, "found by a word of what is for its parties alone");
    // found by its own words, misspelt, it does not say the other's title either
    let also = async |browser: &Browser| {
        list(browser, "q=financial+investigators+traind").await.text().contains("Also entered")
    };
    assert!(also(&secretariat).await && !also(&observer).await);
    assert!(found(&observer, FIT).await.contains(&kept), "no longer found by its own title");
    set(&portal, "update action set handling = 'restricted', open_to_support_group = false where id::text = $1", &gone)
        .await;
    assert!(!found_by_all(&secretariat, &kept).await, "found by what is restricted");
    assert!(!found_by_both(&secretariat, &kept).await, "found by a word of what is restricted");
    // of two for their parties, each has its own: whoever is a party of the one that stands alone
    let donor = portal.signed_in("donor@example.example").await;
    const OTHERS: &str = "with a as (update action set handling = 'parties', reporting_id = (
            select o.id from organisation o where o.process_id = action.process_id and not exists (select from membership m
                where m.process_id = o.process_id and m.organisation_id = o.id) order by o.id limit 1) where id::text = $1 returning id),
        party as (delete from action_party p using a where p.action_id = a.id)
        update action k set handling = 'parties', reporting_id = (select m.organisation_id from membership m
            join account x on x.id = m.account_id where m.process_id = k.process_id and x.email = 'donor@example.example' limit 1)
        where k.id = (select merged_into_id from action where id::text = $1)";
    set(&portal, OTHERS, &gone).await;
    assert!(found(&donor, FIT).await.contains(&kept), "this shows nothing");
    assert!(found_by_all(&secretariat, &kept).await);
    assert!(!found_by_all(&donor, &kept).await, "found by what is for the parties of another");
    assert!(!found_by_both(&donor, &kept).await, "found by a word of what is for the parties of another");
    // what may be seen leads to nothing that may not
    set(&portal, "update action set handling = 'members' where id::text = $1", &gone).await;
    assert!(found_by_all(&donor, &kept).await && !found_by_all(&observer, &kept).await);
    assert!(found(&observer, "FIT4").await.is_empty(), "{:?}", found(&observer, "FIT4").await);
    assert!(found_by_both(&donor, &kept).await && !found_by_both(&observer, &kept).await);
}

#[tokio::test]
async fn the_public_finds_a_card_by_a_title_that_stood_on_one() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    let (_, kept, gone) = merged(&portal, &secretariat).await;
    const PUBLISH: &str = "update action set handling = 'public', claim = 'confirmed' where id::text = $1";
    set(&portal, PUBLISH, &kept).await;
    let visitor = portal.visitor();
    let cards = async |words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        let page = visitor.get(&format!("/example/public/actions?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{words}");
        ids(&page).contains(&kept)
    };
    assert!(cards("jurisdictions").await, "this shows nothing");
    assert!(!cards("FIT4 trained").await, "found by what was for the members alone");
    assert!(!cards("FIT4 jurisdictions").await, "found by a word of what was for the members alone");
    set(&portal, PUBLISH, &gone).await;
    assert!(cards("FIT4 trained").await && cards("jurisdictions").await);
    assert!(!cards("FIT4 twelve in all").await, "the description is searched");
    assert!(cards("FIT4 jurisdictions").await && !cards("FIT4 jurisdictions twelve").await);
    let page = visitor.get("/example/public/actions?q=FIT4+trained").await;
    assert!(page.text().contains(&format!("Also entered as “{FIT_AGAIN}”")), "{}", page.text());
}

#[tokio::test]
async fn the_address_of_a_card_leads_on_to_the_one_that_stands_where_both_are_published() {
    let portal = scored().await;
    let secretariat = portal.signed_in(SECRETARIAT).await;
    const LEVEL: &str = "update action set handling = split_part($1, ' ', 2), claim = split_part($1, ' ', 3)
        where id::text = split_part($1, ' ', 1)";
    let (_, kept, gone) = merged(&portal, &secretariat).await;
    let visitor = portal.visitor();
    let address = |id: &str| format!("/example/public/actions/{id}");
    let both = [
        ("public confirmed", "public confirmed", true),
        ("members confirmed", "public confirmed", false),
        ("public confirmed", "members confirmed", false),
        ("public unconfirmed", "public confirmed", false),
        ("public confirmed", "public unconfirmed", false),
    ];
    for (ones, others, leads) in both {
        set(&portal, LEVEL, &format!("{kept} {ones}")).await;
        set(&portal, LEVEL, &format!("{gone} {others}")).await;
        let page = visitor.get(&address(&gone)).await;
        if leads {
            assert_eq!(page.status, StatusCode::SEE_OTHER, "{ones}, {others}");
            assert_eq!(page.headers["location"].to_str().expect("an address"), address(&kept));
            assert_eq!(visitor.get(&address(&kept)).await.status, StatusCode::OK);
        } else {
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{ones}, {others}");
            assert!(!page.body.contains(&kept), "what is not published is told");
        }
    }
}

#[tokio::test]
async fn a_chain_is_followed_to_its_end_and_a_circle_is_none() {
    let portal = scored().await;
    let observer = portal.signed_in("observer@example.example").await;
    const INTO: &str = "update action g set merged_into_id = k.id from action k
        where k.process_id = g.process_id and g.id::text = split_part($1, ' ', 1) and k.id::text = split_part($1, ' ', 2)";
    let (first, next) = (portal.action("example", FIT_AGAIN).await, portal.action("example", FIT).await);
    let last = portal.action("example", BOATS).await;
    set(&portal, INTO, &format!("{first} {next}")).await;
    set(&portal, INTO, &format!("{next} {last}")).await;
    assert!(found_by_all(&observer, &last).await);
    assert!(found(&observer, "FIT4 boats").await.contains(&last), "by a word of the first and one of the last");
    // found by several that gave way it is listed once
    assert_eq!(found(&observer, "financial investigators").await.iter().filter(|id| **id == last).count(), 1);
    set(&portal, "update action set merged_into_id = null where id::text = $1", &first).await;
    assert!(found_by_all(&observer, &first).await && !found_by_all(&observer, &last).await);
    assert!(found(&observer, FIT).await.contains(&last));
    // nothing makes a circle, and none keeps a search from ending
    set(&portal, INTO, &format!("{first} {next}")).await;
    set(&portal, INTO, &format!("{next} {first}")).await;
    assert!(found(&observer, "FIT4").await.is_empty());
}
