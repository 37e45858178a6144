//! Coordination questions as they are read: through the views of 0220.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::model::{Band, Decision, Kind, State};
use super::model::{Case, Person};
use crate::kernel::db::ProcessTx;
use crate::kernel::ids::{MembershipId, OrganisationId, OverlapId};

/// The question with its actions, remarks and history, as far as the reader sees them: one statement.
///
/// # Errors
/// The database's own.
pub async fn load(tx: &mut ProcessTx, id: OverlapId, today: NaiveDate) -> sqlx::Result<Option<Case>> {
    let row = sqlx::query_scalar!(
        r#"select to_jsonb(r) as "case!" from (
            select c.id, c.origin, c.state, c.whole, c.kind, c.likelihood, c.reasons, c.report,
                kernel.person(c.reported_by_id, $2) as reported_by, c.owner_id, kernel.person(c.owner_id, $2) as owner, c.due_on,
                c.decision, c.decision_reason, c.follow_up, c.decided_at, kernel.person(c.decided_by_id, $2) as decided_by,
                c.outcome, c.outcome_at, kernel.person(c.outcome_by_id, $2) as outcome_by, c.escalated_at,
                kernel.person(c.escalated_by_id, $2) as escalated_by, c.escalation, c.version, c.opened_at, c.restricted,
                c.organisations, c.beneficiaries, c.pillars,
                coalesce((select jsonb_agg(jsonb_build_object('sight', v.sight, 'action_id', v.action_id,
                        'title', v.title, 'keeper_id', v.keeper_id, 'keeper', o.name, 'disclosed_at', v.disclosed_at, 'kept_at', v.kept_at,
                        'asked_at', v.asked_at, 'own', coalesce(v.own, false), 'restricted', coalesce(a.handling = 'restricted', false),
                        'merged', a.merged_into_id is not null, 'status', a.status,
                        'start', case when a.actual_start is not null then kernel.partial_date(a.actual_start, a.actual_start_precision)
                            else kernel.partial_date(a.planned_start, a.planned_start_precision) end,
                        'end', case when a.actual_end is not null then kernel.partial_date(a.actual_end, a.actual_end_precision)
                            else kernel.partial_date(a.planned_end, a.planned_end_precision) end,
                        'starts_on', a.starts_on, 'ends_on', a.ends_on, 'total', a.stated_total::text, 'currency', a.stated_currency,
                        'description', coalesce(a.description, ''),
                        'contacts', coalesce((select jsonb_agg(jsonb_build_object('name', k.name, 'post', k.post, 'email', k.email,
                                'phone', k.phone) order by k.name) from contact_point k
                            where k.process_id = v.process_id and k.organisation_id = v.keeper_id), '[]'),
                        'beneficiaries', coalesce((select jsonb_agg(x.beneficiary_id) from action_beneficiary x
                            where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                        'shares', coalesce((select jsonb_agg(jsonb_build_object('beneficiary', x.beneficiary_id, 'percent', x.share::text))
                            from action_beneficiary x where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                        'pillars', coalesce((select jsonb_agg(l.key order by l.position) from action_pillar x
                            join pillar l on l.process_id = x.process_id and l.id = x.pillar_id
                            where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                        'themes', coalesce((select jsonb_agg(t.name order by t.position, t.name) from action_theme x
                            join theme t on t.process_id = x.process_id and t.id = x.theme_id
                            where x.process_id = a.process_id and x.action_id = a.id), '[]'),
                        'parties', coalesce((select jsonb_agg(jsonb_build_object('role', x.role, 'name', p.name) order by x.role, p.name)
                            from action_party x join organisation p on p.process_id = x.process_id and p.id = x.organisation_id
                            where x.process_id = a.process_id and x.action_id = a.id), '[]')) order by v.position, v.action_id)
                    from visible_overlap_action v
                    left join visible_action a on a.process_id = v.process_id and a.id = v.action_id
                    left join organisation o on o.process_id = v.process_id and o.id = v.keeper_id
                    where v.process_id = c.process_id and v.case_id = c.id), '[]') as actions,
                coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name,
                        'contacts', coalesce((select jsonb_agg(jsonb_build_object('name', k.name, 'post', k.post, 'email', k.email,
                                'phone', k.phone) order by k.name) from contact_point k
                            where k.process_id = o.process_id and k.organisation_id = o.id), '[]')) order by o.search_text, o.name)
                    from overlap_invited i join organisation o on o.process_id = i.process_id and o.id = i.organisation_id
                    where i.process_id = c.process_id and i.case_id = c.id), '[]') as invited,
                coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'at', x.at, 'withdrawn_at', x.withdrawn_at,
                        'text', case when x.withdrawn_at is null then x.text else '' end, 'by', kernel.person(x.by_membership_id, $2),
                        'mine', m.account_id = kernel.account_id()) order by x.at, x.id)
                    from (select * from visible_overlap_remark y where y.process_id = c.process_id and y.case_id = c.id
                        order by y.at desc limit 300) x
                    join membership m on m.process_id = x.process_id and m.id = x.by_membership_id), '[]') as remarks,
                coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'of', coalesce(o.short_name, o.name), 'role', m.role)
                        order by m.role = 'support_group' desc, m.name)
                    from (select * from membership x where x.process_id = c.process_id and x.state = 'active' and x.starts_on <= $2
                        and coalesce(x.ends_on, $2) >= $2
                        -- of an action that the reader does not see nobody is named; whoever is in charge stands on the page
                        and (x.role = 'support_group' or x.id = c.owner_id
                            or (not c.restricted and x.role = 'partner' and x.organisation_id = any (c.organisations)
                                and x.organisation_id = any (shown.organisations))
                            or (x.role = 'lead' and exists (select from membership_pillar l where l.process_id = x.process_id
                                and l.membership_id = x.id and l.pillar_id = any (c.pillars) and l.pillar_id = any (shown.pillars)))) limit 200) m
                    left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id), '[]') as assignable,
                coalesce((select jsonb_agg(jsonb_build_object('at', h.at, 'event', h.event, 'why', h.why, 'changes', h.changes,
                        'by', kernel.person(h.by_membership_id, $2)) order by h.at desc, h.id desc)
                    from (select * from history x where x.process_id = c.process_id and x.subject_kind = 'overlap_case' and x.subject_id = c.id -- past the view: of a question that is seen
                        order by x.at desc limit 100) h), '[]') as events,
                coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'state', x.state, 'kind', x.kind, 'likelihood', x.likelihood,
                        'titles', (select jsonb_agg(v.title order by v.position, v.action_id) from visible_overlap_action v
                            where v.process_id = x.process_id and v.case_id = x.id)) order by x.likelihood desc nulls last, x.opened_at, x.id)
                    from (select * from visible_overlap_case y where y.process_id = c.process_id and y.id <> c.id
                            and y.state in ('open', 'working', 'decided')
                            and y.id in (select theirs.case_id from visible_overlap_action mine
                                join overlap_case_action theirs on theirs.process_id = mine.process_id and theirs.action_id = mine.action_id -- past the view: of actions that are seen in full
                                where mine.process_id = c.process_id and mine.case_id = c.id)
                        order by y.likelihood desc nulls last, y.opened_at, y.id limit 50) x), '[]') as family,
                coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'kept_id', m.kept_id, 'at', m.at,
                        'by', kernel.person(m.by_membership_id, $2), 'undone_at', m.undone_at) order by m.at desc)
                    from visible_action_merge m where m.process_id = c.process_id and m.case_id = c.id), '[]') as merges
            from visible_overlap_case c
            -- of the actions that the reader sees, and who was invited
            cross join lateral (select
                array(select v.keeper_id from visible_overlap_action v
                        where v.process_id = c.process_id and v.case_id = c.id and v.sight <> 'hidden'
                    union select x.organisation_id from visible_overlap_action v
                        join action_party x on x.process_id = v.process_id and x.action_id = v.action_id
                        where v.process_id = c.process_id and v.case_id = c.id
                    union select coalesce(o.merged_into_id, i.organisation_id) from overlap_invited i
                        join organisation o on o.process_id = i.process_id and o.id = i.organisation_id
                        where i.process_id = c.process_id and i.case_id = c.id) as organisations,
                array(select x.pillar_id from visible_overlap_action v
                    join action_pillar x on x.process_id = v.process_id and x.action_id = v.action_id
                    where v.process_id = c.process_id and v.case_id = c.id) as pillars offset 0) shown
            where c.process_id = kernel.process_id() and c.id = $1) r"#,
        id.0,
        today
    )
    .fetch_optional(tx.conn())
    .await?;
    let mut case: Option<Case> =
        row.map(|json| serde_json::from_value(json).map_err(|error| sqlx::Error::Decode(error.into()))).transpose()?;
    if let Some(case) = &mut case {
        case.hidden_last();
    }
    Ok(case)
}

/// Which questions a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub pillar: Option<Uuid>,
    pub kind: Option<Kind>,
    pub likely: Option<Band>,
    pub state: Option<State>,
    /// Those that are over, too.
    pub all: bool,
    /// Opened so many days ago or earlier.
    pub age: Option<i32>,
    /// `me`, `nobody`, or somebody.
    pub owner: Option<Owner>,
    /// That concern the reader's own organisation or beneficiary.
    pub mine: bool,
    pub escalated: bool,
    pub order: Order,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    Me,
    Nobody,
    One(MembershipId),
}

impl Owner {
    fn one(self) -> Option<Uuid> {
        match self {
            Owner::One(id) => Some(id.0),
            Owner::Me | Owner::Nobody => None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Likelihood,
    Newest,
    Oldest,
    Due,
}

impl Order {
    pub fn as_str(self) -> &'static str {
        match self {
            Order::Likelihood => "likelihood",
            Order::Newest => "newest",
            Order::Oldest => "oldest",
            Order::Due => "due",
        }
    }
    pub fn parse(text: &str) -> Option<Self> {
        [Order::Likelihood, Order::Newest, Order::Oldest, Order::Due].into_iter().find(|o| o.as_str() == text)
    }
}

/// A question in a line of the list.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: OverlapId,
    pub state: State,
    /// What was decided, while that holds.
    pub decision: Option<Decision>,
    pub kind: Option<Kind>,
    pub likelihood: Option<f32>,
    /// Hidden ones last, as on the question's page.
    pub titles: Vec<Option<String>>,
    pub pillars: Vec<String>,
    pub owner: Option<Person>,
    pub due_on: Option<NaiveDate>,
    pub opened_at: DateTime<Utc>,
    pub escalated: bool,
    pub remarks: i64,
    /// How many there are in all.
    pub all: i64,
}

/// A page of the list.
///
/// # Errors
/// The database's own.
pub async fn list(
    tx: &mut ProcessTx,
    filter: &Filter,
    now: DateTime<Utc>,
    most: i64,
    skip: i64,
) -> sqlx::Result<Vec<Line>> {
    let (from, to) = filter.likely.map(Band::range).map_or((None, None), |(from, to)| (Some(from), Some(to)));
    let opened_before = filter.age.map(|days| now - chrono::Duration::days(i64::from(days)));
    let rows = sqlx::query!(
        r#"select r.id as "id!: OverlapId", r.state as "state!", r.decision, r.kind, r.likelihood, r.due_on, r.opened_at as "opened_at!",
            (r.escalated_at is not null) as "escalated!", r."all" as "all!",
            array(select v.title from visible_overlap_action v where v.process_id = r.process_id and v.case_id = r.id
                order by v.position, v.action_id) as "titles!: Vec<Option<String>>",
            array(select l.key from pillar l where l.process_id = r.process_id and l.id = any (r.pillars)
                and l.id in (select x.pillar_id from visible_overlap_action v
                    join action_pillar x on x.process_id = v.process_id and x.action_id = v.action_id
                    where v.process_id = r.process_id and v.case_id = r.id) order by l.position) as "pillars!: Vec<String>",
            kernel.person(r.owner_id, $16) as "owner: Json<Person>",
            (select count(*) from overlap_remark x where x.process_id = r.process_id and x.case_id = r.id and x.withdrawn_at is null) as "remarks!"
        from (select c.*, count(*) over () as "all" from visible_overlap_case c
            where c.process_id = kernel.process_id()
                -- a pillar of an action that the reader does not see would tell of it
                and ($1::uuid is null or ($1 = any (c.pillars) and exists (select from overlap_case_action ca
                    join visible_action a on a.process_id = ca.process_id and a.id = ca.action_id
                    join action_pillar x on x.process_id = a.process_id and x.action_id = a.id
                    where ca.process_id = c.process_id and ca.case_id = c.id and x.pillar_id = $1)))
                and ($2::text is null or c.kind = $2)
                and ($3::real is null or (c.likelihood >= $3 and (c.likelihood < $4 or $4 >= 1)))
                and ($5::text is null or c.state = $5)
                and ($5::text is not null or $6 or c.state not in ('closed', 'faded'))
                and ($7::timestamptz is null or c.opened_at <= $7)
                and (not $8 or c.owner_id in (select m.id from membership m where m.process_id = c.process_id and m.account_id = kernel.account_id()))
                and (not $9 or c.owner_id is null)
                and (not $10 or c.organisations && (select nullif(current_setting('app.audience', true), '')::uuid[])
                    or c.beneficiaries && (select nullif(current_setting('app.audience', true), '')::uuid[]))
                and (not $11 or c.escalated_at is not null)
                and ($15::uuid is null or c.owner_id = $15)
            order by case when $12 = 'likelihood' then c.likelihood end desc nulls last,
                case when $12 = 'newest' then c.opened_at end desc, case when $12 = 'oldest' then c.opened_at end,
                case when $12 = 'due' then c.due_on end nulls last, c.opened_at desc, c.id
            limit $13 offset $14) r
        order by case when $12 = 'likelihood' then r.likelihood end desc nulls last,
            case when $12 = 'newest' then r.opened_at end desc, case when $12 = 'oldest' then r.opened_at end,
            case when $12 = 'due' then r.due_on end nulls last, r.opened_at desc, r.id"#,
        filter.pillar,
        filter.kind.map(Kind::as_str),
        from,
        to,
        filter.state.map(State::as_str),
        filter.all,
        opened_before,
        filter.owner == Some(Owner::Me),
        filter.owner == Some(Owner::Nobody),
        filter.mine,
        filter.escalated,
        filter.order.as_str(),
        most,
        skip,
        filter.owner.and_then(Owner::one),
        now.date_naive()
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|mut r| {
            let state = State::parse(&r.state)?;
            r.titles.sort_by_key(Option::is_none);
            Some(Line {
                id: r.id,
                state,
                // of a question that is open again the earlier one stands on its page
                decision: r.decision.as_deref().and_then(Decision::parse).filter(|_| state.is_settled()),
                kind: r.kind.as_deref().and_then(Kind::parse),
                likelihood: r.likelihood,
                titles: r.titles,
                pillars: r.pillars,
                owner: r.owner.map(|Json(person)| person),
                due_on: r.due_on,
                opened_at: r.opened_at,
                escalated: r.escalated,
                remarks: r.remarks,
                all: r.all,
            })
        })
        .collect())
}

/// Who is in charge of questions that the reader sees, to choose from.
///
/// # Errors
/// The database's own.
pub async fn owners(tx: &mut ProcessTx, today: NaiveDate) -> sqlx::Result<Vec<(MembershipId, Person)>> {
    let rows = sqlx::query!(
        r#"select m.id as "id: MembershipId", kernel.person(m.id, $1) as "person!: Json<Person>" from membership m where m.process_id = kernel.process_id()
            and m.id in (select c.owner_id from visible_overlap_case c where c.process_id = kernel.process_id() and c.owner_id is not null)
            order by lower(m.name), m.id limit 200"#,
        today
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.person.0)).collect())
}

/// Actions whose titles hold words, for a report by hand; each with its keeper.
///
/// # Errors
/// The database's own.
pub async fn search(tx: &mut ProcessTx, folded: &str, most: i32) -> sqlx::Result<Vec<(Uuid, String, String)>> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.title as "title!", o.name as keeper from visible_action a
            join organisation o on o.process_id = a.process_id and o.id = a.reporting_id
            where a.process_id = kernel.process_id() and a.merged_into_id is null
                and a.id in (select s.id from search.actions($1, $2) s) order by a.search_title"#,
        folded,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| (r.id, r.title, r.keeper)).collect())
}

/// The organisation of a name, to be invited.
///
/// # Errors
/// The database's own.
pub async fn organisation(tx: &mut ProcessTx, name: &str) -> sqlx::Result<Option<OrganisationId>> {
    sqlx::query_scalar!(
        r#"select o.id as "id: OrganisationId" from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null
            and (lower(o.name) = lower($1) or lower(o.short_name) = lower($1)) order by lower(o.name) = lower($1) desc limit 1"#,
        name
    )
    .fetch_optional(tx.conn())
    .await
}

/// Names for the list of whom to invite.
///
/// # Errors
/// The database's own.
pub async fn organisations(tx: &mut ProcessTx) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select o.name from organisation o where o.process_id = kernel.process_id() and o.merged_into_id is null order by o.search_text, o.name"
    )
    .fetch_all(tx.conn())
    .await
}

/// The full pass as it stands: done, of how many; none where none is under way.
///
/// # Errors
/// The database's own.
pub async fn pass(tx: &mut ProcessTx) -> sqlx::Result<Option<(i32, i32)>> {
    let row = sqlx::query!(
        "select pass_done, pass_total from overlap_state where process_id = kernel.process_id() and pass_began_at is not null and pass_ended_at is null"
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| (r.pass_done, r.pass_total)))
}

/// What waits: questions that are open, as the reader sees them (`kernel.overlaps_waiting`).
#[derive(Debug, Clone, Deserialize)]
pub struct Waiting {
    pub in_charge: i64,
    /// The nearest day of those that the reader is in charge of.
    pub due: Option<NaiveDate>,
    pub escalated: i64,
    pub nobody: i64,
    /// Of the reader's own organisation or beneficiary, and nobody has taken them up.
    pub mine: i64,
}
