//! Files in the database: read through `visible_stored_file`, which knows who sees which.

use chrono::NaiveDate;
use sqlx::types::Json;
use uuid::Uuid;

use super::kinds::Kind;
use super::model::{Event, FileLine, Host, Person, StoredFile, Subject, Taken, Version, Wanted};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{ActionId, FileId, OrganisationId, PillarId, PlanId};
use crate::kernel::permit::{Handling, Scope};

fn level(text: &str) -> Handling {
    Handling::parse(text).unwrap_or(Handling::Restricted)
}
fn kind(text: &str) -> Kind {
    Kind::parse(text).unwrap_or(Kind::Txt)
}

/// The record that files stand on; none where the reader sees none.
///
/// # Errors
/// The database's own.
pub async fn host(tx: &mut ProcessTx, subject: Subject) -> sqlx::Result<Option<Host>> {
    let found = match subject {
        Subject::Action(id) => of_action(tx, id.0, None).await?,
        Subject::Report(id) => of_action(tx, Uuid::nil(), Some(id)).await?,
        Subject::Plan(id) => of_plan(tx, id).await?,
        Subject::Meeting(id) => of_meeting(tx, id).await?,
    };
    Ok(found.map(|(title, link, scope, closed)| Host { subject, title, link, scope: subject.scope(&scope), closed }))
}

type Found = Option<(String, String, Scope, bool)>;

/// An action, or that of a progress report.
async fn of_action(tx: &mut ProcessTx, id: Uuid, report: Option<Uuid>) -> sqlx::Result<Found> {
    let row = sqlx::query!(
        r#"select a.id as "id!: ActionId", a.title as "title!", a.handling as "handling!", a.reporting_id as "keeper!: OrganisationId",
            a.merged_into_id is not null as "merged!",
            -- what belongs to a round that has ended stays as it was
            exists (select from visible_progress_report g join round r on r.process_id = g.process_id and r.id = g.round_id
                where g.process_id = kernel.process_id() and g.id = $2 and r.state in ('locked', 'withdrawn')) as "ended!",
            array(select p.organisation_id from action_party p where p.process_id = a.process_id and p.action_id = a.id)
                as "parties!: Vec<OrganisationId>"
        from visible_action a
        where a.process_id = kernel.process_id() and a.id = case when $2::uuid is null then $1 else
            (select r.action_id from visible_progress_report r where r.process_id = kernel.process_id() and r.id = $2) end"#,
        id,
        report
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let scope = Scope {
            handling: Handling::parse(&r.handling),
            keeper: Some(r.keeper),
            organisations: r.parties,
            ..Scope::default()
        };
        (r.title, format!("/actions/{}", r.id), scope, r.merged || r.ended)
    }))
}

async fn of_plan(tx: &mut ProcessTx, id: PlanId) -> sqlx::Result<Found> {
    let row = sqlx::query!(
        r#"select p.title as "title!", p.pillar_id as "pillar?: PillarId" from visible_plan p
            where p.process_id = kernel.process_id() and p.id = $1"#,
        id.0
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.title, format!("/plans/{id}"), of_pillar(r.pillar), false)))
}

async fn of_meeting(tx: &mut ProcessTx, id: Uuid) -> sqlx::Result<Found> {
    let row = sqlx::query!(
        r#"select m.title as "title!", m.handling as "handling!", m.pillar_id as "pillar?: PillarId" from visible_meeting m
            where m.process_id = kernel.process_id() and m.id = $1"#,
        id
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| {
        let scope = Scope { handling: Handling::parse(&r.handling), ..of_pillar(r.pillar) };
        (r.title, format!("/meetings/{id}"), scope, false)
    }))
}

fn of_pillar(pillar: Option<PillarId>) -> Scope {
    Scope { pillars: pillar.into_iter().collect(), ..Scope::default() }
}

/// The files of a record that the reader sees, by name. `taken`: those that were taken away, else those that stand.
///
/// # Errors
/// The database's own.
pub async fn lines(tx: &mut ProcessTx, subject: Subject, taken: bool) -> sqlx::Result<Vec<FileLine>> {
    let rows = sqlx::query!(
        r#"select f.id as "id!: FileId", f.about as "about!", f.level as "level!", v.number as "number!", v.name as "name!",
            v.kind as "kind!", v.size as "size!", v.at as "at!", x.gone_at is not null as "gone!"
        from visible_stored_file f
            join stored_file_version v on v.process_id = f.process_id and v.file_id = f.id and v.number = f.latest -- past the view: of a file that is seen
            join stored_object x on x.process_id = v.process_id and x.id = v.object_id
        where f.process_id = kernel.process_id() and (f.taken_at is not null) = $2
            and (f.action_id = $1 or f.plan_id = $1 or f.meeting_id = $1 or f.report_id = $1)
        order by lower(v.name), f.id limit 500"#,
        subject.id(),
        taken
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| FileLine {
            id: r.id,
            name: r.name,
            about: r.about,
            kind: kind(&r.kind),
            size: r.size,
            number: r.number,
            at: r.at,
            level: level(&r.level),
            gone: r.gone,
        })
        .collect())
}

/// One file; none where the reader sees none.
///
/// # Errors
/// The database's own.
pub async fn file(tx: &mut ProcessTx, id: FileId, today: NaiveDate) -> sqlx::Result<Option<StoredFile>> {
    let row = sqlx::query!(
        r#"select f.action_id as "action?: ActionId", f.plan_id as "plan?: PlanId", f.meeting_id as "meeting?", f.report_id as "report?",
            f.about as "about!", f.level as "level!", f.latest as "latest!", f.taken_at as "taken_at?", f.taken_why as "why!",
            kernel.person(f.taken_by_id, $2) as "taken_by?: Json<Person>"
        from visible_stored_file f where f.process_id = kernel.process_id() and f.id = $1"#,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.and_then(|r| {
        let subject = match (r.action, r.plan, r.meeting, r.report) {
            (Some(id), ..) => Subject::Action(id),
            (_, Some(id), ..) => Subject::Plan(id),
            (_, _, Some(id), _) => Subject::Meeting(id),
            (_, _, _, Some(id)) => Subject::Report(id),
            _ => return None,
        };
        let (by, why) = (r.taken_by.map(|p| p.0), r.why);
        let taken = r.taken_at.map(|at| Taken { at, by, why });
        Some(StoredFile { id, subject, about: r.about, level: level(&r.level), latest: r.latest, taken })
    }))
}

/// Every version of a file, the latest first.
///
/// # Errors
/// The database's own.
pub async fn versions(tx: &mut ProcessTx, id: FileId, today: NaiveDate) -> sqlx::Result<Vec<Version>> {
    let rows = sqlx::query!(
        r#"select v.number as "number!", v.name as "name!", v.kind as "kind!", v.size as "size!", v.sha256 as "sha256!", v.at as "at!",
            v.gone as "gone!", kernel.person(v.by_membership_id, $2) as "by?: Json<Person>"
        from visible_stored_file_version v where v.process_id = kernel.process_id() and v.file_id = $1
        order by v.number desc limit 200"#,
        id.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Version {
            number: r.number,
            name: r.name,
            kind: kind(&r.kind),
            size: r.size,
            sha256: hex::encode(r.sha256),
            at: r.at,
            by: r.by.map(|p| p.0),
            gone: r.gone,
        })
        .collect())
}

/// What has happened to a file, the latest first.
///
/// # Errors
/// The database's own.
pub async fn events(tx: &mut ProcessTx, id: FileId, today: NaiveDate) -> sqlx::Result<Vec<Event>> {
    let rows = sqlx::query!(
        r#"select h.at, h.event, h.why, kernel.person(h.by_membership_id, $2) as "by?: Json<Person>"
        from history h -- past the view: whoever sees the file sees what was done with it
            join visible_stored_file f on f.process_id = h.process_id and f.id = h.subject_id
        where h.process_id = kernel.process_id() and h.subject_kind = 'stored_file' and h.subject_id = $1
        order by h.at desc, h.id desc limit 200"#,
        id.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Event { at: r.at, event: r.event, why: r.why, by: r.by.map(|p| p.0) }).collect())
}

/// A version that is to be handed out; none where the reader sees none.
///
/// # Errors
/// The database's own.
pub async fn wanted(tx: &mut ProcessTx, id: FileId, number: i32) -> sqlx::Result<Option<Wanted>> {
    let row = sqlx::query!(
        r#"select v.object_id as "object!", v.name as "name!", v.kind as "kind!", v.size as "size!", v.gone as "gone!",
            f.level as "level!", f.keeper_id as "keeper?: OrganisationId", f.taken_at is not null as "taken!"
        from visible_stored_file_version v join visible_stored_file f on f.process_id = v.process_id and f.id = v.file_id
        where v.process_id = kernel.process_id() and v.file_id = $1 and v.number = $2"#,
        id.0,
        number
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Wanted {
        object: r.object,
        name: r.name,
        kind: kind(&r.kind),
        size: r.size,
        level: level(&r.level),
        keeper: r.keeper,
        taken: r.taken,
        gone: r.gone,
    }))
}
