-- Text search. Under row-level security PostgreSQL may not use an index for operators that are not leakproof,
-- so these functions, owned by a role nobody holds, search for the transaction's process and return ids only;
-- callers join them back through the views.

grant select (process_id, id, search_title, search_text) on action to concert_search;
grant select (process_id, id, search_text, merged_into_id) on organisation to concert_search;
grant select (process_id, action_id, organisation_id) on action_party to concert_search;
create policy search on action for select to concert_search using (true);
create policy search on organisation for select to concert_search using (true);
create policy search on action_party for select to concert_search using (true);

-- Actions for a folded query (kernel::fold), best first: all words by their beginnings; then, where few were
-- found, titles that read alike (misspellings); then organisations that are parties.
create function search.actions(q text, most integer) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    own uuid := nullif(current_setting('app.process', true), '')::uuid;
    words tsquery;
    n integer;
begin
    if own is null or q = '' then return; end if;
    select to_tsquery('simple', string_agg(quote_literal(w) || ':*', ' & ')) into words
        from unnest(string_to_array(q, ' ')) w where w <> '';

    return query
        select a.id, (1 + case when a.search_title like '%' || q || '%' then 1 else 0 end)::real
        from action a
        where to_tsvector('simple', a.search_text) @@ words and a.process_id = own
        order by 2 desc limit most;
    get diagnostics n = row_count;

    if n < 20 then
        return query
            select a.id, word_similarity(q, a.search_title)
            from action a
            where q <% a.search_title and a.process_id = own and not to_tsvector('simple', a.search_text) @@ words
            order by 2 desc limit most - n;
    end if;

    return query
        select distinct p.action_id, 0.5::real
        from organisation o join action_party p on p.process_id = o.process_id and p.organisation_id = o.id
        where o.process_id = own and o.merged_into_id is null and length(q) > 1
            and (' ' || o.search_text || ' ') like '% ' || q || '%'
        limit most;
end $$;

-- Organisations for a folded query, best first.
create function search.organisations(q text, most integer) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare own uuid := nullif(current_setting('app.process', true), '')::uuid;
begin
    if own is null or q = '' then return; end if;
    return query
        select o.id, greatest(word_similarity(q, o.search_text), case when (' ' || o.search_text) like '% ' || q || '%' then 1 else 0 end)::real
        from organisation o
        where o.process_id = own and (q <% o.search_text or o.search_text like '%' || q || '%')
        order by 2 desc limit most;
end $$;

select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);
select kernel.hand_to_search('search.organisations(text, integer)'::regprocedure);
