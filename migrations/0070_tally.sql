-- Figures of a process, counted ahead: the homes show them, and each opens the list that it counts.

drop table action_tally, action_tally_state;

-- One figure: so many actions of this level, in this process, pillar or beneficiary, have this key in this dimension.
-- Kept by level, so that each role's sums are what its list shows. What others keep to themselves is not counted here.
create table action_tally (
    process_id uuid not null default kernel.process_id() references process (id),
    -- what is counted in: the id of the process, of one of its pillars, or of one of its beneficiaries
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
create index action_unconfirmed on action (process_id, id) where claim = 'unconfirmed';
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

-- Where an action is counted: in its process, in each of its pillars, for each of its beneficiaries.
create view action_within with (security_invoker = true) as
select process_id, id as action_id, process_id as within from action
union all
select process_id, action_id, pillar_id from action_pillar
union all
select process_id, action_id, beneficiary_id from action_beneficiary;
-- The same, and with each organisation that keeps it or is a party: whose action it is.
create view action_scope with (security_invoker = true) as
select process_id, action_id, within from action_within
union all
select process_id, id, reporting_id from action
union all
select process_id, action_id, organisation_id from action_party;
grant select on action_within, action_scope to concert_app;

-- An action awaits confirmation when nobody has confirmed it for this long.
create function kernel.fresh_since(p_now timestamptz) returns timestamptz language sql immutable parallel safe
    as $$ select ((p_now at time zone 'UTC') - interval '6 months') at time zone 'UTC' $$;
-- "Soon" reaches to this day, and includes it.
create function kernel.soon_until(p_today date) returns date language sql immutable parallel safe
    as $$ select (p_today + interval '6 months')::date $$;

-- The figures themselves, of the transaction's process; of these actions alone where p_only is given.
-- Keys: '' is "not stated"; years; ids; the dimension 'beside:<pillar>' counts organisations at work in that pillar.
create function kernel.action_figures(p_now timestamptz, p_only uuid[] default null)
returns table (within uuid, layer text, dimension text, key text, n bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
declare
    own uuid := kernel.process_id();
    today date := (p_now at time zone 'UTC')::date;
begin
    return query
    with counted as (
        select a.* from counted_action a
        where a.process_id = own and (p_only is null or a.id = any (p_only)) and (p_only is not null or a.layer <> 'restricted')
    ),
    -- equal ones together first: what follows then handles thousands of rows in place of hundreds of thousands
    alike as (
        select w.within, a.layer, a.status, extract(year from a.starts_on)::int as starts, extract(year from a.ends_on)::int as ends,
            coalesce(a.ends_on between today and kernel.soon_until(today), false) as soon,
            coalesce(a.last_confirmed_at < kernel.fresh_since(p_now), true) as stale, a.incomplete, a.unconfirmed, count(*) as n
        from counted a join action_within w on w.process_id = own and w.action_id = a.id
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9
    )
    select g.within, g.layer, f.dimension, f.key, sum(g.n)::bigint
    from alike g cross join lateral (values
        ('all', ''),
        ('status', coalesce(g.status, '')),
        ('soon', case when g.soon then '' end),
        ('stale', case when g.stale then '' end),
        ('incomplete', case when g.incomplete then '' end),
        ('unconfirmed', case when g.unconfirmed then '' end),
        ('starts', case when g.within = own then coalesce(g.starts::text, '') end),
        ('ends', case when g.within = own then coalesce(g.ends::text, '') end)) f (dimension, key)
    where f.key is not null
    group by 1, 2, 3, 4
    union all
    select w.within, a.layer, 'pillar', coalesce(l.pillar_id::text, ''), count(*)
    from counted a join action_within w on w.process_id = own and w.action_id = a.id
        left join action_pillar l on l.process_id = own and l.action_id = a.id
    group by w.within, a.layer, l.pillar_id
    union all
    select w.within, a.layer, 'beneficiary', coalesce(b.beneficiary_id::text, ''), count(*)
    from counted a join action_within w on w.process_id = own and w.action_id = a.id
        left join action_beneficiary b on b.process_id = own and b.action_id = a.id
    group by w.within, a.layer, b.beneficiary_id
    union all
    select w.within, a.layer, 'donor', coalesce(d.organisation_id::text, ''), count(*)
    from counted a join action_within w on w.process_id = own and w.action_id = a.id
        left join action_party d on d.process_id = own and d.action_id = a.id and d.role = 'funding'
    group by w.within, a.layer, d.organisation_id
    union all
    select w.beneficiary_id, a.layer, 'organisation', p.organisation_id::text, count(*)
    from counted a join action_beneficiary w on w.process_id = own and w.action_id = a.id
        join (select distinct x.action_id, x.organisation_id from action_party x
            where x.process_id = own and (p_only is null or x.action_id = any (p_only))) p on p.action_id = a.id
    group by w.beneficiary_id, a.layer, p.organisation_id
    union all
    select w.beneficiary_id, a.layer, 'beside:' || l.pillar_id, p.organisation_id::text, count(*)
    from counted a join action_beneficiary w on w.process_id = own and w.action_id = a.id
        join action_pillar l on l.process_id = own and l.action_id = a.id
        join (select distinct x.action_id, x.organisation_id from action_party x
            where x.process_id = own and (p_only is null or x.action_id = any (p_only))) p on p.action_id = a.id
    group by w.beneficiary_id, a.layer, l.pillar_id, p.organisation_id;
end $$;

-- Counts the transaction's process anew. What changes are forgotten before anything is counted: one that is
-- committed in between is counted twice rather than never.
create function kernel.recount(p_now timestamptz) returns void language plpgsql as $$
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

-- The figures that a home shows, as its member may see them: {counted_at, counted, due, rows: [[within, dimension, key, n]]}.
-- A process of at most p_small actions is counted before it is read, if anything has changed since it last was
-- (counted: the caller commits); a larger one is due (the caller asks for the job), at most once a minute.
-- p_within: what is shown; p_own: those of them whose level "parties" is the member's to see; p_extra: the member has
-- several memberships, so that lists can hold more than the levels say, and that is counted here.
create function kernel.home_figures(p_now timestamptz, p_within uuid[], p_own uuid[], p_extra boolean, p_small bigint)
returns jsonb language plpgsql as $$
declare
    own uuid := kernel.process_id();
    today date := (p_now at time zone 'UTC')::date;
    layers text[] := string_to_array(current_setting('app.levels', true), ',')
        || case when current_setting('app.support_group', true) = 'on' then array['opened'] else '{}' end;
    s action_tally_state;
    changed boolean;
    counted boolean := false;
    extra uuid[] := '{}';
    result jsonb;
begin
    select * into s from action_tally_state where process_id = own;
    changed := s.process_id is null or s.counted_on <> today or exists (select from action_change where process_id = own);
    if changed and coalesce(s.actions, 0) <= p_small then
        perform kernel.recount(p_now);
        select * into s from action_tally_state where process_id = own;
        changed := false;
        counted := true;
    end if;
    changed := changed and s.counted_at < p_now - interval '1 minute';
    if p_extra then
        extra := array(select v.id from visible_action v
            where v.process_id = own and v.handling in ('parties', 'restricted') and not v.handling = any (layers)
                and not (v.handling = 'restricted' and v.open_to_support_group and 'opened' = any (layers)));
    end if;
    select jsonb_agg(jsonb_build_array(r.within, r.dimension, r.key, r.n)) into result
    from (
        select f.within, f.dimension, f.key, sum(f.n) as n
        from (
            select t.within, t.dimension, t.key, t.n from action_tally t
            where t.process_id = own and t.within = any (p_within) and t.dimension not like 'beside:%'
                and (t.layer = any (layers) or (t.layer = 'parties' and t.within = any (p_own)))
            union all
            select x.within, x.dimension, x.key, x.n from kernel.action_figures(p_now, extra) x
            where extra <> '{}' and x.within = any (p_within) and x.dimension not like 'beside:%'
                and not (x.layer = 'parties' and x.within = any (p_own))
        ) f
        group by 1, 2, 3
    ) r;
    return jsonb_build_object('organisations', (select coalesce(jsonb_object_agg(o.id, o.name), '{}') from organisation o
            where o.process_id = own and o.id::text in (select r ->> 2 from jsonb_array_elements(result) r where r ->> 1 in ('donor', 'organisation'))),
        'counted_at', s.counted_at, 'counted', counted, 'due', changed, 'rows', coalesce(result, '[]'));
end $$;

revoke all on function kernel.note_action_change(), kernel.counts(uuid, text), kernel.fresh_since(timestamptz), kernel.soon_until(date),
    kernel.action_figures(timestamptz, uuid[]), kernel.recount(timestamptz),
    kernel.home_figures(timestamptz, uuid[], uuid[], boolean, bigint) from public;
grant execute on function kernel.note_action_change(), kernel.counts(uuid, text), kernel.fresh_since(timestamptz), kernel.soon_until(date),
    kernel.action_figures(timestamptz, uuid[]), kernel.recount(timestamptz),
    kernel.home_figures(timestamptz, uuid[], uuid[], boolean, bigint) to concert_app;
