//! The list of actions: filters, orders, keyset pages, search, and the numbers beside the filter.

use crate::harness::{Browser, Page, Portal};
use axum::http::StatusCode;
use std::collections::BTreeSet;

const LIST: &str = "/example/actions";
pub const LISTED: &str = LIST;

/// The ids of a page's rows, in their order.
pub fn ids(page: &Page) -> Vec<String> {
    let links = scraper::Selector::parse("tbody a.t, .cards h3 a").expect("a selector");
    let id = |link: scraper::ElementRef<'_>| {
        link.value().attr("href").and_then(|h| h.rsplit('/').next()).unwrap_or_default().to_owned()
    };
    page.html().select(&links).map(id).collect()
}

pub fn titles(page: &Page) -> Vec<String> {
    page.select("tbody a.t, .cards h3 a")
}

pub fn href(page: &Page, selector: &str) -> Option<String> {
    let selector = scraper::Selector::parse(selector).expect("a selector");
    page.html().select(&selector).next().and_then(|e| e.value().attr("href")).map(str::to_owned)
}

pub async fn list(browser: &Browser, query: &str) -> Page {
    let page = browser.get(&format!("{LIST}?{query}")).await;
    assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.text());
    page
}

/// How many the list says there are.
pub async fn total(browser: &Browser, query: &str) -> usize {
    let page = list(browser, &format!("{query}&counts=1")).await;
    let said = page.select("#list-of").join(" ");
    let n: String = said.chars().filter(char::is_ascii_digit).collect();
    match said.as_str() {
        "" => 0,
        "of one action" => 1,
        _ => n.parse().unwrap_or_else(|_| panic!("{query}: {said}")),
    }
}

/// Everything a list holds, over all its pages, and the same backwards.
async fn walk(browser: &Browser, query: &str) -> (Vec<String>, Vec<String>) {
    let (mut forward, mut backward) = (Vec::new(), Vec::new());
    let mut page = list(browser, query).await;
    loop {
        forward.extend(ids(&page));
        let Some(next) = href(&page, "a[rel=next]") else { break };
        page = browser.get(&next).await;
        assert_eq!(page.status, StatusCode::OK, "{next}");
    }
    loop {
        let mut rows = ids(&page);
        rows.reverse();
        backward.extend(rows);
        let Some(before) = href(&page, "a[rel=prev]") else { break };
        page = browser.get(&before).await;
        assert_eq!(page.status, StatusCode::OK, "{before}");
    }
    backward.reverse();
    (forward, backward)
}

/// Many more actions, with ties and with nulls in all that is sorted by.
pub async fn many(portal: &Portal, n: i32) {
    let mut c = portal.superuser().await;
    sqlx::query("select set_config('app.process', (select id::text from process where slug = 'example'), false)")
        .execute(&mut c)
        .await
        .expect("a process");
    sqlx::query(
        "insert into action (process_id, reporting_id, title, search_title, search_text, status, planned_start, planned_start_precision,
            planned_end, planned_end_precision, stated_total, stated_currency, last_confirmed_at, updated_at)
         select kernel.process_id(), (select min(id::text)::uuid from organisation where process_id = kernel.process_id()),
            'Series ' || (i / 3), 'series ' || (i / 3), 'series ' || (i / 3) || ' of many made for the list',
            case when i % 4 > 0 then 'ongoing' end,
            case when i % 3 > 0 then date '2026-01-01' + (i % 7) end, case when i % 3 > 0 then 'day' end,
            case when i % 5 > 1 then date '2027-01-01' + (i % 9) end, case when i % 5 > 1 then 'month' end,
            case when i % 3 > 0 then 1000.05 * (i % 11) end, case when i % 3 > 0 then 'EUR' end,
            case when i % 2 > 0 then timestamptz '2026-06-01 10:00:00.123456+00' + make_interval(days => i % 13) end,
            timestamptz '2026-11-01 09:00:00.654321+00' + make_interval(hours => i % 17)
         from generate_series(1, $1) i",
    )
    .bind(n)
    .execute(&mut c)
    .await
    .expect("many actions");
}

#[tokio::test]
async fn every_order_walks_all_pages_both_ways_and_holds_each_row_once() {
    let portal = Portal::start().await;
    many(&portal, 160).await;
    let browser = portal.signed_in("support-group@example.example").await;
    let all = total(&browser, "").await;
    assert!(all > 190, "{all}");
    let orders = [
        "title",
        "-title",
        "start",
        "-start",
        "end",
        "-end",
        "total",
        "-total",
        "confirmed",
        "-confirmed",
        "updated",
        "-updated",
    ];
    let mut firsts = BTreeSet::new();
    for order in orders {
        let (forward, backward) = walk(&browser, &format!("sort={order}")).await;
        assert_eq!(forward.len(), all, "{order}");
        assert_eq!(forward.iter().collect::<BTreeSet<_>>().len(), all, "{order}: a row twice");
        assert_eq!(forward, backward, "{order}: another way back");
        firsts.insert(forward.first().cloned());
    }
    assert!(firsts.len() > 5, "the orders differ too little");
    // the best matches, over several pages
    let (forward, backward) = walk(&browser, "q=series").await;
    assert_eq!((forward.len(), &forward), (160, &backward));
    assert_eq!(forward.iter().collect::<BTreeSet<_>>().len(), 160);
    // and under a filter
    let (forward, backward) = walk(&browser, "q=many&status=none&sort=end").await;
    assert_eq!((forward.len(), &forward), (40, &backward));
}

#[tokio::test]
async fn what_is_not_stated_stands_last_in_both_directions() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    for (order, label) in [("end", "Until"), ("total", "Stated total"), ("confirmed", "Confirmed")] {
        let mut seen = Vec::new();
        for way in ["", "-"] {
            let page = list(&browser, &format!("sort={way}{order}")).await;
            let cells = page.select(&format!("td[data-label='{label}']"));
            let none: Vec<bool> = cells.iter().map(|c| c.starts_with("not stated") || c.starts_with("never")).collect();
            let first_none = none.iter().position(|n| *n).unwrap_or(none.len());
            assert!(first_none > 10 && none[first_none..].iter().all(|n| *n), "{way}{order}: {cells:?}");
            assert!(none.iter().any(|n| *n), "{order}: nothing is left open in the seed");
            seen.push(cells.first().cloned());
        }
        assert_ne!(seen[0], seen[1], "{order}");
    }
    let page = list(&browser, "sort=-end").await;
    assert!(page.body.contains("aria-sort=\"descending\""));
}

#[tokio::test]
async fn each_filter_holds_what_it_says() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let norland = portal.lookup("select id::text from organisation where name = $1", "Norland").await;
    let fund = portal.action("example", "Coastal Trust Fund for Safe Communities").await;
    let donors = format!("organisation={norland}&role=funding");
    let anyhow = format!("organisation={norland}");
    let parent = format!("parent={fund}");
    // query, a title that it holds, one that it does not, how many at least and at most
    let cases: [(&str, &str, &str, usize, usize); 24] = [
        ("pillar=BORDER", "SAFE: safe anchorages", "SAFE – Support to Asset", 10, 20),
        ("pillar=BORDER&pillar=PREVENT", "SAFE: safe anchorages", "SAFE – Support to Asset", 15, 35),
        ("pillar=none", "Support to prevention (title", "SAFE", 1, 1),
        ("beneficiary=XT", "SAFE: safe anchorages", "Document security", 10, 25),
        ("beneficiary=none", "Research on the return", "SAFE", 2, 2),
        ("status=suspended", "Exchange of threat", "SAFE", 1, 1),
        ("status=none", "", "SAFE", 0, 0),
        ("handling=parties", "Exchange of threat", "SAFE", 4, 4),
        ("claim=declined", "Hotline for parents", "SAFE", 1, 1),
        ("claim=unconfirmed", "Reintegration after release: municipal", "SAFE", 1, 1),
        ("missing=end", "Return and readmission", "SAFE", 1, 3),
        ("missing=any", "Return and readmission", "nothing has this title", 5, 40),
        ("fresh=never", "A cyber incident team", "SAFE", 8, 20),
        ("fresh=year", "Patrol boats for the coast|Coordinators for prevention", "SAFE: safe", 3, 15),
        ("fresh=6", "Strengthening asset recovery", "Patrol boats", 8, 25),
        ("fresh=stale", "Coordinators for prevention", "Strengthening asset recovery", 15, 35),
        ("from=2030&to=2031", "Joint investigation teams for serious cases, phase III", "phase II ", 1, 4),
        ("to=2021", "Coordinators for prevention", "Patrol boats", 1, 1),
        ("ending=6", "Training of financial investigators", "phase III", 5, 25),
        ("min=10&max=100+M&currency=EUR", "Coastal Trust Fund for Safe", "SAFE – Support", 10, 35),
        ("min=10000000&currency=EUR", "Coastal Trust Fund for Safe", "SAFE", 3, 5),
        ("total=no", "Return and readmission", "SAFE", 3, 6),
        (&donors, "Strengthening asset recovery", "nothing has this title", 1, 20),
        (&parent, "Coastal Trust Fund: call", "Coastal Trust Fund for", 1, 1),
    ];
    for (query, held, left_out, least, most) in cases {
        let page = list(&browser, query).await;
        let found = titles(&page);
        assert!((least..=most).contains(&found.len()), "{query}: {} {found:?}", found.len());
        let has = |title: &str| title.split('|').any(|t| found.iter().any(|f| f.starts_with(t)));
        assert!(held.is_empty() || has(held), "{query} lacks {held}: {found:?}");
        assert!(!has(left_out), "{query} holds {left_out}");
        assert_eq!(total(&browser, query).await, found.len(), "{query}");
        assert!(!page.select(".chips .chip").is_empty(), "{query}: no chip");
        assert!(page.select(".flash.warn").is_empty(), "{query}: {:?}", page.select(".flash.warn"));
        // the chip takes the filter away again
        let chip = href(&page, ".chips .chip").expect("a chip");
        assert!(!chip.contains(query.split('&').next().expect("a part")), "{chip}");
    }
    assert!(total(&browser, &donors).await <= total(&browser, &anyhow).await);
    // by words instead of an id: every organisation of that name
    let named = total(&browser, "organisation=norland&role=funding").await;
    assert!(named >= total(&browser, &donors).await && named < total(&browser, "").await);
    // declined reports are not among the rest, merged ones nowhere
    assert!(!titles(&list(&browser, "").await).iter().any(|t| t.starts_with("Hotline for parents")));
}

#[tokio::test]
async fn what_homes_lead_to_is_what_they_count() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let home = browser.get("/example").await;
    let links = scraper::Selector::parse("main .answers a, main .bars a, main table a").expect("a selector");
    let mut tried = 0;
    let found: Vec<(String, String)> = home
        .html()
        .select(&links)
        .filter_map(|a| Some((a.value().attr("href")?.to_owned(), a.text().collect::<String>())))
        .filter(|(h, _)| h.starts_with("/example/actions?"))
        .collect();
    for (link, text) in found {
        let page = browser.get(&link).await;
        assert_eq!(page.status, StatusCode::OK, "{link}");
        assert!(page.select(".flash.warn").is_empty(), "{link} ({text}): {:?}", page.select(".flash.warn"));
        assert!(!page.select(".chips .chip").is_empty(), "{link}: no filter");
        tried += 1;
    }
    assert!(tried > 3, "the home leads to {tried} lists");
}

#[tokio::test]
async fn search_finds_other_scripts_accents_abbreviations_and_misspellings() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    for (words, first) in [
        ("Podrska kancelarijama za povrat imovine", "Podrška kancelarijama|Подршка канцеларијама"),
        ("Подршка канцеларијама", "Podrška kancelarijama|Подршка канцеларијама"),
        ("Durin Most", "Jačanje saradnje"),
        ("Đurin", "Jačanje saradnje"),
        ("djurin", "Jačanje saradnje"),
        ("document securty", "Document security at border"),
        ("anchoragse", "SAFE: safe anchorages"),
        ("SAFE", "SAFE"),
        ("joint investigation teams", "Joint investigation teams"),
        ("asset recovery", "Strengthening asset recovery"),
        ("сајбер", "Cyber incident response"),
        ("sajber incident", "Cyber incident response"),
    ] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        let found = titles(&list(&browser, &query).await);
        let top = found.first().cloned().unwrap_or_default();
        assert!(first.split('|').any(|f| top.starts_with(f)), "{words}: {found:?}");
    }
    // both spellings of one text find both records
    for words in ["q=Подршка+канцеларијама", "q=Podrska+kancelarijama"] {
        assert_eq!(total(&browser, words).await, 2, "{words}");
    }
    let iisg = portal.signed_in("support-group@iisg.example").await;
    for words in
        ["P/CVE", "THB", "trafficking in human beings", "prevention of violent extremizm", "GIZ", "firearms undp"]
    {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        let page = iisg.get(&format!("/iisg/actions?{query}")).await;
        assert!(!titles(&page).is_empty(), "{words} finds nothing");
    }
    // by the organisation alone, and by it together with a word of the title
    assert!(total(&browser, "q=norland").await > 3);
    let both = titles(&list(&browser, "q=norland+seized").await);
    assert!(both.first().is_some_and(|t| t.starts_with("Strengthening asset recovery")), "{both:?}");
}

#[tokio::test]
async fn a_former_name_of_a_beneficiary_finds_what_the_present_one_finds() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let present = total(&browser, "q=upper+sevonia").await;
    assert!(present > 1);
    assert_eq!(total(&browser, "q=sevonian+highlands").await, present, "as the process came with it");
    let with_a_word = titles(&list(&browser, "q=dokumenti+Sevonian+Highlands").await);
    assert!(with_a_word.iter().any(|t| t.starts_with("Obuka na grani")), "{with_a_word:?}");
    // beside a word that none of them holds there is nothing
    assert_eq!(total(&browser, "q=xylophone1+sevonian+highlands").await, 0);

    assert!(total(&browser, "q=lumenia").await > 0 && total(&browser, "q=Littoral+Quarters").await == 0);
    let page = "/example/beneficiaries/XL/edit";
    let named = [("former_name", "Littoral Quarters"), ("former_until", "1.2.2003")];
    assert_eq!(browser.submit(page, None, &named).await.status, StatusCode::SEE_OTHER);
    assert_eq!(total(&browser, "q=Littoral+Quarters").await, total(&browser, "q=lumenia").await);
    // the public finds what its cards say, by either
    let cards = async |words: &str| titles(&portal.visitor().get(&format!("/example/public/actions?q={words}")).await);
    assert_eq!(cards("littoral+quarters").await, cards("lumenia").await);
    assert!(!cards("lumenia").await.is_empty());
    // in another process the name says nothing
    let other = portal.signed_in("support-group@iisg.example").await;
    let there = other.get("/iisg/actions?q=littoral+quarters").await;
    assert!(titles(&there).is_empty(), "{:?}", titles(&there));
}

#[tokio::test]
async fn what_was_stored_by_its_sound_is_found_by_the_word() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    // as it was folded before it was known for the same word
    let before =
        "update action set title = 'Сајбер одбрана', search_title = 'sajber odbrana', search_text = 'sajber odbrana'
        where process_id = kernel.process_id() and title = 'A cyber incident team for Tarvis'";
    let stored = sqlx::raw_sql(before).execute(&mut portal.in_process("example").await).await.expect("an old title");
    assert_eq!(stored.rows_affected(), 1);
    let finds = async |words: &str| titles(&list(&browser, words).await).iter().any(|t| t == "Сајбер одбрана");
    assert!(!finds("q=сајбер").await);
    sqlx::raw_sql(include_str!("../../migrations/0450_cyber_by_its_sound.sql"))
        .execute(&mut portal.sql("concert_owner").await)
        .await
        .expect("respelt");
    for words in ["q=сајбер", "q=sajber", "q=cyber+odbrana"] {
        assert!(finds(words).await, "{words}");
    }
}

#[tokio::test]
async fn counts_are_what_the_list_holds() {
    let portal = Portal::start().await;
    many(&portal, 60).await;
    for email in ["support-group@example.example", "donor@example.example", "observer@example.example"] {
        let browser = portal.signed_in(email).await;
        for base in [
            "",
            "pillar=CRIME",
            "pillar=CRIME&pillar=none&beneficiary=XA&status=ongoing",
            "q=asset",
            "fresh=stale&handling=members",
        ] {
            let page = browser.get(&format!("{LIST}/counts?{base}")).await;
            assert_eq!(page.status, StatusCode::OK);
            let told = |id: &str| -> i64 {
                let text = page.select(&format!("#{id}")).join("");
                text.parse().unwrap_or_else(|_| panic!("{email} {base}: no number at {id}: {text:?}"))
            };
            for (kind, values) in [
                ("pillar", vec!["CRIME", "BORDER", "none"]),
                ("beneficiary", vec!["XA", "XE", "none"]),
                ("status", vec!["ongoing", "pipeline", "none"]),
                ("theme", vec!["asset-recovery", "none"]),
                ("handling", vec!["public", "parties"]),
            ] {
                for value in values {
                    // a value's number is of what it alone would let through, all other filters kept
                    let others: Vec<&str> =
                        base.split('&').filter(|p| !p.is_empty() && !p.starts_with(&format!("{kind}="))).collect();
                    let query = format!("{}&{kind}={value}", others.join("&"));
                    let held = total(&browser, &query).await;
                    let shown = told(&format!("n-{kind}-{value}"));
                    assert_eq!(i64::try_from(held).unwrap(), shown, "{email} {query}");
                }
            }
            let said = page.select("#list-of").join(" ");
            let all = total(&browser, base).await;
            assert!(said.contains(&all.to_string()) || all == 1, "{email} {base}: {said} but {all}");
        }
    }
}
