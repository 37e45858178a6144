//! What a sheet says of a report besides its text: what the indicators have come to, for each beneficiary, in rows below that of the
//! action; and the money of the period, which is added to what is stated already.

use rust_decimal::Decimal;
use std::collections::BTreeMap;

use super::model::Item;
use super::report::quantity;
use super::sheet::{Holds, Stated, Wrong};
use crate::kernel::i18n::{Message, excerpt};
use crate::kernel::ids::{BeneficiaryId, IndicatorId};
use crate::kernel::money::{Currency, Negative, as_typed, parse_amount_with};
use crate::kernel::page::Page;

/// Of which indicator, and for whom; none: for all together.
pub type Of = (IndicatorId, Option<BeneficiaryId>);
pub type Values = BTreeMap<Of, Decimal>;

/// How the key of a row for all together ends.
const ALL: &str = "all";

/// What is stated of an indicator, and in which row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stating {
    pub row: u32,
    /// As the key of its row says it.
    pub of: String,
    pub typed: String,
}

/// Money that is to be recorded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Payment {
    /// Kind and amount, as it was typed.
    pub amounts: Vec<(&'static str, String)>,
    pub currency: String,
}

impl Payment {
    pub fn is_none(&self) -> bool {
        self.amounts.is_empty()
    }
}

fn of_text((indicator, beneficiary): Of) -> String {
    beneficiary.map_or_else(|| format!("{indicator}/{ALL}"), |b| format!("{indicator}/{b}"))
}

fn of(text: &str) -> Option<Of> {
    let (indicator, whom) = text.split_once('/')?;
    let whom = if whom == ALL { None } else { Some(whom.parse().ok()?) };
    Some((indicator.parse().ok()?, whom))
}

/// The rows below an item: key, what it is about, and the value that stands.
pub fn rows(p: &Page, item: &Item) -> Vec<(String, String, Option<Decimal>)> {
    let mut all = Vec::new();
    let Some(action) = &item.action else { return all };
    for indicator in &item.indicators {
        for beneficiary in action.beneficiaries.iter().map(|b| Some(*b)).chain([None]) {
            let whom = beneficiary.map_or_else(|| p.t("progress-all-together"), |b| p.beneficiary_name(&b));
            let unit = if indicator.unit.is_empty() { String::new() } else { format!(" ({})", indicator.unit) };
            let key = format!("{}/{}", item.id, of_text((indicator.id, beneficiary)));
            all.push((key, format!("{}{unit} – {whom}", indicator.name), indicator.value(beneficiary)));
        }
    }
    all
}

/// What the rows below an item state as it stands.
pub fn stated(item: &Item) -> Vec<Stating> {
    let asked = |whom: Option<BeneficiaryId>| {
        item.action.as_ref().is_some_and(|a| whom.is_none_or(|b| a.beneficiaries.contains(&b)))
    };
    let each = standing(item).into_iter().filter(|(one, _)| asked(one.1));
    each.map(|(one, value)| Stating { row: 0, of: of_text(one), typed: as_typed(value) }).collect()
}

/// The values of the report that stands.
pub fn standing(item: &Item) -> Values {
    let each = item.indicators.iter().flat_map(|i| i.values.iter().map(|v| ((i.id, v.beneficiary), v.value)));
    each.collect()
}

/// What indicators have come to by this row and those below it: what they do not speak of stays as it stands, what they leave empty
/// is taken away.
///
/// # Errors
/// What is wrong, in which row and column.
pub fn values(item: &Item, s: &Stated) -> Result<Values, Wrong> {
    let mut values = if s.whole { Values::new() } else { standing(item) };
    for stating in &s.values {
        let wrong = |holds, message| Wrong { row: stating.row, holds, message };
        let unknown = || Message::new("round-sheet-unknown-value");
        let of = of(&stating.of).ok_or_else(|| wrong(Holds::Key, unknown()))?;
        let asked = item.indicators.iter().any(|i| i.id == of.0);
        let whose = item.action.as_ref().is_some_and(|a| of.1.is_none_or(|b| a.beneficiaries.contains(&b)));
        if !asked || !whose {
            return Err(wrong(Holds::Key, unknown()));
        }
        match stating.typed.trim() {
            "" => {
                values.remove(&of);
            }
            typed => {
                values.insert(of, quantity(typed).map_err(|why| wrong(Holds::Value, why))?);
            }
        }
    }
    Ok(values)
}

/// The money that the row states.
///
/// # Errors
/// What is wrong, in which column.
pub fn payment(s: &Stated) -> Result<Payment, Wrong> {
    let wrong = |holds, message| Wrong { row: s.row, holds, message };
    let mut payment = Payment::default();
    for (kind, typed, holds) in
        [("disbursed", s.disbursed.trim(), Holds::Disbursed), ("spent", s.spent.trim(), Holds::Spent)]
    {
        if typed.is_empty() {
            continue;
        }
        parse_amount_with(typed, Negative::Allowed).map_err(|why| wrong(holds, why.message()))?;
        payment.amounts.push((kind, typed.to_owned()));
    }
    if payment.is_none() {
        return Ok(payment);
    }
    let currency = s.currency.trim();
    if currency.is_empty() {
        return Err(wrong(Holds::Currency, Message::new("field-required")));
    }
    let known = currency.parse::<Currency>().map_err(|why| wrong(Holds::Currency, why.message()))?;
    payment.currency = known.to_string();
    Ok(payment)
}

/// Says in the form that the values are those that stand: of hundreds of rows few change any.
pub const AS_THEY_STAND: &str = "*";

/// The values as one text of the form that takes them over; `moved`: they are not those that stand.
pub fn sent(values: &Values, moved: bool) -> String {
    if !moved {
        return AS_THEY_STAND.to_owned();
    }
    values.iter().map(|(of, value)| format!("{}={}", of_text(*of), as_typed(*value))).collect::<Vec<_>>().join(";")
}

/// Such a text read.
pub fn read_sent(text: &str) -> Vec<Stating> {
    let parts = text.split(';').filter(|part| !part.is_empty() && *part != AS_THEY_STAND);
    let one = |part: &str| {
        let (of, typed) = part.split_once('=').unwrap_or((part, ""));
        Stating { row: 0, of: of.to_owned(), typed: typed.to_owned() }
    };
    parts.map(one).collect()
}

/// What would be taken over, in words.
pub fn in_words(p: &Page, item: &Item, values: &Values, payment: &Payment) -> Vec<String> {
    let of = |text: &str| rows(p, item).into_iter().find(|(key, ..)| key.ends_with(text)).map(|(_, title, _)| title);
    let mut said: Vec<String> = values
        .iter()
        .map(|(one, value)| {
            let title = of(&of_text(*one)).unwrap_or_default();
            format!("{title}: {}", p.quantity(&value.normalize()))
        })
        .collect();
    said.extend(payment.amounts.iter().map(|(kind, typed)| {
        let kind = p.t(if *kind == "spent" { "round-money-spent" } else { "round-money-disbursed" });
        let amount = parse_amount_with(typed, Negative::Allowed)
            .map_or_else(|_| excerpt(typed), |n| p.amount(&n.to_string(), &payment.currency));
        format!("{kind}: {amount}")
    }));
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn values_come_back_as_they_were_sent() {
        let of =
            |n: u128, b: Option<u128>| (IndicatorId(Uuid::from_u128(n)), b.map(|b| BeneficiaryId(Uuid::from_u128(b))));
        let values: Values = [(of(1, None), "12.125".parse().unwrap()), (of(1, Some(2)), "-3".parse().unwrap())].into();
        let back = read_sent(&sent(&values, true));
        let read: Values = back.iter().map(|s| (super::of(&s.of).unwrap(), quantity(&s.typed).unwrap())).collect();
        assert_eq!(read, values);
        assert!(read_sent(&sent(&values, false)).is_empty());
        assert!(read_sent("").is_empty() && super::of("x/all").is_none() && super::of("").is_none());
    }

    #[test]
    fn money_needs_a_currency_that_is_one() {
        let stated = |disbursed: &str, currency: &str| Stated {
            disbursed: disbursed.into(),
            currency: currency.into(),
            ..Stated::default()
        };
        assert!(payment(&stated("", "")).unwrap().is_none());
        let read = payment(&stated("1 250", "eur")).unwrap();
        assert_eq!((read.amounts, read.currency.as_str()), (vec![("disbursed", "1 250".to_owned())], "EUR"));
        for (amount, currency, at) in [
            ("1 250", "", Holds::Currency),
            ("1 250", "euros", Holds::Currency),
            ("=1+1", "EUR", Holds::Disbursed),
            ("#REF!", "EUR", Holds::Disbursed),
            ("500 EUR", "EUR", Holds::Disbursed),
        ] {
            assert_eq!(payment(&stated(amount, currency)).unwrap_err().holds, at, "{amount} {currency}");
        }
    }
}
