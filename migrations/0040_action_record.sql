-- What the pages of one action need.

-- A contribution is corrected (by one that supersedes it) or withdrawn, never deleted.
alter table contribution add column withdrawn_at timestamptz;

create or replace view visible_contribution with (security_invoker = true) as
select c.* from contribution c join visible_action a on a.process_id = c.process_id and a.id = c.action_id
where (select current_setting('app.money', true) = 'on')
    and c.withdrawn_at is null
    -- superseded is gone for good: withdrawing the correction does not bring the error back
    and not exists (select from contribution n where n.process_id = c.process_id and n.supersedes_id = c.id);

-- What its donor declined stays with its reporter and the secretariat, who see the reason; others no longer see it.
create or replace view visible_action with (security_invoker = true) as
select a.process_id, a.id, a.reporting_id, a.title, a.description, a.status, a.handling,
    a.planned_start, a.planned_start_precision, a.planned_end, a.planned_end_precision,
    a.actual_start, a.actual_start_precision, a.actual_end, a.actual_end_precision, a.date_note,
    a.starts_on, a.ends_on, a.parent_id, a.parent_text, a.theme_text, a.reference, a.source_url, a.source_note,
    case when (select current_setting('app.money', true) = 'on') then a.stated_total end as stated_total,
    case when (select current_setting('app.money', true) = 'on') then a.stated_currency end as stated_currency,
    a.claim, a.claim_reason, a.reported_by_id, a.open_to_support_group, a.last_confirmed_at, a.last_confirmed_by_id,
    a.merged_into_id, a.version, a.created_at, a.created_by_id, a.updated_at, a.updated_by_id, a.audience, a.missing,
    a.search_title, a.search_text
from action a
where (a.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (a.handling in ('parties', 'restricted') and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (a.handling = 'restricted' and a.open_to_support_group and (select current_setting('app.support_group', true) = 'on')))
    and (a.claim <> 'declined' or (select current_setting('app.support_group', true) = 'on')
        or exists (select from membership m where m.process_id = a.process_id and m.id = a.reported_by_id
            and m.account_id = (select nullif(current_setting('app.account', true), '')::uuid)));

-- "Own organisation only" of somebody who speaks for a beneficiary: those of the same beneficiary.
create or replace view visible_remark with (security_invoker = true) as
select r.*, a.handling as action_handling from remark r
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (r.handling = 'parties' and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (r.handling = 'restricted' and coalesce(m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid);

-- A date as precisely as it is stated: 2024, 2024-03, 2024-03-15.
create function kernel.partial_date(p_first date, p_precision text) returns text language sql immutable parallel safe
    as $$ select to_char(p_first, case p_precision when 'year' then 'YYYY' when 'month' then 'YYYY-MM' else 'YYYY-MM-DD' end) $$;

-- Who somebody is for others. Of who has left, only whose member they were is told.
create function kernel.person(p_id uuid, p_today date) returns jsonb language sql stable as $$
    select jsonb_build_object('role', m.role, 'of', coalesce(b.name, o.name),
        'name', case when m.state = 'active' and coalesce(m.ends_on, p_today) >= p_today then m.name end)
    from public.membership m
    left join public.organisation o on o.process_id = m.process_id and o.id = m.organisation_id
    left join public.beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
    where m.process_id = kernel.process_id() and m.id = p_id
$$;

revoke all on function kernel.partial_date(date, text), kernel.person(uuid, date) from public;
grant execute on function kernel.partial_date(date, text), kernel.person(uuid, date) to concert_app, concert_maintenance;
