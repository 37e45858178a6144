//! A report of progress on one action: how it stands, what was done, what hinders, what its indicators have come to for each beneficiary,
//! and the money of the period. All of a row is saved, or nothing of it.

use axum::extract::Path;
use axum::response::Response;
use rust_decimal::Decimal;

use super::answer::{hold_item, item_of};
use super::answered::write;
use super::late::{self, late};
use super::life::{self, Act};
use super::mine::{self, Part, Typed};
use super::model::{Health, Item, ItemState, Round};
use super::show::{done, find};
use super::store_report::{self, NewReport};
use crate::features::actions::{self, Field, Kept, MONEY_PARTS};
use crate::kernel::auth::Inside;
use crate::kernel::error::Problem;
use crate::kernel::form::Fields;
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Message;
use crate::kernel::money::{AmountError, Negative, parse_amount_with};
use crate::kernel::permit::Permission;

/// The money of a period, by the field in which it is typed.
const KINDS: [&str; 2] = ["disbursed", "spent"];

/// A quantity, read by the rules of amounts: `12.500` and `12,500` are both twelve thousand and five hundred.
pub fn quantity(typed: &str) -> Result<Decimal, Message> {
    parse_amount_with(typed, Negative::Allowed).map(|d| d.normalize()).map_err(|why| match why {
        // what is counted has no currency
        AmountError::CurrencyTyped { .. } | AmountError::SharedSign { .. } => Message::new("progress-error-number"),
        other => other.message(),
    })
}

/// What the form says; `None`: something is wrong, and stands at its field.
fn read(f: &mut Fields, round: &Round, item: &Item) -> Option<NewReport> {
    let action = item.action.as_ref()?;
    let health = f.required_choice("health", Health::parse);
    let (done, hinders) = (f.text("done", 10_000), f.text("hinders", 10_000));
    let mut values = Vec::new();
    for indicator in &item.indicators {
        let each = action.beneficiaries.iter().map(|b| Some(*b)).chain([None]);
        for beneficiary in each {
            let column = beneficiary.map_or_else(|| "all".to_owned(), |b| b.to_string());
            let name = format!("value-{}-{column}", indicator.id);
            let typed = f.value(&name).trim().to_owned();
            if typed.is_empty() {
                continue;
            }
            match quantity(&typed) {
                Ok(value) => values.push((indicator.id, beneficiary, value)),
                Err(why) => f.fail(&name, why),
            }
        }
    }
    let upon = f.integer("edition");
    if !f.is_valid() {
        return None;
    }
    Some(NewReport {
        item: item.id,
        action: action.id,
        period: (round.period_start, round.period_end),
        health: health?,
        done,
        hinders,
        values,
        upon: upon.unwrap_or(0),
    })
}

/// Records the money of the period through the action's own form. `false`: something is wrong, and stands at its field.
pub async fn pay(inside: &mut Inside, round: &Round, item: &Item, f: &mut Fields) -> Result<bool, Problem> {
    let typed: Vec<(&str, String)> =
        KINDS.iter().map(|kind| (*kind, f.value(kind).trim().to_owned())).filter(|(_, t)| !t.is_empty()).collect();
    let Some(action) = item.action.as_ref().filter(|_| !typed.is_empty()) else { return Ok(true) };
    inside.member.require(Permission::ActionMoney, &action.scope())?;
    let record = actions::read_record(&mut inside.tx, action.id, inside.page.today).await?.ok_or(Problem::NotFound)?;
    let date = round.period_end.min(inside.page.today).to_string();
    let currency = f.value("currency").trim().to_owned();
    let (before, why) = (record.contributions.len(), round.title.clone());
    let (kept, g) = actions::change_record(inside, &record, &[Field::Contributions], |g| {
        for (kind, amount) in &typed {
            for part in MONEY_PARTS {
                let value = match part {
                    "c_kind" => *kind,
                    "c_amount" => amount.as_str(),
                    "c_currency" => currency.as_str(),
                    "c_date" => date.as_str(),
                    "c_note" => why.as_str(),
                    _ => "",
                };
                g.add(part, value);
            }
        }
        g.set("why", &why);
    })
    .await?;
    match kept {
        Kept::Saved | Kept::Same => Ok(true),
        Kept::Moved => {
            f.fail("health", Message::new("round-error-moved-on"));
            Ok(false)
        }
        Kept::Wrong => {
            for (name, message) in g.errors() {
                // rows stand after those that there were
                let row = name.rsplit('-').next().and_then(|n| n.parse::<usize>().ok());
                let kind = row.and_then(|n| n.checked_sub(before)).and_then(|n| typed.get(n)).map(|(kind, _)| *kind);
                f.fail(kind.unwrap_or("disbursed"), message.clone());
            }
            Ok(false)
        }
    }
}

pub async fn save(
    Path((_, key, item)): Path<(String, String, String)>,
    mut inside: Inside,
) -> Result<Response, Problem> {
    let round = find(&mut inside, &key).await?;
    let open = hold_item(&mut inside, &round, &item).await?;
    let (item, asked, by) = item_of(&mut inside, &round, &item).await?;
    let action = item.action.as_ref().filter(|_| round.is_progress()).ok_or(Problem::NotFound)?;
    inside.member.require(Permission::ProgressReport, &action.scope())?;
    let part = Part { asked: Some(asked.id), ..Part::read(&inside.fields) };
    if !open {
        let typed = late::of_row(&inside.page, &item, &inside.fields);
        let back = part.rest(&round);
        return late(&mut inside, round, &back, typed).await;
    }
    let mut f = std::mem::take(&mut inside.fields);
    let new = read(&mut f, &round, &item);
    let stands = item.report.as_ref().map(|r| r.state);
    if life::next(round.state, stands, Act::Report, false).is_none() {
        f.fail("health", Message::new("progress-error-accepted"));
    }
    let Some(new) = new.filter(|_| f.is_valid()) else {
        return wrong(inside, round, part, Typed { item: item.id, f }).await;
    };
    inside.tx.mark().await?;
    let now = inside.app.clock.now();
    let mut saved = pay(&mut inside, &round, &item, &mut f).await?;
    if saved && store_report::report(&mut inside.tx, round.id, std::slice::from_ref(&new), &by, now).await?.is_empty() {
        f.fail("health", Message::new("progress-error-moved"));
        saved = false;
    }
    if !saved {
        inside.tx.back().await?;
        return wrong(inside, round, part, Typed { item: item.id, f }).await;
    }
    let entry = Entry {
        subject: Subject::Action,
        id: new.action.0,
        event: "progress-reported",
        changes: Changes::new(),
        why: &round.title,
    };
    history::record(&mut inside.tx, Some(&by), entry).await?;
    write(&mut inside, &round, &asked, &[item.id], (ItemState::Reported, ""), &by).await?;
    inside.tx.commit().await?;
    Ok(done(&inside.page, &format!("{}#item-{}", part.rest(&round), item.id), "progress-reported"))
}

async fn wrong(mut inside: Inside, round: Round, part: Part, typed: Typed) -> Result<Response, Problem> {
    mine::show(&mut inside, round, part, Some(typed), Fields::default()).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::as_typed;
    use proptest::prelude::*;

    #[test]
    fn quantities_are_read_by_the_rules_of_amounts() {
        let read = |t: &str| quantity(t).map(|d| d.to_string());
        for (typed, means) in [
            ("1 250", "1250"),
            ("12.500", "12500"),
            ("12,500", "12500"),
            ("12,50", "12.5"),
            ("1.000,5", "1000.5"),
            ("0.125", "0.125"),
            ("-3", "-3"),
        ] {
            assert_eq!(read(typed).as_deref(), Ok(means), "{typed}");
        }
        for bad in ["", "twelve", "1e999", "٣٤x", "12 EUR", "12.500 k", &"9".repeat(40)] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(whole in -1_000_000_000i64..1_000_000_000, scale in 0u32..6) {
            let value = Decimal::new(whole, scale).normalize();
            prop_assert_eq!(quantity(&as_typed(value)), Ok(value));
        }

        #[test]
        fn nothing_that_is_typed_is_too_much(typed in ".{0,60}") {
            let _ = quantity(&typed);
        }
    }
}
