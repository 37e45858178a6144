-- A donor's home counted what is restricted and open to it anew each time, which took most of its time in a large process.
-- That is counted ahead now: in the layer 'own', for each organisation that sees it and is part of it.
alter table action_tally drop constraint action_tally_layer_check;
alter table action_tally add constraint action_tally_layer_check check (layer in ('public', 'members', 'parties', 'opened', 'own'));

-- The figures themselves, of the transaction's process; of these actions alone where p_only is given.
-- Keys: '' is "not stated"; years; ids; of the dimension 'place', pillar and beneficiary. The dimension 'beside:<pillar>'
-- counts an organisation's actions in that pillar.
create or replace function kernel.action_figures(p_now timestamptz, p_only uuid[] default null)
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
        select a.id, y.layer, coalesce(a.status, '') as status, extract(year from a.starts_on)::int as starts,
            extract(year from a.ends_on)::int as ends, coalesce(a.ends_on between today and until, false) as soon,
            coalesce(a.last_confirmed_at < fresh, true) as stale, a.incomplete, a.unconfirmed,
            coalesce(l.ids, '{}') as pillars, coalesce(b.ids, '{}') as beneficiaries
        from counted_action a
            -- what is restricted is counted once more, for the organisations that see it
            cross join lateral (select a.layer where p_only is not null or a.layer <> 'restricted'
                union all select 'own' where p_only is null and a.layer in ('restricted', 'opened')) y (layer)
            left join (select x.action_id, array_agg(x.pillar_id order by x.pillar_id) as ids from action_pillar x
                where x.process_id = own and (p_only is null or x.action_id = any (p_only)) group by 1) l on l.action_id = a.id
            left join (select x.action_id, array_agg(x.beneficiary_id order by x.beneficiary_id) as ids from action_beneficiary x
                where x.process_id = own and (p_only is null or x.action_id = any (p_only)) group by 1) b on b.action_id = a.id
        where a.process_id = own and (p_only is null or a.id = any (p_only))
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
    -- of the layer 'own': those who see it
    held as materialized (
        select a.*, o.organisation_id
        from placed a join whose o on o.action_id = a.id
        where a.layer <> 'own' or exists (select from action x where x.process_id = own and x.id = a.id and o.organisation_id = any (x.audience))
    ),
    standing as (
        select null::uuid as organisation, a.layer, a.pillars, a.beneficiaries, a.status, a.soon, a.stale, a.incomplete, a.unconfirmed,
            count(*) as n
        from placed a where a.layer <> 'own' group by 2, 3, 4, 5, 6, 7, 8, 9
        union all
        select a.organisation_id, a.layer, null, null, a.status, a.soon, a.stale, a.incomplete, a.unconfirmed, count(*)
        from held a group by 1, 2, 5, 6, 7, 8, 9
    ),
    areas as (select a.layer, a.pillars, a.beneficiaries, count(*) as n from placed a where a.layer <> 'own' group by 1, 2, 3),
    donors as (
        select a.layer, a.pillars, a.beneficiaries, o.organisation_id, count(*) as n
        from placed a left join whose o on o.action_id = a.id and o.funds where a.layer <> 'own' group by 1, 2, 3, 4
    ),
    parties as (
        select a.layer, a.pillars, a.beneficiaries, a.organisation_id, count(*) as n
        from held a group by 1, 2, 3, 4
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
    where a.layer <> 'own'
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
    where g.layer <> 'own'
    group by 1, 2, g.organisation_id
    union all
    select w.id, g.layer, 'beside:' || l.id, g.organisation_id::text, sum(g.n)::bigint
    from parties g cross join lateral unnest(g.beneficiaries) w (id) cross join lateral unnest(g.pillars) l (id)
    where g.layer <> 'own'
    group by 1, 2, l.id, g.organisation_id
    union all
    select g.organisation_id, g.layer, 'place', l.id || '/' || w.id, sum(g.n)::bigint
    from parties g cross join lateral unnest(g.beneficiaries) w (id) cross join lateral unnest(g.pillars) l (id)
    group by 1, 2, l.id, w.id;
end $$;

-- The figures that a home shows, as its member may see them: {counted_at, counted, due, rows: [[within, dimension, key, n]],
-- organisations: {id: name}}.
-- A process of at most p_small actions is counted before it is read, if anything has changed since it last was
-- (counted: the caller commits); a larger one is due (the caller asks for the job), at most once a minute.
-- p_within: what is shown; p_own: those of them whose level "parties" is the member's to see. What is restricted and
-- open to the member's organisation is counted in the layer 'own' for members of that organisation alone; for who is a
-- member in more than one way it is counted here, so that nothing is counted twice.
create or replace function kernel.home_figures(p_now timestamptz, p_within uuid[], p_own uuid[], p_small bigint)
returns jsonb language plpgsql as $$
declare
    own uuid := kernel.process_id();
    today date := (p_now at time zone 'UTC')::date;
    layers text[] := string_to_array(current_setting('app.levels', true), ',')
        || case when current_setting('app.support_group', true) = 'on' then array['opened'] else '{}' end;
    audience uuid[] := coalesce(nullif(current_setting('app.audience', true), '')::uuid[], '{}');
    -- the member of one organisation and of nothing else: what is restricted and theirs is counted ahead
    alone boolean := cardinality(p_within) = 1 and p_within = p_own and audience <> '{}' and audience <@ p_within
        and not 'opened' = any (layers);
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
    if audience <> '{}' and not alone then
        opened := array(select v.id from visible_action v where v.process_id = own and v.handling = 'restricted'
            and not (v.open_to_support_group and 'opened' = any (layers)));
    end if;
    select jsonb_agg(jsonb_build_array(r.within, r.dimension, r.key, r.n)) into result
    from (
        select t.within, t.dimension, t.key, sum(t.n) as n from action_tally t
        where t.process_id = own and t.within = any (p_within) and t.dimension not like 'beside:%'
            and (t.layer = any (layers) or (t.layer = 'parties' and t.within = any (p_own)) or (alone and t.layer = 'own'))
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
