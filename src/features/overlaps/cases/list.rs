//! The list of coordination questions.

use askama::Template;
use axum::response::{Html, IntoResponse, Response};

use super::super::model::{Band, Kind, State};
use super::super::words;
use super::model::Person;
use super::store::{self, Filter, Line, Order, Owner};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::MembershipId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

const SIZE: i64 = 50;
/// Nobody turns more pages than this; a filter finds it.
const PAGES: i64 = 200;

/// The filter of the address; what is none of a list's values is left out.
pub fn read(f: &Fields, p: &Page) -> Filter {
    let pillars = p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
    Filter {
        pillar: pillars.iter().find(|l| l.key == f.value("pillar")).map(|l| l.id.0),
        kind: Kind::parse(f.value("kind")),
        likely: Band::parse(f.value("likely")),
        state: State::parse(f.value("state")),
        all: f.value("state") == "all",
        age: f.value("age").parse().ok().filter(|days| (1..=3_650).contains(days)),
        owner: match f.value("owner") {
            "me" => Some(Owner::Me),
            "nobody" => Some(Owner::Nobody),
            id => id.parse().ok().map(Owner::One),
        },
        mine: f.value("mine") == "1",
        escalated: f.value("escalated") == "1",
        order: Order::parse(f.value("order")).unwrap_or_default(),
    }
}

#[derive(Template)]
#[template(path = "overlaps/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    lines: Vec<Line>,
    all: i64,
    page: i64,
    more: bool,
    /// The address's query without its page.
    query: String,
    filtered: bool,
    /// A full pass under way: done, of how many.
    pass: Option<(i32, i32)>,
    reports: bool,
    /// Who is in charge of any.
    in_charge: Vec<(MembershipId, Person)>,
}

/// The query of the address without its page.
pub fn query(f: &Fields) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in f.pairs() {
        if !matches!(name.as_str(), "page" | "done") && !value.is_empty() {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

pub async fn page(inside: Inside) -> Result<Response, Problem> {
    let Inside { app, mut tx, member, page: p, fields: f } = inside;
    let filter = read(&f, &p);
    let page: i64 = f.value("page").parse().ok().filter(|n| (1..=PAGES).contains(n)).unwrap_or(1);
    let mut lines = store::list(&mut tx, &filter, app.clock.now(), SIZE + 1, (page - 1) * SIZE).await?;
    let more = lines.len() as i64 > SIZE;
    lines.truncate(SIZE as usize);
    let pass = store::pass(&mut tx).await?;
    let in_charge = store::owners(&mut tx, p.today).await?;
    let query = query(&f);
    let list = ListPage {
        all: lines.first().map_or(0, |l| l.all),
        filtered: !query.is_empty(),
        reports: member.may_somewhere(Permission::OverlapReport),
        lines,
        page,
        more,
        query,
        pass,
        in_charge,
        f,
        p,
    };
    Ok(Html(list.render()?).into_response())
}

impl ListPage {
    fn title(&self, line: &Line) -> String {
        title(&self.p, line)
    }

    fn judged(&self, line: &Line) -> Option<String> {
        Some(words::likely(&self.p, line.likelihood?))
    }

    fn badge(&self, line: &Line) -> &'static str {
        line.likelihood.map_or("plain", |l| Band::of(l).badge())
    }

    fn kinds(&self) -> Vec<(String, String)> {
        Kind::options(&self.p)
    }

    fn bands(&self) -> Vec<(String, String)> {
        Band::options(&self.p)
    }

    fn states(&self) -> Vec<(String, String)> {
        let mut all = State::options(&self.p);
        all.push(("all".to_owned(), self.p.t("overlap-state-all")));
        all
    }

    fn pillars(&self) -> Vec<(String, String)> {
        let all = self.p.frame().map(|f| f.pillars.as_slice()).unwrap_or_default();
        all.iter().map(|l| (l.key.clone(), l.key.clone())).collect()
    }

    fn ages(&self) -> Vec<(String, String)> {
        [30, 90, 180].iter().map(|n| (n.to_string(), self.p.tn("overlap-age-days", *n))).collect()
    }

    fn owners(&self) -> Vec<(String, String)> {
        let fixed = [("me", "overlap-owner-me"), ("nobody", "overlap-owner-nobody")];
        let people = self.in_charge.iter().map(|(id, person)| (id.to_string(), person.short(&self.p)));
        fixed.iter().map(|(value, key)| ((*value).to_owned(), self.p.t(key))).chain(people).collect()
    }

    fn orders(&self) -> Vec<(String, String)> {
        ["likelihood", "newest", "oldest", "due"]
            .iter()
            .map(|value| ((*value).to_owned(), self.p.t(&format!("overlap-order-{value}"))))
            .collect()
    }

    fn to_page(&self, page: i64) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("{}&", self.query) };
        format!("{}?{query}page={page}", self.p.link("/overlaps"))
    }

    fn file(&self, ending: &str) -> String {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        format!("{}/{ending}{query}", self.p.link("/overlaps"))
    }
}

/// The titles of a question's actions; of one that is not shown, that there is one.
pub fn titles(p: &Page, line: &Line) -> Vec<String> {
    line.titles.iter().map(|t| t.clone().unwrap_or_else(|| p.t("overlap-hidden-short"))).collect()
}

fn title(p: &Page, line: &Line) -> String {
    titles(p, line).join(" × ")
}
