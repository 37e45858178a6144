-- The list of actions: what it filters, sorts and counts by, and a search that stays fast at 100,000 actions.

-- One narrow row an action, with all that the list filters, counts and sorts by; a trigger keeps it. The list finds its
-- ids here and reads what it shows through visible_action.
create table action_facet (
    process_id uuid not null default kernel.process_id() references process (id),
    action_id uuid not null,
    reporting_id uuid not null,
    parent_id uuid,
    -- false: merged into another
    kept boolean not null,
    handling text not null,
    claim text not null,
    -- whose report it is: what was declined stays with them
    reporter_account_id uuid,
    open_to_support_group boolean not null,
    -- for the levels that look at it; empty for the others
    audience uuid[] not null,
    status text,
    pillars uuid[] not null,
    beneficiaries uuid[] not null,
    themes uuid[] not null,
    missing text[] not null,
    starts_on date,
    ends_on date,
    last_confirmed_at timestamptz,
    updated_at timestamptz not null,
    stated_total numeric,
    stated_currency text,
    -- the beginning of the folded title
    title_order text not null,
    -- What the list sorts by. What is not stated stands last in both directions, so there is a column a direction: the
    -- comparison that a keyset page starts from knows no nulls, and under row-level security an index serves only
    -- comparisons of bare columns by leakproof operators (those of numeric are not).
    start_up date not null generated always as (coalesce(starts_on, 'infinity'::date)) stored,
    start_down date not null generated always as (coalesce(starts_on, '-infinity'::date)) stored,
    end_up date not null generated always as (coalesce(ends_on, 'infinity'::date)) stored,
    end_down date not null generated always as (coalesce(ends_on, '-infinity'::date)) stored,
    confirmed_up timestamptz not null generated always as (coalesce(last_confirmed_at, 'infinity'::timestamptz)) stored,
    confirmed_down timestamptz not null generated always as (coalesce(last_confirmed_at, '-infinity'::timestamptz)) stored,
    total_up double precision not null generated always as (coalesce(stated_total::double precision, 'Infinity')) stored,
    total_down double precision not null generated always as (coalesce(stated_total::double precision, '-Infinity')) stored,
    primary key (process_id, action_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, parent_id) references action (process_id, id),
    foreign key (process_id, reporting_id) references organisation (process_id, id)
);
create index action_facet_parent on action_facet (process_id, parent_id);
create index action_facet_reporting on action_facet (process_id, reporting_id);
create index action_facet_public on action_facet (process_id, action_id) where handling = 'public' and claim = 'confirmed' and kept;
create index action_facet_title on action_facet (process_id, title_order, action_id);
create index action_facet_updated on action_facet (process_id, updated_at, action_id);
create index action_facet_start_up on action_facet (process_id, start_up, action_id);
create index action_facet_start_down on action_facet (process_id, start_down, action_id);
create index action_facet_end_up on action_facet (process_id, end_up, action_id);
create index action_facet_end_down on action_facet (process_id, end_down, action_id);
create index action_facet_confirmed_up on action_facet (process_id, confirmed_up, action_id);
create index action_facet_confirmed_down on action_facet (process_id, confirmed_down, action_id);
create index action_facet_total_up on action_facet (process_id, total_up, action_id);
create index action_facet_total_down on action_facet (process_id, total_down, action_id);
drop index action_by_title, action_by_start, action_by_total;

-- Search. One row an action: its folded title, and every folded word by which it is found, those of its organisations
-- included, so that "undp firearms" finds what neither the title nor the description says in one place.
create table action_words (
    process_id uuid not null default kernel.process_id() references process (id),
    action_id uuid not null,
    title text not null,
    words tsvector not null,
    primary key (process_id, action_id),
    foreign key (process_id, action_id) references action (process_id, id)
);
create index action_words_words on action_words using gin (words);
drop index action_search_title, action_search_text;

-- Every word there is in a process: what a misspelt one is compared with. Words that are no longer used do no harm.
-- No unique key: two who save the same new word at once would wait for one another, and might wait in a circle.
create table search_word (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    word text not null,
    primary key (process_id, id)
);
create index search_word_word on search_word (process_id, word text_pattern_ops);
create index search_word_alike on search_word using gin (word gin_trgm_ops);

do $$
declare t text;
begin
    foreach t in array array['action_facet', 'action_words', 'search_word'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        -- the subselect is worked out once a statement, not once a row
        execute format($p$create policy own_process on %I using (process_id = (select nullif(current_setting('app.process', true), '')::uuid))$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    foreach t in array array['action_words', 'search_word'] loop
        execute format('grant select on %I to concert_search', t);
        execute format('create policy search on %I for select to concert_search using (true)', t);
    end loop;
end $$;

-- The same rows as visible_action has, narrow. A test holds the two together for every role.
create view visible_facet with (security_invoker = true) as
select f.process_id, f.action_id, f.reporting_id, f.parent_id, f.kept, f.handling, f.claim, f.status, f.pillars, f.beneficiaries,
    f.themes, f.missing, f.starts_on, f.ends_on, f.last_confirmed_at, f.updated_at, f.title_order,
    f.start_up, f.start_down, f.end_up, f.end_down, f.confirmed_up, f.confirmed_down,
    case when (select current_setting('app.money', true) = 'on') then f.stated_total end as stated_total,
    case when (select current_setting('app.money', true) = 'on') then f.stated_currency end as stated_currency
from action_facet f
where (f.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (f.handling in ('parties', 'restricted') and f.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (f.handling = 'restricted' and f.open_to_support_group and (select current_setting('app.support_group', true) = 'on')))
    and (f.claim <> 'declined' or (select current_setting('app.support_group', true) = 'on')
        or f.reporter_account_id = (select nullif(current_setting('app.account', true), '')::uuid));
-- The order by the stated total, for who may see money.
create view visible_total with (security_invoker = true) as
select process_id, action_id, total_up, total_down from action_facet where (select current_setting('app.money', true) = 'on');
grant select on visible_facet, visible_total to concert_app;

-- The words of a folded text. A word too long for an index is none that anybody looks for.
create function kernel.search_words(p_text text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct w order by w), '{}') from unnest(string_to_array(p_text, ' ')) w
        where length(w) between 1 and 80
$$;

-- Makes the rows of these actions anew, and adds the words that are new in the process.
create function kernel.index_actions(p_ids uuid[]) returns void language plpgsql as $$
declare own uuid := kernel.process_id();
begin
    insert into action_facet as f (process_id, action_id, reporting_id, parent_id, kept, handling, claim, reporter_account_id,
            open_to_support_group, audience, status, pillars, beneficiaries, themes, missing, starts_on, ends_on, last_confirmed_at, updated_at,
            stated_total, stated_currency, title_order)
        select own, a.id, a.reporting_id, a.parent_id, a.merged_into_id is null, a.handling, a.claim,
            (select m.account_id from membership m where m.process_id = own and m.id = a.reported_by_id), a.open_to_support_group,
            case when a.handling in ('parties', 'restricted') then a.audience else '{}' end, a.status,
            array(select l.pillar_id from action_pillar l where l.process_id = own and l.action_id = a.id order by 1),
            array(select b.beneficiary_id from action_beneficiary b where b.process_id = own and b.action_id = a.id order by 1),
            array(select t.theme_id from action_theme t where t.process_id = own and t.action_id = a.id order by 1),
            a.missing, a.starts_on, a.ends_on, a.last_confirmed_at, a.updated_at, a.stated_total, a.stated_currency,
            left(a.search_title, 60)
        from action a where a.process_id = own and a.id = any (p_ids)
        on conflict (process_id, action_id) do update set reporting_id = excluded.reporting_id, parent_id = excluded.parent_id,
            kept = excluded.kept, handling = excluded.handling, claim = excluded.claim, reporter_account_id = excluded.reporter_account_id,
            open_to_support_group = excluded.open_to_support_group, audience = excluded.audience, status = excluded.status,
            pillars = excluded.pillars, beneficiaries = excluded.beneficiaries, themes = excluded.themes,
            missing = excluded.missing, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
            last_confirmed_at = excluded.last_confirmed_at, updated_at = excluded.updated_at,
            stated_total = excluded.stated_total, stated_currency = excluded.stated_currency, title_order = excluded.title_order;
    insert into action_words as w (process_id, action_id, title, words)
        select own, a.id, a.search_title, array_to_tsvector(kernel.search_words(concat_ws(' ', a.search_title, a.search_text,
            (select string_agg(o.search_text, ' ') from organisation o where o.process_id = own and (o.id = a.reporting_id
                or o.id in (select p.organisation_id from action_party p where p.process_id = own and p.action_id = a.id))))))
        from action a where a.process_id = own and a.id = any (p_ids)
        on conflict (process_id, action_id) do update set title = excluded.title, words = excluded.words
            where (w.title, w.words) is distinct from (excluded.title, excluded.words);
    insert into search_word (process_id, word)
        select own, n.word
        from (select distinct unnest(tsvector_to_array(w.words)) as word from action_words w
            where w.process_id = own and w.action_id = any (p_ids)) n
        -- a number is not misspelt but another number
        where length(n.word) between 4 and 40 and n.word !~ '[0-9]'
            and not exists (select from search_word s where s.process_id = own and s.word = n.word);
end $$;

-- Links touch their action (0007), so this sees them too.
create function kernel.index_changed_actions() returns trigger language plpgsql as $$
begin
    perform kernel.index_actions(array(select id from changed where process_id = kernel.process_id()));
    return null;
end $$;
create trigger indexed_insert after insert on action referencing new table as changed
    for each statement execute function kernel.index_changed_actions();
create trigger indexed_update after update on action referencing new table as changed
    for each statement execute function kernel.index_changed_actions();

-- An organisation that gets another name takes it along to its actions.
create function kernel.index_organisation() returns trigger language plpgsql as $$
begin
    perform kernel.index_actions(array(
        select a.id from action a where a.process_id = new.process_id and a.reporting_id = new.id
        union select p.action_id from action_party p where p.process_id = new.process_id and p.organisation_id = new.id));
    return null;
end $$;
create trigger indexed after update on organisation for each row
    when (new.search_text is distinct from old.search_text) execute function kernel.index_organisation();

-- Whether what was typed stands where the public may see it: in the title of a published card, or in the names of the donors
-- and implementers on it. What a description says must not be found out by looking for it.
grant select (process_id, action_id, role) on action_party to concert_search;
grant select (process_id, action_id, handling, claim, kept) on action_facet to concert_search;
create policy search on action_facet for select to concert_search using (true);
create function search.on_card(action uuid, title text, typed text[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from action_facet f
            where f.process_id = nullif(current_setting('app.process', true), '')::uuid and f.action_id = action
            and f.handling = 'public' and f.claim = 'confirmed' and f.kept)
        and not exists (select from unnest(typed) t where strpos(' ' || title, ' ' || t) = 0
            and not exists (select from action_party p
                join organisation o on o.process_id = p.process_id and o.id = p.organisation_id
                where p.process_id = nullif(current_setting('app.process', true), '')::uuid and p.action_id = action and p.role in ('funding', 'implementing')
                    and strpos(' ' || o.search_text, ' ' || t) > 0))
$$;
select kernel.hand_to_search('search.on_card(uuid, text, text[])'::regprocedure);

-- Actions for a folded query (kernel::fold), best first: titles that begin with it (4), that hold it as it stands (3), that
-- hold all its words (2), all words anywhere, organisations included (1), each by its beginning; where that finds few, the
-- same with words that are spelt alike (below 1). The order is total: rank, then id.
drop function search.actions(text, integer);
create function search.actions(q text, most integer) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = public, pg_temp set plan_cache_mode = force_custom_plan
set work_mem = '16MB' rows 500 as $$
declare
    own uuid := nullif(current_setting('app.process', true), '')::uuid;
    -- more words than anybody types make the search slow and find nothing more
    typed text[] := (kernel.search_words(left(q, 1000)))[1:16];
    exact tsquery;
    loose tsquery;
    one text;
    alike text[];
    found integer;
    -- the public side of a process sees cards alone
    cards boolean := current_setting('app.levels', true) = 'public';
begin
    if own is null or cardinality(typed) = 0 then return; end if;
    select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into exact from unnest(typed) w;
    return query
        select s.action_id, s.rank from (
            select w.action_id, (case when starts_with(w.title, q) then 4 when strpos(w.title, ' ' || q) > 0 then 3
                when not exists (select from unnest(typed) t where strpos(' ' || w.title, ' ' || t) = 0) then 2 else 1 end
                -- of a short title the words are more
                + 0.99 * length(q) / greatest(length(w.title), length(q)))::real as rank
            from action_words w where w.words @@ exact and w.process_id = own
                and case when cards then search.on_card(w.action_id, w.title, typed) else true end) s
        order by s.rank desc, s.action_id limit most;
    get diagnostics found = row_count;
    if found >= least(most, 20) then return; end if;

    foreach one in array typed loop
        alike := array[one];
        if length(one) >= 4 and one !~ '[0-9]' then
            select array_agg(x.word) into alike from (
                select s.word from search_word s where s.process_id = own and s.word % one
                group by s.word order by similarity(s.word, one) desc, s.word limit 6) x;
            alike := array_append(alike, one);
        end if;
        loose := coalesce(loose && (select string_agg(quote_literal(w) || ':*', ' | ')::tsquery from unnest(alike) w),
            (select string_agg(quote_literal(w) || ':*', ' | ')::tsquery from unnest(alike) w));
    end loop;
    if loose is null or loose = exact then return; end if;
    return query
        select s.action_id, s.rank from (
            select w.action_id, least(0.99, word_similarity(q, w.title))::real as rank
            from action_words w where w.words @@ loose and not w.words @@ exact and w.process_id = own
                and case when cards then word_similarity(q, w.title) >= 0.5 and search.on_card(w.action_id, w.title, '{}')
                    else true end
            limit 5000) s
        order by s.rank desc, s.action_id limit most - found;
end $$;
select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);

revoke all on function kernel.search_words(text), kernel.index_actions(uuid[]), kernel.index_changed_actions(),
    kernel.index_organisation() from public;
grant execute on function kernel.search_words(text) to concert_app, concert_search, concert_maintenance;
grant execute on function kernel.index_actions(uuid[]), kernel.index_changed_actions(), kernel.index_organisation() to concert_app;
