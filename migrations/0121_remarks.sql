-- Remarks are answered, settled and opened again, and name people; what is withdrawn leaves its trace.

alter table remark
    -- the remark it answers; one level
    add column answers_id uuid,
    add column resolved_at timestamptz,
    add column resolved_by_id uuid,
    add foreign key (process_id, answers_id) references remark (process_id, id),
    add foreign key (process_id, resolved_by_id) references membership (process_id, id),
    add check ((resolved_at is null) = (resolved_by_id is null)),
    -- an answer is settled with what it answers
    add check (answers_id is null or resolved_at is null);
create index remark_answers on remark (process_id, answers_id);
create index remark_resolved_by on remark (process_id, resolved_by_id);

-- Whom a remark names: a member, an organisation, or a beneficiary.
create table mention (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    remark_id uuid not null,
    membership_id uuid,
    organisation_id uuid,
    beneficiary_id uuid,
    primary key (process_id, id),
    foreign key (process_id, remark_id) references remark (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    check (num_nonnulls(membership_id, organisation_id, beneficiary_id) = 1),
    unique nulls not distinct (process_id, remark_id, membership_id, organisation_id, beneficiary_id)
);
create index mention_remark on mention (process_id, remark_id);
create index mention_membership on mention (process_id, membership_id);
create index mention_organisation on mention (process_id, organisation_id);
create index mention_beneficiary on mention (process_id, beneficiary_id);
alter table mention enable row level security;
alter table mention force row level security;
create policy own_process on mention using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on mention to concert_app;
grant select on mention to concert_maintenance;

-- The rule of 0040, with the columns above.
drop view visible_remark;
create view visible_remark with (security_invoker = true) as
select r.process_id, r.id, r.action_id, r.by_membership_id, r.text, r.handling, r.at, r.withdrawn_at, r.answers_id, r.resolved_at,
    r.resolved_by_id, a.handling as action_handling
from remark r
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (r.handling = 'parties' and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (r.handling = 'restricted' and coalesce(m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid);
grant select on visible_remark to concert_app;

-- Who can be named: members of the day (one entry a person, by what a form calls them: m:, o: or b: and the id), and the
-- organisations and beneficiaries that somebody is here for.
create function kernel.mentionable(p_today date) returns jsonb language sql stable as $$
    with here as (
        select distinct on (m.account_id) m.process_id, m.id, m.name, m.account_id, coalesce(b.name, o.name, '') as of
        from public.membership m
            left join public.organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join public.beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where m.process_id = kernel.process_id() and m.state = 'active' and m.starts_on <= p_today and coalesce(m.ends_on, p_today) >= p_today
        order by m.account_id, m.created_at, m.id),
    now_in as (
        select m.organisation_id, m.beneficiary_id from public.membership m
        where m.process_id = kernel.process_id() and m.role <> 'observer' and m.state = 'active' and m.starts_on <= p_today
            and coalesce(m.ends_on, p_today) >= p_today)
    select coalesce(jsonb_agg(jsonb_build_object('value', x.value, 'name', x.name, 'of', x.of, 'short', x.short) order by x.rank, lower(x.name), x.value), '[]')
    from (
        (select 1 as rank, 'm:' || h.id as value, h.name, h.of, null as short from here h order by lower(h.name), h.id limit 500)
        union all select 2, 'b:' || b.id, b.name, '', null from public.beneficiary b where b.process_id = kernel.process_id()
            and b.id in (select n.beneficiary_id from now_in n)
        union all select 3, 'o:' || o.id, o.name, '', o.short_name from public.organisation o where o.process_id = kernel.process_id()
            and o.merged_into_id is null and o.id in (select n.organisation_id from now_in n)) x
$$;
revoke all on function kernel.mentionable from public;
grant execute on function kernel.mentionable to concert_app;
