-- Figures of a process, counted ahead: the homes show them, and each opens the list that it counts.

drop table action_tally, action_tally_state;

-- One figure: so many actions of this level, in this process, pillar or beneficiary, have this key in this dimension.
-- Kept by level, so that each role's sums are what its list shows. What others keep to themselves is not counted here.
create table action_tally (
    process_id uuid not null default kernel.process_id() references process (id),
    -- what is counted in: the id of the process, or of a pillar, beneficiary or organisation of it
    within uuid not null,
    -- the handling level; 'opened' is what is restricted and was opened to the Support Group secretariat
    layer text not null check (layer in ('public', 'members', 'parties', 'opened')),
    dimension text not null,
    key text not null,
    n bigint not null,
    primary key (process_id, within, layer, dimension, key)
);
create table action_tally_state (
    process_id uuid primary key default kernel.process_id() references process (id),
    counted_at timestamptz not null,
    -- figures that depend on the day (ending soon, awaiting confirmation) are those of this one
    counted_on date not null,
    actions bigint not null
);
-- One row a transaction that changed actions and has not been counted since. Rows, not a number, so that those who
-- save do not wait for one another.
create table action_change (
    process_id uuid not null default kernel.process_id() references process (id),
    transaction bigint not null,
    primary key (process_id, transaction)
);
do $$
declare t text;
begin
    foreach t in array array['action_tally', 'action_tally_state', 'action_change'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update, delete on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;

-- Changes of the links touch their action (0007), so this sees them too.
create function kernel.note_action_change() returns trigger language plpgsql as $$
begin
    insert into action_change (process_id, transaction)
        select distinct process_id, pg_current_xact_id()::text::bigint from changed
        on conflict do nothing;
    return null;
end $$;
create trigger noted_insert after insert on action referencing new table as changed for each statement execute function kernel.note_action_change();
create trigger noted_update after update on action referencing new table as changed for each statement execute function kernel.note_action_change();

-- What waits is looked up by these.
create index action_unconfirmed on action (process_id, created_at, id) where claim = 'unconfirmed';
create index action_never_confirmed on action (process_id, id) where last_confirmed_at is null;
create index action_restricted on action (process_id) where handling = 'restricted';
create index action_by_created on action (process_id, created_at, id);

-- What counts as an action: the one rule of every figure. A record that was merged into another is that other one; a
-- report that its donor declined is kept, and is not assistance.
create function kernel.counts(merged_into uuid, claim text) returns boolean language sql immutable parallel safe
    as $$ select merged_into is null and claim <> 'declined' $$;

create view counted_action with (security_invoker = true) as
select a.process_id, a.id,
    case when a.handling = 'restricted' and a.open_to_support_group then 'opened' else a.handling end as layer,
    a.status, a.starts_on, a.ends_on, a.last_confirmed_at, a.missing <> '{}' as incomplete, a.claim = 'unconfirmed' as unconfirmed
from action a
where kernel.counts(a.merged_into_id, a.claim);
grant select on counted_action to concert_app;

-- Whose an action is: of its process, of each of its pillars and beneficiaries, of who keeps it and of its parties.
create view action_scope with (security_invoker = true) as
select process_id, id as action_id, process_id as within from action
union all
select process_id, action_id, pillar_id from action_pillar
union all
select process_id, action_id, beneficiary_id from action_beneficiary
union all
select process_id, id, reporting_id from action
union all
select process_id, action_id, organisation_id from action_party;
grant select on action_scope to concert_app;

-- An action awaits confirmation when nobody has confirmed it for this long.
create function kernel.fresh_since(p_now timestamptz) returns timestamptz language sql immutable parallel safe
    as $$ select ((p_now at time zone 'UTC') - interval '6 months') at time zone 'UTC' $$;
-- "Soon" reaches to this day, and includes it.
create function kernel.soon_until(p_today date) returns date language sql immutable parallel safe
    as $$ select (p_today + interval '6 months')::date $$;

-- The figures themselves, of the transaction's process; of these actions alone where p_only is given.
-- Keys: '' is "not stated"; years; ids; of the dimension 'place', pillar and beneficiary. The dimension 'beside:<pillar>'
-- counts an organisation's actions in that pillar.
create function kernel.action_figures(p_now timestamptz, p_only uuid[] default null)
returns table (within uuid, layer text, dimension text, key text, n bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
    own uuid := kernel.process_id();
    today date := (p_now at time zone 'UTC')::date;
    until date := kernel.soon_until(today);
    fresh timestamptz := kernel.fresh_since(p_now);
begin
    return query
    -- equal ones are put together before they are laid out over pillars and beneficiaries: thousands of rows are then
    -- handled in place of millions
    with placed as materialized (
        select a.id, a.layer, coalesce(a.status, '') as status, extract(year from a.starts_on)::int as starts,
            extract(year from a.ends_on)::int as ends, coalesce(a.ends_on between today and until, false) as soon,
            coalesce(a.last_confirmed_at < fresh, true) as stale, a.incomplete, a.unconfirmed,
            coalesce(l.ids, '{}') as pillars, coalesce(b.ids, '{}') as beneficiaries
        from counted_action a
            left join (select x.action_id, array_agg(x.pillar_id order by x.pillar_id) as ids from action_pillar x
                where x.process_id = own and (p_only is null or x.action_id = any (p_only)) group by 1) l on l.action_id = a.id
            left join (select x.action_id, array_agg(x.beneficiary_id order by x.beneficiary_id) as ids from action_beneficiary x
                where x.process_id = own and (p_only is null or x.action_id = any (p_only)) group by 1) b on b.action_id = a.id
        where a.process_id = own and (p_only is null or a.id = any (p_only)) and (p_only is not null or a.layer <> 'restricted')
    ),
    -- whose each action is: who keeps it and who is a party, and who of them funds
    whose as materialized (
        select x.action_id, x.organisation_id, bool_or(x.funds) as funds
        from (select p.action_id, p.organisation_id, p.role = 'funding' as funds from action_party p
                where p.process_id = own and (p_only is null or p.action_id = any (p_only))
            union all
            select a.id, a.reporting_id, false from action a
                where a.process_id = own and (p_only is null or a.id = any (p_only))) x
        group by 1, 2
    ),
    standing as (
        select null::uuid as organisation, a.layer, a.pillars, a.beneficiaries, a.status, a.soon, a.stale, a.incomplete, a.unconfirmed,
            count(*) as n
        from placed a group by 2, 3, 4, 5, 6, 7, 8, 9
        union all
        select o.organisation_id, a.layer, null, null, a.status, a.soon, a.stale, a.incomplete, a.unconfirmed, count(*)
        from placed a join whose o on o.action_id = a.id group by 1, 2, 5, 6, 7, 8, 9
    ),
    areas as (select a.layer, a.pillars, a.beneficiaries, count(*) as n from placed a group by 1, 2, 3),
    donors as (
        select a.layer, a.pillars, a.beneficiaries, o.organisation_id, count(*) as n
        from placed a left join whose o on o.action_id = a.id and o.funds group by 1, 2, 3, 4
    ),
    parties as (
        select a.layer, a.pillars, a.beneficiaries, o.organisation_id, count(*) as n
        from placed a join whose o on o.action_id = a.id group by 1, 2, 3, 4
    )
    select w.id, g.layer, f.dimension, f.key, sum(g.n)::bigint
    from standing g
        cross join lateral unnest(case when g.organisation is null then array[own] || g.pillars || g.beneficiaries else array[g.organisation] end) w (id)
        cross join lateral (values
            ('all', ''),
            ('status', g.status),
            ('soon', case when g.soon then '' end),
            ('stale', case when g.stale then '' end),
            ('incomplete', case when g.incomplete then '' end),
            ('unconfirmed', case when g.unconfirmed then '' end)) f (dimension, key)
    where f.key is not null
    group by 1, 2, 3, 4
    union all
    select own, a.layer, f.dimension, coalesce(f.year::text, ''), count(*)
    from placed a cross join lateral (values ('starts', a.starts), ('ends', a.ends)) f (dimension, year)
    group by 2, 3, f.year
    union all
    select w.id, g.layer, 'pillar', coalesce(k.id::text, ''), sum(g.n)::bigint
    from areas g cross join lateral unnest(array[own] || g.pillars || g.beneficiaries) w (id)
        left join lateral unnest(g.pillars) k (id) on true
    group by 1, 2, k.id
    union all
    select w.id, g.layer, 'beneficiary', coalesce(k.id::text, ''), sum(g.n)::bigint
    from areas g cross join lateral unnest(array[own] || g.pillars || g.beneficiaries) w (id)
        left join lateral unnest(g.beneficiaries) k (id) on true
    group by 1, 2, k.id
    union all
    select w.id, g.layer, 'donor', coalesce(g.organisation_id::text, ''), sum(g.n)::bigint
    from donors g cross join lateral unnest(array[own] || g.pillars || g.beneficiaries) w (id)
    group by 1, 2, g.organisation_id
    union all
    select w.id, g.layer, 'organisation', g.organisation_id::text, sum(g.n)::bigint
    from parties g cross join lateral unnest(g.beneficiaries) w (id)
    group by 1, 2, g.organisation_id
    union all
    select w.id, g.layer, 'beside:' || l.id, g.organisation_id::text, sum(g.n)::bigint
    from parties g cross join lateral unnest(g.beneficiaries) w (id) cross join lateral unnest(g.pillars) l (id)
    group by 1, 2, l.id, g.organisation_id
    union all
    select g.organisation_id, g.layer, 'place', l.id || '/' || w.id, sum(g.n)::bigint
    from parties g cross join lateral unnest(g.beneficiaries) w (id) cross join lateral unnest(g.pillars) l (id)
    group by 1, 2, l.id, w.id;
end $$;

-- Counts the transaction's process anew. What changes are forgotten before anything is counted: one that is
-- committed in between is counted twice rather than never.
-- The settings: the planner cannot know how few different lists of pillars and beneficiaries there are, and would sort
-- all rows by them, which takes three times as long.
create function kernel.recount(p_now timestamptz) returns void language plpgsql
set work_mem = '64MB' set jit = off set enable_sort = off set enable_mergejoin = off as $$
declare own uuid := kernel.process_id();
begin
    if own is null then raise exception 'figures are counted inside a process'; end if;
    perform pg_advisory_xact_lock(hashtextextended('tally:' || own, 0));
    delete from action_change where process_id = own;
    delete from action_tally where process_id = own;
    insert into action_tally (within, layer, dimension, key, n)
        select f.within, f.layer, f.dimension, f.key, f.n from kernel.action_figures(p_now) f;
    insert into action_tally_state (counted_at, counted_on, actions)
        values (p_now, (p_now at time zone 'UTC')::date, (select coalesce(sum(t.n), 0) from action_tally t
            where t.process_id = own and t.within = own and t.dimension = 'all'))
        on conflict (process_id) do update
            set counted_at = excluded.counted_at, counted_on = excluded.counted_on, actions = excluded.actions;
end $$;

-- The figures that a home shows, as its member may see them: {counted_at, counted, due, rows: [[within, dimension, key, n]],
-- organisations: {id: name}}.
-- A process of at most p_small actions is counted before it is read, if anything has changed since it last was
-- (counted: the caller commits); a larger one is due (the caller asks for the job), at most once a minute.
-- p_within: what is shown; p_own: those of them whose level "parties" is the member's to see. What is restricted and
-- open to the member's organisation is in no layer: it is counted here, and is little.
create function kernel.home_figures(p_now timestamptz, p_within uuid[], p_own uuid[], p_small bigint)
returns jsonb language plpgsql as $$
declare
    own uuid := kernel.process_id();
    today date := (p_now at time zone 'UTC')::date;
    layers text[] := string_to_array(current_setting('app.levels', true), ',')
        || case when current_setting('app.support_group', true) = 'on' then array['opened'] else '{}' end;
    s action_tally_state;
    changed boolean;
    counted boolean := false;
    opened uuid[] := '{}';
    result jsonb;
begin
    -- the homes' next statements ask for many things at once: planning them takes longer than running them, and
    -- values change nothing about their plans
    perform set_config('plan_cache_mode', 'force_generic_plan', true);
    select * into s from action_tally_state where process_id = own;
    changed := s.process_id is null or s.counted_on <> today or exists (select from action_change where process_id = own);
    if changed and coalesce(s.actions, 0) <= p_small then
        perform kernel.recount(p_now);
        select * into s from action_tally_state where process_id = own;
        changed := false;
        counted := true;
    end if;
    changed := changed and s.counted_at < p_now - interval '1 minute';
    if coalesce(current_setting('app.audience', true), '{}') <> '{}' then
        opened := array(select v.id from visible_action v where v.process_id = own and v.handling = 'restricted'
            and not (v.open_to_support_group and 'opened' = any (layers)));
    end if;
    select jsonb_agg(jsonb_build_array(r.within, r.dimension, r.key, r.n)) into result
    from (
        select t.within, t.dimension, t.key, sum(t.n) as n from action_tally t
        where t.process_id = own and t.within = any (p_within) and t.dimension not like 'beside:%'
            and (t.layer = any (layers) or (t.layer = 'parties' and t.within = any (p_own)))
        group by 1, 2, 3
    ) r;
    if opened <> '{}' then
        select coalesce(result, '[]') || coalesce(jsonb_agg(jsonb_build_array(f.within, f.dimension, f.key, f.n)), '[]') into result
        from kernel.action_figures(p_now, opened) f
        where f.within = any (p_within) and f.dimension not like 'beside:%';
    end if;
    return jsonb_build_object('counted_at', s.counted_at, 'counted', counted, 'due', changed, 'rows', coalesce(result, '[]'),
        'organisations', (select coalesce(jsonb_object_agg(o.id, o.name), '{}') from organisation o
            where o.process_id = own and o.id::text in (select r ->> 2 from jsonb_array_elements(result) r where r ->> 1 in ('donor', 'organisation'))));
end $$;

revoke all on function kernel.note_action_change(), kernel.counts(uuid, text), kernel.fresh_since(timestamptz), kernel.soon_until(date),
    kernel.action_figures(timestamptz, uuid[]), kernel.recount(timestamptz),
    kernel.home_figures(timestamptz, uuid[], uuid[], bigint) from public;
grant execute on function kernel.note_action_change(), kernel.counts(uuid, text), kernel.fresh_since(timestamptz), kernel.soon_until(date),
    kernel.action_figures(timestamptz, uuid[]), kernel.recount(timestamptz),
    kernel.home_figures(timestamptz, uuid[], uuid[], bigint) to concert_app;
