//! Files of the example process, invented like all of it and saying so: they lie outside the database, so that the demo alone has them.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::kernel::clock::Clock;
use crate::kernel::db::{Db, ProcessTx};
use crate::kernel::files::{Files, Key};
use crate::kernel::random;

const PROCESS: &str = "example";
const DONOR: &str = "donor@example.example";
const LEAD: &str = "lead-one@example.example";

/// A file: its name, kind, level, what it is, and its versions, the oldest first.
struct Paper {
    name: &'static str,
    kind: &'static str,
    handling: &'static str,
    about: &'static str,
    versions: &'static [&'static str],
}

const OF_ACTION: [Paper; 2] = [
    Paper {
        name: "Example agreement.txt",
        kind: "txt",
        handling: "members",
        about: "Example: the agreement, without annexes",
        versions: &[
            "EXAMPLE, invented.\n\nAgreement between Norland and its partners. Draft.\n",
            "EXAMPLE, invented.\n\nAgreement between Norland and its partners. As signed.\n",
        ],
    },
    Paper {
        name: "Example budget.csv",
        kind: "csv",
        handling: "parties",
        about: "Example: the budget by year",
        versions: &["EXAMPLE, invented\nYear;Amount;Currency\n2026;100000;EUR\n2027;120000;EUR\n"],
    },
];
const OF_PLAN: [Paper; 1] = [Paper {
    name: "Example minutes.txt",
    kind: "txt",
    handling: "members",
    about: "Example: minutes of the pillar's meeting on this plan",
    versions: &["EXAMPLE, invented.\n\nThe pillar went through the draft measure by measure.\n"],
}];

/// What a paper is put on, and in whose name.
struct On {
    action: Option<Uuid>,
    plan: Option<Uuid>,
    by: Uuid,
    organisation: Option<Uuid>,
}

/// Puts them there, unless the process has any file.
///
/// # Errors
/// The database's own, or the place for files takes nothing.
pub async fn papers(db: &Db, files: &Files, clock: &Clock) -> anyhow::Result<()> {
    let (Some((process, donor)), Some((_, lead))) = (db.whose(PROCESS, DONOR).await?, db.whose(PROCESS, LEAD).await?)
    else {
        return Ok(());
    };
    let mut tx = db.process_job(process).await?;
    let some =
        sqlx::query_scalar!(r#"select exists (select from stored_file) as "some!""#).fetch_one(tx.conn()).await?;
    if some {
        return Ok(());
    }
    let action = sqlx::query!(
        "select a.id, m.id as by, m.organisation_id from action a
            join membership m on m.process_id = a.process_id and m.organisation_id = a.reporting_id
         where a.process_id = kernel.process_id() and m.account_id = $1 and a.handling = 'public' order by a.title desc limit 1",
        donor.0
    );
    if let Some(r) = action.fetch_optional(tx.conn()).await? {
        let on = On { action: Some(r.id), plan: None, by: r.by, organisation: r.organisation_id };
        put(&mut tx, files, &on, &OF_ACTION, clock.now()).await?;
    }
    let plan = sqlx::query!(
        "select p.id, m.id as by from plan p
            join membership_pillar l on l.process_id = p.process_id and l.pillar_id = p.pillar_id
            join membership m on m.process_id = l.process_id and m.id = l.membership_id
         where p.process_id = kernel.process_id() and m.account_id = $1 order by p.title limit 1",
        lead.0
    );
    if let Some(r) = plan.fetch_optional(tx.conn()).await? {
        let on = On { action: None, plan: Some(r.id), by: r.by, organisation: None };
        put(&mut tx, files, &on, &OF_PLAN, clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

async fn put(tx: &mut ProcessTx, files: &Files, on: &On, papers: &[Paper], now: DateTime<Utc>) -> anyhow::Result<()> {
    for paper in papers {
        let id = random::id();
        let latest = i32::try_from(paper.versions.len())?;
        sqlx::query!(
            "insert into stored_file (id, action_id, plan_id, organisation_id, handling, about, latest, at, by_membership_id)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            id,
            on.action,
            on.plan,
            on.organisation,
            paper.handling,
            paper.about,
            latest,
            now,
            on.by
        )
        .execute(tx.conn())
        .await?;
        for (number, text) in (1..).zip(paper.versions) {
            let key = Key { process: tx.process(), id: uuid::Builder::from_random_bytes(random::bytes()).into_uuid() };
            let mut coming = files.begin(key)?;
            coming.write(text.as_bytes().into()).await?;
            coming.finish().await?;
            let sum = Sha256::digest(text);
            // the latest is of now
            let at = now - TimeDelta::days(i64::from(latest - number));
            sqlx::query!(
                "with o as (insert into stored_object (id, at) values ($1, $2) returning id)
                 insert into stored_file_version (file_id, number, object_id, name, kind, size, sha256, at, by_membership_id)
                 select $3, $4, o.id, $5, $6, $7, $8, $2, $9 from o",
                key.id,
                at,
                id,
                number,
                paper.name,
                paper.kind,
                i64::try_from(text.len())?,
                sum.as_slice(),
                on.by
            )
            .execute(tx.conn())
            .await?;
        }
    }
    Ok(())
}
