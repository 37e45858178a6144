-- An action into which another entry was merged is found by the words of that entry, too: its title, what it says, its reference, its
-- organisations. Merging loses nothing, and whoever knows the action by its other name looks for that.
--
-- The words stay with the entry that gave way; they are not written into the row of the one that stands. There they would have to be left
-- out wherever anybody sees the one and not the other, which no level tells: of two entries for their parties alone, the one that stands is
-- seen by its own parties as well, and a level, a party or a disclosure may change on either side at any time. So the search finds the entry
-- that gave way for whoever may see it, asked in the moment of the search, and goes on from it to the one that stands; whether that may be
-- seen is asked by whoever searches, as ever. Nothing follows for the one that stands when a merge is undone.

-- Into which other it was merged; kept with the words, since they are what is searched.
alter table action_words add column merged_into_id uuid;
-- Those that gave way are few: a search looks at them by themselves, which costs nothing where there are none.
create index action_words_merged on action_words using gin (words) where merged_into_id is not null;

-- As 0400 has it, and into which other an action was merged.
create or replace function kernel.index_actions(p_ids uuid[]) returns void language plpgsql set enable_seqscan = off as $$
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
            stated_total = excluded.stated_total, stated_currency = excluded.stated_currency, title_order = excluded.title_order
            where (f.reporting_id, f.parent_id, f.kept, f.handling, f.claim, f.reporter_account_id, f.open_to_support_group, f.audience,
                    f.status, f.pillars, f.beneficiaries, f.themes, f.missing, f.starts_on, f.ends_on, f.last_confirmed_at, f.updated_at,
                    f.stated_total, f.stated_currency, f.title_order)
                is distinct from (excluded.reporting_id, excluded.parent_id, excluded.kept, excluded.handling, excluded.claim,
                    excluded.reporter_account_id, excluded.open_to_support_group, excluded.audience, excluded.status, excluded.pillars,
                    excluded.beneficiaries, excluded.themes, excluded.missing, excluded.starts_on, excluded.ends_on,
                    excluded.last_confirmed_at, excluded.updated_at, excluded.stated_total, excluded.stated_currency, excluded.title_order);
    insert into action_words as w (process_id, action_id, title, merged_into_id, words)
        select own, a.id, a.search_title, a.merged_into_id, array_to_tsvector(kernel.search_words(concat_ws(' ', a.search_title, a.search_text,
            (select string_agg(o.search_text, ' ') from organisation o where o.process_id = own and o.id = any (array(
                select a.reporting_id union select p.organisation_id from action_party p where p.process_id = own and p.action_id = a.id))))))
        from action a where a.process_id = own and a.id = any (p_ids)
        on conflict (process_id, action_id) do update set title = excluded.title, merged_into_id = excluded.merged_into_id,
                words = excluded.words
            where (w.title, w.merged_into_id, w.words) is distinct from (excluded.title, excluded.merged_into_id, excluded.words);
    insert into search_word (process_id, word)
        select own, n.word
        from (select distinct unnest(tsvector_to_array(w.words)) as word from action_words w
            where w.process_id = own and w.action_id = any (p_ids)) n
        -- a number is not misspelt but another number
        where length(n.word) between 4 and 40 and n.word !~ '[0-9]'
            and not exists (select from search_word s where s.process_id = own and s.word = n.word);
end $$;

-- What was merged before. Row-level security holds for the schema's owner as well, who therefore goes through the processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        update action_words w set merged_into_id = a.merged_into_id from action a
            where a.process_id = p.id and a.merged_into_id is not null and w.process_id = p.id and w.action_id = a.id;
    end loop;
    perform set_config('app.process', '', true);
end $$;
-- Until it is counted, the new column is taken for filled in nearly every row, and the search would be planned for that.
analyze action_words;

-- Who may see what gave way is asked of the view that says so for everybody.
grant select on action_facet, visible_facet to concert_search;

-- As 0030 has it, for what gave way as well: it had a card, and its title stood there for everybody to read.
drop function search.on_card(uuid, text, text[]);
create function search.on_card(action uuid, title text, typed text[]) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from action_facet f
            where f.process_id = nullif(current_setting('app.process', true), '')::uuid and f.action_id = action
            and f.handling = 'public' and f.claim = 'confirmed')
        and not exists (select from unnest(typed) t where strpos(' ' || title, ' ' || t) = 0
            and not exists (select from action_party p
                join organisation o on o.process_id = p.process_id and o.id = p.organisation_id
                where p.process_id = nullif(current_setting('app.process', true), '')::uuid and p.action_id = action and p.role in ('funding', 'implementing')
                    and strpos(' ' || o.search_text, ' ' || t) > 0))
$$;
select kernel.hand_to_search('search.on_card(uuid, text, text[])'::regprocedure);

-- The actions that stand for those that gave way and are found, each with the one that gave way. However long the way from one to the next
-- is: each pair is walked once, so that it ends even if it led in a circle. What lies between need not be seen: nothing of it is told.
create function search.standing_for(sought tsquery, typed text[]) returns table (id uuid, gone uuid)
language plpgsql stable security definer set search_path = public, pg_temp
-- a plan that is compiled takes longer to compile than to run
set jit = off rows 10 as $$
declare
    own uuid := nullif(current_setting('app.process', true), '')::uuid;
    cards boolean := current_setting('app.levels', true) = 'public';
begin
    return query
        with recursive up (id, into_id, gone) as (
            select w.action_id, w.merged_into_id, w.action_id from action_words w
                where w.words @@ sought and w.merged_into_id is not null and w.process_id = own
                    -- looked up one by one: they are few, and no statistics say so before the table is counted
                    and exists (select from visible_facet f where f.process_id = own and f.action_id = w.action_id offset 0)
                    and case when cards then search.on_card(w.action_id, w.title, typed) else true end
            union
            select x.action_id, x.merged_into_id, up.gone from up cross join lateral (
                select n.action_id, n.merged_into_id from action_words n
                    where n.process_id = own and n.action_id = up.into_id offset 0) x)
        select up.id, up.gone from up
            where up.into_id is null and case when cards then search.on_card(up.id, '', '{}') else true end;
end $$;
select kernel.hand_to_search('search.standing_for(tsquery, text[])'::regprocedure);

-- As 0030 has it; an entry that was merged into another is found no more itself, and the one that stands is found by whichever of its titles
-- fits best.
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
            where w.action_id <> all (standing)) s
        group by s.action_id order by 2 desc, s.action_id limit most - found;
end $$;
select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);
