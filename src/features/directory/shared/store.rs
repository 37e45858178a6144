//! What the parts of the directory read alike.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use uuid::Uuid;

use super::Person;
use crate::features::actions::Status;
use crate::kernel::date::{PartialDate, Precision};
use crate::kernel::db::ProcessTx;
use crate::kernel::history::{Changes, Subject};
use crate::kernel::ids::{ActionId, OrganisationId};
use crate::kernel::page::Page;

/// One line of a record's history.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    pub at: DateTime<Utc>,
    pub event: String,
    pub why: String,
    pub changes: Changes,
    pub by: Person,
}

impl HistoryLine {
    /// Who did it. What nobody of the members did, the portal did; but whoever asks for access is no member yet, and the
    /// portal asks for nothing.
    pub fn who(&self, p: &Page) -> String {
        if self.by.name.is_none() && self.event == "access-asked" {
            return p.t("directory-by-applicant");
        }
        self.by.shown(p)
    }
}

pub async fn history(
    tx: &mut ProcessTx,
    subject: Subject,
    id: Uuid,
    today: NaiveDate,
) -> sqlx::Result<Vec<HistoryLine>> {
    histories(tx, &[(subject, id)], today).await
}

/// The history of several records as one, the latest first.
pub async fn histories(tx: &mut ProcessTx, of: &[(Subject, Uuid)], today: NaiveDate) -> sqlx::Result<Vec<HistoryLine>> {
    let kinds: Vec<String> = of.iter().map(|(subject, _)| subject.as_str().to_owned()).collect();
    let ids: Vec<Uuid> = of.iter().map(|(_, id)| *id).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select h.at, h.event, h.why, h.changes as "changes: Json<Changes>", m.name as "name?",
            coalesce(o.name, b.name) as "of?", coalesce(m.state = 'ended' or m.ends_on < $3, false) as "former!"
        from unnest($1::text[], $2::uuid[]) x (kind, id)
            join history h on h.process_id = kernel.process_id() and h.subject_kind = x.kind and h.subject_id = x.id -- past the view: of a record that its page has loaded
            left join membership m on m.process_id = h.process_id and m.id = h.by_membership_id
            left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        order by h.at desc, h.id desc limit 50"#,
        &kinds,
        &ids,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    let line = |r: Row| HistoryLine {
        at: r.at,
        event: r.event,
        why: r.why,
        changes: r.changes.0,
        by: Person { name: r.name, of: r.of, former: r.former },
    };
    Ok(rows.into_iter().map(line).collect())
}

struct Row {
    at: DateTime<Utc>,
    event: String,
    why: String,
    changes: Json<Changes>,
    name: Option<String>,
    of: Option<String>,
    former: bool,
}

/// Who changed a record last, and when.
pub async fn last_change(
    tx: &mut ProcessTx,
    subject: Subject,
    id: Uuid,
    today: NaiveDate,
) -> sqlx::Result<(Person, Option<DateTime<Utc>>)> {
    let line = history(tx, subject, id, today).await?.into_iter().next();
    Ok(line.map_or((Person::default(), None), |l| (l.by, Some(l.at))))
}

/// Every organisation that stands by itself, by name: value and name.
pub async fn organisation_options(tx: &mut ProcessTx) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: OrganisationId", name, short_name from organisation where merged_into_id is null order by lower(name), id"#
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| {
            (
                r.id.to_string(),
                match r.short_name {
                    Some(short) => format!("{} ({short})", r.name),
                    None => r.name,
                },
            )
        })
        .collect())
}

/// An action as a line in the list of a record it belongs to.
#[derive(Debug, Clone)]
pub struct ActionLine {
    pub id: ActionId,
    pub title: String,
    pub status: Option<Status>,
    pub ends: Option<PartialDate>,
    /// The role or pillar under which the line stands.
    pub under: String,
}

impl ActionLine {
    pub fn new(
        id: ActionId,
        title: String,
        status: Option<&str>,
        end: Option<NaiveDate>,
        precision: Option<&str>,
        under: String,
    ) -> Self {
        let precision = precision.and_then(|p| p.parse::<Precision>().ok());
        let ends = end.zip(precision).and_then(|(day, precision)| PartialDate::from_parts(day, precision).ok());
        Self { id, title, status: status.and_then(Status::parse), ends, under }
    }
}
