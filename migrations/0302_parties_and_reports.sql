-- Parties that were merged since they were asked, and the reports of consultations that are closed.

-- An organisation that was merged into another is that other one, wherever rows go on naming it: who was asked in a
-- consultation, for whom a remark was made, who was invited to a coordination question, who is told. Such rows are not
-- moved: two that were asked stay two, and what was undone is as it was. `merged_into_id` names the one that stands: when that
-- one is merged itself, those merged into it before go along.

create or replace view visible_plan_remark with (security_invoker = true) as
select r.* from plan_remark r
    join visible_plan p on p.process_id = r.process_id and p.id = r.plan_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
    left join organisation fo on fo.process_id = r.process_id and fo.id = r.for_organisation_id
where (select kernel.plan_sight()) = 'all' and (
    (r.handling in ('members', 'parties') and r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[]))
    or (r.handling = 'parties' and (
        p.pillar_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or coalesce(fo.merged_into_id, r.for_organisation_id, r.for_beneficiary_id) = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or exists (select from asked_party a join consultation c on c.process_id = a.process_id and c.id = a.consultation_id
            left join organisation ao on ao.process_id = a.process_id and ao.id = a.organisation_id
            where c.process_id = r.process_id and c.plan_id = r.plan_id
                and coalesce(a.beneficiary_id, ao.merged_into_id, a.organisation_id) = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))))
    or (r.handling = 'restricted' and coalesce(fo.merged_into_id, r.for_organisation_id, r.for_beneficiary_id, m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid));

-- As 0120 has it; an organisation that is addressed is the one that it was merged into, too.
create or replace function kernel.addressed(p_to jsonb, p_today date) returns table (account_id uuid, membership_id uuid)
language sql stable as $$
    select distinct on (m.account_id) m.account_id, m.id
    from public.membership m
    where m.process_id = kernel.process_id() and m.state = 'active' and m.starts_on <= p_today
        and coalesce(m.ends_on, p_today) >= p_today
        and (p_to -> 'members' ? m.id::text
            or p_to -> 'roles' ? m.role
            or (m.role <> 'observer' and (p_to -> 'organisations' ? m.organisation_id::text or p_to -> 'beneficiaries' ? m.beneficiary_id::text
                    or (p_to ? 'organisations' and exists (select from public.organisation o where o.process_id = m.process_id
                        and o.merged_into_id = m.organisation_id and p_to -> 'organisations' ? o.id::text)))
                and case p_to ->> 'mark'
                    when 'speaks' then coalesce(m.speaks_for_from <= p_today and coalesce(m.speaks_for_to, p_today) >= p_today, false)
                    when 'votes' then coalesce(m.votes_from <= p_today and coalesce(m.votes_to, p_today) >= p_today, false)
                    when 'focal' then m.focal_point
                    else true end)
            or (m.role <> 'observer' and exists (select from public.membership_pillar mp where mp.process_id = m.process_id and mp.membership_id = m.id
                and (p_to -> 'pillars' ? mp.pillar_id::text or (m.role = 'lead' and p_to -> 'leads' ? mp.pillar_id::text)))))
    order by m.account_id, m.created_at, m.id
$$;

-- As 0220 has it, but for whom an organisation that was invited is now.
create or replace function kernel.concern_overlap_cases(p_cases uuid[]) returns void language sql as $$
    update overlap_case c set restricted = d.restricted, plain = d.plain, organisations = d.organisations,
        beneficiaries = case when d.restricted then '{}' else d.beneficiaries end,
        pillars = case when d.restricted then '{}' else d.pillars end
    from (select k.id,
            coalesce((select bool_or(a.handling = 'restricted' and ca.disclosed_at is null) from overlap_case_action ca
                join action a on a.process_id = ca.process_id and a.id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id), false) as restricted,
            coalesce((select bool_and(a.handling in ('public', 'members') and a.claim <> 'declined') from overlap_case_action ca
                join action a on a.process_id = ca.process_id and a.id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id), false) as plain,
            array(select a.reporting_id from overlap_case_action ca join action a on a.process_id = ca.process_id and a.id = ca.action_id
                    where ca.process_id = k.process_id and ca.case_id = k.id
                union select p.organisation_id from overlap_case_action ca
                    join action a on a.process_id = ca.process_id and a.id = ca.action_id and a.handling <> 'restricted'
                    join action_party p on p.process_id = ca.process_id and p.action_id = ca.action_id
                    where ca.process_id = k.process_id and ca.case_id = k.id
                union select coalesce(o.merged_into_id, i.organisation_id) from overlap_invited i
                    join organisation o on o.process_id = i.process_id and o.id = i.organisation_id
                    where i.process_id = k.process_id and i.case_id = k.id) as organisations,
            array(select distinct b.beneficiary_id from overlap_case_action ca
                join action_beneficiary b on b.process_id = ca.process_id and b.action_id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id) as beneficiaries,
            array(select distinct l.pillar_id from overlap_case_action ca
                join action_pillar l on l.process_id = ca.process_id and l.action_id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id) as pillars
        from overlap_case k where k.process_id = kernel.process_id() and k.id = any (p_cases)) d
    where c.process_id = kernel.process_id() and c.id = d.id
        and (c.restricted, c.plain, c.organisations, c.beneficiaries, c.pillars) is distinct from (d.restricted, d.plain, d.organisations,
            case when d.restricted then '{}' else d.beneficiaries end, case when d.restricted then '{}' else d.pillars end)
$$;
create function kernel.concern_cases_of_organisation() returns trigger language plpgsql as $$
declare cases uuid[];
begin
    cases := array(select i.case_id from overlap_invited i where i.process_id = new.process_id and i.organisation_id = new.id);
    if cases <> '{}' then perform kernel.concern_overlap_cases(cases); end if;
    return null;
end $$;
create trigger concern_cases after update of merged_into_id on organisation for each row
    when (old.merged_into_id is distinct from new.merged_into_id) execute function kernel.concern_cases_of_organisation();
revoke all on function kernel.concern_cases_of_organisation() from public;
grant execute on function kernel.concern_cases_of_organisation() to concert_app;

-- The parties whose reservation stands in a plan's latest consultation and who have no statement beside the decision, by name;
-- none where there is no decision.
create function kernel.unstated(p_plan uuid, p_decision uuid) returns jsonb language sql stable as $$
    select jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name), 'beneficiary', a.beneficiary_id,
            'organisation', coalesce(o.merged_into_id, a.organisation_id)) order by lower(coalesce(b.name, o.name)), a.id)
        from consultation c
        join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
        join party_position s on s.process_id = a.process_id and s.asked_id = a.id and s.replaced_at is null and s.stance = 'reservation'
        left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
        left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where c.process_id = kernel.process_id() and c.plan_id = p_plan and p_decision is not null
            and c.number = (select max(l.number) from consultation l where l.process_id = kernel.process_id() and l.plan_id = p_plan)
            and not exists (select from visible_statement t
                left join organisation so on so.process_id = t.process_id and so.id = t.organisation_id
                where t.process_id = a.process_id and t.decision_id = p_decision
                    and coalesce(t.beneficiary_id, so.merged_into_id, t.organisation_id)
                        = coalesce(a.beneficiary_id, o.merged_into_id, a.organisation_id))
$$;
revoke all on function kernel.unstated(uuid, uuid) from public;
grant execute on function kernel.unstated(uuid, uuid) to concert_app;

-- As 0250 has it; besides, whose reservation has no statement yet beside the decision on the text that was agreed.
create or replace function kernel.plans_on_the_way(p_most bigint) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('plans', coalesce((select jsonb_agg(to_jsonb(x)) from (
            select p.id, p.title, p.state, p.pillar_id as pillar, c.deadline, coalesce(a.silent, '[]') as silent, coalesce(a.asked, 0) as asked,
                (select count(*) from plan_remark r where r.process_id = p.process_id and r.plan_id = p.id and r.consultation_id is not null
                    and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null and r.handling <> 'restricted') as unanswered,
                exists (select from visible_decision d where d.process_id = p.process_id and d.subject_kind = 'plan' and d.subject_id = p.id
                    and d.state = 'taken') as decided,
                case when d.takes then d.id end as decision, coalesce(kernel.unstated(p.id, d.id), '[]') as unstated
            from visible_plan p
            left join visible_consultation c on c.process_id = p.process_id and c.plan_id = p.id and c.closed_at is null
            left join lateral (
                select count(*) as asked, jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name),
                    'beneficiary', a.beneficiary_id, 'organisation', coalesce(o.merged_into_id, a.organisation_id))
                    order by lower(coalesce(b.name, o.name)), a.id)
                    filter (where not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id
                        and q.replaced_at is null)) as silent
                from asked_party a
                left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                where a.process_id = c.process_id and a.consultation_id = c.id) a on true
            left join lateral (
                select v.id, v.state not in ('prepared', 'withdrawn') and v.source_url is null as takes
                from visible_decision v where p.state = 'agreed' and v.process_id = p.process_id and v.subject_kind = 'plan'
                    and v.subject_id = p.id order by v.prepared_at desc, v.id desc limit 1) d on true
            where p.process_id = kernel.process_id() and p.state in ('consultation', 'agreed')
            order by c.deadline, p.created_at, p.id limit p_most) x), '[]'),
        'decisions', coalesce((select jsonb_agg(to_jsonb(x)) from (
            select d.id, d.title, d.state, d.procedure, d.meeting_on, d.deadline, d.rule, d.quorum,
                coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'label', s.label, 'beneficiary', s.beneficiary_id,
                        'organisation', coalesce(o.merged_into_id, s.organisation_id), 'vote', v.vote) order by lower(s.label), s.id)
                    from visible_seat s left join organisation o on o.process_id = s.process_id and o.id = s.organisation_id
                        left join visible_vote v on v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null
                    where s.process_id = d.process_id and s.decision_id = d.id), '[]') as seats
            from visible_decision d where d.process_id = kernel.process_id() and d.state in ('prepared', 'open')
            order by coalesce(d.deadline, d.meeting_on), d.prepared_at, d.id limit p_most) x), '[]'));
end $$;

-- The report of a consultation as it was when it closed: parties, positions, parts and remarks by the names that they had
-- then. Written once and never changed.
create table consultation_report (
    process_id uuid not null default kernel.process_id() references process (id),
    consultation_id uuid not null,
    at timestamptz not null,
    content jsonb not null check (jsonb_typeof(content -> 'remarks') = 'array'),
    primary key (process_id, consultation_id),
    foreign key (process_id, consultation_id) references consultation (process_id, id)
);
alter table consultation_report enable row level security;
alter table consultation_report force row level security;
create policy own_process on consultation_report using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on consultation_report to concert_app;
grant select on consultation_report to concert_maintenance;

-- Of what was said, each reader is given what they may read; what was taken back since is left out.
create view visible_consultation_report with (security_invoker = true) as
select r.process_id, r.consultation_id, r.at, r.content || jsonb_build_object('remarks', coalesce((
        select jsonb_agg(e.remark order by e.place) from jsonb_array_elements(r.content -> 'remarks') with ordinality e (remark, place)
        join visible_plan_remark v on v.process_id = r.process_id and v.id = (e.remark ->> 'id')::uuid and v.withdrawn_at is null), '[]')) as content
from consultation_report r join visible_consultation c on c.process_id = r.process_id and c.id = r.consultation_id;
grant select on visible_consultation_report to concert_app;
