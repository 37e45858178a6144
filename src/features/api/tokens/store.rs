//! Tokens in the database: their hashes, and who has which.

use chrono::{DateTime, Utc};

use super::model::{Kind, Line, Scope, Sight};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MembershipId, TokenId};
use crate::kernel::random::Token;

/// A token that is made.
pub struct New<'a> {
    pub id: TokenId,
    pub membership: MembershipId,
    pub kind: Kind,
    pub scope: Scope,
    pub name: &'a str,
    pub hint: &'a str,
    pub hash: &'a [u8],
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// # Errors
/// The database's own.
pub async fn make(tx: &mut ProcessTx, new: &New<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into api_token (id, membership_id, kind, scope, name, hint, token_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.id.0,
        new.membership.0,
        new.kind.as_str(),
        new.scope.as_str(),
        new.name,
        new.hint,
        new.hash,
        new.now,
        new.expires_at
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Holds the tokens of the account until the transaction ends; answers whether the session that asks stands still. A new password ends
/// both, and a token that is made at that very moment must not outlive it.
///
/// # Errors
/// The database's own.
pub async fn hold(tx: &mut ProcessTx) -> sqlx::Result<bool> {
    let session = tx.session().map(Token::hash);
    sqlx::query!("select kernel.hold_tokens()").execute(tx.conn()).await?;
    sqlx::query_scalar!(
        r#"select exists (select from sign_in_session where token_hash = $1 and ended_at is null) as "stands!""#,
        session
    )
    .fetch_one(tx.conn())
    .await
}

/// Tokens that a membership has and that live.
///
/// # Errors
/// The database's own.
pub async fn count(tx: &mut ProcessTx, membership: MembershipId, now: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from api_token where process_id = kernel.process_id() and membership_id = $1
            and revoked_at is null and expires_at > $2"#,
        membership.0,
        now
    )
    .fetch_one(tx.conn())
    .await
}

/// The reader's tokens, and those that `sight` adds, the latest first; what has ended a quarter of a year ago is left out.
///
/// # Errors
/// The database's own.
pub async fn list(tx: &mut ProcessTx, sight: &Sight, now: DateTime<Utc>) -> sqlx::Result<Vec<Line>> {
    let rows = sqlx::query!(
        r#"select t.id as "id: TokenId", t.membership_id as "membership: MembershipId", t.kind, t.scope, t.name, t.hint, t.created_at,
            t.expires_at, t.last_used_at, t.revoked_at, t.revoked_by_id is not null as "by_hand!", coalesce(b.name, o.name) as of,
            case when m.state = 'active' and coalesce(m.ends_on, $5) >= $5 then m.name end as member,
            m.account_id = kernel.account_id() as "mine!",
            m.state = 'active' and m.starts_on <= $5 and coalesce(m.ends_on, $5) >= $5 and (t.kind = 'personal' or m.focal_point) as "held!"
        from api_token t
        join membership m on m.process_id = t.process_id and m.id = t.membership_id
        left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
        left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where t.process_id = kernel.process_id()
            and (m.account_id = kernel.account_id() or $1
                or (t.kind = 'organisation' and (m.organisation_id = any ($2) or m.beneficiary_id = any ($3))))
            and coalesce(least(t.revoked_at, t.expires_at), t.expires_at) > $4::timestamptz - interval '90 days'
        order by t.created_at desc, t.id limit 300"#,
        sight.all,
        &sight.organisations,
        &sight.beneficiaries,
        now,
        sight.today
    )
    .fetch_all(tx.conn())
    .await?;
    let line = rows.into_iter().map(|r| Line {
        id: r.id,
        membership: r.membership,
        kind: Kind::parse(&r.kind).unwrap_or(Kind::Personal),
        scope: Scope::parse(&r.scope).unwrap_or(Scope::Read),
        name: r.name,
        hint: r.hint,
        member: r.member,
        of: r.of,
        mine: r.mine,
        created_at: r.created_at,
        expires_at: r.expires_at,
        last_used_at: r.last_used_at,
        revoked_at: r.revoked_at,
        by_hand: r.by_hand,
        held: r.held,
    });
    Ok(line.collect())
}

/// Ends a token for good. `false`: it has ended already.
///
/// # Errors
/// The database's own.
pub async fn revoke(tx: &mut ProcessTx, id: TokenId, by: MembershipId, now: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update api_token set revoked_at = $2, revoked_by_id = $3
         where process_id = kernel.process_id() and id = $1 and revoked_at is null",
        id.0,
        now,
        by.0
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}
