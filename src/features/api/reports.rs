//! Rounds with what was reported in them, reports on mapping cycles, envelopes, files and figures.

use axum::extract::Path;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::answer::{self, Answered, Strict};
use super::auth::Called;
use super::places::{Beneficiary, beneficiaries_of, cut};
use super::problem::Fault;
use super::records::stretch;
use super::shape::{Exact, Listed, Named, One, shapes};
use super::{actions, store_reports as store};
use crate::features::plans;
use crate::kernel::ids::{BeneficiaryId, PlanId};
use crate::kernel::permit::Handling;

shapes! {
    /// A dated request to confirm, report or map.
    Round {
        /// Its id.
        id: Uuid,
        /// `confirm`, `progress`, `needs` or `responses`.
        kind: String,
        /// Its title.
        title: String,
        /// `open`, `locked` or `withdrawn`.
        state: String,
        /// The key of its pillar; null: of the whole process.
        pillar: Option<String>,
        /// The id of the mapping cycle that is mapped in it.
        cycle_id: Option<Uuid>,
        /// The first day that the answers are about.
        period_start: NaiveDate,
        /// The last.
        period_end: NaiveDate,
        /// The day by which it is answered.
        deadline: NaiveDate,
        /// When it was opened.
        opened_at: Option<DateTime<Utc>>,
        /// When it was locked or withdrawn.
        ended_at: Option<DateTime<Utc>>,
    }
    /// What was reported of an action in a round.
    Progress {
        /// Its id.
        id: Uuid,
        /// The round.
        round: Named,
        /// `reported`, `correction`, `returned` or `accepted`.
        state: String,
        /// The reporter's own word: `on_track`, `at_risk`, `late` or `done`.
        health: String,
        /// What was done.
        done: String,
        /// What hinders.
        hinders: String,
        /// The secretariat entered it for its reporter.
        on_behalf: bool,
        /// When it was reported.
        reported_at: DateTime<Utc>,
        /// When it was accepted or returned.
        decided_at: Option<DateTime<Utc>>,
    }
    /// A report on a mapping cycle, as a list has it.
    ReportLine {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// The mapping cycle.
        cycle: Named,
        /// The key of its pillar.
        pillar: String,
        /// The first of the years that it covers.
        first_year: i16,
        /// The last of them.
        last_year: i16,
        /// `draft`, `discussed`, `submitted` or `adopted`.
        state: String,
        /// The day of its adoption.
        adopted_on: Option<NaiveDate>,
        /// The number of the Board's decision.
        decision_number: Option<String>,
        /// When it was published.
        published_at: Option<DateTime<Utc>>,
    }
    /// A part of a report's narrative.
    ReportSection {
        /// `method`, `needs`, `responses`, `gaps`, `follow_up` or `other`.
        kind: String,
        /// Its heading.
        heading: String,
        /// Its text.
        body: String,
    }
    /// A report on a mapping cycle with its narrative.
    Report {
        /// Its id.
        id: Uuid,
        /// Its title.
        title: String,
        /// The mapping cycle.
        cycle: Named,
        /// The key of its pillar.
        pillar: String,
        /// The first of the years that it covers.
        first_year: i16,
        /// The last of them.
        last_year: i16,
        /// `draft`, `discussed`, `submitted` or `adopted`.
        state: String,
        /// The day of its adoption.
        adopted_on: Option<NaiveDate>,
        /// The number of the Board's decision.
        decision_number: Option<String>,
        /// When it was published.
        published_at: Option<DateTime<Utc>>,
        /// Its narrative, in order.
        sections: Vec<ReportSection>,
        /// When it was changed last.
        updated_at: DateTime<Utc>,
    }
    /// Money of a donor that is not tied to an action yet.
    Envelope {
        /// Its id.
        id: Uuid,
        /// Whose money it is.
        donor: Named,
        /// Its title.
        title: String,
        /// `planned` or `committed`.
        kind: String,
        /// How much.
        amount: Exact,
        /// In which currency.
        currency: String,
        /// The first year that it is for.
        first_year: Option<i32>,
        /// The last.
        last_year: Option<i32>,
        /// The key of its pillar.
        pillar: Option<String>,
        /// The beneficiary that it is for.
        beneficiary: Option<Beneficiary>,
        /// A word to it.
        note: String,
        /// Who sees it.
        handling: One<Handling>,
        /// Nothing more comes of it.
        closed: bool,
    }
    /// A file that stands on a record: what it is, not what is in it.
    FileEntry {
        /// Its id.
        id: Uuid,
        /// Its name.
        name: String,
        /// What it is, in a line.
        about: String,
        /// `pdf`, `docx`, `xlsx`, `pptx`, `odt`, `ods`, `odp`, `png`, `jpeg`, `csv` or `txt`.
        kind: String,
        /// How many bytes.
        size: i64,
        /// The SHA-256 of its content, in hexadecimal digits.
        sha256: String,
        /// The number of its latest version.
        version: i32,
        /// Who sees it.
        level: One<Handling>,
        /// What it stands on: `action`, `plan`, `meeting` or `progress_report`.
        subject_kind: String,
        /// The id of that.
        subject_id: Uuid,
        /// When its first version was brought or its latest took its place.
        at: DateTime<Utc>,
    }
    /// A figure of an indicator, for a beneficiary and a period.
    Figure {
        /// Its id.
        id: Uuid,
        /// The indicator.
        indicator: Named,
        /// The id of the beneficiary; null: all together.
        beneficiary_id: Option<Uuid>,
        /// The first day that it is of.
        period_start: NaiveDate,
        /// The last.
        period_end: NaiveDate,
        /// The value.
        value: Exact,
        /// Who says so, or where it stands.
        source: String,
        /// The day on which the source says it.
        dated: NaiveDate,
        /// When it was stated here.
        at: DateTime<Utc>,
    }
}

pub async fn rounds(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::rounds(&mut called.inside.tx, from).await?;
    let next = cut(&mut items, limit, |r| r.id);
    answer::json(&Listed { items, next })
}

pub async fn progress(Path(id): Path<String>, mut called: Called) -> Answered {
    let record = actions::find(&mut called, &id).await?;
    let items = store::progress(&mut called.inside.tx, record.id.0).await?;
    answer::json(&Listed { items, next: None })
}

pub async fn reports(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::reports(&mut called.inside.tx, from).await?;
    let next = cut(&mut items, limit, |r| r.id);
    answer::json(&Listed { items, next })
}

pub async fn report(Path(id): Path<String>, mut called: Called) -> Answered {
    let id: Uuid = id.parse().map_err(|_| Fault::not_found())?;
    let found = store::report(&mut called.inside.tx, id).await?.ok_or_else(Fault::not_found)?;
    answer::record(&called.headers, &found)
}

pub async fn envelopes(mut called: Called) -> Answered {
    let (limit, from) = stretch(&mut called)?;
    let mut kept = store::envelopes(&mut called.inside.tx, from).await?;
    let next = cut(&mut kept, limit, |e| e.id);
    let frame = called.inside.page.frame().ok_or_else(Fault::not_found)?;
    let envelope = |e: store::Kept| Envelope {
        id: e.id,
        donor: e.donor,
        title: e.title,
        kind: e.kind,
        amount: e.amount,
        currency: e.currency,
        first_year: e.first_year,
        last_year: e.last_year,
        pillar: e.pillar,
        beneficiary: e.beneficiary.and_then(|id| beneficiaries_of(frame, &[BeneficiaryId(id)]).pop()),
        note: e.note,
        handling: One::new(e.handling),
        closed: e.closed,
    };
    answer::json(&Listed { items: kept.into_iter().map(envelope).collect::<Vec<_>>(), next })
}

const OF_FILES: Strict = Strict { dates: &[], ids: &["of"], numbers: &[], lists: &[] };

pub async fn files(mut called: Called) -> Answered {
    answer::strict(&mut called.inside.fields, &OF_FILES);
    let of = called.inside.fields.value("of").parse().ok();
    let (limit, from) = stretch(&mut called)?;
    let mut items = store::files(&mut called.inside.tx, of, from).await?;
    let next = cut(&mut items, limit, |f| f.id);
    answer::json(&Listed { items, next })
}

pub async fn figures(Path(id): Path<String>, mut called: Called) -> Answered {
    let id: PlanId = id.parse().map_err(|_| Fault::not_found())?;
    let today = called.inside.page.today;
    let plan = plans::load(&mut called.inside.tx, id, today).await?;
    let items = store::figures(&mut called.inside.tx, plan.id.0).await?;
    answer::json(&Listed { items, next: None })
}
