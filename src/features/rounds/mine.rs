//! The page of those who are asked: only what is theirs, prefilled, a form a row. What was wrong in a row stands at that row, and
//! nothing else of the page is touched.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::answered::MOST;
use super::life::ReportState;
use super::model::{Action, Asked, Health, Indicator, Item, Kind, Money, Report, Round};
use super::party::Party;
use super::sheet_moved;
use super::show::{again, find, html, page_of, pages};
use super::store_items::{self, Wanted};
use crate::features::actions::Status;
use crate::features::needs::{self, Cycle};
use crate::kernel::auth::Inside;
use crate::kernel::date::PartialDate;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::i18n::Message;
use crate::kernel::ids::{BeneficiaryId, RoundAskedId, RoundItemId};
use crate::kernel::money::as_typed;
use crate::kernel::page::Page;
use crate::kernel::permit::{Member, Permission, Scope};

/// Rows of a page.
pub const SIZE: i64 = 20;

/// A row with what was typed into it and was wrong.
pub struct Typed {
    pub item: RoundItemId,
    pub f: Fields,
}

#[derive(Template)]
#[template(path = "rounds/mine.html")]
struct MinePage {
    p: Page,
    r: Round,
    /// Whose page it is; none, where nobody is asked for whom the reader answers.
    a: Option<Asked>,
    /// The other pages that the reader answers on.
    others: Vec<Party>,
    items: Vec<Item>,
    /// Items that are not answered, and all.
    open: i64,
    all: i64,
    only_open: bool,
    at: i64,
    confirmed: Option<i64>,
    typed: Option<Typed>,
    /// What was wrong with the page as a whole.
    f: Fields,
    cycle: Option<Cycle>,
    member: Member,
    none: Fields,
}

/// What a field of a row is called; the values of indicators bear the names of these.
pub fn label(field: &str) -> Option<&'static str> {
    Some(match field {
        "health" => "progress-field-health",
        "done" => "progress-field-done",
        "hinders" => "progress-field-hinders",
        "disbursed" => "round-money-disbursed",
        "spent" => "round-money-spent",
        "currency" | "total_currency" => "round-field-currency",
        "status" => "action-field-status",
        "end" => "round-field-end",
        "total" => "action-field-stated-total",
        "word" => "round-field-word",
        _ => return None,
    })
}

/// An amount without trailing zeros.
pub fn plain(amount: &str) -> String {
    amount.parse::<rust_decimal::Decimal>().map_or_else(|_| amount.to_owned(), |d| d.normalize().to_string())
}

/// Which part of a page is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part {
    pub asked: Option<RoundAskedId>,
    pub only_open: bool,
    /// From 0.
    pub at: i64,
    /// So many were confirmed at once just now, and others are left open.
    pub confirmed: Option<i64>,
}

impl Part {
    pub fn read(f: &Fields) -> Self {
        Self {
            asked: f.value("asked").parse().ok(),
            only_open: f.value("show") == "open",
            at: f.value("part").parse().ok().filter(|n| (0..10_000).contains(n)).unwrap_or(0),
            confirmed: f.value("confirmed").parse().ok().filter(|n| (1..=MOST).contains(n)),
        }
    }

    /// The address of the page, from the process on.
    pub fn rest(&self, round: &Round) -> String {
        let asked = self.asked.map(|a| a.to_string()).unwrap_or_default();
        let show = if self.only_open { "&show=open" } else { "" };
        format!("/rounds/{}/mine?asked={asked}{show}&part={}", round.id, self.at)
    }
}

impl MinePage {
    fn part(&self) -> Part {
        Part { asked: self.a.as_ref().map(|a| a.id), only_open: self.only_open, at: self.at, confirmed: None }
    }
    fn next_link(&self) -> String {
        self.p.link(&Part { at: self.at + 1, ..self.part() }.rest(&self.r))
    }
    fn earlier_link(&self) -> String {
        self.p.link(&Part { at: self.at - 1, ..self.part() }.rest(&self.r))
    }
    fn all_link(&self) -> String {
        self.p.link(&Part { only_open: false, at: 0, ..self.part() }.rest(&self.r))
    }
    fn open_link(&self) -> String {
        self.p.link(&Part { only_open: true, at: 0, ..self.part() }.rest(&self.r))
    }
    /// The address of the page as a file, and what narrows it.
    fn files(&self) -> String {
        format!("/rounds/{}/mine", self.r.id)
    }
    fn file_query(&self) -> String {
        let asked = self.a.as_ref().map(|a| a.id.to_string()).unwrap_or_default();
        format!("asked={asked}{}", if self.only_open { "&show=open" } else { "" })
    }
    /// What was confirmed of more than are taken at once, and what is left.
    fn confirmed_in_part(&self) -> Option<String> {
        Some(self.p.tn1("round-confirmed-in-part", self.confirmed?, "left", self.p.number(self.open)))
    }
    /// How many open ones are taken at once.
    fn at_once(&self) -> i64 {
        self.open.min(MOST)
    }
    fn has_next(&self) -> bool {
        (self.at + 1) * SIZE < if self.only_open { self.open } else { self.all }
    }
    fn is_own(&self) -> bool {
        self.a.as_ref().is_some_and(|a| a.is_own(&self.member))
    }
    fn writes(&self) -> bool {
        self.r.is_open()
    }
    /// The fields of a row: as they were typed, or none.
    fn fields(&self, item: &Item) -> &Fields {
        self.typed.as_ref().filter(|t| t.item == item.id).map_or(&self.none, |t| &t.f)
    }
    /// Whether the row's form of this name was sent and was wrong.
    fn is_wrong(&self, item: &Item, what: &str) -> bool {
        self.typed.as_ref().is_some_and(|t| t.item == item.id && what.split(' ').any(|w| t.f.value("do") == w))
    }
    /// A field as it was typed, else as it stands.
    fn value(&self, item: &Item, name: &str, stands: String) -> String {
        let f = self.fields(item);
        if f.has(name) { f.value(name).to_owned() } else { stands }
    }
    fn chosen(&self, item: &Item, name: &str, stands: String, value: &str) -> bool {
        self.value(item, name, stands) == value
    }
    fn error(&self, item: &Item, name: &str) -> Option<String> {
        self.p.error(self.fields(item), name)
    }
    /// The errors of a row, each with the field where it stands: of which row, of which field, what is wrong.
    fn errors(&self) -> Vec<(String, String)> {
        let Some(t) = &self.typed else { return Vec::new() };
        let row = self.items.iter().find(|i| i.id == t.item).map(|i| i.title().to_owned());
        let said = |name: &str, m: &Message| {
            let field = label(name).map(|key| self.p.t(key));
            let parts = [row.clone(), field, Some(self.p.say(m))];
            parts.into_iter().flatten().collect::<Vec<_>>().join(": ")
        };
        t.f.errors().iter().map(|(name, m)| (format!("{name}-{}", t.item), said(name, m))).collect()
    }
    /// Which answer the row was shown with.
    fn stands(&self, item: &Item) -> String {
        self.value(item, "stands", sheet_moved::stands(item))
    }
    fn typed(&self, item: &Item, name: &str) -> String {
        self.value(item, name, String::new())
    }
    fn report_text(&self, item: &Item, name: &str) -> String {
        let report = item.report.as_ref();
        report.map(|r| if name == "done" { r.done.clone() } else { r.hinders.clone() }).unwrap_or_default()
    }
    fn currency(&self, a: &Action) -> String {
        a.currency.clone().unwrap_or_else(|| "EUR".to_owned())
    }
    /// The currency that money of the period is in: as what is stated of it already.
    fn money_currency(&self, item: &Item, a: &Action) -> String {
        item.money.first().map_or_else(|| self.currency(a), |m| m.currency.clone())
    }
    fn accepted(&self, item: &Item) -> bool {
        item.report.as_ref().is_some_and(|r| r.state == ReportState::Accepted)
    }
    fn came_back(&self, item: &Item) -> bool {
        item.report.as_ref().is_some_and(|r| r.state.came_back())
    }
    /// There are more open items than this page shows.
    fn more_open(&self) -> bool {
        usize::try_from(self.open).is_ok_and(|n| n > self.items.iter().filter(|i| i.is_open()).count())
    }
    fn edits(&self, a: &Action) -> bool {
        self.member.may(Permission::ActionEdit, &a.scope())
    }
    fn confirms(&self, item: &Item) -> bool {
        match (&item.action, &item.need, self.r.kind) {
            (Some(a), _, Kind::Confirm) => self.member.may(Permission::ActionConfirm, &a.scope()),
            (Some(_), _, Kind::Responses) => true,
            (_, Some(n), Kind::Needs) => self.member.may(Permission::NeedSubmit, &Scope::beneficiary(n.beneficiary)),
            _ => false,
        }
    }
    fn reports(&self, a: &Action) -> bool {
        self.r.is_progress() && self.member.may(Permission::ProgressReport, &a.scope())
    }
    fn pays(&self, a: &Action) -> bool {
        self.member.may(Permission::ActionMoney, &a.scope())
    }
    fn confirmable(&self) -> bool {
        self.writes() && !self.r.is_progress() && self.items.iter().any(|i| i.is_open() && self.confirms(i))
    }
    fn statuses(&self) -> Vec<(&'static str, String)> {
        Status::ALL.iter().map(|s| (s.as_str(), self.p.t(s.label()))).collect()
    }
    fn healths(&self) -> Vec<(&'static str, String)> {
        Health::ALL.iter().map(|h| (h.as_str(), self.p.t(h.label()))).collect()
    }
    fn status(&self, status: &Option<Status>) -> String {
        self.p.t(status.map_or("not-stated", Status::label))
    }
    /// The total as its field has it, and its currency.
    fn typed_total(&self, a: &Action) -> String {
        a.total.as_deref().map(plain).unwrap_or_default()
    }
    fn was_total(&self, a: &Action) -> String {
        match (&a.total, &a.currency) {
            (Some(total), Some(currency)) => format!("{} {currency}", plain(total)),
            _ => String::new(),
        }
    }
    fn status_word(&self, a: &Action) -> String {
        a.status.map(Status::as_str).unwrap_or_default().to_owned()
    }
    fn health_word(&self, item: &Item) -> String {
        item.report.as_ref().map(|r| r.health.as_str()).unwrap_or_default().to_owned()
    }
    /// The line of "{state}: {word}" of an answer in words.
    fn state_label(&self, item: &Item) -> String {
        self.p.t(item.state.label_in(self.r.kind))
    }
    fn these_key(&self) -> &'static str {
        if self.r.kind == Kind::Needs { "round-these-go-on" } else { "round-confirm-these" }
    }
    fn not_ours_key(&self) -> &'static str {
        if self.r.kind == Kind::Needs { "round-no-longer" } else { "round-not-ours" }
    }
    fn date(&self, iso: Option<&str>) -> String {
        let date = iso.and_then(|d| d.parse::<PartialDate>().ok());
        date.map_or_else(|| self.p.t("not-stated"), |d| self.p.date(&d))
    }
    /// Whether it stands as not over though its end has passed: "still true" would say so again.
    fn is_past(&self, a: &Action) -> bool {
        let end = a.end.as_deref().and_then(|d| d.parse::<PartialDate>().ok());
        let over = matches!(a.status, Some(Status::Completed | Status::Cancelled));
        !over && end.is_some_and(|end| end.last_day() < self.p.today)
    }
    /// The same for a field, which is empty where nothing is stated.
    fn typed_date(&self, iso: Option<&str>) -> String {
        iso.and_then(|d| d.parse::<PartialDate>().ok()).map(|d| self.p.date(&d)).unwrap_or_default()
    }
    fn amount(&self, amount: Option<&str>, currency: Option<&str>) -> String {
        amount
            .zip(currency)
            .map_or_else(|| self.p.t("not-stated"), |(amount, currency)| self.p.amount(amount, currency))
    }
    fn money(&self, m: &Money) -> String {
        let kind = self.p.t(if m.kind == "spent" { "round-money-spent" } else { "round-money-disbursed" });
        format!("{kind}: {}", self.amount(Some(&m.amount), Some(&m.currency)))
    }
    fn answered(&self, item: &Item) -> String {
        let (Some(at), Some(by)) = (&item.answered_at, &item.by) else { return String::new() };
        let key = if item.on_behalf { "round-answered-on-behalf" } else { "round-answered-by" };
        self.p.t2(key, "day", self.p.day_of(at), "by", by.shown(&self.p))
    }
    fn reported(&self, r: &Report) -> String {
        let by = r.by.as_ref().map(|b| b.shown(&self.p)).unwrap_or_default();
        let key = if r.on_behalf { "progress-reported-on-behalf" } else { "progress-reported-by" };
        self.p.t2(key, "day", self.p.day_of(&r.reported_at), "by", by)
    }
    /// For whom values are stated: each beneficiary of the action, then all together.
    fn columns(&self, a: &Action) -> Vec<(String, String, Option<BeneficiaryId>)> {
        let each = a.beneficiaries.iter().map(|b| (b.to_string(), self.p.beneficiary_name(b), Some(*b)));
        each.chain([("all".to_owned(), self.p.t("progress-all-together"), None)]).collect()
    }
    fn indicator_value(&self, item: &Item, i: &Indicator, column: &str, b: &Option<BeneficiaryId>) -> String {
        let stands = i.value(*b).map(as_typed).unwrap_or_default();
        self.value(item, &format!("value-{}-{column}", i.id), stands)
    }
    fn indicator_error(&self, item: &Item, i: &Indicator, column: &str) -> Option<String> {
        self.error(item, &format!("value-{}-{column}", i.id))
    }
    fn indicator_hint(&self, i: &Indicator) -> String {
        let mut all = Vec::new();
        all.extend((!i.unit.is_empty()).then(|| i.unit.clone()));
        all.extend(i.baseline.map(|n| self.p.t1("progress-baseline", "value", self.p.quantity(&n))));
        if let (Some(n), Some(year)) = (i.target, i.target_year) {
            all.push(self.p.t2("progress-target", "year", year, "value", self.p.quantity(&n)));
        }
        all.join(" · ")
    }
}

/// The page, with a row that was wrong, or a word on the whole of it.
pub async fn show(
    inside: &mut Inside,
    round: Round,
    part: Part,
    typed: Option<Typed>,
    f: Fields,
) -> Result<Response, Problem> {
    let mut all_pages = pages(inside, &round).await?;
    let chosen = match part.asked {
        Some(id) => Some(all_pages.iter().position(|a| a.id == id).ok_or(Problem::NotFound)?),
        None => (!all_pages.is_empty()).then_some(0),
    };
    let a = match chosen.map(|n| all_pages.remove(n)) {
        Some(party) => Some(page_of(inside, &round, party.id).await?),
        None => None,
    };
    let is_wrong = typed.is_some() || !f.is_valid();
    let (mut items, mut counts) = (Vec::new(), (0, 0));
    if let Some(a) = &a {
        let wanted = Wanted {
            asked: Some(a.id),
            // a row that was wrong stays in sight, whatever it has become
            open: part.only_open && typed.is_none(),
            skip: part.at.saturating_mul(SIZE),
            most: SIZE,
            ..Wanted::default()
        };
        items = store_items::items(&mut inside.tx, round.id, &wanted, inside.page.today).await?;
        if let Some(t) = typed.as_ref().filter(|t| !items.iter().any(|i| i.id == t.item)) {
            items
                .extend(store_items::items(&mut inside.tx, round.id, &Wanted::of(&[t.item]), inside.page.today).await?);
        }
        counts = store_items::count(&mut inside.tx, a.id).await?;
    }
    let cycle = match round.cycle {
        Some(id) => needs::cycles(&mut inside.tx).await?.into_iter().find(|c| c.id == id),
        None => None,
    };
    let page = MinePage {
        p: inside.page.clone(),
        member: inside.member.clone(),
        a,
        others: all_pages,
        items,
        open: counts.0,
        all: counts.1,
        only_open: part.only_open,
        at: part.at,
        confirmed: part.confirmed.filter(|_| counts.0 > 0),
        typed,
        f,
        cycle,
        none: Fields::default(),
        r: round,
    };
    if is_wrong { again(&page) } else { html(&page) }
}

pub async fn page(Path((_, key)): Path<(String, String)>, mut inside: Inside) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    if round.is_opening() || round.has_failed() {
        return Ok(super::show::done(&inside.page, &format!("/rounds/{}", round.id), "round-not-open-yet"));
    }
    let part = Part::read(&inside.fields);
    show(&mut inside, round, part, None, Fields::default()).await
}
