//! Members in the database: reading.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use std::collections::BTreeMap;
use uuid::Uuid;

use super::model::{Draft, Mark, MemberState, SOON};
use crate::features::directory::shared::{Cursor, Window};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId, PillarId};
use crate::kernel::permit::Role;

/// What a list of members is narrowed to.
#[derive(Debug, Default)]
pub struct Filter {
    pub role: Option<Role>,
    pub organisation: Option<OrganisationId>,
    pub beneficiary: Option<BeneficiaryId>,
    pub ending: bool,
    /// None: those who are, or are going to be, members.
    pub state: Option<MemberState>,
}

/// Whom the reader may see besides current members.
pub struct Sight {
    /// Sees the whole list, in every state.
    pub all: bool,
    /// The reader's memberships: what these proposed is seen too.
    pub mine: Vec<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PillarKey {
    pub id: PillarId,
    pub key: String,
}

pub struct Line {
    pub id: MembershipId,
    pub name: String,
    pub post: String,
    pub role: Role,
    pub organisation: Option<(OrganisationId, String)>,
    pub beneficiary: Option<(String, String)>,
    pub pillars: Vec<PillarKey>,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub speaks: bool,
    pub votes: bool,
    pub focal_point: bool,
    pub state: MemberState,
}

impl Line {
    /// The marks it carries today, by their Fluent keys.
    pub fn marks(&self) -> Vec<&'static str> {
        let all = [
            (self.speaks, "directory-speaks"),
            (self.votes, "directory-votes"),
            (self.focal_point, "directory-focal-point"),
        ];
        all.into_iter().filter(|(has, _)| *has).map(|(_, key)| key).collect()
    }
}

pub async fn list(
    tx: &mut ProcessTx,
    filter: &Filter,
    sight: &Sight,
    cursor: Cursor<MembershipId>,
    today: NaiveDate,
) -> sqlx::Result<(Window<Line, MembershipId>, i64)> {
    let soon = today.checked_add_days(chrono::Days::new(SOON)).unwrap_or(today);
    let rows = sqlx::query!(
        r#"with seen as (
            select m.* from membership m
            where ($1 or (m.state = 'active' and coalesce(m.ends_on, $2) >= $2) or m.proposed_by_id = any($3::uuid[]))
                and ($4::text is null or m.role = $4)
                and ($5::uuid is null or m.organisation_id = $5)
                and ($6::uuid is null or m.beneficiary_id = $6)
                and (not $7 or (m.state = 'active' and m.ends_on between $2 and $8))
                and case coalesce($9, 'active')
                    when 'active' then m.state = 'active' and coalesce(m.ends_on, $2) >= $2
                    when 'ended' then m.state = 'ended' or (m.state = 'active' and m.ends_on < $2)
                    else m.state = $9 end)
        select m.id as "id!: MembershipId", m.name as "name!", m.post as "post!", m.role as "role!", m.state as "state!",
            m.starts_on as "starts_on!", m.ends_on, m.focal_point as "focal_point!",
            coalesce(m.speaks_for_from <= $2 and coalesce(m.speaks_for_to, $2) >= $2, false) as "speaks!",
            coalesce(m.votes_from <= $2 and coalesce(m.votes_to, $2) >= $2, false) as "votes!",
            o.id as "organisation_id?: OrganisationId", o.name as "organisation?", b.code as "code?", b.name as "beneficiary?",
            coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'key', p.key) order by p.position) from membership_pillar mp
                join pillar p on p.process_id = mp.process_id and p.id = mp.pillar_id
                where mp.process_id = m.process_id and mp.membership_id = m.id), '[]') as "pillars!: Json<Vec<PillarKey>>",
            (select count(*) from seen) as "total!"
        from seen m
            left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where $10::uuid is null
            or (not $11 and (lower(m.name), m.id) > (select lower(c.name), c.id from membership c where c.id = $10))
            or ($11 and (lower(m.name), m.id) < (select lower(c.name), c.id from membership c where c.id = $10))
        order by case when not $11 then lower(m.name) end, case when not $11 then m.id end,
            case when $11 then lower(m.name) end desc, case when $11 then m.id end desc
        limit $12"#,
        sight.all,
        today,
        &sight.mine,
        filter.role.map(Role::as_str),
        filter.organisation.map(|i| i.0),
        filter.beneficiary.map(|i| i.0),
        filter.ending,
        soon,
        filter.state.map(MemberState::as_str),
        cursor.row.map(|i| i.0),
        cursor.back,
        cursor.limit()
    )
    .fetch_all(tx.conn())
    .await?;
    let total = rows.first().map_or(0, |r| r.total);
    let lines = rows
        .into_iter()
        .map(|r| Line {
            id: r.id,
            name: r.name,
            post: r.post,
            role: Role::parse(&r.role).unwrap_or(Role::Observer),
            organisation: r.organisation_id.zip(r.organisation),
            beneficiary: r.code.zip(r.beneficiary),
            pillars: r.pillars.0,
            starts_on: r.starts_on,
            ends_on: r.ends_on,
            speaks: r.speaks,
            votes: r.votes,
            focal_point: r.focal_point,
            state: MemberState::parse(&r.state).unwrap_or(MemberState::Ended),
        })
        .collect();
    Ok((Window::new(lines, &cursor, |l| l.id), total))
}

/// The addresses of the process's members, by their memberships.
pub async fn addresses(tx: &mut ProcessTx) -> sqlx::Result<BTreeMap<Uuid, String>> {
    let rows = sqlx::query!(r#"select membership_id as "id!", email as "email!" from kernel.member_addresses()"#)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.email)).collect())
}

/// A membership by itself.
pub struct Membership {
    pub id: MembershipId,
    pub draft: Draft,
    pub email: String,
    pub organisation: Option<String>,
    /// Code and name.
    pub beneficiary: Option<(String, String)>,
    pub pillars: Vec<PillarKey>,
    pub state: MemberState,
    pub version: i32,
    pub proposed_by: Option<(MembershipId, String)>,
    pub predecessor: Option<(MembershipId, String)>,
    /// The membership that took over from this one.
    pub successor: Option<(MembershipId, String)>,
    pub list_confirmed_at: Option<DateTime<Utc>>,
}

impl Membership {
    pub fn is_former(&self, today: NaiveDate) -> bool {
        self.state == MemberState::Ended || self.draft.ends_on.is_some_and(|e| e < today)
    }
}

/// A row that is not there, or not the reader's to see, is [`sqlx::Error::RowNotFound`]. Former members are
/// found by all, since what they did names them.
pub async fn load(tx: &mut ProcessTx, id: MembershipId, sight: &Sight) -> sqlx::Result<Membership> {
    let r = sqlx::query!(
        r#"select m.name, m.post, m.phone, m.role, m.organisation_id as "organisation_id: OrganisationId", m.beneficiary_id as "beneficiary_id: BeneficiaryId",
            m.starts_on, m.ends_on, m.speaks_for_from, m.speaks_for_to, m.votes_from, m.votes_to, m.focal_point, m.state, m.version,
            m.list_confirmed_at, o.name as "organisation?", b.code as "code?", b.name as "beneficiary?",
            y.id as "proposer_id?: MembershipId", y.name as "proposer?", e.id as "predecessor_id?: MembershipId", e.name as "predecessor?",
            s.id as "successor_id?: MembershipId", s.name as "successor?",
            (select a.email from kernel.member_addresses() a where a.membership_id = m.id) as "email?",
            coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'key', p.key) order by p.position) from membership_pillar mp
                join pillar p on p.process_id = mp.process_id and p.id = mp.pillar_id
                where mp.process_id = m.process_id and mp.membership_id = m.id), '[]') as "pillars!: Json<Vec<PillarKey>>"
        from membership m
            left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
            left join membership y on y.process_id = m.process_id and y.id = m.proposed_by_id
            left join membership e on e.process_id = m.process_id and e.id = m.predecessor_id
            left join lateral (select x.id, x.name from membership x where x.process_id = m.process_id and x.predecessor_id = m.id
                and x.state = 'active' order by x.starts_on desc limit 1) s on true
        where m.id = $1 and ($2 or m.state in ('active', 'ended') or m.proposed_by_id = any($3::uuid[]) or m.id = any($3::uuid[]))"#,
        id.0,
        sight.all,
        &sight.mine
    )
    .fetch_one(tx.conn())
    .await?;
    let pillars = r.pillars.0;
    Ok(Membership {
        id,
        draft: Draft {
            name: r.name,
            post: r.post,
            phone: r.phone,
            role: Role::parse(&r.role).unwrap_or(Role::Observer),
            organisation: r.organisation_id,
            beneficiary: r.beneficiary_id,
            pillars: pillars.iter().map(|p| p.id).collect(),
            starts_on: r.starts_on,
            ends_on: r.ends_on,
            speaks_for: Mark { from: r.speaks_for_from, to: r.speaks_for_to },
            votes: Mark { from: r.votes_from, to: r.votes_to },
            focal_point: r.focal_point,
        },
        email: r.email.unwrap_or_default(),
        organisation: r.organisation,
        beneficiary: r.code.zip(r.beneficiary),
        pillars,
        state: MemberState::parse(&r.state).unwrap_or(MemberState::Ended),
        version: r.version,
        proposed_by: r.proposer_id.zip(r.proposer),
        predecessor: r.predecessor_id.zip(r.predecessor),
        successor: r.successor_id.zip(r.successor),
        list_confirmed_at: r.list_confirmed_at,
    })
}

/// A list that a focal point of ours keeps.
pub struct OwnList {
    pub membership: MembershipId,
    pub organisation: Option<(OrganisationId, String)>,
    pub beneficiary: Option<(BeneficiaryId, String)>,
    pub since: NaiveDate,
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl OwnList {
    pub fn name(&self) -> &str {
        match (&self.organisation, &self.beneficiary) {
            (_, Some((_, name))) | (Some((_, name)), None) => name,
            (None, None) => "",
        }
    }

    pub fn due(&self) -> NaiveDate {
        super::model::list_due(self.confirmed_at, self.since)
    }

    /// The query of the list of members that shows it.
    pub fn query(&self) -> String {
        match (&self.organisation, &self.beneficiary) {
            (_, Some((id, _))) => format!("beneficiary={id}"),
            (Some((id, _)), None) => format!("organisation={id}"),
            (None, None) => String::new(),
        }
    }
}

/// The lists of the reader's memberships that are marked as focal points.
pub async fn own_lists(tx: &mut ProcessTx, mine: &[Uuid]) -> sqlx::Result<Vec<OwnList>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: MembershipId", m.role, o.id as "organisation_id?: OrganisationId", o.name as "organisation?",
            b.id as "beneficiary_id?: BeneficiaryId", b.name as "beneficiary?", m.starts_on, m.list_confirmed_at
        from membership m
            left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where m.id = any($1::uuid[]) and m.focal_point and m.role in ('beneficiary', 'partner') order by m.created_at"#,
        mine
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| OwnList {
            membership: r.id,
            organisation: r.organisation_id.zip(r.organisation),
            beneficiary: r.beneficiary_id.zip(r.beneficiary),
            since: r.starts_on,
            confirmed_at: r.list_confirmed_at,
        })
        .collect())
}
