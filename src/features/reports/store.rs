//! Reading reports, through the views that know who may see which.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::life::State;
use super::model::{Past, Report, Section, SectionKind, Version};
use crate::features::needs::Mapped;
use crate::features::plans::Who;
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{CycleId, PillarId, ReportId, ReportSectionId};

/// A report in the list.
#[derive(Debug)]
pub struct Listed {
    pub id: ReportId,
    pub title: String,
    pub cycle: String,
    pub pillar_key: String,
    pub first_year: i16,
    pub last_year: i16,
    pub state: State,
    pub adopted_on: Option<NaiveDate>,
    pub decision_number: String,
    pub published_at: Option<DateTime<Utc>>,
}

impl Listed {
    pub fn years(&self) -> String {
        super::model::years(self.first_year, self.last_year)
    }
}

/// Every report that the reader sees, the latest years first. `published`: those alone that everybody may read.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx, published: bool) -> sqlx::Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select r.id as "id!: ReportId", r.title as "title!", c.name as cycle, l.key as pillar_key, r.first_year as "first_year!",
            r.last_year as "last_year!", r.state as "state!", r.adopted_on, r.decision_number as "decision_number!", r.published_at
        from visible_mapping_report r
        join mapping_cycle c on c.process_id = r.process_id and c.id = r.cycle_id
        join pillar l on l.process_id = r.process_id and l.id = r.pillar_id
        where r.process_id = kernel.process_id() and (not $1 or r.published_at is not null)
        order by r.last_year desc, r.first_year desc, l.position, r.title, r.id"#,
        published
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Listed {
            id: r.id,
            title: r.title,
            cycle: r.cycle,
            pillar_key: r.pillar_key,
            first_year: r.first_year,
            last_year: r.last_year,
            state: State::parse(&r.state).unwrap_or(State::Draft),
            adopted_on: r.adopted_on,
            decision_number: r.decision_number,
            published_at: r.published_at,
        })
        .collect())
}

/// One report.
///
/// # Errors
/// The database's own; `RowNotFound` where the reader sees none.
pub async fn load(tx: &mut ProcessTx, id: ReportId, today: NaiveDate) -> sqlx::Result<Report> {
    let r = sqlx::query!(
        r#"select r.id as "id!: ReportId", r.cycle_id as "cycle!: CycleId", c.name as cycle_name, r.pillar_id as "pillar!: PillarId",
            l.key as pillar_key, l.name as pillar_name, r.title as "title!", r.first_year as "first_year!", r.last_year as "last_year!",
            r.state as "state!", r.discussed_on, coalesce(r.discussed_where, '') as "discussed_where!", r.adopted_on,
            r.decision_number as "decision_number!", r.published_at, r.version as "version!", r.updated_at as "updated_at!",
            case when r.updated_by_id is not null then kernel.person(r.updated_by_id, $2) end as "updated_by: Json<Who>",
            r.tables as "tables: Json<Mapped>", r.tables_at
        from visible_mapping_report r
        join mapping_cycle c on c.process_id = r.process_id and c.id = r.cycle_id
        join pillar l on l.process_id = r.process_id and l.id = r.pillar_id
        where r.process_id = kernel.process_id() and r.id = $1"#,
        id.0,
        today
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Report {
        id: r.id,
        cycle: r.cycle,
        cycle_name: r.cycle_name,
        pillar: r.pillar,
        pillar_key: r.pillar_key,
        pillar_name: r.pillar_name,
        title: r.title,
        first_year: r.first_year,
        last_year: r.last_year,
        state: State::parse(&r.state).unwrap_or(State::Draft),
        discussed_on: r.discussed_on,
        discussed_where: r.discussed_where,
        adopted_on: r.adopted_on,
        decision_number: r.decision_number,
        published_at: r.published_at,
        version: r.version,
        updated_at: r.updated_at,
        updated_by: r.updated_by.map(|w| w.0),
        tables: r.tables.map(|t| t.0),
        tables_at: r.tables_at,
    })
}

/// The narrative of a report that `load` has found, as it is now.
///
/// # Errors
/// The database's own.
pub async fn sections(tx: &mut ProcessTx, report: ReportId, today: NaiveDate) -> sqlx::Result<Vec<Section>> {
    let rows = sqlx::query!(
        r#"select s.id as "id!: ReportSectionId", s.kind as "kind!", s.heading as "heading!", s.body as "body!", s.public as "public!",
            s.version as "version!", s.updated_at as "updated_at!",
            case when s.updated_by_id is not null then kernel.person(s.updated_by_id, $2) end as "updated_by: Json<Who>"
        from visible_mapping_report_section s
        where s.process_id = kernel.process_id() and s.report_id = $1 and s.removed_at is null
        order by s.position, s.id"#,
        report.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Section {
            id: r.id,
            kind: SectionKind::parse(&r.kind).unwrap_or(SectionKind::Needs),
            heading: r.heading,
            body: r.body,
            public: r.public,
            version: r.version,
            updated_at: r.updated_at,
            updated_by: r.updated_by.map(|w| w.0),
        })
        .collect())
}

/// The frozen texts of a report, as lines.
///
/// # Errors
/// The database's own.
pub async fn versions(tx: &mut ProcessTx, report: ReportId, today: NaiveDate) -> sqlx::Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"select s.number as "number!", s.step as "step!", s.at as "at!", coalesce(s.why, '') as "why!",
            case when s.by_membership_id is not null then kernel.person(s.by_membership_id, $2) end as "by: Json<Who>",
            encode(coalesce(s.content_sha256, s.public_sha256), 'hex') as "checksum!"
        from visible_mapping_report_snapshot s
        where s.process_id = kernel.process_id() and s.report_id = $1 order by s.number"#,
        report.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Version {
            number: r.number,
            step: r.step,
            at: r.at,
            by: r.by.map(|w| w.0),
            why: r.why,
            checksum: r.checksum,
        })
        .collect())
}

/// A frozen text.
#[derive(Debug, Clone)]
pub struct Frozen {
    pub number: i16,
    pub step: String,
    pub at: DateTime<Utc>,
    pub content: String,
    pub checksum: String,
}

/// The frozen text of a number, as those who take part read it.
///
/// # Errors
/// The database's own.
pub async fn frozen(tx: &mut ProcessTx, report: ReportId, number: i16) -> sqlx::Result<Option<Frozen>> {
    sqlx::query_as!(
        Frozen,
        r#"select s.number as "number!", s.step as "step!", s.at as "at!", s.content as "content!",
            encode(s.content_sha256, 'hex') as "checksum!"
        from visible_mapping_report_snapshot s
        where s.process_id = kernel.process_id() and s.report_id = $1 and s.number = $2 and s.content is not null"#,
        report.0,
        number
    )
    .fetch_optional(tx.conn())
    .await
}

/// The text of an adopted report as it is published. For whoever may read it.
///
/// # Errors
/// The database's own.
pub async fn published(tx: &mut ProcessTx, report: ReportId) -> sqlx::Result<Option<Frozen>> {
    sqlx::query_as!(
        Frozen,
        r#"select s.number as "number!", s.step as "step!", s.at as "at!", s.public_content as "content!",
            encode(s.public_sha256, 'hex') as "checksum!"
        from visible_mapping_report_snapshot s
        where s.process_id = kernel.process_id() and s.report_id = $1 and s.step = 'adopted' order by s.number desc limit 1"#,
        report.0
    )
    .fetch_optional(tx.conn())
    .await
}

/// The history of a report that `load` has found, the latest first.
///
/// # Errors
/// The database's own.
pub async fn history(tx: &mut ProcessTx, report: ReportId, most: i64, today: NaiveDate) -> sqlx::Result<Vec<Past>> {
    let rows = sqlx::query!(
        r#"select h.at, h.event, h.why, h.changes -> 'section' -> 'to' ->> 0 as heading,
            case when h.by_membership_id is not null then kernel.person(h.by_membership_id, $3) end as "by: Json<Who>"
        from history h -- past the view: of a report that is seen
        join visible_mapping_report r on r.process_id = h.process_id and r.id = h.subject_id
        where h.process_id = kernel.process_id() and h.subject_kind = 'mapping_report' and h.subject_id = $1
        order by h.at desc, h.id desc limit $2"#,
        report.0,
        most,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Past { at: r.at, event: r.event, why: r.why, by: r.by.map(|w| w.0), heading: r.heading })
        .collect())
}
