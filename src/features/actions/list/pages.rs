//! The list as a page.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use super::chips::{Chip, chips};
use super::filter::{Asked, Filter};
use super::options::{self, Group, Value};
use super::sort::{By, From, Place, Sort};
use super::store::{self, Counts, Found, Lookups, Row};
use crate::features::actions::model::{ClaimState, Status};
use crate::kernel::auth::Inside;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::ids::{BeneficiaryId, PillarId};
use crate::kernel::money::Currency;
use crate::kernel::page::Page;
use crate::kernel::permit::{Handling, Permission, Scope};

pub const ROWS: i64 = 50;

/// One page of ids, and whether there are more to either side.
pub struct Cut {
    pub ids: Vec<Found>,
    pub before: Option<String>,
    pub after: Option<String>,
    /// The number of the first row, as far as the address says it.
    pub first: i64,
    /// How many there are, where that is known without counting.
    pub all: Option<i64>,
}

/// Reads from the address where the page begins.
pub fn place(fields: &Fields, sort: Sort) -> From {
    let read = |name| Place::parse(fields.value(name), sort.by);
    match (read("after"), read("before")) {
        (Some(place), _) => From::After(place),
        (None, Some(place)) => From::Before(place),
        (None, None) => From::Start,
    }
}

/// Finds one page of the list. `link`: the list's address.
pub async fn cut(tx: &mut ProcessTx, filter: &Filter, fields: &Fields, link: &str, rows: i64) -> Result<Cut, Problem> {
    let sort = filter.order();
    let from = place(fields, sort);
    let mut ids = store::page(tx, &filter.matches, sort, &from, rows + 1).await?;
    let size = usize::try_from(rows).unwrap_or(0);
    let more = ids.len() > size;
    if more {
        // the one too many lies at the far end
        if from.backwards() { drop(ids.remove(0)) } else { ids.truncate(size) }
    }
    let (before, after) = match from {
        From::Start => (false, more),
        From::After(_) => (true, more),
        From::Before(_) => (more, true),
    };
    let at: i64 = fields.value("at").parse().ok().filter(|n| (1..=10_000_000).contains(n)).unwrap_or(1);
    let first = if before { at.max(2) } else { 1 };
    let shown = i64::try_from(ids.len()).unwrap_or(0);
    let to = |found: Option<&Found>, name: &str, at: i64| {
        let place = Place { key: found?.key.clone(), id: found?.id };
        Some(format!("{link}?{}", filter.query(&[(name, &place.value()), ("at", &at.to_string())])))
    };
    Ok(Cut {
        before: before.then(|| to(ids.first(), "before", (first - rows).max(1))).flatten(),
        after: after.then(|| to(ids.last(), "after", first + shown)).flatten(),
        all: (!before && !after).then_some(shown),
        first,
        ids,
    })
}

/// A name with where it leads.
pub struct Line {
    pub row: Row,
    pub pillars: Vec<(String, usize)>,
    /// Every beneficiary of the process: code with its mark, and whether it is concerned.
    pub codes: Vec<(String, bool)>,
    /// The names of those concerned.
    pub named: String,
    pub donors: String,
    pub end: String,
    pub total: String,
    pub status: Option<Status>,
    /// When it was last confirmed, or empty.
    pub confirmed: String,
    /// Nobody has confirmed it for half a year.
    pub stale: bool,
    pub may_confirm: bool,
}

impl Line {
    pub fn handling(&self) -> Option<Handling> {
        Handling::parse(&self.row.handling).filter(|h| *h != Handling::Members)
    }
    pub fn claim(&self) -> Option<ClaimState> {
        ClaimState::parse(&self.row.claim).filter(|c| *c != ClaimState::Confirmed)
    }
}

/// The code of a beneficiary, with the asterisk that its name carries.
pub fn marked(code: &str, name: &str) -> String {
    if name.ends_with('*') { format!("{code}*") } else { code.to_owned() }
}

pub fn line(p: &Page, row: Row, stale_before: chrono::DateTime<chrono::Utc>) -> Line {
    let frame = p.frame();
    let pillars = frame.map(|f| f.pillars.as_slice()).unwrap_or_default();
    let beneficiaries = frame.map(|f| f.beneficiaries.as_slice()).unwrap_or_default();
    let concerned = |id: BeneficiaryId| row.beneficiaries.contains(&id.0);
    let stale = row.last_confirmed_at.is_none_or(|at| at < stale_before);
    let money = row.stated_total.zip(row.stated_currency.as_deref().and_then(|c| c.parse::<Currency>().ok()));
    let scope = Scope {
        handling: Handling::parse(&row.handling),
        keeper: Some(row.keeper),
        organisations: row.parties.iter().map(|party| party.id).collect(),
        beneficiaries: row.beneficiaries.iter().copied().map(BeneficiaryId).collect(),
        pillars: row.pillars.iter().copied().map(PillarId).collect(),
        ..Scope::default()
    };
    Line {
        pillars: pillars
            .iter()
            .enumerate()
            .filter(|(_, l)| row.pillars.contains(&l.id.0))
            .map(|(i, l)| (l.key.clone(), i + 1))
            .collect(),
        codes: beneficiaries.iter().map(|b| (marked(&b.code, &b.name), concerned(b.id))).collect(),
        named: beneficiaries.iter().filter(|b| concerned(b.id)).map(|b| b.name.as_str()).collect::<Vec<_>>().join(", "),
        donors: row.names("funding").join(", "),
        end: row.end().map(|d| p.date(&d)).unwrap_or_default(),
        total: money.map(|(amount, currency)| p.locale.amount_short(amount, &currency)).unwrap_or_default(),
        status: row.status.as_deref().and_then(Status::parse),
        confirmed: row.last_confirmed_at.map(|at| p.day_of(&at)).unwrap_or_default(),
        may_confirm: stale
            && row.claim == ClaimState::Confirmed.as_str()
            && p.member.as_ref().is_some_and(|m| m.may(Permission::ActionConfirm, &scope)),
        stale,
        row,
    }
}

/// A heading that sorts.
pub struct Head {
    pub text: String,
    pub link: String,
    /// `ascending`, `descending` or "".
    pub sorted: &'static str,
    pub num: bool,
}

fn head(p: &Page, filter: &Filter, list: &str, by: By, key: &str, num: bool) -> Head {
    let now = filter.order();
    let own = now.by == by;
    // first the way that is asked for most: names from A, dates and amounts from the latest and largest
    let next = Sort { by, descending: if own { !now.descending } else { !matches!(by, By::Title | By::End) } };
    let other = Filter { sort: Some(next), ..filter.clone() };
    Head {
        text: p.t(key),
        link: format!("{list}?{}", other.query(&[])),
        sorted: match (own, now.descending) {
            (false, _) => "",
            (true, false) => "ascending",
            (true, true) => "descending",
        },
        num,
    }
}

#[derive(Template)]
#[template(path = "actions/list/list.html")]
struct ListPage {
    p: Page,
    f: Fields,
    money: bool,
    heads: Vec<Head>,
    lines: Vec<Line>,
    cut: Cut,
    counts: Option<Counts>,
    /// Where the numbers come from, and the list with them for who has no scripts.
    counts_link: String,
    counted_link: String,
    chips: Vec<Chip>,
    groups: Vec<Group>,
    roles: Group,
    fresh: Group,
    claims: Group,
    missing: Group,
    orders: Vec<Value>,
    currencies: Vec<String>,
    endings: [i64; 5],
    /// Files of this very list, and the list without a filter.
    files: Option<[String; 3]>,
    list: String,
    first_link: String,
    /// What else stands in the address and the form would lose.
    carried: Vec<(&'static str, String)>,
    parent: Option<String>,
    filtered: bool,
    /// How many filters beyond the first row are in use.
    more_used: usize,
}

impl ListPage {
    fn last(&self) -> i64 {
        self.cut.first + i64::try_from(self.lines.len()).unwrap_or(0) - 1
    }
    fn all(&self) -> Option<i64> {
        self.counts.as_ref().map(|c| c.all).or(self.cut.all)
    }
    /// "1–50 of 81", the second part once it is known.
    fn shown(&self) -> String {
        let (first, last) = (self.p.number(self.cut.first), self.p.number(self.last()));
        self.p.t2("list-shown", "first", first, "last", last)
    }
    /// The name of a field that could not be used.
    fn name_of(&self, name: &str) -> String {
        self.p.t(super::chips::label(name))
    }
    fn of(&self) -> String {
        self.all().map(|n| of(&self.p, n)).unwrap_or_default()
    }
}

/// "of 81".
pub fn of(p: &Page, n: i64) -> String {
    p.tn("list-of", n)
}

const MORE: [&str; 16] = [
    "role",
    "from",
    "to",
    "starts_from",
    "starts_to",
    "ends_from",
    "ends_to",
    "ending",
    "min",
    "max",
    "currency",
    "total",
    "fresh",
    "claim",
    "missing",
    "organisation",
];

/// Those in which assistance is mostly given, and the one that is asked for.
fn currencies(f: &Fields) -> Vec<String> {
    let usual = ["EUR", "USD", "CHF", "GBP", "NOK", "SEK", "DKK", "ALL", "BAM", "MKD", "RSD"];
    let asked = f.value("currency").parse::<Currency>().ok().map(Currency::code).filter(|c| !usual.contains(c));
    usual.into_iter().chain(asked).map(str::to_owned).collect()
}

/// Reads the filter of a request and looks up what it names.
pub async fn read(inside: &mut Inside) -> Result<(Filter, Lookups), Problem> {
    let asked = Asked::of(&inside.fields);
    let lookups = store::lookups(&mut inside.tx, &asked.organisations, &asked.words, asked.parent).await?;
    let money = inside.page.may(Permission::ActionSeeMoney);
    let frame = inside.page.frame().ok_or(Problem::NotFound)?.clone();
    let filter = Filter::read(&mut inside.fields, &frame, &lookups, inside.app.clock.now(), money);
    Ok((filter, lookups))
}

pub async fn list(mut inside: Inside) -> Result<Response, Problem> {
    let (filter, lookups) = read(&mut inside).await?;
    let list = inside.page.link("/actions");
    let cut = cut(&mut inside.tx, &filter, &inside.fields, &list, ROWS).await?;
    let ids: Vec<_> = cut.ids.iter().map(|found| found.id).collect();
    inside.tx.keep_plans().await?;
    let rows = store::found(&mut inside.tx, &ids, filter.matches.words.as_deref()).await?;
    let counted = inside.fields.value("counts") == "1";
    let counts = if counted { Some(store::counts(&mut inside.tx, &filter.matches).await?) } else { None };
    let Inside { page: p, fields: f, app, .. } = inside;
    let money = p.may(Permission::ActionSeeMoney);
    let stale_before = super::filter::stale_before(app.clock.now());
    let mut heads = vec![
        head(&p, &filter, &list, By::Title, "list-action", false),
        Head { text: p.t("list-pillar"), link: String::new(), sorted: "", num: false },
        Head { text: p.t("list-donor"), link: String::new(), sorted: "", num: false },
        Head { text: p.t("list-for"), link: String::new(), sorted: "", num: false },
        head(&p, &filter, &list, By::End, "list-until", false),
    ];
    if money {
        heads.push(head(&p, &filter, &list, By::Total, "list-total", true));
    }
    heads.push(Head { text: p.t("list-status"), link: String::new(), sorted: "", num: false });
    heads.push(head(&p, &filter, &list, By::Confirmed, "list-confirmed", false));
    let query = filter.query(&[]);
    let file = |ending: &str| format!("{list}.{ending}{}{query}", if query.is_empty() { "" } else { "?" });
    let iati = format!("{list}/iati{}{query}", if query.is_empty() { "" } else { "?" });
    let files = p.may(Permission::ExportLists).then(|| [file("xlsx"), file("csv"), iati]);
    let page = ListPage {
        lines: rows.into_iter().map(|row| line(&p, row, stale_before)).collect(),
        chips: chips(&p, &filter, &lookups, &list),
        groups: options::groups(&p, &f, &lookups, counts.as_ref()),
        roles: options::roles(&p, &f),
        fresh: options::fresh(&p, &f),
        claims: options::claims(&p, &f),
        missing: options::missing(&p, &f),
        orders: options::orders(&p, filter.order(), filter.matches.words.is_some()),
        currencies: currencies(&f),
        endings: [1, 3, 6, 12, 24],
        counts_link: format!("{list}/counts?{query}"),
        counted_link: format!("{list}?{}", filter.query(&[("counts", "1")])),
        carried: filter.pairs.iter().filter(|(name, _)| *name == "parent").cloned().collect(),
        parent: lookups.parent.clone(),
        first_link: format!("{list}?{query}"),
        filtered: !filter.pairs.is_empty(),
        more_used: filter.pairs.iter().filter(|(name, _)| MORE.contains(name)).count(),
        heads,
        money,
        cut,
        counts,
        files,
        list,
        f,
        p,
    };
    Ok((StatusCode::OK, Html(page.render()?)).into_response())
}
