//! The report of a consultation as it was when it closed. What is renamed, replied or removed later leaves it as it is; who may
//! read which remark, and whose name is still shown, stays the matter of the day on which it is read.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::super::model::Who;
use super::super::store as plans;
use super::model::{Consultation, Remark, Talk};
use super::store::{self, InText};
use super::store_write;
use crate::kernel::db::ProcessTx;
use crate::kernel::error::Problem;
use crate::kernel::ids::{PlanId, PlanRemarkId};

/// The form of what is kept; one that is read later says which it has.
const FORM: u16 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    pub form: u16,
    /// The plan's title.
    pub title: String,
    pub consultation: Consultation,
    /// The parts as they stood in the text that was asked about, in its order.
    pub asked: Vec<InText>,
    /// What was said in it, with the replies.
    pub remarks: Vec<Remark>,
}

/// Of all that is said of a plan, what was said in one consultation, with the replies; without what was taken back.
fn of_consultation(mut all: Vec<Remark>, number: i16) -> Vec<Remark> {
    all.retain(|r| r.withdrawn_at.is_none());
    let tops: Vec<PlanRemarkId> = all.iter().filter(|r| r.consultation == Some(number)).map(|r| r.id).collect();
    all.retain(|r| tops.contains(&r.id) || r.reply_to.is_some_and(|to| tops.contains(&to)));
    all
}

/// Keeps the report of the consultation that has just closed. Whoever closes one sees all that was said in it.
///
/// # Errors
/// The database's own.
pub async fn keep(tx: &mut ProcessTx, plan: PlanId, today: NaiveDate, now: DateTime<Utc>) -> Result<(), Problem> {
    let plan = plans::load(tx, plan, today).await?;
    let Some(consultation) = store::consultations(tx, plan.id, today).await?.into_iter().next() else {
        return Ok(());
    };
    let Talk { remarks, .. } = store::talk(tx, plan.id, None, today).await?;
    let mut remarks = of_consultation(remarks, consultation.number);
    for r in &mut remarks {
        // whose it is depends on who reads it
        r.mine = false;
    }
    let asked = store::in_text(tx, plan.id, consultation.snapshot).await?;
    let id = consultation.id;
    let kept = Kept { form: FORM, title: plan.title, consultation, asked, remarks };
    store_write::keep(tx, id, &kept, now).await?;
    Ok(())
}

/// Whoever is no longer named today is not named in what was kept.
fn forget(kept: &mut Who, now: Option<&Who>) {
    if now.is_none_or(|who| who.name.is_none()) {
        kept.name = None;
    }
}

impl Kept {
    /// Leaves out the names of people that are no longer shown, by what the portal says of the same acts today.
    pub fn of_that_day(mut self, consultation: &Consultation, remarks: &[Remark]) -> Self {
        let c = &mut self.consultation;
        forget(&mut c.opened_by, Some(&consultation.opened_by));
        if let Some(by) = &mut c.closed_by {
            forget(by, consultation.closed_by.as_ref());
        }
        for asked in &mut c.parties {
            let today = consultation.parties.iter().find(|a| a.id == asked.id);
            for position in &mut asked.positions {
                let same = today.and_then(|a| a.positions.iter().find(|q| q.at == position.at));
                forget(&mut position.by, same.map(|q| &q.by));
            }
        }
        for r in &mut self.remarks {
            let today = remarks.iter().find(|x| x.id == r.id);
            forget(&mut r.by, today.map(|x| &x.by));
            if let Some(by) = &mut r.resolved_by {
                forget(by, today.and_then(|x| x.resolved_by.as_ref()));
            }
            if let Some(by) = &mut r.answered_by {
                forget(by, today.and_then(|x| x.answered_by.as_ref()));
            }
        }
        self
    }
}
