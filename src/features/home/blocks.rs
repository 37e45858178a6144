//! The pieces that homes are made of, already in the reader's words: the template only lays them out.

mod bars;

pub use bars::{by_beneficiary, by_organisation, by_pillar, by_status};

use super::links::{self, Narrow};
use super::waiting::{AccessRequest, Action, Change, Own, Waiting};
use crate::features::meetings::Coming;
use crate::kernel::awaited::Awaited;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;
use uuid::Uuid;

/// All of one role.
pub struct Desk {
    pub title: String,
    pub lead: String,
    /// When the figures were counted, in words.
    pub counted: String,
    pub acts: Vec<Act>,
    pub answers: Vec<Answer>,
    pub main: Vec<Block>,
    pub side: Vec<Block>,
    pub below: Vec<Block>,
}

pub struct Act {
    pub text: String,
    pub link: String,
    pub main: bool,
}

/// A large figure; it opens what it counts.
pub struct Answer {
    pub n: String,
    pub link: String,
    pub text: String,
}

pub enum Block {
    Bars(Bars),
    Pair(Vec<Block>),
    List(List),
    Time(super::desks::time::Chart),
    Table(Table),
    Confirm(Confirm),
}

/// Bars beside their numbers.
pub struct Bars {
    pub title: String,
    pub more: Option<(String, String)>,
    /// What the rows are.
    pub head: String,
    /// How it is counted, where rows can add up to more than the whole.
    pub rule: String,
    pub rows: Vec<Bar>,
    /// More than a page wants to show at once.
    pub folded: Vec<Bar>,
    pub empty: String,
}

pub struct Bar {
    pub name: String,
    /// `p1` … `p9` for pillars.
    pub class: String,
    pub link: String,
    pub n: String,
    pub width: i64,
    pub none: bool,
}

pub struct List {
    pub id: &'static str,
    pub title: String,
    pub more: Option<(String, String)>,
    /// A sentence above the lines, or "".
    pub about: String,
    pub items: Vec<Item>,
    pub empty: String,
}

pub struct Item {
    pub text: String,
    pub link: String,
    pub about: String,
    /// Status word with its class, such as `warn`.
    pub mark: Option<(&'static str, String)>,
}

/// Actions to be confirmed, each by one click.
pub struct Confirm {
    pub title: String,
    pub more: Option<(String, String)>,
    pub rows: Vec<ToConfirm>,
}

pub struct ToConfirm {
    pub title: String,
    pub link: String,
    pub keeper: String,
    pub confirmed: Option<String>,
    /// Where "still true" is sent.
    pub address: String,
}

pub struct Table {
    pub id: &'static str,
    pub title: String,
    pub more: Option<(String, String)>,
    pub about: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
    pub empty: String,
}

pub struct Head {
    pub text: String,
    pub num: bool,
}

#[derive(Default)]
pub struct Cell {
    /// What stands in it, each with where it leads ("" for nowhere).
    pub parts: Vec<(String, String)>,
    pub after: String,
    pub num: bool,
    /// The row's pillar, 1 to 9; 0 for none.
    pub pillar: usize,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { parts: vec![(text.into(), String::new())], ..Self::default() }
    }
    pub fn link(text: impl Into<String>, link: impl Into<String>) -> Self {
        Self { parts: vec![(text.into(), link.into())], ..Self::default() }
    }
    /// A number; zero opens nothing.
    pub fn number(p: &Page, n: i64, link: String) -> Self {
        let link = if n == 0 { String::new() } else { link };
        Self { parts: vec![(p.number(n), link)], num: true, ..Self::default() }
    }
}

impl Bars {
    pub fn fold(&self, p: &Page) -> String {
        p.tn("home-fold", i64::try_from(self.folded.len()).unwrap_or(0))
    }
}

impl Table {
    /// The heading of a column.
    pub fn label(&self, column: &usize) -> &str {
        self.heads.get(*column).map_or("", |h| h.text.as_str())
    }
}

impl Answer {
    pub fn new(p: &Page, n: i64, text: String, link: String) -> Self {
        Self { n: p.number(n), text, link }
    }
}

/// Actions that await confirmation, with "still true" beside each.
pub fn to_confirm(p: &Page, actions: &[Action], title: String, more: Option<(String, String)>) -> Block {
    let rows = actions
        .iter()
        .map(|a| ToConfirm {
            title: a.title.clone(),
            link: links::action(p, a.id),
            keeper: a.keeper.clone(),
            confirmed: a.confirmed_at.as_ref().map(|at| p.day_of(at)),
            address: p.link(&format!("/actions/{}/confirm", a.id)),
        })
        .collect();
    Block::Confirm(Confirm { title, more, rows })
}

pub fn soon(p: &Page, actions: &[Action], title: String, more: Option<(String, String)>) -> Block {
    let items = actions
        .iter()
        .map(|a| Item {
            text: a.title.clone(),
            link: links::action(p, a.id),
            about: match a.end() {
                Some(end) => p.t2("home-ends", "day", p.date(&end), "keeper", &a.keeper),
                None => a.keeper.clone(),
            },
            mark: None,
        })
        .collect();
    Block::List(List { id: "soon", title, more, about: String::new(), items, empty: p.t("home-soon-none") })
}

/// A request for access, with the day by which it is answered.
pub fn request(p: &Page, r: &AccessRequest) -> Item {
    let kind = p.t(&format!("home-request-{}", r.kind.replace('_', "-")));
    Item {
        text: p.t2("home-request", "name", &r.name, "organisation", &r.organisation),
        link: p.link(&format!("/access-requests/{}", r.id)),
        about: p.t2("home-request-due", "kind", kind, "day", p.day(&r.due_on)),
        mark: (r.due_on < p.today).then(|| ("warn", p.t("home-overdue"))),
    }
}

/// The requests that wait for a focal point.
pub fn requests(p: &Page, own: &Own) -> Block {
    let items = own.requests.iter().map(|r| request(p, r)).collect();
    let more = Some((p.tn("home-all-n", own.requests_open), p.link("/access-requests")));
    Block::List(List {
        id: "requests",
        title: p.t("home-requests-title"),
        more,
        about: String::new(),
        items,
        empty: String::new(),
    })
}

/// What plans and decisions of the Board wait for, the nearest day first.
pub fn awaited(p: &Page, mut awaited: Vec<Awaited>) -> Block {
    awaited.sort_by_key(|a| (a.by.is_none(), a.by));
    let items = awaited
        .into_iter()
        .map(|a| Item {
            text: a.text,
            link: a.link,
            about: String::new(),
            mark: a
                .by
                .map(|day| (if day < p.today { "bad" } else { "warn" }, p.t1("home-awaited-by", "day", p.day(&day)))),
        })
        .collect();
    Block::List(List {
        id: "awaited",
        title: p.t("home-awaited-title"),
        more: None,
        about: String::new(),
        items,
        empty: String::new(),
    })
}

/// Meetings that come, the nearest first.
pub fn coming(p: &Page, coming: Vec<Coming>) -> Block {
    let item = |m: Coming| Item { text: m.title, link: m.link, about: m.about, mark: None };
    Block::List(List {
        id: "meetings",
        title: p.t("home-meetings-title"),
        more: Some((p.t("home-meetings-all"), p.link("/meetings"))),
        about: String::new(),
        items: coming.into_iter().map(item).collect(),
        empty: String::new(),
    })
}

/// How many suggestions are open, where that is more than are shown.
pub fn more_suggestions(p: &Page, waiting: &Waiting) -> String {
    let shown = i64::try_from(waiting.suggestions.len()).unwrap_or(0);
    if waiting.suggestions_open > shown {
        p.tn("home-suggestions-open", waiting.suggestions_open)
    } else {
        String::new()
    }
}

/// The way to all that are open; `of`: the pillar or organisation they are counted in.
pub fn all_suggestions(p: &Page, waiting: &Waiting, of: Option<Uuid>) -> Option<(String, String)> {
    let n = waiting.suggestions_open;
    let query = of.map(|id| format!("?of={id}")).unwrap_or_default();
    (n > 0).then(|| (p.tn("home-suggestions-all", n), p.link(&format!("/suggestions{query}"))))
}

pub fn suggestions(p: &Page, waiting: &Waiting, title: String, of: Uuid) -> Block {
    let items = waiting
        .suggestions
        .iter()
        .map(|s| Item {
            text: s.title.clone(),
            link: format!("{}#suggestion-{}", links::action(p, s.action), s.id),
            about: p.t2("home-suggested", "person", s.by.shown(p), "day", p.day_of(&s.at)),
            mark: None,
        })
        .collect();
    Block::List(List {
        id: "suggestions",
        title,
        more: all_suggestions(p, waiting, Some(of)),
        about: more_suggestions(p, waiting),
        items,
        empty: p.t("home-suggestions-none"),
    })
}

pub fn claims(p: &Page, actions: &[Action], title: String, more: Option<(String, String)>) -> Block {
    let items = actions
        .iter()
        .map(|a| Item {
            text: a.title.clone(),
            link: links::action(p, a.id),
            about: match &a.reported_by {
                Some(by) => p.t2("home-reported", "person", by.shown(p), "day", p.day_of(&a.created_at)),
                None => p.t1("home-reported-on", "day", p.day_of(&a.created_at)),
            },
            mark: None,
        })
        .collect();
    Block::List(List { id: "claims", title, more, about: String::new(), items, empty: p.t("home-claims-none") })
}

pub fn changes(p: &Page, changes: &[Change], title: String) -> Block {
    let items = changes
        .iter()
        .map(|c| {
            let who = c.by.as_ref().map_or_else(|| p.t("home-by-portal"), |by| by.shown(p));
            Item {
                text: c.title.clone(),
                link: links::action(p, c.action),
                about: p.t3("home-changed", ("event", event(p, &c.event)), ("person", who), ("day", p.day_of(&c.at))),
                mark: None,
            }
        })
        .collect();
    let more = p.may(Permission::HistorySee).then(|| (p.t("lately-link"), p.link("/changes")));
    Block::List(List { id: "changes", title, more, about: String::new(), items, empty: p.t("home-changes-none") })
}

pub fn added(p: &Page, actions: &[Action], title: String) -> Block {
    let items = actions
        .iter()
        .map(|a| Item {
            text: a.title.clone(),
            link: links::action(p, a.id),
            about: p.t2("home-added", "day", p.day_of(&a.created_at), "keeper", &a.keeper),
            mark: None,
        })
        .collect();
    let more = Some((p.t("home-all-actions"), Narrow::new().link(p)));
    Block::List(List { id: "added", title, more, about: String::new(), items, empty: p.t("home-none-yet") })
}

/// What happened, in the words of whoever records it; a plain word for an event that has none.
fn event(p: &Page, event: &str) -> String {
    let key = format!("event-{event}");
    if crate::kernel::i18n::has(&key) { p.t(&key) } else { p.t("home-event-other") }
}
