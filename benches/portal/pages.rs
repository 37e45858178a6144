//! The pages that are measured, and what each must hold.

use anyhow::{Context as _, Result, ensure};
use sqlx::Connection as _;
use std::collections::HashMap;
use std::net::SocketAddr;

use crate::http::{Client, Request};
use crate::place::Place;

/// What a figure is held against. Times in milliseconds at one client are the 99th percentile.
#[derive(Debug, Clone, Copy, Default)]
pub struct Target {
    pub per_second: Option<f64>,
    /// Of what pgbench does with the same statements.
    pub ratio: Option<f64>,
    pub half_load_p99: Option<f64>,
    pub one_client_p99: Option<f64>,
    pub database_ms: Option<f64>,
    /// So many statements at most, BEGIN and COMMIT included: enforced, whatever else is only aimed at.
    pub statements: Option<usize>,
    /// "Must hold" in the brief; what is not is an aim, shown and not enforced.
    pub must: bool,
}

/// What is left to the page's own: how it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Page,
    /// A page whose reading is written down: pgbench cannot repeat its statements, for they name the new row.
    Writing,
    /// Bound by the hashing of a password; its statements cannot be repeated by pgbench either.
    SignIn,
    /// Long: a few of them, its bytes a second and the memory it takes.
    Export,
    /// A step in the life of a record, taken and taken back, one after the other.
    Step,
}

pub struct Page {
    pub name: &'static str,
    pub kind: Kind,
    pub request: Request,
    /// What makes a step possible again.
    pub back: Option<Request>,
    pub status: u16,
    /// Must stand in the answer.
    pub holds: Vec<String>,
    /// So many times must this stand in the answer.
    pub rows: Option<(&'static str, usize)>,
    pub target: Target,
    /// No sequential scan of the actions is allowed.
    pub indexed: bool,
}

/// Nothing but the number of statements: eight on any page of a member.
const NONE: Target = Target {
    per_second: None,
    ratio: None,
    half_load_p99: None,
    one_client_p99: None,
    database_ms: None,
    statements: Some(8),
    must: true,
};
/// Section 11 of the design, for pages that the brief names no figure for.
const AIM: Target =
    Target { per_second: Some(300.0), ratio: Some(0.5), half_load_p99: Some(50.0), must: false, ..NONE };
const LIST: Target = Target { database_ms: Some(15.0), must: true, ..AIM };
const SEARCH: Target = Target { one_client_p99: Some(150.0), ..NONE };
const HOME: Target = Target { per_second: Some(100.0), one_client_p99: Some(100.0), ..NONE };
/// Its page at 400 nodes and 3,000 actions.
const PLAN: Target = Target { one_client_p99: Some(150.0), ..NONE };
/// The same, with the two more that the brief allows the page of the whole text.
const DOCUMENT: Target = Target { statements: Some(10), ..PLAN };
const FROZEN: Target = Target { one_client_p99: Some(1000.0), statements: None, ..NONE };
const COUNTS: Target = Target { one_client_p99: Some(300.0), ..NONE };
/// Any total over 500,000 contributions.
const MONEY: Target = Target { one_client_p99: Some(200.0), ..NONE };

/// So many pages on is a deep one.
const DEEP: usize = 40;
/// The list shows so many rows on a page.
const ROWS: usize = 50;

/// The pages, with the addresses that the data decide.
///
/// # Errors
/// The server does not answer as it should, or an account that is needed is not there.
pub async fn find(address: SocketAddr, place: &Place, cookies: &HashMap<String, String>) -> Result<Vec<Page>> {
    let mut client = Client::connect(address).await?;
    let mut pages = Vec::new();
    let secretariat = cookies.get("support-group").context("no account of the secretariat")?;
    let partner = cookies.get("eu").context("no account of a partner")?;
    let page = |name: &'static str, path: &str, target: Target| Page {
        name,
        kind: Kind::Page,
        request: Request::get(path, secretariat),
        back: None,
        status: 200,
        holds: vec!["</html>".to_owned()],
        rows: None,
        target,
        indexed: true,
    };
    pages.push(page("home of the Support Group", "/bench-1", HOME));
    let mut home = page("home of a donor", "/bench-1", AIM);
    home.request.cookie.clone_from(partner);
    pages.push(home);

    let list =
        |name: &'static str, path: &str, target: Target| Page { rows: Some((ROW, ROWS)), ..page(name, path, target) };
    const FILTERED: &str = "/bench-1/actions?pillar=WBCSCi&beneficiary=AL&status=ongoing&sort=-end";
    pages.push(list("list, plain", "/bench-1/actions", LIST));
    pages.push(list("list, filtered and sorted", FILTERED, LIST));
    let mut compressed = list("list, filtered, compressed", FILTERED, AIM);
    compressed.request.gzip = true;
    pages.push(compressed);
    let mut donors = list("list of a donor, filtered", FILTERED, LIST);
    donors.request.cookie.clone_from(partner);
    pages.push(donors);
    let deep = follow(&mut client, &Request::get("/bench-1/actions?sort=title", secretariat)).await?;
    pages.push(list("list, page 41", &deep, LIST));

    let search = |name: &'static str, words: &str| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish();
        Page { holds: vec![ROW.to_owned()], ..page(name, &format!("/bench-1/actions?{query}"), SEARCH) }
    };
    pages.push(search("search, exact", "prekogranična policijska saradnja"));
    pages.push(search("search, misspelt", "integrated boarder managment"));
    pages.push(search("search, misspelt Latin", "trgovina ljuidma suzbijnje"));
    pages.push(search("search, other script", "сузбијање трговине људима"));
    pages.push(search("search, abbreviation", "P/CVE"));
    pages.push(search("search, common words", "support to development"));

    let fragment = |name: &'static str, path: &str| Page { holds: Vec::new(), ..page(name, path, COUNTS) };
    pages.push(fragment("counts of filter values, all", "/bench-1/actions/counts"));
    pages.push(fragment("counts, filtered", "/bench-1/actions/counts?pillar=WBCSCi&beneficiary=AL&status=ongoing"));
    pages.push(fragment("counts, searched", "/bench-1/actions/counts?q=support+to+development"));

    let mut record = page("action", &richest(place, "members").await?, AIM);
    pages.push(Page { holds: vec!["</html>".to_owned()], ..record });
    record = page("action, its reading noted", &richest(place, "parties").await?, AIM);
    record.kind = Kind::Writing;
    pages.push(record);

    // the first who asks has the ledger made
    for _ in 0..60 {
        if client.send(&Request::get("/bench-1/money", secretariat)).await?.text().contains(SUMS) {
            break;
        }
    }
    let money = |name: &'static str, path: &str| Page {
        holds: vec![SUMS.to_owned()],
        indexed: false,
        ..page(name, path, MONEY)
    };
    pages.push(money("money, donors by beneficiaries", "/bench-1/money?rows=donor&cols=beneficiary"));
    pages.push(money(
        "money, pillars by years, filtered",
        "/bench-1/money?rows=pillar&cols=year&kind=disbursed&from=2022&to=2026",
    ));
    pages.push(money("money, a total opened", "/bench-1/money/rows"));

    let (in_force, draft) = (plan(place, "in_force").await?, plan(place, "draft").await?);
    let document = page("plan, document", &in_force, DOCUMENT);
    pages.push(Page { rows: Some(("<div class=\"node\" id=", 400)), ..document });
    pages.push(page("plan, matrix", &format!("{in_force}/matrix"), PLAN));
    pages.push(page("plan, timeline", &format!("{in_force}/timeline"), PLAN));
    pages.push(page("plan, editor", &format!("{draft}/edit"), PLAN));
    let (open, back) = opening(&mut client, &draft, secretariat).await?;
    pages.push(Page {
        kind: Kind::Step,
        request: open,
        back: Some(back),
        status: 303,
        holds: Vec::new(),
        indexed: false,
        ..page("plan, its text frozen", "", FROZEN)
    });

    let public = |name: &'static str, path: &str, target: Target| Page {
        request: Request::get(path, ""),
        ..page(name, path, target)
    };
    pages.push(public("public home", "/bench-1/public", AIM));
    pages.push(public("public list", "/bench-1/public/actions", AIM));
    pages.push(public("public search", "/bench-1/public/actions?q=integrated+boarder+managment", SEARCH));
    pages.push(sign_in(&mut client).await?);
    pages.push(Page {
        kind: Kind::Export,
        holds: Vec::new(),
        indexed: false,
        ..page("export of the whole list, CSV", "/bench-1/actions.csv", NONE)
    });
    Ok(pages)
}

/// The table of totals.
const SUMS: &str = "sums\"";

/// What a row of the list begins with.
const ROW: &str = "<tr><th scope=\"row\">";

/// Goes on to the next page so many times.
async fn follow(client: &mut Client, first: &Request) -> Result<String> {
    let mut request = first.clone();
    for at in 1..=DEEP {
        let answer = client.send(&request).await?;
        ensure!(answer.status == 200, "page {at} of the list: status {}", answer.status);
        let text = answer.text();
        let next = text.split("rel=\"next\" href=\"").nth(1).and_then(|rest| rest.split('"').next());
        request.path = next
            .with_context(|| format!("page {at} of the list has no next one"))?
            .replace("&amp;", "&")
            .replace("&#38;", "&");
    }
    Ok(request.path)
}

/// The action of a level with the most to show.
async fn richest(place: &Place, level: &str) -> Result<String> {
    let mut superuser = place.superuser().await?;
    let id: uuid::Uuid = sqlx::query_scalar(
        "select a.id from action a join process p on p.id = a.process_id
         where p.slug = 'bench-1' and a.handling = $1 and a.parent_id is not null and a.merged_into_id is null
         order by (select count(*) from action_party x where x.process_id = a.process_id and x.action_id = a.id)
            + (select count(*) from contribution x where x.process_id = a.process_id and x.action_id = a.id)
            + (select count(*) from remark x where x.process_id = a.process_id and x.action_id = a.id) desc, a.id limit 1",
    )
    .bind(level)
    .fetch_one(&mut superuser)
    .await?;
    superuser.close().await?;
    Ok(format!("/bench-1/actions/{id}"))
}

/// The address of the large plan in a state.
///
/// # Errors
/// There is none.
pub async fn plan(place: &Place, state: &str) -> Result<String> {
    let mut superuser = place.superuser().await?;
    let id: uuid::Uuid = sqlx::query_scalar(
        "select l.id from plan l join process p on p.id = l.process_id where p.slug = 'bench-1' and l.state = $1",
    )
    .bind(state)
    .fetch_one(&mut superuser)
    .await?;
    superuser.close().await?;
    Ok(format!("/bench-1/plans/{id}"))
}

/// Opening a consultation freezes the text and tells whom it asks; stopping it makes it possible again.
async fn opening(client: &mut Client, plan: &str, cookie: &str) -> Result<(Request, Request)> {
    let form = client.send(&Request::get(format!("{plan}/steps/open-consultation"), cookie)).await?.text();
    let token = token(&form)?;
    let deadline = (concert::kernel::clock::Clock::default().today() + chrono::TimeDelta::days(21)).to_string();
    let asked =
        form.split("name=\"beneficiary\"").skip(1).filter_map(|r| r.split("value=\"").nth(1)?.split('"').next());
    let post = |step: &str, fields: &[(&str, &str)]| Request {
        path: format!("{plan}/steps/{step}"),
        cookie: cookie.to_owned(),
        form: Some(url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()),
        gzip: false,
    };
    let mut fields = vec![("form_token", token.as_str()), ("deadline", deadline.as_str())];
    fields.extend(asked.map(|id| ("beneficiary", id)));
    ensure!(fields.len() > 2, "the form of a consultation asks no beneficiary");
    let back = post("stop-consultation", &[("form_token", &token), ("why", "To be opened again")]);
    Ok((post("open-consultation", &fields), back))
}

/// What the forms of a page send with them.
///
/// # Errors
/// The page has no form.
pub fn token(page: &str) -> Result<String> {
    let field = page.split("name=\"form_token\"").nth(1).and_then(|rest| rest.split("value=\"").nth(1));
    Ok(field.and_then(|rest| rest.split('"').next()).context("the page has no form")?.to_owned())
}

/// The form as a browser sends it; its token fits the cookie that came with it.
async fn sign_in(client: &mut Client) -> Result<Page> {
    let form = client.send(&Request::get("/sign-in", "")).await?;
    let cookie =
        form.header("set-cookie").and_then(|c| c.split(';').next()).context("sign-in gives no cookie")?.to_owned();
    let token = token(&form.text())?;
    let fields =
        [("form_token", token.as_str()), ("email", "eu@bench-1.example"), ("password", concert::dev::seed::PASSWORD)];
    let form = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    Ok(Page {
        name: "sign-in",
        kind: Kind::SignIn,
        request: Request { path: "/sign-in".to_owned(), cookie, form: Some(form), gzip: false },
        back: None,
        status: 303,
        holds: Vec::new(),
        rows: None,
        // nobody is signed in yet
        target: Target { statements: None, ..NONE },
        indexed: false,
    })
}
