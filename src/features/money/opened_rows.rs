//! The rows under the actions of an opened total: which of them are looked at, and how they read.

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;
use std::collections::HashMap;

use super::model::{Dimension, Part, Question, Reason};
use super::opened::{Opened, Which};
use super::rates::{How, Rates};
use super::rules::chain::{Given, own};
use super::rules::split::MOST;
use super::show;
use super::store::Shown;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// A row of money as the page shows it.
#[derive(Debug, Clone)]
pub struct Money {
    pub way: String,
    pub when: String,
    pub amount: String,
    /// In the currency of the totals, with the rate and its day.
    pub converted: Option<String>,
    /// What of it is no new money.
    pub passed_on: Option<String>,
    pub figures: Figures,
}

/// The same as numbers, for a file.
#[derive(Debug, Clone)]
pub struct Figures {
    /// None: it cannot be read as an amount, and stands in words alone.
    pub amount: Option<Decimal>,
    pub currency: String,
    /// In the currency of the totals; none where there is no rate.
    pub converted: Option<Decimal>,
    /// What of that is its provider's own money; none where it does not stand.
    pub counted: Option<Decimal>,
    /// By which it was converted, and of which day that is.
    pub rate: Option<(Decimal, NaiveDate)>,
}

impl Shown {
    /// None: it cannot be read as an amount.
    fn amount(&self) -> Option<(Decimal, Currency)> {
        let amount = self.amount.parse::<Decimal>().ok().filter(|a| a.abs() <= Decimal::from(MOST));
        amount.zip(self.currency.parse::<Currency>().ok())
    }

    /// The day at whose rate the ledger has converted it.
    fn on(&self) -> Option<NaiveDate> {
        self.value_date.or(self.period_start).or(self.starts_on)
    }

    /// Whether it goes from and to whom is asked about. Whose a stated total is, the ledger has decided.
    fn between(&self, question: &Question) -> bool {
        let is = |of: Option<OrganisationId>, part: &Part| match part {
            Part::Organisation(id) => of == Some(*id),
            _ => of.is_none(),
        };
        let of_part = |(dimension, part): &(Dimension, Part)| match dimension {
            Dimension::Donor => is(self.provider_id, part),
            Dimension::Implementer => is(self.receiver_id, part),
            _ => true,
        };
        let given = question.organisation.is_none_or(|id| self.provider_id == Some(id));
        self.stated || (given && question.parts.iter().all(of_part))
    }

    /// Whether it can fall into the years or the quarter that are asked about; without dates of its own it lies over those of
    /// its action.
    fn in_years(&self, question: &Question) -> bool {
        let span = match (self.period_start, self.period_end, self.value_date) {
            (Some(start), Some(end), _) => Some((start, end)),
            // of a year alone: some day of it
            (_, _, Some(day)) if self.value_precision.as_deref() == Some(Precision::Year.as_str()) => {
                PartialDate::from_parts(day, Precision::Year).ok().map(|year| (year.first_day(), year.last_day()))
            }
            (_, _, Some(day)) | (Some(day), None, None) | (None, Some(day), None) => Some((day, day)),
            (None, None, None) => None,
        };
        let within = |from: i32, to: i32| span.is_none_or(|(first, last)| first.year() <= to && last.year() >= from);
        let of_part = |(dimension, part): &(Dimension, Part)| match (dimension, part) {
            (Dimension::Year, Part::Year(year)) => within(*year, *year),
            (Dimension::Quarter, Part::Quarter(quarter)) => {
                span.zip(quarter.days()).is_none_or(|((first, last), (from, to))| first <= to && last >= from)
            }
            _ => true,
        };
        question.years.is_none_or(|(from, to)| within(from, to)) && question.parts.iter().all(of_part)
    }
}

/// What a row comes to in the currency of the total, and what of that is its provider's own money. None: it does not stand, or
/// cannot be converted.
type Worth = Option<(Decimal, Decimal)>;

/// What each row of an action comes to, as the ledger counts them.
fn worth(rows: &[Shown], rates: &Rates, to: Currency) -> Vec<Worth> {
    let given = |r: &Shown| {
        let (amount, currency) = r.amount().filter(|_| !r.superseded && !r.withdrawn)?;
        let converted = rates.convert_on(amount, currency, to, r.on())?.amount;
        Some(Given { provider: r.provider_id, receiver: r.receiver_id, amount, currency, converted })
    };
    let given: Vec<Option<Given<OrganisationId>>> = rows.iter().map(given).collect();
    let standing: Vec<Given<OrganisationId>> = given.iter().flatten().cloned().collect();
    let mut own = own(&standing).into_iter();
    given.iter().map(|g| g.as_ref().and_then(|g| Some((g.converted, own.next()?)))).collect()
}

/// More than a rounding makes.
fn passed_on(worth: Worth) -> bool {
    worth.is_some_and(|(converted, counted)| (converted - counted).abs() > Decimal::new(1, 2))
}

/// The rows of an action that are looked at.
fn looked_at<'a>(
    rows: &'a [Shown],
    (question, which): (&Question, Which),
    rates: &Rates,
    to: Currency,
) -> Vec<(&'a Shown, Worth)> {
    let all = || rows.iter().zip(worth(rows, rates, to));
    let counts =
        |(_, worth): &(&Shown, Worth)| worth.is_some_and(|(_, counted)| !counted.is_zero() || !passed_on(*worth));
    let reason = match which {
        Which::In | Which::Estimated => {
            let of_cell = |(r, _): &(&Shown, Worth)| r.between(question) && r.in_years(question);
            let found: Vec<(&Shown, Worth)> = all().filter(counts).filter(of_cell).collect();
            // what it has is the money of the donors of what it is part of: none of its own rows says so
            return if found.is_empty() { all().filter(counts).collect() } else { found };
        }
        Which::Left(reason) => reason,
    };
    let kept_out = |(r, worth): &(&Shown, Worth)| {
        let gone = r.superseded || r.withdrawn;
        r.between(question)
            && match reason {
                Reason::Superseded => r.superseded,
                Reason::Withdrawn => r.withdrawn && !r.superseded,
                Reason::PassedOn => passed_on(*worth),
                Reason::Unreadable => !gone && r.amount().is_none(),
                Reason::NoRate => !gone && r.amount().is_some() && worth.is_none(),
                Reason::AboveParent | Reason::Merged | Reason::Declined | Reason::Cancelled | Reason::OnlyPlanned => {
                    !gone
                }
                Reason::NoFigure => false,
            }
    };
    all().filter(kept_out).collect()
}

/// Whether a time is asked about: what has no date of its own is in it by the days of its action.
fn asks_when(question: &Question) -> bool {
    let time = |part: &Part| matches!(part, Part::Year(_) | Part::Quarter(_));
    question.years.is_some() || question.parts.iter().any(|(_, part)| time(part))
}

/// Puts the rows of money that are looked at to their actions.
pub fn fill(p: &Page, opened: &mut Opened, rows: Vec<Shown>, asked: (&Question, Which), rates: &Rates) {
    let currency = opened.totals.currency;
    let mut by: HashMap<ActionId, Vec<Shown>> = HashMap::new();
    for row in rows {
        by.entry(row.action).or_default().push(row);
    }
    let chained = matches!(asked.1, Which::In | Which::Estimated | Which::Left(Reason::PassedOn));
    let laid_out = matches!(asked.1, Which::In | Which::Estimated) && asks_when(asked.0);
    for line in &mut opened.lines {
        let rows = by.remove(&line.action).unwrap_or_default();
        let looked_at = looked_at(&rows, asked, rates, currency).into_iter();
        line.money = looked_at
            .map(|(row, worth)| {
                let read = money(p, row, currency, rates);
                let undated = row.value_date.or(row.period_start).or(row.period_end).is_none();
                Money {
                    when: if laid_out && undated { p.t("money-no-date-laid-out") } else { read.when },
                    passed_on: worth.filter(|w| chained && passed_on(Some(*w))).map(|(_, counted)| {
                        match counted.is_zero() {
                            true => p.t("amount-passed-on"),
                            false => p.t1("amount-passed-in-part", "amount", show::amount(p, counted, &currency)),
                        }
                    }),
                    figures: Figures { counted: worth.map(|(_, counted)| counted), ..read.figures },
                    ..read
                }
            })
            .collect();
    }
}

fn money(p: &Page, row: &Shown, to: Currency, rates: &Rates) -> Money {
    let name = |n: &Option<String>| n.clone().unwrap_or_else(|| p.t("not-stated"));
    let precision = row.value_precision.as_deref().and_then(|t| match t {
        "year" => Some(Precision::Year),
        "month" => Some(Precision::Month),
        "day" => Some(Precision::Day),
        _ => None,
    });
    let date = row.value_date.zip(precision).and_then(|(day, of)| PartialDate::from_parts(day, of).ok());
    let day = |d: &Option<NaiveDate>| d.map_or_else(|| p.t("not-stated"), |d| p.day(&d));
    let when = match date {
        _ if row.period_start.is_some() && row.period_end.is_some() => {
            p.t2("action-period", "start", day(&row.period_start), "end", day(&row.period_end))
        }
        Some(date) => p.date(&date),
        None => p.t("money-no-date"),
    };
    let amount = p.amount(&row.amount, &row.currency);
    let made = row
        .amount()
        .filter(|(_, currency)| *currency != to)
        .and_then(|(amount, currency)| rates.convert_on(amount, currency, to, row.on()));
    let figures = Figures {
        amount: row.amount().map(|(amount, _)| amount),
        currency: row.currency.clone(),
        converted: match row.amount() {
            Some((amount, currency)) if currency == to => Some(amount),
            _ => made.as_ref().map(|made| made.amount),
        },
        counted: None,
        rate: made.as_ref().map(|made| (made.rate, made.rate_date)),
    };
    let converted = made.map(|made| {
        let said = p.t3(
            "money-converted",
            ("amount", show::amount(p, made.amount, &to)),
            ("rate", p.quantity(&made.rate)),
            ("day", p.day(&made.rate_date)),
        );
        if made.how == How::Newest { format!("{said}, {}", p.t("money-converted-newest")) } else { said }
    });
    let way = match row.stated {
        true => p.t("money-rows-total"),
        false => p.t2("money-way", "from", name(&row.provider), "to", name(&row.receiver)),
    };
    Money { way, when, amount, converted, passed_on: None, figures }
}
