//! Code tables, what themes are mapped to, and the beneficiaries' own strategies.

use crate::directory::{SECRETARIAT, count, ok, send};
use crate::harness::{Browser, Page, Portal};

const ARVANIA: &str = "beneficiary-one@example.example";
const OBSERVER: &str = "observer@example.example";
const ROLES: [&str; 5] =
    ["chair@example.example", "lead-one@example.example", ARVANIA, "donor@example.example", OBSERVER];
const SEEDED: &str = "Example: strategy of Arvania against organised crime";

async fn theme(portal: &Portal, key: &str) -> String {
    portal
        .lookup(
            "select t.id::text from theme t join process p on p.id = t.process_id where p.slug = 'example' and t.key = $1",
            key,
        )
        .await
}

async fn strategy(portal: &Portal) -> String {
    portal.lookup("select id::text from strategy where title = $1", SEEDED).await
}

async fn objective(portal: &Portal, code: &str) -> String {
    portal
        .lookup(
            "select o.id::text from strategy_objective o join strategy s on s.process_id = o.process_id and s.id = o.strategy_id
             where s.title like 'Example: strategy of Arvania%' and o.code = $1",
            code,
        )
        .await
}

fn titles(page: &Page) -> Vec<String> {
    page.select("tbody th a.t")
}

fn rows(page: &Page) -> Vec<Vec<String>> {
    let text = page.body.strip_prefix('\u{feff}').expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.expect("a record").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn codes_are_looked_up_by_code_and_by_name() {
    let portal = Portal::start().await;
    let browser = portal.signed_in("donor@example.example").await;
    let first = browser.get("/example/codes").await;
    ok(&first, "codes");
    assert!(first.text().contains("Security system management and reform") && first.text().contains("CC BY 4.0"));
    assert!(!first.text().contains("Pipeline/identification"), "at first the purposes alone");
    for (query, found, other) in [
        ("q=15210", "Security system management and reform", "Prisons"),
        ("q=secur+manag", "Security system management and reform", "Prisons"),
        ("q=implementation", "Implementation", "Prisons"),
        ("list=SectorCategory", "Conflict, Peace & Security", "Prisons"),
        ("list=ActivityStatus&q=2", "Implementation", "Prisons"),
    ] {
        let page = browser.get(&format!("/example/codes?{query}")).await;
        assert!(page.text().contains(found) && !page.text().contains(other), "{query}: {}", page.text());
        let file = browser.get(&format!("/example/codes.csv?{query}")).await;
        assert_eq!(rows(&file).len() - 1, page.select("tbody tr").len(), "{query}: the file is what is shown");
    }
    for query in ["q=%00%27--", "q=%F0%9F%92%A5", "list=nowhere", &format!("q={}", "x".repeat(5000))] {
        let page = browser.get(&format!("/example/codes?{query}")).await;
        ok(&page, query);
        assert!(page.text().contains("No matching codes"), "{query}");
    }
    let hostile = browser.get("/example/codes?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!hostile.body.contains("<script>alert"), "escaped");
    assert!(browser.get("/example/codes.xlsx").await.bytes.starts_with(b"PK"));
    assert_eq!(portal.signed_in(OBSERVER).await.get("/example/codes.csv").await.status, 403);
}

#[tokio::test]
async fn a_theme_has_one_main_code_and_takes_codes_by_name() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let path = format!("/example/themes/{}", theme(&portal, "cyber").await);
    // by name, however it is spelled; what is no code says what is near
    let wrong = browser.submit(&path, None, &[("main_code", "security reform")]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("security reform is not a purpose code"), "{}", wrong.text());
    assert!(wrong.text().contains("15210 Security system management and reform"), "what is near");
    assert_eq!(wrong.value("main_code").as_deref(), Some("security reform"), "what was typed is kept");
    let filled =
        [("main_code", "SECURITY SYSTEM management & reform"), ("codes", "22040 and its name"), ("codes", "152")];
    send(&browser, &path, None, &filled).await;
    let stands = "select main_code || ' ' || array_to_string(dac_codes, ',') from theme where id::text = $1";
    let id = path.rsplit('/').next().expect("an id");
    assert_eq!(portal.lookup(stands, id).await, "15210 152,15210,22040");
    let page = browser.get(&path).await;
    assert_eq!(page.value("main_code").as_deref(), Some("15210 Security system management and reform"));
    for part in ["changed the theme", "Main purpose code", "15210 Security system management and reform"] {
        assert!(page.select("#history").join(" ").contains(part), "{part}: {}", page.text());
    }
    // a single code is the main one
    send(&browser, "/example/themes/new", None, &[("name", "Quiet borders"), ("codes", "15130")]).await;
    let main = "select main_code || array_length(dac_codes, 1) from theme where name = $1";
    assert_eq!(portal.lookup(main, "Quiet borders").await, "151301");
    // a row more, for browsers without scripts, saves nothing
    let more = browser.submit(&path, None, &[("name", "Not saved"), ("add", "codes")]).await;
    assert_eq!(
        (more.status.as_u16(), more.select("#codes [data-rows] > [data-row]").len()),
        (200, 3),
        "{}",
        more.text()
    );
    assert_eq!(count(&portal, "select count(*)::text from theme where name = $1", "Not saved").await, 0);
}

#[tokio::test]
async fn who_comes_second_to_a_theme_sees_both() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let path = format!("/example/themes/{}", theme(&portal, "prisons").await);
    let (_, mine) = browser.get(&path).await.form(None);
    send(&browser, &path, None, &[("name", "Prisons of theirs"), ("main_code", "15130")]).await;
    let mine: Vec<(&str, &str)> = mine
        .iter()
        .map(|(n, v)| match n.as_str() {
            "main_code" => ("main_code", "15210"),
            _ => (n.as_str(), v.as_str()),
        })
        .collect();
    let conflict = browser.post_raw(&path, &mine).await;
    assert_eq!(conflict.status, 409, "{}", conflict.text());
    for part in ["15210 Security system management and reform", "15130 Legal and judicial development"] {
        assert!(conflict.text().contains(part), "{part}: {}", conflict.text());
    }
    let (target, fields) = conflict.form(None);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(browser.post_raw(&target.expect("an address"), &fields).await.status, 303);
    let id = path.rsplit('/').next().expect("an id");
    let stands = portal.lookup("select name || '|' || main_code from theme where id::text = $1", id).await;
    assert_eq!(stands, "Prisons of theirs|15210", "theirs where I had not touched it, mine where I had");
}

#[tokio::test]
async fn what_uses_a_theme_is_counted_and_can_be_opened() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let id = theme(&portal, "asset-recovery").await;
    let row = |page: &Page| {
        let all: Vec<Vec<String>> = page
            .html()
            .select(&scraper::Selector::parse("tbody tr").expect("selector"))
            .map(|tr| {
                let cells = scraper::Selector::parse("td.num").expect("selector");
                let name = tr.text().find(|t| !t.trim().is_empty()).unwrap_or_default().trim().to_owned();
                std::iter::once(name).chain(tr.select(&cells).map(|c| c.text().collect::<String>())).collect()
            })
            .collect();
        all.into_iter().find(|r| r[0] == "Asset recovery and management").expect("its row")
    };
    let counted = row(&browser.get("/example/themes").await);
    let needs = browser.get(&format!("/example/needs?theme={id}&current=all")).await;
    assert_eq!(counted[2], titles(&needs).len().to_string(), "every number opens");
    let seen: i64 = counted[1].parse().expect("a number");
    assert!(seen > 0);
    // an observer sees fewer actions, and no needs
    let observer = portal.signed_in(OBSERVER).await;
    let fewer = row(&observer.get("/example/themes").await);
    assert_eq!(fewer.len(), 2, "no column of needs: {fewer:?}");
    assert!(fewer[1].parse::<i64>().expect("a number") <= seen);
    // the same as a file
    let file = rows(&browser.get("/example/themes.csv").await);
    let line = file.iter().find(|r| r[0] == "Asset recovery and management").expect("its line");
    assert_eq!((&line[5], &line[6]), (&counted[1], &counted[2]));
    assert_eq!(observer.get("/example/themes.csv").await.status, 403);
}

#[tokio::test]
async fn everybody_reads_a_strategy_and_the_secretariat_alone_keeps_it() {
    let portal = Portal::start().await;
    let (strategy, objective) = (strategy(&portal).await, objective(&portal, "1").await);
    let own = format!("/example/strategies/{strategy}");
    for email in ROLES.into_iter().chain([SECRETARIAT]) {
        let browser = portal.signed_in(email).await;
        for path in ["/example/strategies", "/example/strategies?beneficiary=XA", "/example/beneficiaries/XA", &own] {
            let page = browser.get(path).await;
            ok(&page, path);
            assert!(page.text().contains(SEEDED), "{email} {path}");
            for prefix in ["[directory-", "[strategy-", "[code-tables-", "[event-"] {
                assert!(!page.body.contains(prefix), "a text is missing on {path}");
            }
        }
        let page = browser.get(&own).await;
        let order = page.select("#objectives tbody th .quiet");
        assert_eq!(order, ["1", "1.1", "2", "10"], "in the order of their numbers");
        let keeps = email == SECRETARIAT;
        assert_eq!(!page.select(".head .btn").is_empty(), keeps, "{email}");
        assert_eq!(page.body.contains("/example/needs?"), email != OBSERVER, "{email}");
        for rest in ["/edit", "/objectives/new", &format!("/objectives/{objective}")] {
            let status = browser.get(&format!("{own}{rest}")).await.status.as_u16();
            assert_eq!(status, if keeps { 200 } else { 403 }, "{email} {rest}");
        }
        if keeps {
            continue;
        }
        for rest in ["/edit", "/retire", "/restore", "/objectives/new", &format!("/objectives/{objective}")] {
            let sent = browser.post(&format!("{own}{rest}"), &[("title", "Mine now"), ("version", "1")]).await;
            assert_eq!(sent.status, 403, "{email} {rest}");
        }
        assert_eq!(browser.post("/example/strategies/new", &[("title", "Mine now")]).await.status, 403, "{email}");
    }
    let mine = "select (count(*) filter (where title = $1) + count(*) filter (where retired_at is not null))::text from strategy";
    assert_eq!(count(&portal, mine, "Mine now").await, 0);
}

async fn added(browser: &Browser, own: &str, code: &str, title: &str, more: &[(&str, &str)]) {
    let mut fields = vec![("code", code), ("title", title)];
    fields.extend_from_slice(more);
    assert_eq!(send(browser, &format!("{own}/objectives/new"), None, &fields).await, own);
}

#[tokio::test]
async fn a_strategy_is_entered_mapped_and_used() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let wrong = [
        ("title", "Strategie <b>auf der See</b>"),
        ("own_title", "Eigener Titel"),
        ("starts", "2028"),
        ("ends", "2024"),
        ("url", "javascript:alert(1)"),
    ];
    let page = browser.submit("/example/strategies/new?beneficiary=XT", None, &wrong).await;
    assert_eq!(page.status, 422);
    for part in ["in which language", "The end is before the start", "not a web address"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    let right = [("own_language", "de"), ("starts", "May 2024"), ("url", "https://example.org/strategy")];
    let (_, kept) = page.form(None);
    let fields: Vec<(&str, &str)> = kept
        .iter()
        .filter(|(n, _)| n != "ends" && right.iter().all(|(r, _)| r != n))
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .chain(right)
        .collect();
    let made = browser.post_raw("/example/strategies/new", &fields).await;
    assert_eq!(made.status, 303, "{}", made.text());
    let own = made.location.expect("a place").split('?').next().expect("an address").to_owned();

    let (ports, cyber) = (theme(&portal, "ports").await, theme(&portal, "cyber").await);
    added(&browser, &own, "10", "=HYPERLINK(\"https://evil.example\")", &[("themes", &ports)]).await;
    added(&browser, &own, "2", "Computers", &[("codes", "22040")]).await;
    let taken = browser.submit(&format!("{own}/objectives/new"), None, &[("code", "2"), ("title", "Again")]).await;
    assert_eq!(taken.status, 422);
    assert!(taken.text().contains("Another objective of this strategy has this number"));
    let page = browser.get(&own).await;
    for part in ["from May 2024", "Deutsch", "Strategie <b>auf der See</b>", "22040", "added an objective"] {
        assert!(page.text().contains(part), "{part}: {}", page.text());
    }
    assert!(!page.body.contains("<b>auf der See"), "escaped");

    // by the theme that is named, and by the purpose code that both have
    let links = page.html();
    let links: Vec<String> = links
        .select(&scraper::Selector::parse("#objectives .row-acts a").expect("selector"))
        .filter_map(|a| a.value().attr("href").map(str::to_owned))
        .collect();
    assert!(links.iter().any(|l| l == "/example/actions?beneficiary=XT&theme=cyber"), "{links:?}");
    let all = titles(&browser.get("/example/needs?beneficiary=XT").await);
    for (key, id) in [("2", &cyber), ("10", &ports)] {
        let code = portal
            .lookup("select o.id::text from strategy_objective o join strategy s on s.id = o.strategy_id where s.own_language = 'de' and o.code = $1", key)
            .await;
        let link =
            links.iter().find(|l| l.contains(&code) && l.starts_with("/example/needs")).expect("a link to needs");
        let shown = titles(&browser.get(link).await);
        let by_theme = titles(&browser.get(&format!("/example/needs?beneficiary=XT&theme={id}")).await);
        assert_eq!(shown, by_theme, "{key}");
        assert!(!shown.is_empty() && shown.len() < all.len(), "{key}: {shown:?} of {all:?}");
        let file = rows(&browser.get(&link.replace("/needs?", "/needs.csv?")).await);
        assert_eq!(file.len() - 1, shown.len(), "the file is what is shown");
    }
    // the filter stays where another one is chosen
    let list = browser.get(&format!("/example/needs?objective={}", objective(&portal, "2").await)).await;
    assert_eq!(list.select("#objective option[selected]"), ["Arvania: 2 Example: witnesses can speak"]);

    let file = rows(&browser.get("/example/strategies.csv?beneficiary=XT").await);
    assert_eq!(file.len(), 3, "a row an objective");
    assert!(file.iter().any(|r| r[10] == "'=HYPERLINK(\"https://evil.example\")"), "no formula: {file:?}");
    assert!(file[1].iter().any(|c| c == "2024-05") && file[1].iter().any(|c| c.starts_with("22040 ")), "{file:?}");
    assert!(browser.get("/example/strategies.xlsx").await.bytes.starts_with(b"PK"));
}

#[tokio::test]
async fn nothing_of_a_strategy_is_lost() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    let own = format!("/example/strategies/{}", strategy(&portal).await);
    let path = format!("{own}/objectives/{}", objective(&portal, "2").await);
    let (_, mine) = browser.get(&path).await.form(None);
    let crossings = theme(&portal, "crossings").await;
    send(&browser, &path, None, &[("title", "Of theirs"), ("themes", &crossings)]).await;
    let mine: Vec<(&str, &str)> =
        mine.iter().map(|(n, v)| (n.as_str(), if n == "title" { "Of mine" } else { v.as_str() })).collect();
    let conflict = browser.post_raw(&path, &mine).await;
    assert_eq!(conflict.status, 409, "{}", conflict.text());
    assert_eq!(conflict.select("fieldset.conflict > legend"), ["Title"]);
    assert_eq!(conflict.select("details#kept dt"), ["Themes"]);
    assert!(
        conflict.text().contains("Of theirs") && conflict.text().contains("Border crossings"),
        "{}",
        conflict.text()
    );
    let (target, fields) = conflict.form(None);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(browser.post_raw(&target.expect("an address"), &fields).await.status, 303);
    let stands = "select o.title || '|' || string_agg(t.key, ',') from strategy_objective o
        join strategy_objective_theme x on x.process_id = o.process_id and x.objective_id = o.id
        join theme t on t.process_id = x.process_id and t.id = x.theme_id where o.id::text = $1 group by o.title";
    let id = path.rsplit('/').next().expect("an id");
    assert_eq!(
        portal.lookup(stands, id).await,
        "Of mine|crossings",
        "mine where both had changed it, theirs where they had"
    );

    assert_eq!(send(&browser, &path, Some("/retire"), &[]).await, own);
    let page = browser.get(&own).await;
    assert!(page.text().contains("retired an objective") && page.text().contains("2 Of mine"), "{}", page.text());
    assert_eq!(page.select("#objectives tbody th .quiet"), ["1", "1.1", "10", "2"], "the retired one last");
    send(&browser, &own, Some("/retire"), &[]).await;
    assert!(!browser.get("/example/beneficiaries/XA").await.text().contains(SEEDED));
    assert!(browser.get("/example/strategies").await.text().contains(SEEDED));
    send(&browser, &own, Some("/restore"), &[]).await;
    assert!(browser.get("/example/beneficiaries/XA").await.text().contains(SEEDED));
    // a theme that is in use is retired, not gone: its objectives keep it
    send(&browser, &format!("/example/themes/{crossings}"), Some("/retire"), &[]).await;
    let page = browser.get(&path).await;
    assert!(page.form(None).1.contains(&("themes".to_owned(), crossings.clone())), "still chosen");
}

#[tokio::test]
async fn strategies_of_one_process_are_nowhere_in_another() {
    let portal = Portal::start().await;
    let (strategy, objective) = (strategy(&portal).await, objective(&portal, "1").await);
    assert_eq!(
        count(
            &portal,
            "select count(*)::text from strategy s join process p on p.id = s.process_id where p.slug = $1",
            "iisg"
        )
        .await,
        0,
        "none is invented"
    );
    let browser = portal.signed_in("support-group@iisg.example").await;
    for rest in [String::new(), "/edit".into(), "/objectives/new".into(), format!("/objectives/{objective}")] {
        let path = format!("/iisg/strategies/{strategy}{rest}");
        assert_eq!(browser.get(&path).await.status, 404, "{path}");
    }
    for rest in ["/retire".to_owned(), "/edit".into(), format!("/objectives/{objective}/retire")] {
        let path = format!("/iisg/strategies/{strategy}{rest}");
        let sent = browser.post(&path, &[("title", "Taken over"), ("version", "1")]).await;
        assert_eq!(sent.status, 404, "{path}");
    }
    assert!(titles(&browser.get(&format!("/iisg/needs?objective={objective}")).await).is_empty());
    // an objective is found under its own strategy alone, and takes no theme of another process
    let own = portal.signed_in(SECRETARIAT).await;
    let other = send(&own, "/example/strategies/new?beneficiary=XE", None, &[("title", "Another")]).await;
    assert_eq!(own.get(&format!("{other}/objectives/{objective}")).await.status, 404);
    let foreign = portal
        .lookup("select min(t.id::text) from theme t join process p on p.id = t.process_id where p.slug = $1", "iisg")
        .await;
    let sent = own.submit(&format!("{other}/objectives/new"), None, &[("title", "X"), ("themes", &foreign)]).await;
    assert_eq!(sent.status, 422, "{}", sent.text());
}

#[tokio::test]
async fn a_file_of_iati_says_the_main_code() {
    let portal = Portal::start().await;
    let browser = portal.signed_in(SECRETARIAT).await;
    // of a theme with two codes none was said; now it has a main one
    let path = "/example/actions.xml?theme=asset-recovery";
    let before = browser.get(path).await;
    assert_eq!(before.status, 200, "{}", before.text());
    assert!(!before.body.contains("<sector"), "two codes are no code");
    let theme = format!("/example/themes/{}", theme(&portal, "asset-recovery").await);
    send(&browser, &theme, None, &[("main_code", "15130"), ("codes", "15113")]).await;
    let after = browser.get(path).await;
    assert!(after.body.contains("<sector vocabulary=\"1\" code=\"15130\""), "{}", after.body);
}
