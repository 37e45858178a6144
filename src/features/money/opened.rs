//! A total opened: its rule, the actions that are in it with their rows, what is left out and why.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use rust_decimal::Decimal;
use std::cmp::Ordering;
use uuid::Uuid;

use super::answer::{Doubled, Ready, ready_soon};
use super::ask::{self, Asked};
use super::ledger::{Book, Scanned};
use super::model::{Dimension, Kind, Question, Reason, Totals};
use super::opened_rows::{self, Money};
use super::pages::{plan_title, waiting};
use super::rates::rates_in;
use super::rules::split;
use super::show::{self, Names};
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::ids::ActionId;
use crate::kernel::page::Page;
use crate::kernel::permit::Permission;

/// So many actions stand on a page.
const SIZE: usize = 50;

/// What is asked for besides the question: what is in the total, what is estimated of it, or what a reason keeps out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    In,
    Estimated,
    Left(Reason),
}

impl Which {
    pub fn read(text: &str) -> Self {
        match text {
            "estimated" => Self::Estimated,
            text => Reason::parse(text).map_or(Self::In, Self::Left),
        }
    }
    /// The kind of money that its rows are of: of what is only planned, what is planned.
    fn kind(self, asked: Kind) -> Kind {
        if self == Self::Left(Reason::OnlyPlanned) { Kind::Planned } else { asked }
    }
    fn as_str(self) -> &'static str {
        match self {
            Self::In => "",
            Self::Estimated => "estimated",
            Self::Left(reason) => reason.as_str(),
        }
    }
}

/// An action of an opened total.
#[derive(Debug, Clone)]
pub struct Line {
    pub action: ActionId,
    pub title: String,
    pub amount: Decimal,
    pub estimated: Decimal,
    /// So many of its rows are left out for the reason that is looked at.
    pub rows: usize,
    pub money: Vec<Money>,
}

/// Everything of an opened total, in the order of titles.
pub struct Opened {
    pub totals: Totals,
    pub lines: Vec<Line>,
    /// There are more than were asked for.
    pub all: usize,
    /// What of the total may be in it twice.
    pub doubled: Doubled,
}

/// The actions of a total, those from `from` on, at most so many.
pub async fn open(
    inside: &mut Inside,
    mut ready: Ready,
    question: &Question,
    which: Which,
    from: usize,
    most: usize,
) -> Result<Opened, Problem> {
    let twice = ready.take_doubled();
    let pick = move |book: &Book, scanned: &Scanned| {
        (pick(book, scanned, which, from, most), Doubled::of(book, scanned, &twice))
    };
    let (scanned, ((all, picked), doubled)) = ready.scan_and(question, &[Dimension::Action], pick).await?;
    let ids: Vec<Uuid> = picked.iter().map(|l| l.action.0).collect();
    let titles = store::titles(&mut inside.tx, &ids).await?;
    let lines =
        picked.into_iter().filter_map(|line| Some(Line { title: titles.get(&line.action)?.clone(), ..line })).collect();
    Ok(Opened { totals: scanned.totals, lines, all, doubled })
}

/// Puts to the actions of a total their rows that are looked at.
pub async fn with_rows(
    inside: &mut Inside,
    opened: &mut Opened,
    question: &Question,
    which: Which,
) -> Result<(), Problem> {
    if opened.lines.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = opened.lines.iter().map(|l| l.action.0).collect();
    let rows = store::shown(&mut inside.tx, &ids, which.kind(question.kind)).await?;
    let rates = rates_in(&mut inside.tx, &inside.app).await?;
    opened_rows::fill(&inside.page, opened, rows, (question, which), &rates);
    Ok(())
}

/// Those of a page, by the beginnings of their titles, and how many there are; titles and rows are still to be read.
fn pick(book: &Book, scanned: &Scanned, which: Which, from: usize, most: usize) -> (usize, Vec<Line>) {
    let titled = |slot: u32| book.entry(slot).map(|e| (e.order(), e.id()));
    let begun = |slot: u32| titled(slot).map_or(0, |(title, _)| begins(title));
    // how its title begins, the action, and where it stands in the answer
    let actions = scanned.actions.iter().zip(0_usize..);
    let all: Vec<(u64, u32, usize)> = match which {
        Which::In => actions.map(|(one, i)| (begun(one.action), one.action, i)).collect(),
        Which::Estimated => {
            let some = actions.filter(|(one, _)| one.estimated != 0);
            some.map(|(one, i)| (begun(one.action), one.action, i)).collect()
        }
        Which::Left(reason) => {
            let left = scanned.left.iter().zip(0_usize..).filter(|(l, _)| l.reason == reason);
            left.map(|(l, i)| (begun(l.action), l.action, i)).collect()
        }
    };
    let n = all.len();
    let order = |a: &(u64, u32, usize), b: &(u64, u32, usize)| {
        a.0.cmp(&b.0).then_with(|| (titled(a.1), a.2).cmp(&(titled(b.1), b.2)))
    };
    let line = |(_, slot, i): (u64, u32, usize)| {
        let (amount, estimated, rows) = match which {
            Which::Left(_) => scanned.left.get(i).map(|l| (split::amount(i128::from(l.amount)), Decimal::ZERO, l.rows)),
            Which::In | Which::Estimated => {
                scanned.actions.get(i).map(|one| (one.amount(), split::amount(one.estimated), 0))
            }
        }?;
        let action = ActionId(book.entry(slot)?.id());
        Some(Line { action, title: String::new(), amount, estimated, rows, money: Vec::new() })
    };
    (n, part(all, from, most, order).into_iter().filter_map(line).collect())
}

/// The beginning of a text as a number of the same order, which is compared without going to where the text lies.
fn begins(text: &[u8]) -> u64 {
    let mut bytes = [0_u8; 8];
    bytes.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
    u64::from_be_bytes(bytes)
}

/// Those that would stand from `from` on in this order. A total of all actions has a hundred thousand: only what comes before the
/// end of the page is put in order.
fn part<T>(mut all: Vec<T>, from: usize, most: usize, order: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let end = from.saturating_add(most);
    if end < all.len() {
        all.select_nth_unstable_by(end, &order);
        all.truncate(end);
    }
    all.sort_unstable_by(order);
    all.into_iter().skip(from).collect()
}

#[derive(Template)]
#[template(path = "money/rows.html")]
struct RowsPage {
    p: Page,
    question: Question,
    which: Which,
    said: Vec<(String, String)>,
    opened: Opened,
    notes: Vec<String>,
    from: usize,
    checks: bool,
}

pub async fn page(mut inside: Inside) -> Result<Response, Problem> {
    let mut f = std::mem::take(&mut inside.fields);
    let Asked { question, .. } = Asked::read(&mut f);
    let which = Which::read(f.value("show"));
    let from = f.value("start").parse::<usize>().unwrap_or(0);
    let Some(ready) = ready_soon(&mut inside, &question).await? else { return waiting(inside.page) };
    let mut opened = open(&mut inside, ready, &question, which, from, SIZE).await?;
    let names = Names::of(&mut inside.tx, &[], &question).await?;
    names.found(&question)?;
    let plans = if question.plan.is_some() { store::plans(&mut inside.tx).await? } else { Vec::new() };
    with_rows(&mut inside, &mut opened, &question, which).await?;
    let p = inside.page;
    let page = RowsPage {
        said: show::asked(&p, &names, &question, plan_title(&question, &plans).as_deref()),
        notes: show::notes(&p, &question, &opened.totals),
        checks: inside.member.may_somewhere(Permission::ActionMoney),
        question,
        which,
        opened,
        from,
        p,
    };
    Ok((StatusCode::OK, Html(page.render()?)).into_response())
}

impl RowsPage {
    fn kind(&self) -> String {
        self.p.t(Kind::label(self.question.kind))
    }
    fn amount(&self, amount: &Decimal) -> String {
        show::amount(&self.p, *amount, &self.opened.totals.currency)
    }
    fn rule(&self) -> String {
        self.p.t(show::rule(&self.question))
    }
    fn estimate(&self, line: &Line) -> Option<String> {
        (!line.estimated.is_zero()).then(|| show::share(&self.p, line.estimated, line.amount)).flatten()
    }
    fn link(&self, which: Which, from: usize) -> String {
        let mut query = ask::text(&self.question, &[]);
        for (name, value) in [("show", which.as_str().to_owned()), ("start", from.to_string())] {
            if !value.is_empty() && value != "0" {
                query.push_str(&format!("{}{name}={value}", if query.is_empty() { "" } else { "&" }));
            }
        }
        let page = self.p.link("/money/rows");
        if query.is_empty() { page } else { format!("{page}?{query}") }
    }
    /// What can be looked at: in, estimated, each reason; with how much there is, and whether it is looked at.
    fn views(&self) -> Vec<(String, String, bool)> {
        let totals = &self.opened.totals;
        let mut all = vec![(Which::In, self.p.t1("money-view-in", "n", self.p.number(totals.actions)))];
        if !totals.estimated.is_zero() {
            all.push((Which::Estimated, self.p.t1("money-view-estimated", "amount", self.amount(&totals.estimated))));
        }
        for left in &totals.left_out {
            let words =
                self.p.t2("money-view-left", "reason", self.p.t(left.reason.label()), "n", self.p.number(left.actions));
            all.push((Which::Left(left.reason), words));
        }
        all.into_iter().map(|(which, words)| (self.link(which, 0), words, which == self.which)).collect()
    }
    /// What of the total may be in it twice.
    fn doubled(&self) -> Option<String> {
        let asked = matches!(self.which, Which::In | Which::Estimated);
        asked.then(|| show::doubled(&self.p, &self.opened.doubled, &self.opened.totals.currency)).flatten()
    }
    /// Why what is looked at is not in the total.
    fn why(&self) -> Option<String> {
        match self.which {
            Which::Left(reason) => Some(self.p.t(reason.text())),
            Which::Estimated => Some(self.p.t("money-view-estimated-text")),
            Which::In => None,
        }
    }
    fn before(&self) -> Option<String> {
        (self.from > 0).then(|| self.link(self.which, self.from.saturating_sub(SIZE)))
    }
    fn after(&self) -> Option<String> {
        let next = self.from.saturating_add(SIZE);
        (next < self.opened.all).then(|| self.link(self.which, next))
    }
    fn file(&self, ending: &str) -> String {
        let link = self.link(self.which, 0);
        link.replacen("/money/rows", &format!("/money/rows.{ending}"), 1)
    }
    fn exports(&self) -> bool {
        self.p.may(Permission::ExportLists)
    }
    fn back(&self) -> String {
        let unopened = Question { parts: Vec::new(), ..self.question.clone() };
        self.p.link(&ask::query(&unopened, &[Dimension::Donor]))
    }
    fn stated(&self, line: &Line) -> bool {
        line.money.is_empty() && !matches!(self.which, Which::Left(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_part_is_what_stands_there_when_all_is_in_order(
            keys in prop::collection::hash_set(any::<u32>(), 0..200), from in 0usize..250, most in 0usize..60,
        ) {
            let keys: Vec<u32> = keys.into_iter().collect();
            let mut ordered = keys.clone();
            ordered.sort_unstable();
            let wanted: Vec<u32> = ordered.into_iter().skip(from).take(most).collect();
            prop_assert_eq!(part(keys, from, most, u32::cmp), wanted);
        }

        #[test]
        fn texts_stand_as_their_beginnings_do(one in "[a-cж ]{0,12}", other in "[a-cж ]{0,12}") {
            let (a, b) = (one.as_bytes(), other.as_bytes());
            prop_assert_eq!((begins(a), a).cmp(&(begins(b), b)), one.cmp(&other));
        }
    }
}
