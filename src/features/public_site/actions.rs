//! Cards of the actions that are published: project, donors, implementers, beneficiaries, pillar, dates. Amounts and
//! descriptions are for members.

use askama::Template;
use axum::extract::Path;
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::store;
use crate::features::actions::{self, ActionRow, Cut, Filter, Lookups, Match, Status};
use crate::kernel::auth::InPublic;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::page::Page;

const ROWS: i64 = 20;
/// As far as a list is counted: everybody may ask for it, and any number of times.
const COUNTED: i64 = 1000;
/// The filters of the public list.
const FILTERS: [&str; 4] = ["q", "pillar", "beneficiary", "status"];

/// What is published: public, and no report that its donor has not confirmed.
pub fn published(others: Match) -> Match {
    Match { handlings: Some(vec!["public".to_owned()]), claim: Some("confirmed"), ..others }
}

/// A card, in the reader's words.
pub struct Card {
    pub row: ActionRow,
    pub pillars: Vec<(String, String, usize)>,
    pub beneficiaries: String,
    pub notes: Vec<String>,
    pub donors: String,
    pub implementers: String,
    pub start: String,
    pub end: String,
    pub status: Option<Status>,
}

impl Card {
    fn new(p: &Page, row: ActionRow) -> Self {
        let frame = p.frame();
        let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
        let all = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
        let concerned: Vec<_> = all.iter().filter(|b| row.beneficiaries.contains(&b.id.0)).collect();
        let mut notes: Vec<String> = concerned.iter().filter_map(|b| b.note.clone()).collect();
        notes.dedup();
        Self {
            pillars: pillars
                .iter()
                .enumerate()
                .filter(|(_, l)| row.pillars.contains(&l.id.0))
                .map(|(i, l)| (l.key.clone(), l.name.clone(), i + 1))
                .collect(),
            beneficiaries: concerned.iter().map(|b| b.name.as_str()).collect::<Vec<_>>().join(", "),
            notes,
            donors: row.names("funding").join(", "),
            implementers: row.names("implementing").join(", "),
            start: row.start().map(|d| p.date(&d)).unwrap_or_default(),
            end: row.end().map(|d| p.date(&d)).unwrap_or_default(),
            status: row.status.as_deref().and_then(Status::parse),
            row,
        }
    }

    /// "2024 – May 2027", as far as it is stated.
    fn period(&self, p: &Page) -> String {
        match (self.start.is_empty(), self.end.is_empty()) {
            (true, true) => String::new(),
            (false, true) => p.t1("public-from", "start", &self.start),
            (true, false) => p.t1("public-until", "end", &self.end),
            (false, false) => format!("{} – {}", self.start, self.end),
        }
    }

    /// Only addresses of the web become links.
    fn source(&self) -> Option<&str> {
        self.row.source_url.as_deref().filter(|url| url.starts_with("https://") || url.starts_with("http://"))
    }
}

/// One value of a filter: in the address, in words, chosen.
struct Value {
    value: String,
    text: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "public_site/actions.html")]
struct ListPage {
    p: Page,
    f: Fields,
    cards: Vec<Card>,
    cut: Cut,
    /// "of 81 actions", where it is known.
    of: Option<String>,
    groups: Vec<(&'static str, &'static str, Vec<Value>)>,
    filtered: bool,
    list: String,
    /// The filters as they stand in an address.
    query: String,
    first_link: String,
}

impl ListPage {
    /// The name of a filter that could not be used; whatever is in no group is the words.
    fn name_of(&self, name: &str) -> String {
        self.p.t(self.groups.iter().find(|(kind, ..)| *kind == name).map_or("list-words", |(_, label, _)| *label))
    }
    fn shown(&self) -> String {
        let last = self.cut.first + i64::try_from(self.cards.len()).unwrap_or(0) - 1;
        self.p.t2("list-shown", "first", self.p.number(self.cut.first), "last", self.p.number(last))
    }
}

fn groups(p: &Page, f: &Fields) -> Vec<(&'static str, &'static str, Vec<Value>)> {
    let frame = p.frame();
    let value = |kind: &str, value: &str, text: String| Value {
        chosen: f.contains(kind, value),
        value: value.to_owned(),
        text,
    };
    let none = |kind: &str| value(kind, "none", p.t("not-stated"));
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let pillars = pillars.iter().map(|l| value("pillar", &l.key, l.key.clone()));
    let beneficiaries = beneficiaries.iter().map(|b| value("beneficiary", &b.code, b.name.clone()));
    let states = Status::ALL.iter().map(|s| value("status", s.as_str(), p.t(s.label())));
    vec![
        ("pillar", "list-pillar", pillars.chain([none("pillar")]).collect()),
        ("beneficiary", "list-beneficiary", beneficiaries.chain([none("beneficiary")]).collect()),
        ("status", "list-status", states.chain([none("status")]).collect()),
    ]
}

/// The filters of the public list as they are in its address.
pub fn asked(inside: &InPublic) -> Result<(Fields, Filter), Problem> {
    let given = inside.fields.pairs().iter().filter(|(name, _)| FILTERS.contains(&name.as_str())).cloned().collect();
    let mut f = Fields::new(given);
    let frame = inside.page.frame().ok_or(Problem::NotFound)?;
    let mut filter = Filter::read(&mut f, frame, &Lookups::default(), inside.app.clock.now(), false);
    filter.matches = published(filter.matches);
    Ok((f, filter))
}

pub async fn list(mut inside: InPublic) -> Result<Response, Problem> {
    let (f, filter) = asked(&inside)?;
    let list = inside.page.link("/public/actions");
    let cut = actions::cut(&mut inside.tx, &filter, &inside.fields, &list, ROWS).await?;
    let ids: Vec<_> = cut.ids.iter().map(|found| found.id).collect();
    inside.tx.keep_plans().await?;
    let rows = actions::found(&mut inside.tx, &ids, filter.matches.words.as_deref()).await?;
    let all = match cut.all {
        Some(all) => Some(all),
        // the best matches of words are found without finding them all
        None if filter.matches.words.is_some() => None,
        None => Some(actions::count_to(&mut inside.tx, &filter.matches, COUNTED + 1).await?),
    };
    let p = inside.page;
    let of = all.map(|n| if n > COUNTED { p.tn("public-of-more", COUNTED) } else { p.tn("list-of", n) });
    let page = ListPage {
        cards: rows.into_iter().map(|row| Card::new(&p, row)).collect(),
        groups: groups(&p, &f),
        of,
        filtered: !filter.pairs.is_empty(),
        first_link: format!("{list}?{}", filter.query(&[])),
        query: filter.query(&[]),
        list,
        cut,
        f,
        p,
    };
    Ok(Html(page.render()?).into_response())
}

#[derive(Template)]
#[template(path = "public_site/card.html")]
struct CardPage {
    p: Page,
    card: Card,
    list: String,
}

pub async fn card(Path((_, id)): Path<(String, String)>, mut inside: InPublic) -> Result<Response, Problem> {
    let id = id.parse().map_err(|_| Problem::NotFound)?;
    let found = store::card(&mut inside.tx, id).await?.ok_or(Problem::NotFound)?;
    let p = inside.page;
    let list = p.link("/public/actions");
    match found {
        store::Card::Merged(kept) => Ok(Redirect::to(&format!("{list}/{kept}")).into_response()),
        store::Card::Here(row) => Ok(Html(CardPage { card: Card::new(&p, *row), list, p }.render()?).into_response()),
    }
}
