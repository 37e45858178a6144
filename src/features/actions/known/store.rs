//! What may be known of actions that are not shown: through the view of 0520.

use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use crate::kernel::db::ProcessTx;

#[derive(Debug, Clone, Deserialize)]
pub struct Contact {
    pub name: String,
    pub post: String,
    pub email: String,
    pub phone: String,
}

/// An action that is there. Its id is not among what is known.
pub struct Known {
    pub keeper: Uuid,
    pub keeper_name: String,
    pub pillars: Vec<Uuid>,
    /// The first day of the month since when it stands here.
    pub since: NaiveDate,
    pub contacts: Vec<Contact>,
}

/// So many of them, `from` so many on, by the names of who keeps them. Places are counted: an id in the address would tell
/// one of them from another.
///
/// # Errors
/// The database's own.
pub async fn known(tx: &mut ProcessTx, from: i64, most: i64) -> sqlx::Result<Vec<Known>> {
    let rows = sqlx::query!(
        r#"select a.reporting_id as "keeper!", o.name as "keeper_name!", a.pillars as "pillars!", a.since as "since!",
            coalesce((select jsonb_agg(jsonb_build_object('name', c.name, 'post', c.post, 'email', c.email, 'phone', c.phone)
                    order by c.name)
                from contact_point c where c.process_id = a.process_id and c.organisation_id = a.reporting_id), '[]')
                as "contacts!: Json<Vec<Contact>>"
        from restricted_action a join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
        where a.process_id = kernel.process_id()
        order by o.search_text, o.name, a.since, a.id
        limit $1 offset $2"#,
        most,
        from
    )
    .fetch_all(tx.conn())
    .await?;
    let known = rows.into_iter().map(|r| Known {
        keeper: r.keeper,
        keeper_name: r.keeper_name,
        pillars: r.pillars,
        since: r.since,
        contacts: r.contacts.0,
    });
    Ok(known.collect())
}
