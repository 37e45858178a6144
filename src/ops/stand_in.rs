//! Entering a process in a member's place, from the command line.

use chrono::NaiveDate;
use sqlx::types::Json;

use crate::kernel::db::{Frame, MembershipFacts, PlatformTx, ProcessTx};
use crate::kernel::ids::{AccountId, ProcessId};

/// The process of an address, where it is active.
pub async fn process(tx: &mut PlatformTx, slug: &str) -> sqlx::Result<Option<ProcessId>> {
    sqlx::query_scalar!(r#"select id as "id: ProcessId" from process where slug = $1 and state = 'active'"#, slug)
        .fetch_optional(tx.conn())
        .await
}

/// Puts a job's transaction into a member's place: from here on it sees what they see. Their memberships of today, by
/// address; none where there is none.
pub async fn stand_for(tx: &mut ProcessTx, email: &str, today: NaiveDate) -> sqlx::Result<Vec<MembershipFacts>> {
    let account = sqlx::query_scalar!(r#"select account_id as "id!: AccountId" from kernel.credentials($1)"#, email)
        .fetch_optional(tx.conn())
        .await?;
    let Some(account) = account else { return Ok(Vec::new()) };
    sqlx::query!("select kernel.stand_for($1, $2)", account.0, today).fetch_one(tx.conn()).await?;
    let memberships = sqlx::query_scalar!(
        r#"select jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'role', m.role, 'organisation', m.organisation_id,
            'organisation_name', o.name, 'organisation_short', o.short_name, 'beneficiary', m.beneficiary_id, 'beneficiary_name', b.name,
            'pillars', coalesce((select jsonb_agg(p.pillar_id) from membership_pillar p where p.process_id = m.process_id and p.membership_id = m.id), '[]'),
            'ends_on', m.ends_on, 'focal_point', m.focal_point, 'speaks_for', false, 'votes', false) as "membership!: Json<MembershipFacts>"
        from membership m left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where m.process_id = kernel.process_id() and m.account_id = $1 and m.state = 'active' and m.starts_on <= $2
            and coalesce(m.ends_on, $2) >= $2 order by m.created_at"#,
        account.0,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(memberships.into_iter().map(|m| m.0).collect())
}

/// The transaction's process as its pages have it.
pub async fn frame(tx: &mut ProcessTx) -> sqlx::Result<Frame> {
    let frame = sqlx::query_scalar!(
        r#"select kernel.frame(p) as "frame!: Json<Frame>" from process p where p.id = kernel.process_id()"#
    );
    Ok(frame.fetch_one(tx.conn()).await?.0)
}
