//! The figures of the directory's entrance.

use chrono::{Days, NaiveDate};

use super::members::SOON;
use crate::kernel::db::ProcessTx;

pub struct Figures {
    pub organisations: i64,
    pub member_organisations: i64,
    pub beneficiaries: i64,
    pub pillars: i64,
    pub pillars_without_lead: i64,
    pub members: i64,
    pub ending: i64,
    pub themes: i64,
    pub unmapped_themes: i64,
    pub open_requests: i64,
    pub overdue_requests: i64,
    pub proposed_members: i64,
    pub proposed_organisations: i64,
}

pub async fn figures(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Figures> {
    let soon = today.checked_add_days(Days::new(SOON)).unwrap_or(today);
    sqlx::query_as!(
        Figures,
        r#"select o.n as "organisations!", o.members as "member_organisations!", m.n as "members!", m.ending as "ending!",
            m.proposed as "proposed_members!", t.n as "themes!", t.unmapped as "unmapped_themes!", r.n as "open_requests!",
            r.overdue as "overdue_requests!",
            (select count(*) from beneficiary) as "beneficiaries!",
            (select count(*) from pillar) as "pillars!",
            (select count(*) from pillar p where not exists (select from pillar_lead l where l.pillar_id = p.id and l.starts_on <= $1
                and coalesce(l.ends_on, $1) >= $1)) as "pillars_without_lead!",
            (select count(*) from organisation_proposal where state = 'open') as "proposed_organisations!"
        from
            (select count(*) as n, count(*) filter (where (member or member_from is not null) and coalesce(member_to, $1) >= $1) as members
                from organisation where merged_into_id is null) o,
            (select count(*) filter (where state = 'active' and coalesce(ends_on, $1) >= $1) as n,
                count(*) filter (where state = 'active' and ends_on between $1 and $2) as ending,
                count(*) filter (where state = 'proposed') as proposed from membership) m,
            (select count(*) as n, count(*) filter (where dac_codes = '{}') as unmapped from theme where retired_at is null) t,
            (select count(*) as n, count(*) filter (where due_on < $1) as overdue from access_request where state = 'open'
                and first_id is null) r"#,
        today,
        soon
    )
    .fetch_one(tx.conn())
    .await
}
