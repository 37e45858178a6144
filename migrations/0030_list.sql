-- The list of actions: its ways of sorting, and a search that stays fast at 100,000 actions.

-- Sorting. What is not stated stands last in both directions, so each nullable column has an index a direction, by the
-- very expression that the list sorts by; the id makes the order total for keyset pages. (NULLS LAST would not do:
-- the comparison that a keyset page starts from knows no nulls.)
drop index action_by_start;
create index action_start_up on action (process_id, coalesce(starts_on, 'infinity'::date), id);
create index action_start_down on action (process_id, coalesce(starts_on, '-infinity'::date), id);
create index action_end_up on action (process_id, coalesce(ends_on, 'infinity'::date), id);
create index action_end_down on action (process_id, coalesce(ends_on, '-infinity'::date), id);
create index action_confirmed_up on action (process_id, coalesce(last_confirmed_at, 'infinity'::timestamptz), id);
create index action_confirmed_down on action (process_id, coalesce(last_confirmed_at, '-infinity'::timestamptz), id);

-- Under row-level security an index serves only comparisons that are leakproof; those of numeric are not, those of
-- double precision are. For the order alone: what is shown and added up is stated_total.
drop index action_by_total;
alter table action add column total_order double precision generated always as (stated_total::double precision) stored;
create index action_total_up on action (process_id, coalesce(total_order, 'Infinity'::double precision), id);
create index action_total_down on action (process_id, coalesce(total_order, '-Infinity'::double precision), id);
create view visible_total with (security_invoker = true) as
select process_id, id, total_order from action where (select current_setting('app.money', true) = 'on');
grant select on visible_total to concert_app;

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
    foreach t in array array['action_words', 'search_word'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
        execute format('grant select on %I to concert_search', t);
        execute format('create policy search on %I for select to concert_search using (true)', t);
    end loop;
end $$;

-- The words of folded texts. A word too long for an index is none that anybody looks for.
create function kernel.search_words(p_text text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct w order by w), '{}') from unnest(string_to_array(p_text, ' ')) w
        where length(w) between 1 and 80
$$;

-- Makes the rows of these actions anew, and adds the words that are new in the process.
create function kernel.index_actions(p_ids uuid[]) returns void language plpgsql as $$
declare own uuid := kernel.process_id();
begin
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
    if new.search_text is distinct from old.search_text then
        perform kernel.index_actions(array(
            select a.id from action a where a.process_id = new.process_id and a.reporting_id = new.id
            union select p.action_id from action_party p where p.process_id = new.process_id and p.organisation_id = new.id));
    end if;
    return null;
end $$;
create trigger indexed after update on organisation for each row execute function kernel.index_organisation();

drop index action_search_title, action_search_text;

-- Actions for a folded query (kernel::fold), best first: the words as they stand in a title (3), all of them in the title
-- (2), all of them anywhere, organisations included (1), each by its beginning; where that finds few, the same with words
-- that are spelt alike (below 1). The order is total: rank, then id.
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
begin
    if own is null or cardinality(typed) = 0 then return; end if;
    select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into exact from unnest(typed) w;
    return query
        select s.action_id, s.rank from (
            select w.action_id, (case when strpos(w.title, q) > 0 then 3
                when not exists (select from unnest(typed) t where strpos(' ' || w.title, ' ' || t) = 0) then 2 else 1 end)::real as rank
            from action_words w where w.words @@ exact and w.process_id = own) s
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
            limit 5000) s
        order by s.rank desc, s.action_id limit most - found;
end $$;
select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);

revoke all on function kernel.search_words(text), kernel.index_actions(uuid[]), kernel.index_changed_actions(),
    kernel.index_organisation() from public;
grant execute on function kernel.search_words(text) to concert_app, concert_search, concert_maintenance;
grant execute on function kernel.index_actions(uuid[]), kernel.index_changed_actions(), kernel.index_organisation() to concert_app;
