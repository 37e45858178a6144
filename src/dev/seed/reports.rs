//! Reports on mapping cycles of a seed file, in the example process alone: one that was adopted, one that is being written.

use anyhow::Context;
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::types::Json;

use super::decisions::{moment, role};
use super::file::File;
use super::store::Keys;
use crate::features::needs;
use crate::features::plans::frame;
use crate::features::reports::{State, freeze};
use crate::kernel::clock::Clock;
use crate::kernel::db::{MembershipFacts, ProcessTx};
use crate::kernel::history::{self, Changes, Entry, Subject};
use crate::kernel::i18n::Locale;
use crate::kernel::ids::{CycleId, MembershipId, ReportId};
use crate::kernel::page::Page;

/// A report. Without `discussed` it is a draft, without `adopted` not yet the Board's.
#[derive(Debug, Deserialize)]
pub struct Report {
    pub key: String,
    pub cycle: String,
    pub pillar: String,
    pub title: String,
    pub first_year: i16,
    pub last_year: i16,
    pub begun: NaiveDate,
    #[serde(default)]
    pub discussed: Option<NaiveDate>,
    #[serde(default)]
    pub discussed_where: String,
    #[serde(default)]
    pub submitted: Option<NaiveDate>,
    #[serde(default)]
    pub adopted: Option<NaiveDate>,
    #[serde(default)]
    pub published: bool,
    pub sections: Vec<Section>,
}

#[derive(Debug, Deserialize)]
pub struct Section {
    pub kind: String,
    pub heading: String,
    pub body: String,
    #[serde(default)]
    pub public: bool,
}

/// Gives reports their ids: decisions on them come first.
pub(super) fn known(file: &File, keys: &mut Keys) {
    for report in &file.reports {
        keys.new_id("report", &report.key);
    }
}

/// Who wrote it: the lead of its pillar.
fn lead(file: &File, keys: &Keys, pillar: &str) -> anyhow::Result<MembershipId> {
    let led = |m: &&super::file::Member| m.role == "lead" && m.pillars.iter().any(|p| p == pillar);
    let found = file.members.iter().find(led).with_context(|| format!("no lead of {pillar}"))?;
    Ok(MembershipId(keys.get("member", found.key())?))
}

pub(super) async fn reports(tx: &mut ProcessTx, file: &File, keys: &Keys, clock: &Clock) -> anyhow::Result<()> {
    if file.reports.is_empty() {
        return Ok(());
    }
    let frame = frame(tx).await?;
    let mut page = Page::bare(Locale::default(), clock.today());
    page.process = Some(frame.clone());
    for report in &file.reports {
        let (id, cycle) = (keys.get("report", &report.key)?, keys.get("cycle", &report.cycle)?);
        let by = lead(file, keys, &report.pillar)?;
        let at = |day: NaiveDate| moment(day, 9, clock);
        let last = report.adopted.or(report.submitted).or(report.discussed).unwrap_or(report.begun);
        let state = match (report.discussed, report.submitted, report.adopted) {
            (_, _, Some(_)) => State::Adopted,
            (_, Some(_), None) => State::Submitted,
            (Some(_), None, None) => State::Discussed,
            (None, None, None) => State::Draft,
        };
        let tables = match state {
            State::Draft => None,
            _ => Some(needs::mapped(tx, &page, &report.pillar, CycleId(cycle)).await.map_err(anyhow::Error::from)?),
        };
        let filled = tables.as_ref().map(|_| clock.now());
        sqlx::query!(
            "insert into mapping_report (id, cycle_id, pillar_id, title, first_year, last_year, tables, tables_at, discussed_on,
                discussed_where, created_at, created_by_id, updated_at, updated_by_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $12)",
            id,
            cycle,
            keys.get("pillar", &report.pillar)?,
            report.title,
            report.first_year,
            report.last_year,
            tables.map(Json) as _,
            filled,
            report.discussed,
            report.discussed_where,
            at(report.begun),
            by.0,
            at(last)
        )
        .execute(tx.conn())
        .await?;
        sections(tx, id, report, by, at(last)).await?;
        // its text is written before it goes to the Board
        sqlx::query!(
            "update mapping_report set state = $2, adopted_on = $3, published_at = $4,
                decision_number = coalesce((select d.number_year || '/' || d.number_in_year
                    from board_decision d where d.subject_id = $1 and d.number_year is not null), '') where id = $1",
            id,
            state.as_str(),
            report.adopted,
            report.adopted.filter(|_| report.published).map(at)
        )
        .execute(tx.conn())
        .await?;
        let secretariat = role(file, keys, "support_group")?;
        let chair = role(file, keys, "chair")?;
        note(tx, id, "report-begun", None, at(report.begun)).await?;
        let steps = [
            (report.discussed, State::Discussed, "report-discussed", &secretariat),
            (report.submitted, State::Submitted, "report-submitted", &secretariat),
            (report.adopted, State::Adopted, "report-adopted", &chair),
        ];
        for (day, step, event, who) in steps {
            let Some(day) = day else { continue };
            freeze(tx, ReportId(id), step, &frame, who.id, "", at(day)).await?;
            note(tx, id, event, Some(who), at(day)).await?;
        }
    }
    Ok(())
}

async fn sections(
    tx: &mut ProcessTx,
    id: uuid::Uuid,
    report: &Report,
    by: MembershipId,
    at: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<()> {
    let rows: Vec<Value> = (1..)
        .zip(&report.sections)
        .map(|(place, s): (i32, &Section)| {
            json!({ "report_id": id, "position": place, "kind": s.kind, "heading": s.heading, "body": s.body, "public": s.public,
                "updated_at": at, "updated_by_id": by })
        })
        .collect();
    sqlx::query!(
        "insert into mapping_report_section (report_id, position, kind, heading, body, public, updated_at, updated_by_id)
         select report_id, position, kind, heading, body, public, updated_at, updated_by_id from jsonb_to_recordset($1) as r (report_id uuid,
            position smallint, kind text, heading text, body text, public boolean, updated_at timestamptz, updated_by_id uuid)",
        Json(rows) as _
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

async fn note(
    tx: &mut ProcessTx,
    id: uuid::Uuid,
    event: &'static str,
    by: Option<&MembershipFacts>,
    at: chrono::DateTime<chrono::Utc>,
) -> sqlx::Result<()> {
    let entry = Entry { subject: Subject::MappingReport, id, event, changes: Changes::new(), why: "" };
    history::record_at(tx, by, entry, at).await
}
