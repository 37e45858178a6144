-- An action into which another entry was merged is found by words of which some stand in the one and some in the other: whoever knew both
-- has words of both in mind. As in 0460 the words stay with their entries, so that nothing has to be told of levels: a word counts where it
-- stands in the one that stands for the others, or in one that gave way and that the searcher may see in that moment. Whether the one that
-- stands may be seen is asked by whoever searches, as ever; on the public side each word has to stand on a card.

-- Those that stand for others and hold every word together with one of these. Words of three entries are not put together.
create function search.mixed(sought tsquery, typed text[]) returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp
set jit = off rows 10 as $$
declare
    own uuid := nullif(current_setting('app.process', true), '')::uuid;
    cards boolean := current_setting('app.levels', true) = 'public';
    some_of tsquery;
begin
    select string_agg(quote_literal(t) || ':*', ' | ')::tsquery into some_of from unnest(typed) t;
    return query
        with recursive up (id, into_id, gone) as (
            select w.action_id, w.merged_into_id, w.action_id from action_words w
                where w.words @@ some_of and w.merged_into_id is not null and w.process_id = own
            union
            select x.action_id, x.merged_into_id, up.gone from up cross join lateral (
                select n.action_id, n.merged_into_id from action_words n
                    where n.process_id = own and n.action_id = up.into_id offset 0) x),
        -- few are left, of which it is asked who may see them
        pair as materialized (
            select x.action_id as id, x.title, g.action_id as gone, g.title as gone_title from up
                join action_words x on x.process_id = own and x.action_id = up.id
                join action_words g on g.process_id = own and g.action_id = up.gone
            where up.into_id is null and (x.words || g.words) @@ sought)
        select distinct p.id from pair p
            where exists (select from visible_facet f where f.process_id = own and f.action_id = p.gone offset 0)
                and case when cards then search.on_card(p.id, '', '{}') and search.on_card(p.gone, '', '{}')
                    and not exists (select from unnest(typed) t where not search.on_card(p.id, p.title, array[t])
                        and not search.on_card(p.gone, p.gone_title, array[t])) else true end;
end $$;
select kernel.hand_to_search('search.mixed(tsquery, text[])'::regprocedure);

-- As 0460 has it, and what is found by words of both comes after what is found by one.
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
    -- what stands for others that are found, and the titles of those
    standing uuid[];
    titles text[];
    -- what holds every word only together with one of those
    mixed uuid[] := '{}';
    -- the public side of a process sees cards alone
    cards boolean := current_setting('app.levels', true) = 'public';
begin
    if own is null or cardinality(typed) = 0 then return; end if;
    select string_agg(quote_literal(w) || ':*', ' & ')::tsquery into exact from unnest(typed) w;
    select coalesce(array_agg(s.id), '{}'),
            coalesce(array_agg((select t.title from action_words t where t.process_id = own and t.action_id = s.gone)), '{}')
        into standing, titles from search.standing_for(exact, typed) s;
    return query
        with s as materialized (
            select w.action_id, (case when starts_with(w.title, q) then 4 when strpos(w.title, ' ' || q) > 0 then 3
                when not exists (select from unnest(typed) t where strpos(' ' || w.title, ' ' || t) = 0) then 2 else 1 end
                -- of a short title the words are more
                + 0.99 * length(q) / greatest(length(w.title), length(q)))::real as rank
            from (select f.action_id, f.title from action_words f where f.words @@ exact and f.merged_into_id is null and f.process_id = own
                    and case when cards then search.on_card(f.action_id, f.title, typed) else true end
                union all select u.id, u.title from unnest(standing, titles) u (id, title)) w)
        -- only these are found by several titles: to put all together would take as long as finding them
        select s.action_id, s.rank from s where s.action_id <> all (standing)
        union all select s.action_id, max(s.rank) from s where s.action_id = any (standing) group by s.action_id
        order by 2 desc, 1 limit most;
    get diagnostics found = row_count;
    -- a word by itself stands in one of them, and was found there
    if found < most and cardinality(typed) > 1 then
        mixed := array(select m.id from search.mixed(exact, typed) m (id) where m.id <> all (standing)
            -- what its own words find was found; on the public side they stand on its card
            and not exists (select from action_words w where w.process_id = own and w.action_id = m.id and w.words @@ exact
                and case when cards then search.on_card(w.action_id, w.title, typed) else true end)
            order by 1 limit most - found);
        -- less than what is found by one of them, and more than what is alike
        return query select m.id, 1::real from unnest(mixed) m (id);
        found := found + cardinality(mixed);
    end if;
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
        select s.action_id, max(s.rank) from (
            select w.action_id, least(0.99, word_similarity(q, w.title))::real as rank
            from ((select f.action_id, f.title from action_words f where f.words @@ loose and not f.words @@ exact and f.merged_into_id is null
                        and f.process_id = own
                        and case when cards then word_similarity(q, f.title) >= 0.5 and search.on_card(f.action_id, f.title, '{}') else true end
                    limit 5000)
                union all select u.id, t.title from search.standing_for(loose && !! exact, '{}') u
                    cross join lateral (select g.title from action_words g where g.process_id = own and g.action_id = u.gone offset 0) t
                    where case when cards then word_similarity(q, t.title) >= 0.5 else true end) w
            -- found above already, by one that gave way
            where w.action_id <> all (standing || mixed)) s
        group by s.action_id order by 2 desc, s.action_id limit most - found;
end $$;
select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);
