//! Coordination questions, decisions of the Board, and meetings.

use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::answer::{self, Answered};
use super::auth::Called;
use super::places::{cut, rows};
use super::problem::Fault;
use super::shape::{Listed, One, Partial, shapes};
use super::store_records::{self as store, Stretch};
use crate::kernel::access_log::{self, Line};
use crate::kernel::permit::Handling;

shapes! {
    /// An action of a coordination question, as far as the reader may know of it.
    QuestionAction {
        /// `full`; `disclosed`: its keeper shows its title for this question; `hidden`.
        sight: String,
        /// Its id, where the reader sees it.
        action_id: Option<Uuid>,
        /// Its title, unless it is hidden.
        title: Option<String>,
        /// The organisation that keeps it, unless it is hidden.
        keeper: Option<String>,
    }
    /// A question whether actions overlap, or fit together.
    Question {
        /// Its id.
        id: Uuid,
        /// `open`, `working`, `decided`, `closed`, or `faded` where it is no longer found.
        state: String,
        /// `found` or `reported`.
        origin: String,
        /// Whether the reader may know all of it; else its kind is kept back.
        whole: bool,
        /// `same`, `overlap`, `synergy`, `sequence` or `part_of`.
        kind: Option<String>,
        /// The keys of the pillars that it concerns.
        pillars: Vec<String>,
        /// The actions that it is about.
        actions: Vec<QuestionAction>,
        /// The day by which it is to be answered.
        due_on: Option<NaiveDate>,
        /// `merge`, `divide`, `sequence`, `join`, `accept` or `no_overlap`.
        decision: Option<String>,
        /// Why it was decided so.
        decision_reason: String,
        /// What is to follow.
        follow_up: String,
        /// What has come of it.
        outcome: String,
        /// When it was opened.
        opened_at: DateTime<Utc>,
        /// When it was decided.
        decided_at: Option<DateTime<Utc>>,
        /// It has been put before the Chairmanship.
        escalated: bool,
    }
    /// A decision of the Board.
    Decision {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// `prepared`, `open`, `taken`, `not_taken`, `referred_back` or `withdrawn`.
        state: String,
        /// What it is on: `plan`, `mapping_report`, `methodology`, `membership`, `terms_of_reference` or `lead`.
        subject_kind: String,
        /// The id of that.
        subject_id: Option<Uuid>,
        /// What that was called.
        subject_label: String,
        /// Its number, such as 3/2026.
        number: Option<String>,
        /// `meeting`, `written` or `silence`.
        procedure: Option<String>,
        /// The day of the meeting.
        meeting_on: Option<NaiveDate>,
        /// The last day for votes.
        deadline: Option<NaiveDate>,
        /// When it was taken, as precisely as it is known.
        decided_on: Option<Partial>,
        /// Of one on a plan: when its text was referred back although it was taken; the decision stays as it is.
        text_back_at: Option<DateTime<Utc>>,
        /// Why.
        reasons: String,
        /// Where it is known from, if from elsewhere.
        source_url: Option<String>,
    }
    /// A meeting, as the calendar has it.
    MeetingLine {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// Who meets: `board`, `pillar`, `support_group`, `expert`, `consultation` or `other`.
        body: String,
        /// The key of its pillar.
        pillar: Option<String>,
        /// When it begins; where `timed` is false, the beginning of its first day.
        starts_at: DateTime<Utc>,
        /// When it ends.
        ends_at: Option<DateTime<Utc>>,
        /// Whether a time of day is stated.
        timed: bool,
        /// The time zone in which it is stated.
        zone: String,
        /// Where.
        place: String,
        /// Who sees it.
        handling: One<Handling>,
        /// `planned`, `held` or `cancelled`.
        state: String,
        /// When it was changed last.
        changed_at: DateTime<Utc>,
    }
    /// What stands on the agenda.
    AgendaItem {
        /// From 1.
        place: i16,
        /// Its title.
        title: String,
        /// A word to it.
        note: String,
        /// `own`, `decision`, `plan`, `overlap_case`, `needs`, `mapping_cycle` or `meeting_task`.
        kind: String,
        /// The id of the record that it is about.
        subject_id: Option<Uuid>,
    }
    /// A meeting with its agenda and record.
    Meeting {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// Who meets: `board`, `pillar`, `support_group`, `expert`, `consultation` or `other`.
        body: String,
        /// The key of its pillar.
        pillar: Option<String>,
        /// When it begins; where `timed` is false, the beginning of its first day.
        starts_at: DateTime<Utc>,
        /// When it ends.
        ends_at: Option<DateTime<Utc>>,
        /// Whether a time of day is stated.
        timed: bool,
        /// The time zone in which it is stated.
        zone: String,
        /// Where.
        place: String,
        /// The address at which it is joined.
        online: Option<String>,
        /// Who sees it.
        handling: One<Handling>,
        /// `planned`, `held` or `cancelled`.
        state: String,
        /// What it is about.
        about: String,
        /// Its agenda, in order.
        agenda: Vec<AgendaItem>,
        /// What came of it.
        conclusions: String,
        /// Where it is known from, if from elsewhere.
        source_url: Option<String>,
        /// When it was changed last.
        changed_at: DateTime<Utc>,
    }
}

/// Where a stretch of a list begins and how long it is.
pub fn stretch(called: &mut Called) -> Result<(usize, Stretch), Fault> {
    let fields = &mut called.inside.fields;
    let (limit, after) = (answer::limit(fields), answer::after(fields));
    answer::sound(fields)?;
    Ok((limit, Stretch { after, most: rows(limit) }))
}

pub async fn questions(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::questions(&mut called.inside.tx, from).await?;
    let next = cut(&mut items, limit, |q| q.id);
    answer::json(&Listed { items, next })
}

pub async fn decisions(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::decisions(&mut called.inside.tx, from).await?;
    let next = cut(&mut items, limit, |d| d.id);
    answer::json(&Listed { items, next })
}

pub async fn meetings(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::meetings(&mut called.inside.tx, from).await?;
    let next = cut(&mut items, limit, |m| m.id);
    answer::json(&Listed { items, next })
}

pub async fn meeting(Path(id): Path<String>, mut called: Called) -> Answered {
    let id: Uuid = id.parse().map_err(|_| Fault::not_found())?;
    let (level, found) = store::meeting(&mut called.inside.tx, id).await?.ok_or_else(Fault::not_found)?;
    let response = answer::record(&called.headers, &found)?;
    // one of a few is noted as its page is
    if let Some(by) = called.inside.member.first().cloned().filter(|_| level != Handling::Members) {
        let line = Line {
            export: false,
            subject_kind: "meeting",
            subject: Some(id),
            keeper: None,
            handling: Some(level),
            detail: "",
            rows: None,
        };
        access_log::note(&mut called.inside.tx, &by, line).await?;
        called.inside.tx.commit().await?;
    }
    Ok(response)
}
