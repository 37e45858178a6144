//! Questions answered for a reader.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::num::NonZero;
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::ledger::{self, Book, Scanned, Sight, Slot};
use super::model::{Dimension, Flow, Part, Question, Totals, Unconverted};
use super::store;
use crate::kernel::auth::Inside;
use crate::kernel::db::CURRENCY;
use crate::kernel::error::Problem;
use crate::kernel::ids::{ActionId, BeneficiaryId, OrganisationId};
use crate::kernel::money::Currency;
use crate::kernel::permit::{Permission, Scope};

/// So many scans run at the same time as there are processors: more would be done no sooner, and each takes memory for what it
/// adds up.
static SCANNING: LazyLock<Semaphore> =
    LazyLock::new(|| Semaphore::new(std::thread::available_parallelism().map_or(1, NonZero::get)));

/// The currency of an answer: the one that was asked for, else the process's own, else euro.
pub fn currency(inside: &Inside, question: &Question) -> Currency {
    let own = || inside.page.frame()?.settings.get(CURRENCY)?.as_str()?.parse().ok();
    question.currency.or_else(own).unwrap_or(Currency::EUR)
}

/// What a scan needs besides the question: the ledger, what the reader sees, what is under the plan.
pub struct Ready {
    pub slot: Arc<Slot>,
    pub sight: Sight,
    /// Only these actions, and what is within them, are asked about.
    plan: Option<HashSet<Uuid>>,
    currency: Currency,
    /// Actions under an open question whether they are one action entered twice, where a page tells of them.
    doubled: HashSet<Uuid>,
}

/// What of a total is of actions under an open question whether they are one action entered twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doubled {
    pub actions: usize,
    pub amount: Decimal,
}

impl Doubled {
    /// Of an answer by actions.
    pub fn of(book: &Book, scanned: &Scanned, ids: &HashSet<Uuid>) -> Self {
        let mut all = Self::default();
        if ids.is_empty() {
            return all;
        }
        for one in &scanned.actions {
            if book.entry(one.action).is_some_and(|e| ids.contains(&e.id())) {
                all.actions += 1;
                all.amount += one.amount();
            }
        }
        all
    }
}

async fn around(inside: &mut Inside, question: &Question, slot: Arc<Slot>, doubled: bool) -> Result<Ready, Problem> {
    let currency = currency(inside, question);
    let seen = store::sight(&mut inside.tx, doubled).await?;
    let sight = Sight { closed: seen.closed.into_iter().collect() };
    let plan = match question.plan {
        Some(plan) => Some(store::of_plan(&mut inside.tx, plan).await?.into_iter().collect()),
        None => None,
    };
    Ok(Ready { slot, sight, plan, currency, doubled: seen.doubled.into_iter().collect() })
}

/// Everything that an answer is made from; waits for the ledger, however long it takes.
///
/// # Errors
/// The reader may not see money; the database's own.
pub async fn ready(inside: &mut Inside, question: &Question) -> Result<Ready, Problem> {
    inside.member.require(Permission::ActionSeeMoney, &Scope::default())?;
    let slot = ledger::ready(&inside.app, inside.tx.process(), currency(inside, question)).await?;
    around(inside, question, slot, false).await
}

/// Has the ledger made, or caught up, beside whatever else the caller reads before it asks. What becomes of it, whoever asks is told.
pub fn soon(inside: &Inside, question: &Question) {
    let (app, process, currency) = (inside.app.clone(), inside.tx.process(), currency(inside, question));
    tokio::spawn(async move { ledger::ready(&app, process, currency).await.map(drop) });
}

/// The same for a page, which says so where the ledger is still being made, and tells what may be in a total twice to whom sees
/// coordination questions.
///
/// # Errors
/// As [`ready`].
pub async fn ready_soon(inside: &mut Inside, question: &Question) -> Result<Option<Ready>, Problem> {
    inside.member.require(Permission::ActionSeeMoney, &Scope::default())?;
    match ledger::ready_soon(&inside.app, inside.tx.process(), currency(inside, question)).await? {
        Some(slot) => {
            let doubled = inside.member.may_somewhere(Permission::OverlapSee);
            around(inside, question, slot, doubled).await.map(Some)
        }
        None => Ok(None),
    }
}

impl Ready {
    /// The actions that may be there twice, for whoever makes something of the cells.
    pub fn take_doubled(&mut self) -> HashSet<Uuid> {
        std::mem::take(&mut self.doubled)
    }

    /// What of a total may be in it twice: one scan more, where anything may be.
    pub async fn doubled(mut self, question: &Question) -> Result<Doubled, Problem> {
        let ids = self.take_doubled();
        if ids.is_empty() {
            return Ok(Doubled::default());
        }
        let of = move |book: &Book, scanned: &Scanned| Doubled::of(book, scanned, &ids);
        Ok(self.scan_and(question, &[Dimension::Action], of).await?.1)
    }

    /// One scan. Not on a worker of the server's: it computes for a while.
    pub async fn scan(self, question: &Question, by: &[Dimension]) -> Result<(Scanned, Self), Problem> {
        let _turn = SCANNING.acquire().await.map_err(anyhow::Error::from)?;
        let (question, by) = (question.clone(), by.to_vec());
        let scanned = tokio::task::spawn_blocking(move || {
            let scanned =
                ledger::scan(&self.slot.book(), &self.sight, &question, self.plan.as_ref(), &by, self.currency);
            (scanned, self)
        });
        Ok(scanned.await.map_err(anyhow::Error::from)?)
    }

    /// One scan, and what is made of it while the ledger stands still: afterwards its numbers can be those of another.
    pub async fn scan_and<T: Send + 'static>(
        self,
        question: &Question,
        by: &[Dimension],
        then: impl FnOnce(&Book, &Scanned) -> T + Send + 'static,
    ) -> Result<(Scanned, T), Problem> {
        let _turn = SCANNING.acquire().await.map_err(anyhow::Error::from)?;
        let (question, by) = (question.clone(), by.to_vec());
        let made = tokio::task::spawn_blocking(move || {
            let book = self.slot.book();
            let scanned = ledger::scan(&book, &self.sight, &question, self.plan.as_ref(), &by, self.currency);
            let made = then(&book, &scanned);
            (scanned, made)
        });
        Ok(made.await.map_err(anyhow::Error::from)?)
    }
}

/// The total of what is asked, parted by at most three dimensions, as the reader may see it. Parts of a dimension that have
/// nothing are not among the cells; the cells sum to the whole, to the cent.
///
/// # Errors
/// The reader may not see money; the database's own.
pub async fn totals(inside: &mut Inside, question: &Question, by: &[Dimension]) -> Result<Totals, Problem> {
    let ready = ready(inside, question).await?;
    Ok(ready.scan(question, by).await?.0.totals)
}

/// The total as [`totals`] has it, and the money in it on its way: from donors to implementers, from implementers to
/// beneficiaries, and straight from donors to beneficiaries where no implementer is stated. In no order that ranks.
///
/// # Errors
/// As [`totals`].
pub async fn flows(inside: &mut Inside, question: &Question, by: &[Dimension]) -> Result<(Totals, Vec<Flow>), Problem> {
    let (whole, ready) = ready(inside, question).await?.scan(question, by).await?;
    let way = [Dimension::Donor, Dimension::Implementer, Dimension::Beneficiary];
    let (parted, _) = ready.scan(question, &way).await?;
    Ok((whole.totals, flows_of(&parted.totals)))
}

fn flows_of(totals: &Totals) -> Vec<Flow> {
    type Key = (Option<Uuid>, u8, Option<Uuid>);
    let mut all: BTreeMap<Key, Flow> = BTreeMap::new();
    let mut put = |from: Option<OrganisationId>, to: Part, cell: &super::model::Cell| {
        let place = match to {
            Part::Organisation(id) => (0, Some(id.0)),
            Part::Beneficiary(id) => (1, Some(id.0)),
            _ => (2, None),
        };
        let flow = all.entry((from.map(|o| o.0), place.0, place.1)).or_insert(Flow {
            from,
            to,
            amount: Decimal::ZERO,
            estimated: Decimal::ZERO,
            actions: 0,
        });
        flow.amount += cell.amount;
        flow.estimated += cell.estimated;
        flow.actions += cell.actions;
    };
    for cell in &totals.cells {
        let [donor, implementer, place] = cell.key.as_slice() else { continue };
        let from = match donor {
            Part::Organisation(id) => Some(*id),
            _ => None,
        };
        match implementer {
            Part::Organisation(id) => {
                put(from, *implementer, cell);
                put(Some(*id), *place, cell);
            }
            _ => put(from, *place, cell),
        }
    }
    all.into_values().collect()
}

/// What a part of an action comes to for a beneficiary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Share {
    beneficiary: Option<BeneficiaryId>,
    amount: Decimal,
    estimated: Decimal,
}

/// The money of actions with all that is within them, so that the sum over some of them counts nothing twice.
#[derive(Debug, Default)]
pub struct Within {
    parts: HashMap<ActionId, Vec<Share>>,
    /// Actions within an action, however deep.
    inside: HashMap<ActionId, Vec<ActionId>>,
    /// The days of the oldest and the newest rate that amounts were converted at.
    pub rates: Option<(NaiveDate, NaiveDate)>,
    /// What is not in it, for want of a rate.
    pub unconverted: Vec<Unconverted>,
}

impl Within {
    /// What these actions, and what is within them, come to for these beneficiaries (`None`: what is of no beneficiary);
    /// and how much of that is estimated.
    pub fn sum(&self, actions: impl IntoIterator<Item = ActionId>, of: &[Option<BeneficiaryId>]) -> (Decimal, Decimal) {
        let mut all: HashSet<ActionId> = HashSet::new();
        for action in actions {
            all.extend(self.inside.get(&action).into_iter().flatten());
            all.insert(action);
        }
        let shares = all.iter().filter_map(|a| self.parts.get(a)).flatten().filter(|s| of.contains(&s.beneficiary));
        shares
            .fold((Decimal::ZERO, Decimal::ZERO), |(amount, estimated), s| (amount + s.amount, estimated + s.estimated))
    }
}

#[cfg(test)]
impl Within {
    /// Amounts that are nobody's estimate, of actions that are within no other.
    pub fn of(amounts: impl IntoIterator<Item = (ActionId, Option<BeneficiaryId>, i64)>) -> Self {
        let mut all = Self::default();
        for (action, beneficiary, amount) in amounts {
            let share = Share { beneficiary, amount: amount.into(), estimated: Decimal::ZERO };
            all.parts.entry(action).or_default().push(share);
        }
        all
    }
}

/// The money of these actions, and of what is within them, as far as the reader sees them, by beneficiary; and the currency
/// that it is in.
///
/// # Errors
/// As [`totals`].
pub async fn within(
    inside: &mut Inside,
    question: &Question,
    actions: HashSet<Uuid>,
) -> Result<(Within, Currency), Problem> {
    let ready = Ready { plan: Some(actions), ..ready(inside, question).await? };
    let (scanned, ready) = ready.scan(question, &[Dimension::Action, Dimension::Beneficiary]).await?;
    let totals = scanned.totals;
    let mut all = Within {
        rates: totals.oldest_rate.zip(totals.newest_rate),
        unconverted: totals.unconverted,
        ..Within::default()
    };
    for cell in &totals.cells {
        let [Part::Action(action), place] = cell.key.as_slice() else { continue };
        let beneficiary = match place {
            Part::Beneficiary(id) => Some(*id),
            _ => None,
        };
        all.parts.entry(*action).or_default().push(Share {
            beneficiary,
            amount: cell.amount,
            estimated: cell.estimated,
        });
    }
    let asked = |above: &Uuid| ready.plan.as_ref().is_some_and(|only| only.contains(above));
    let lineage = ledger::lineage(&ready.slot.book(), &ready.sight);
    for (above, below) in lineage.into_iter().filter(|(above, _)| asked(above)) {
        all.inside.entry(ActionId(above)).or_default().push(ActionId(below));
    }
    Ok((all, totals.currency))
}

#[cfg(test)]
mod tests {
    use super::super::model::Cell;
    use super::*;

    #[test]
    fn money_goes_through_its_implementer_and_else_straight() {
        let org = |n: u128| Part::Organisation(OrganisationId(Uuid::from_u128(n)));
        let place = Part::Beneficiary(BeneficiaryId(Uuid::from_u128(9)));
        let cell = |key: [Part; 3], amount: i64| Cell {
            key: key.to_vec(),
            amount: amount.into(),
            estimated: Decimal::ZERO,
            actions: 1,
        };
        let totals = Totals {
            currency: Currency::EUR,
            whole: 60.into(),
            estimated: Decimal::ZERO,
            stated: Decimal::ZERO,
            cells: vec![
                cell([org(1), org(2), place], 30),
                cell([org(3), org(2), place], 10),
                cell([org(1), Part::NotStated, place], 15),
                cell([Part::NotStated, org(2), Part::NotStated], 5),
            ],
            rows_in: 4,
            actions: 4,
            left_out: Vec::new(),
            unconverted: Vec::new(),
            oldest_rate: None,
            newest_rate: None,
        };
        let flows = flows_of(&totals);
        let of = |from: Option<u128>, to: Part| {
            let from = from.map(|n| OrganisationId(Uuid::from_u128(n)));
            flows.iter().find(|f| f.from == from && f.to == to).map(|f| f.amount)
        };
        assert_eq!(of(Some(1), org(2)), Some(30.into()));
        assert_eq!(of(Some(1), place), Some(15.into()));
        assert_eq!(of(Some(2), place), Some(40.into()));
        assert_eq!((of(None, org(2)), of(Some(2), Part::NotStated)), (Some(5.into()), Some(5.into())));
    }

    #[test]
    fn what_is_within_another_is_summed_once() {
        let (parent, child) = (ActionId(Uuid::from_u128(1)), ActionId(Uuid::from_u128(2)));
        let share = |n: i64| vec![Share { beneficiary: None, amount: n.into(), estimated: Decimal::ZERO }];
        let all = Within {
            parts: [(parent, share(70)), (child, share(30))].into_iter().collect(),
            inside: [(parent, vec![child])].into_iter().collect(),
            ..Within::default()
        };
        for actions in [vec![parent], vec![parent, child], vec![child, parent]] {
            assert_eq!(all.sum(actions, &[None]).0, 100.into());
        }
        assert_eq!(all.sum([child], &[None]).0, 30.into());
    }
}
