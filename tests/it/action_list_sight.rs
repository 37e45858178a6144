//! What the list shows to whom, and what it makes of an address that somebody made up.

use crate::action_list::{ids, list, many, titles, total};
use crate::harness::Portal;
use axum::http::StatusCode;
use concert::kernel::random::Token;

const ALL: [&str; 9] = [
    "support-group@example.example",
    "chair@example.example",
    "lead-one@example.example",
    "lead-two@example.example",
    "beneficiary-one@example.example",
    "beneficiary-two@example.example",
    "donor@example.example",
    "second-donor@example.example",
    "observer@example.example",
];

/// The narrow rows and the records themselves are seen by the same people.
#[tokio::test]
async fn the_narrow_rows_are_those_of_the_records() {
    let portal = Portal::start().await;
    let mut app = portal.sql("concert_app").await;
    let mut sizes = std::collections::BTreeSet::new();
    for email in ALL {
        let browser = portal.signed_in(email).await;
        let token = Token::parse(&browser.cookie("concert").expect("a session")).expect("a token");
        sqlx::query("begin").execute(&mut app).await.expect("begun");
        sqlx::query("select kernel.enter('example', $1, $2, 60)")
            .bind(token.hash())
            .bind(portal.clock.now())
            .execute(&mut app)
            .await
            .expect("entered");
        let differ: i64 = sqlx::query_scalar(
            "select count(*) from (select id from visible_action) a full join (select action_id from visible_facet) f on f.action_id = a.id
             where a.id is null or f.action_id is null",
        )
        .fetch_one(&mut app)
        .await
        .expect("a number");
        let wrong: i64 = sqlx::query_scalar(
            "select count(*) from visible_action a join visible_facet f on f.action_id = a.id
             where (a.handling, a.claim, a.merged_into_id is null) is distinct from (f.handling, f.claim, f.kept)
                or (a.status, a.starts_on, a.ends_on, a.last_confirmed_at, a.updated_at, a.parent_id, a.missing, a.stated_total, a.stated_currency)
                    is distinct from (f.status, f.starts_on, f.ends_on, f.last_confirmed_at, f.updated_at, f.parent_id, f.missing, f.stated_total, f.stated_currency)
                or f.pillars <> array(select pillar_id from action_pillar l where l.action_id = a.id order by 1)
                or f.beneficiaries <> array(select beneficiary_id from action_beneficiary b where b.action_id = a.id order by 1)
                or f.themes <> array(select theme_id from action_theme t where t.action_id = a.id order by 1)",
        )
        .fetch_one(&mut app)
        .await
        .expect("a number");
        let seen: i64 =
            sqlx::query_scalar("select count(*) from visible_facet").fetch_one(&mut app).await.expect("a number");
        sqlx::query("rollback").execute(&mut app).await.expect("ended");
        assert_eq!((differ, wrong), (0, 0), "{email}");
        sizes.insert(seen);
    }
    assert!(sizes.len() > 2, "all see the same, which shows nothing: {sizes:?}");
}

#[tokio::test]
async fn a_change_of_a_record_a_link_or_a_name_reaches_list_and_search() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("support-group@example.example").await;
    let id = portal.action("example", "Document security at border").await;
    let mut c = portal.superuser().await;
    sqlx::query("select set_config('app.process', (select id::text from process where slug = 'example'), false)")
        .execute(&mut c)
        .await
        .unwrap();
    for sql in [
        "update action set title = 'Renamed', search_title = 'zebra crossing', search_text = 'zebra crossing', status = 'planned' where id::text = $1",
        "delete from action_pillar where action_id::text = $1",
        "update organisation set search_text = 'quokka trust' where id = (select reporting_id from action where id::text = $1)",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql.to_owned()))
            .bind(&id)
            .execute(&mut c)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
    for query in ["q=zebra", "q=quokka+zebra", "q=zebr+crosing", "pillar=none&status=planned"] {
        assert!(ids(&list(&browser, query).await).contains(&id), "{query}");
    }
    sqlx::query("update action set merged_into_id = (select min(id::text)::uuid from action where process_id = kernel.process_id()) where id::text = $1")
        .bind(&id)
        .execute(&mut c)
        .await
        .unwrap();
    for query in ["q=zebra", "pillar=none"] {
        assert!(!ids(&list(&browser, query).await).contains(&id), "merged, and still in the list of {query}");
    }
}

#[tokio::test]
async fn observers_see_no_money_and_cannot_sort_or_filter_by_it() {
    let portal = Portal::start().await;
    let observer = portal.signed_in("observer@example.example").await;
    let all = total(&observer, "").await;
    let page = list(&observer, "").await;
    assert!(page.select("td[data-label='Stated total']").is_empty());
    assert!(!page.body.contains("name=\"min\"") && !page.body.contains("value=\"-total\""));
    for query in [
        "min=1&currency=EUR",
        "total=yes",
        "total=no",
        "sort=-total",
        "sort=total",
        "max=5&currency=USD",
        "currency=CHF",
    ] {
        let found = list(&observer, query).await;
        assert_eq!(ids(&found), ids(&page), "{query} tells something");
        assert_eq!(total(&observer, query).await, all, "{query}");
        assert!(!found.body.contains("4.8") && !found.text().contains(" EUR"), "{query}");
    }
    let missing = list(&observer, "missing=stated_total").await;
    assert_eq!(ids(&missing).len(), all.min(50), "whether a total is stated is about money");
}

#[tokio::test]
async fn nobody_finds_what_is_kept_from_them() {
    let portal = Portal::start().await;
    let hidden =
        [("Protection of financial investigators who work", "restricted"), ("Witness protection units", "parties")];
    let observer = portal.signed_in("observer@example.example").await;
    for (title, handling) in hidden {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", title).finish();
        for query in
            [query, format!("handling={handling}"), "sort=title".to_owned(), "pillar=CRIME&sort=-end".to_owned()]
        {
            assert!(!titles(&list(&observer, &query).await).iter().any(|t| t.starts_with(title)), "{title} by {query}");
        }
        assert_eq!(total(&observer, &format!("handling={handling}")).await, 0, "{handling} is counted");
    }
    // the parent of an action that may not be seen is no filter, and its title is not told
    let kept = portal.action("example", "Protection of financial investigators who work").await;
    let page = list(&observer, &format!("parent={kept}")).await;
    assert!(!page.body.contains("Protection of financial"), "the title is told");
    assert!(!page.select(".flash.warn").is_empty());
    // another process's ids are nothing here
    let foreign = portal
        .lookup(
            "select min(o.id::text) from organisation o join process p on p.id = o.process_id where p.slug = $1",
            "iisg",
        )
        .await;
    let page = list(&observer, &format!("organisation={foreign}")).await;
    assert!(!page.select(".flash.warn").is_empty());
    for path in ["/iisg/actions", "/iisg/actions/counts", "/iisg/actions.csv", "/iisg/actions.xlsx"] {
        assert_eq!(observer.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn made_up_values_are_told_and_left_out() {
    let portal = Portal::start().await;
    many(&portal, 60).await;
    let browser = portal.signed_in("support-group@example.example").await;
    let all = total(&browser, "").await;
    let long = "x".repeat(5_000);
    let told = [
        "pillar=NOWHERE",
        "pillar='%20or%201=1--",
        "beneficiary=ZZ",
        "status=running",
        "theme=no-such-theme",
        "handling=secret",
        "claim=maybe",
        "missing=everything",
        "fresh=soon",
        "ending=-1",
        "ending=99999999999",
        "from=31+September+2026",
        "from=2027&to=2026",
        "from=0001",
        "ends_from=abc",
        "starts_to=99/99/9999",
        "min=abc&currency=EUR",
        "min=5",
        "min=10&max=5&currency=EUR",
        "currency=XYZ",
        "max=1e400&currency=EUR",
        "total=perhaps",
        "organisation=nobody+has+this+name",
        "organisation=00000000-0000-0000-0000-000000000000",
        "parent=1",
        "parent=00000000-0000-0000-0000-000000000000",
        "q=%21%21%21",
        "q=%00",
        "sort=password",
    ];
    for query in told {
        let page = list(&browser, query).await;
        assert!(!page.select(".flash.warn li").is_empty(), "{query}: nothing is told");
        // the half of a pair that can be used stands
        if !query.contains("currency=EUR") && !query.starts_with("from=2027") {
            assert_eq!(total(&browser, query).await, all, "{query}");
        }
        let counted = browser.get(&format!("/example/actions/counts?{query}")).await;
        assert_eq!(counted.status, StatusCode::OK, "{query}");
    }
    // beside an empty list stands no "of none"
    let nothing = browser.get("/example/actions/counts?q=zzzzzz").await;
    assert!(nothing.select("#list-of").is_empty(), "{}", nothing.body);
    let quiet = [
        "after=x",
        "before=%00~00000000-0000-0000-0000-000000000000",
        "after=9999-99-99~01990000-0000-7000-8000-000000000000&sort=end",
        "after=infinity~01990000-0000-7000-8000-000000000000&sort=-confirmed",
        "after=NaN~01990000-0000-7000-8000-000000000000&sort=total",
        "at=-5",
        "at=99999999999999999999",
        "counts=2",
        "nonsense=1",
        "after=2026-01-01~01990000-0000-7000-8000-000000000000&sort=title",
        "q=%27%3B+drop+table+action%3B--",
        "q=%25_%5C%22%27%26%7C%21%3A%2A%28%29%3C-%3E",
        "role=funding",
        "q=a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s",
        "done=%3Cscript%3E",
        "organisation=%25",
        "organisation=none&role=lead",
    ];
    for query in quiet {
        let page = list(&browser, query).await;
        assert!(!page.body.contains("<script>"), "{query}");
    }
    let page = browser.get(&format!("/example/actions?q={long}&pillar={long}&organisation={long}&after={long}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let many = "&pillar=CRIME".repeat(2_000);
    assert_eq!(total(&browser, &many).await, total(&browser, "pillar=CRIME").await);
    let page = list(&browser, "q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!page.body.contains("<script>alert"), "what was typed runs");
}
