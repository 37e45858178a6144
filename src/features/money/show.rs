//! Totals in words: the names of their parts and the order in which they stand, which ranks nobody.

use rust_decimal::Decimal;
use std::collections::HashMap;
use uuid::Uuid;

use super::answer::Doubled;
use super::model::{Dimension, Part, Question, Reason, Totals};
use super::store;
use crate::features::actions::Status;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::fold::fold;
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::money::Currency;
use crate::kernel::page::Page;

/// Names that the page's frame does not have.
#[derive(Debug, Default)]
pub struct Names {
    organisations: HashMap<OrganisationId, String>,
    actions: HashMap<ActionId, String>,
}

impl Names {
    /// The names of these parts, and of what a question names.
    ///
    /// # Errors
    /// The database's own.
    pub async fn of(tx: &mut ProcessTx, parts: &[Part], question: &Question) -> sqlx::Result<Self> {
        let mut organisations: Vec<Uuid> = question.organisation.iter().map(|o| o.0).collect();
        let mut actions: Vec<Uuid> = Vec::new();
        for part in parts.iter().chain(question.parts.iter().map(|(_, part)| part)) {
            match part {
                Part::Organisation(id) => organisations.push(id.0),
                Part::Action(id) => actions.push(id.0),
                _ => {}
            }
        }
        let mut names = Self::default();
        for ids in [&mut organisations, &mut actions] {
            ids.sort_unstable();
            ids.dedup();
        }
        if !organisations.is_empty() {
            names.organisations = store::organisations(tx, &organisations).await?;
        }
        if !actions.is_empty() {
            names.actions = store::titles(tx, &actions).await?;
        }
        Ok(names)
    }

    /// That every organisation which a question names is one.
    ///
    /// # Errors
    /// [`Problem::NotFound`] where one is not.
    pub fn found(&self, question: &Question) -> Result<(), Problem> {
        let parts = question.parts.iter().filter_map(|(_, part)| match part {
            Part::Organisation(id) => Some(*id),
            _ => None,
        });
        let all = parts.chain(question.organisation).all(|id| self.organisations.contains_key(&id));
        if all { Ok(()) } else { Err(Problem::NotFound) }
    }

    pub fn name(&self, p: &Page, part: Part) -> String {
        let frame = p.frame();
        let known = match part {
            Part::Organisation(id) => self.organisations.get(&id).cloned(),
            Part::Pillar(id) => frame.and_then(|f| f.pillars.iter().find(|l| l.id == id)).map(|l| l.key.clone()),
            Part::Beneficiary(id) => Some(p.beneficiary_name(&id)).filter(|n| !n.is_empty()),
            Part::Year(year) => Some(year.to_string()),
            Part::Quarter(q) => Some(p.t2("money-quarter", "quarter", q.n, "year", q.year)),
            Part::Status(status) => Some(p.t(status.label())),
            Part::Action(id) => self.actions.get(&id).cloned(),
            Part::NotStated => Some(p.t("not-stated")),
        };
        known.unwrap_or_else(|| p.t("money-not-shown"))
    }

    /// Where a part stands: names in alphabetical order, lists in the process's own, what is not stated last.
    pub fn order(&self, p: &Page, part: Part) -> (u8, i64, String) {
        let place = |n: Option<usize>| n.and_then(|n| i64::try_from(n).ok()).unwrap_or(i64::MAX);
        let frame = p.frame();
        match part {
            Part::Organisation(_) | Part::Action(_) => (0, 0, fold(&self.name(p, part))),
            Part::Pillar(id) => {
                (0, place(frame.and_then(|f| f.pillars.iter().position(|l| l.id == id))), String::new())
            }
            Part::Beneficiary(id) => {
                (0, place(frame.and_then(|f| f.beneficiaries.iter().position(|b| b.id == id))), String::new())
            }
            Part::Year(year) => (0, i64::from(year), String::new()),
            Part::Quarter(q) => (0, i64::from(q.year) * 4 + i64::from(q.n), String::new()),
            Part::Status(status) => (0, place(Status::ALL.iter().position(|s| *s == status)), String::new()),
            Part::NotStated => (1, 0, String::new()),
        }
    }
}

/// An amount as tables show it, in full.
pub fn amount(p: &Page, amount: Decimal, currency: &Currency) -> String {
    p.locale.amount(amount, currency)
}

/// A share of a whole in percent; none where there is no whole.
pub fn share(p: &Page, part: Decimal, whole: Decimal) -> Option<String> {
    Some(p.locale.percent(part.checked_div(whole)?))
}

/// What is said of a total wherever it stands: its rule, what is estimated, which rates, what is not in it.
pub fn notes(p: &Page, question: &Question, totals: &Totals) -> Vec<String> {
    let mut all = vec![p.t(rule(question))];
    all.push(p.t2("money-note-rows", "rows", p.number(totals.rows_in), "actions", p.number(totals.actions)));
    if !totals.stated.is_zero() {
        all.push(p.t1("money-note-stated", "amount", amount(p, totals.stated, &totals.currency)));
    }
    if !totals.estimated.is_zero() {
        let part = share(p, totals.estimated, totals.whole).unwrap_or_default();
        all.push(p.t2("money-note-estimated", "amount", amount(p, totals.estimated, &totals.currency), "share", part));
    }
    if let Some((from, to)) = totals.oldest_rate.zip(totals.newest_rate) {
        all.push(p.t3("money-note-rates", ("currency", totals.currency), ("from", p.day(&from)), ("to", p.day(&to))));
    }
    for left in &totals.left_out {
        all.push(left_line(p, left.reason, left.rows, left.actions));
    }
    for u in &totals.unconverted {
        all.push(p.t1("money-note-unconverted", "amount", amount(p, u.amount, &u.currency)));
    }
    all.push(p.t("money-note-sight"));
    all
}

/// What of a total stands under an open question whether it is there twice; nothing where nothing does.
pub fn doubled(p: &Page, of: &Doubled, currency: &Currency) -> Option<String> {
    (of.actions > 0).then(|| p.tn1("money-doubled", of.actions, "amount", amount(p, of.amount, currency)))
}

/// A reason with how much it keeps out.
pub fn left_line(p: &Page, reason: Reason, rows: usize, actions: usize) -> String {
    let counted = match reason {
        Reason::NoFigure => p.tn("money-n-actions", actions),
        _ => p.tn("money-n-rows", rows),
    };
    p.t3("money-note-left", ("reason", p.t(reason.label())), ("counted", counted), ("text", p.t(reason.text())))
}

/// The counting rule of a kind, in a sentence.
pub fn rule(question: &Question) -> &'static str {
    use super::model::Kind;
    match question.kind {
        Kind::Planned => "money-rule-planned",
        Kind::Committed => "money-rule-committed",
        Kind::Disbursed => "money-rule-disbursed",
        Kind::Spent => "money-rule-spent",
    }
}

/// What a question asks, beyond its kind: a line each.
pub fn asked(p: &Page, names: &Names, question: &Question, plan: Option<&str>) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut say = |key: &str, value: String| all.push((p.t(key), value));
    if let Some((from, to)) = question.years {
        say("money-by-year", if from == to { from.to_string() } else { format!("{from}–{to}") });
    }
    if let Some(id) = question.pillar {
        say("money-by-pillar", names.name(p, Part::Pillar(id)));
    }
    if let Some(id) = question.beneficiary {
        say("money-by-beneficiary", names.name(p, Part::Beneficiary(id)));
    }
    if let Some(id) = question.organisation {
        say("money-by-donor", names.name(p, Part::Organisation(id)));
    }
    if let Some(title) = plan {
        say("money-plan", title.to_owned());
    }
    if !question.statuses.is_empty() {
        let all: Vec<String> = question.statuses.iter().map(|s| p.t(s.label())).collect();
        say("money-by-status", all.join(", "));
    }
    for (dimension, part) in &question.parts {
        say(Dimension::label(*dimension), names.name(p, *part));
    }
    all
}
