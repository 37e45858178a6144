-- What is looked for by a former name of a beneficiary is found as if it were looked for by its present name, or another of its former
-- ones. The words of an action hold no names of beneficiaries but those that its own texts bear, so that it is what was typed that is put
-- otherwise, in the moment of the search: a former name that is entered or taken back counts at once.

-- Each name of a beneficiary by itself, as kernel::fold has it: the present one, then the former ones.
alter table beneficiary add column search_names text[] not null default '{}';

-- What stands there: a plain spelling of each name is taken where the folded names hold it. Of a single former name that is folded
-- otherwise, it is what follows the present one. Row-level security holds for the schema's owner as well, who therefore goes through the
-- processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        with plain as (
            select b.id, b.search_text, names.present, names.former
            from beneficiary b cross join lateral (
                select trim(regexp_replace(regexp_replace(lower(normalize(b.name, nfkd)), '[\u0300-\u036f]', '', 'g'),
                        '[^a-z0-9]+', ' ', 'g')) as present,
                    array(select trim(regexp_replace(regexp_replace(lower(normalize(n.name, nfkd)), '[\u0300-\u036f]', '', 'g'),
                            '[^a-z0-9]+', ' ', 'g'))
                        from former_name n where n.process_id = p.id and n.beneficiary_id = b.id order by n.until desc) as former) names
            where b.process_id = p.id and names.former <> '{}' and names.present <> ''
                and starts_with(b.search_text || ' ', names.present || ' '))
        update beneficiary b set search_names = array[x.present] || case
                when cardinality(x.former) = 1 then array_remove(array[substr(x.search_text, length(x.present) + 2)], '')
                else array(select f from unnest(x.former) with ordinality u (f, i)
                    where f <> '' and strpos(' ' || x.search_text || ' ', ' ' || f || ' ') > 0 order by i) end
            from plain x where b.process_id = p.id and b.id = x.id;
    end loop;
    perform set_config('app.process', '', true);
end $$;

grant select (process_id, search_names) on beneficiary to concert_search;
create policy search on beneficiary for select to concert_search using (true);

-- What else a folded text can say: with each name of a beneficiary that stands in it whole, each other name of that beneficiary in its
-- place. Not what holds all its words and more, which finds nothing that it does not find itself.
create function search.said_otherwise(q text) returns setof text
language plpgsql stable security definer set search_path = public, pg_temp rows 1 as $$
declare own uuid := nullif(current_setting('app.process', true), '')::uuid;
begin
    return query
        select distinct o.said from beneficiary b
            cross join lateral unnest(b.search_names) n (name)
            cross join lateral unnest(b.search_names) x (name)
            cross join lateral (select trim(replace(' ' || q || ' ', ' ' || n.name || ' ', ' ' || x.name || ' ')) as said) o
        where b.process_id = own and cardinality(b.search_names) > 1 and n.name <> x.name and n.name <> ''
            and strpos(' ' || q || ' ', ' ' || n.name || ' ') > 0
            and not kernel.search_words(o.said) @> kernel.search_words(q)
        order by 1 limit 4;
end $$;
select kernel.hand_to_search('search.said_otherwise(text)'::regprocedure);

-- As 0470 has it, under another name: what holds the words as they were typed.
do $$
begin
    execute replace(pg_get_functiondef('search.actions(text, integer)'::regprocedure),
        'FUNCTION search.actions(', 'FUNCTION search.actions_as_typed(');
end $$;
select kernel.hand_to_search('search.actions_as_typed(text, integer)'::regprocedure);
drop function search.actions(text, integer);

-- As it is typed, and as it can be said otherwise. What only reads alike is not looked for under a name that nobody typed.
create function search.actions(q text, most integer) returns table (id uuid, rank real)
language plpgsql stable security definer set search_path = public, pg_temp rows 500 as $$
declare others text[] := array(select s from search.said_otherwise(left(q, 1000)) s);
begin
    if others = '{}' then
        return query select t.id, t.rank from search.actions_as_typed(q, most) t;
        return;
    end if;
    return query
        select f.id, max(f.rank) from (
            select t.id, t.rank from search.actions_as_typed(q, most) t
            union all select t.id, t.rank from unnest(others) o cross join lateral search.actions_as_typed(o, most) t where t.rank >= 1) f
        group by f.id order by 2 desc, f.id limit most;
end $$;
select kernel.hand_to_search('search.actions(text, integer)'::regprocedure);
