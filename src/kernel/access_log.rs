//! Reading a record of the levels `parties` and `restricted`, and every export, leave a line that the
//! record's owner can read.

use super::auth::Inside;
use super::db::{MembershipFacts, ProcessTx};
use super::error::Problem;
use super::ids::OrganisationId;
use super::permit::{Handling, Permission, Scope};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The time over which exports are limited (kernel.try_attempt).
const EXPORT_MINUTES: i64 = 15;

pub struct Line<'a> {
    pub export: bool,
    pub subject_kind: &'a str,
    pub subject: Option<Uuid>,
    pub keeper: Option<OrganisationId>,
    pub handling: Option<Handling>,
    /// What was asked for, such as the filters of an exported list.
    pub detail: &'a str,
    pub rows: Option<i32>,
}

impl<'a> Line<'a> {
    /// What leaves the portal as a file. `subject`: the one record that it is of, where it is of one.
    pub fn export(subject_kind: &'a str, subject: Option<Uuid>, detail: &'a str, rows: Option<usize>) -> Self {
        let rows = rows.and_then(|n| i32::try_from(n).ok());
        Self { export: true, subject_kind, subject, keeper: None, handling: None, detail, rows }
    }
}

/// The Fluent key of what a line is about, where the record itself is not named.
pub fn subject_label(subject_kind: &str) -> &'static str {
    match subject_kind {
        "plan" => "access-log-plan",
        "consultation" => "access-log-consultation",
        "decision" => "access-log-decision",
        "need" => "access-log-need",
        "brief" => "access-log-brief",
        "coverage" => "access-log-coverage",
        "picture" => "access-log-picture",
        "bundle" => "access-log-bundle",
        "pack" => "access-log-pack",
        "stored_file" => "access-log-file",
        "mapping_report" => "access-log-mapping-report",
        "meeting" => "access-log-meeting",
        "envelope" => "access-log-envelope",
        "money" => "access-log-money",
        _ => "access-log-list",
    }
}

/// Writes one line; the transaction must be one that may write. One about an action is of its keeper and level, whoever writes it.
///
/// # Errors
/// The database's own.
pub async fn note(tx: &mut ProcessTx, by: &MembershipFacts, line: Line<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into access_log (id, by_membership_id, kind, subject_kind, subject_id, organisation_id, handling, detail, rows)
         values ($1, $2, $3, $4, $5,
            coalesce($6, (select a.reporting_id from action a
                where $4::text = 'action' and a.process_id = kernel.process_id() and a.id = $5::uuid)),
            coalesce($7, (select a.handling from action a
                where $4::text = 'action' and a.process_id = kernel.process_id() and a.id = $5::uuid)), $8, $9)",
        super::random::id(),
        by.id.0,
        if line.export { "export" } else { "read" },
        line.subject_kind,
        line.subject,
        line.keeper.map(|o| o.0),
        line.handling.map(Handling::as_str),
        line.detail,
        line.rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Actions of one keeper and one level that leave with a list of more.
pub struct Told {
    pub keeper: OrganisationId,
    pub handling: Handling,
    pub actions: i64,
}

/// Tells those who keep actions of the higher levels that these left with a list; of what one keeps oneself nobody is told. The
/// export itself is noted apart.
///
/// # Errors
/// The database's own.
pub async fn tell_keepers(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    subject_kind: &str,
    told: &[Told],
) -> sqlx::Result<()> {
    let told: Vec<&Told> = told.iter().filter(|t| Some(t.keeper) != by.organisation).collect();
    if told.is_empty() {
        return Ok(());
    }
    let keepers: Vec<Uuid> = told.iter().map(|t| t.keeper.0).collect();
    let levels: Vec<String> = told.iter().map(|t| t.handling.as_str().to_owned()).collect();
    let rows: Vec<i32> = told.iter().map(|t| i32::try_from(t.actions).unwrap_or(i32::MAX)).collect();
    sqlx::query!(
        "insert into access_log (by_membership_id, kind, subject_kind, organisation_id, handling, rows)
         select $1, 'told', $2, t.keeper, t.handling, t.rows
         from unnest($3::uuid[], $4::text[], $5::int[]) t(keeper, handling, rows)",
        by.id.0,
        subject_kind,
        &keepers,
        &levels,
        &rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The same of these actions, or of all that the transaction sees.
///
/// # Errors
/// The database's own.
pub async fn tell_keepers_of(
    tx: &mut ProcessTx,
    by: &MembershipFacts,
    subject_kind: &str,
    actions: Option<&[Uuid]>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into access_log (by_membership_id, kind, subject_kind, organisation_id, handling, rows)
         select $1, 'told', $2, a.reporting_id, a.handling, count(*)
         from visible_action a
         where a.process_id = (select kernel.process_id()) and ($3::uuid[] is null or a.id = any($3))
            and a.handling in ('parties', 'restricted') and a.reporting_id is distinct from $4::uuid
         group by a.reporting_id, a.handling",
        by.id.0,
        subject_kind,
        actions as Option<&[Uuid]>,
        by.organisation.map(|o| o.0) as Option<Uuid>
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Counts an export, unless the account has made too many of late: then false.
async fn try_export(tx: &mut ProcessTx, subject: &[u8], now: DateTime<Utc>, most: i64) -> sqlx::Result<bool> {
    let noted = sqlx::query_scalar!("select kernel.try_attempt('export', $1, $2, $3)", subject, now, most);
    Ok(noted.fetch_one(tx.conn()).await?.is_some())
}

impl Inside {
    /// In whose name a list is exported; counts the export.
    ///
    /// # Errors
    /// Who may not export, or has exported too much of late, is refused; the database's own.
    pub async fn exporter(&mut self) -> Result<MembershipFacts, Problem> {
        let by = self.member.require(Permission::ExportLists, &Scope::default())?.clone();
        self.count_export().await?;
        Ok(by)
    }

    /// Counts what leaves as a file.
    ///
    /// # Errors
    /// The account has taken too much of late; the database's own.
    pub async fn count_export(&mut self) -> Result<(), Problem> {
        let account = self.tx.account().map(|a| a.to_string()).unwrap_or_default();
        let subject = self.app.secret.blind("export", &account);
        let most = self.app.limits.exports_per_account;
        if !try_export(&mut self.tx, &subject, self.app.clock.now(), most).await? {
            return Err(Problem::TooMany { minutes: EXPORT_MINUTES });
        }
        Ok(())
    }
}
