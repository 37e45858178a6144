-- What is derived from an action and its links is made once for all that a transaction writes of it, and by plans that stay good
-- while its tables grow: an import writes thousands of actions before anybody can count them anew.

-- A new action has no links: they refer to it. As 0007 has it, with each kind of link read once. Without sequential scans: the
-- plans are kept for the session, and a table that was small when they were made need not stay so.
create or replace function kernel.derive_action() returns trigger language plpgsql set enable_seqscan = off as $$
declare
    parties uuid[] := '{}';
    roles text[] := '{}';
    beneficiaries uuid[] := '{}';
    pillars uuid[] := '{}';
    themed boolean := false;
begin
    if tg_op = 'UPDATE' then
        select coalesce(array_agg(p.organisation_id), '{}'), coalesce(array_agg(p.role), '{}') into parties, roles
            from action_party p where p.process_id = new.process_id and p.action_id = new.id;
        beneficiaries := array(select b.beneficiary_id from action_beneficiary b where b.process_id = new.process_id and b.action_id = new.id);
        pillars := array(select l.pillar_id from action_pillar l where l.process_id = new.process_id and l.action_id = new.id);
        themed := exists (select from action_theme t where t.process_id = new.process_id and t.action_id = new.id);
    end if;
    if new.handling = 'restricted' then
        new.audience := array(select new.reporting_id union
            select d.organisation_id from action_disclosure d where d.process_id = new.process_id and d.action_id = new.id);
    else
        new.audience := array(select distinct x from unnest(new.reporting_id || parties || beneficiaries || pillars) x order by x);
    end if;
    new.missing := array_remove(array[
        case when pillars = '{}' then 'pillars' end,
        case when beneficiaries = '{}' then 'beneficiaries' end,
        case when not themed then 'themes' end,
        case when 'funding' <> all (roles) then 'funding' end,
        case when 'implementing' <> all (roles) then 'implementing' end,
        case when new.status is null then 'status' end,
        case when coalesce(new.actual_start, new.planned_start) is null then 'start' end,
        case when coalesce(new.actual_end, new.planned_end) is null then 'end' end,
        case when new.stated_total is null then 'stated_total' end,
        case when new.description = '' then 'description' end], null);
    return new;
end $$;

-- Who writes all links of many actions lets what follows from them wait, until kernel.links_stand does it for all at once. Nothing
-- waits for longer than the transaction.
create function kernel.links_wait() returns void language sql volatile as $$
    select set_config('app.links_wait', 'on', true)
$$;
create function kernel.links_stand(p_ids uuid[]) returns void language plpgsql volatile set enable_seqscan = off as $$
begin
    perform set_config('app.links_wait', '', true);
    update action a set version = a.version where a.process_id = kernel.process_id() and a.id = any (p_ids);
end $$;
revoke all on function kernel.links_wait(), kernel.links_stand(uuid[]) from public;
grant execute on function kernel.links_wait(), kernel.links_stand(uuid[]) to concert_app;

-- As 0007 has it; nothing follows from links that were not written. Actions are looked up by their keys, however many there are.
create or replace function kernel.touch_actions() returns trigger language plpgsql set enable_seqscan = off as $$
begin
    if current_setting('app.links_wait', true) = 'on' or not exists (select from changed) then return null; end if;
    update action a set version = a.version
        where a.process_id = kernel.process_id() and a.id = any (array(select c.action_id from changed c));
    return null;
end $$;

-- As 0310 has it. What the same transaction has written of an action already is read on by whoever counts, with its money.
create or replace function kernel.touch_paid_actions() returns trigger language plpgsql set enable_seqscan = off as $$
declare
    own bigint := pg_current_xact_id()::text::bigint;
    ids uuid[];
begin
    if tg_op = 'DELETE' then
        ids := array(select distinct g.action_id from gone g);
    elsif tg_op = 'UPDATE' then
        -- one that moves to another action changes both
        ids := array(select c.action_id from changed c union select g.action_id from gone g);
    else
        ids := array(select distinct c.action_id from changed c);
    end if;
    update action a set version = a.version where a.process_id = kernel.process_id() and a.id = any (ids) and a.changed <> own;
    return null;
end $$;

-- As 0030 has it, in the order of bytes: what is made of it has an order of its own, and that of a language takes ten times as long.
create or replace function kernel.search_words(p_text text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct w collate "C" order by w collate "C"), '{}') from unnest(string_to_array(p_text, ' ')) w
        where length(w) between 1 and 80
$$;

-- As 0030 has it, but for its plans; what stands is not written again, and organisations are looked up by their keys.
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
    insert into action_words as w (process_id, action_id, title, words)
        select own, a.id, a.search_title, array_to_tsvector(kernel.search_words(concat_ws(' ', a.search_title, a.search_text,
            (select string_agg(o.search_text, ' ') from organisation o where o.process_id = own and o.id = any (array(
                select a.reporting_id union select p.organisation_id from action_party p where p.process_id = own and p.action_id = a.id))))))
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
create or replace function kernel.index_changed_actions() returns trigger language plpgsql as $$
begin
    if current_setting('app.links_wait', true) = 'on' or not exists (select from changed) then return null; end if;
    perform kernel.index_actions(array(select id from changed where process_id = kernel.process_id()));
    return null;
end $$;

-- As 0220 has it, without holding each changed action against each other one.
create or replace function kernel.concern_cases_of_actions() returns trigger language plpgsql as $$
declare cases uuid[];
begin
    cases := array(select distinct ca.case_id
        from (select n.process_id, n.id, n.audience, n.handling, n.claim from changed n
            except select o.process_id, o.id, o.audience, o.handling, o.claim from before o) m
        join overlap_case_action ca on ca.process_id = m.process_id and ca.action_id = m.id);
    if cases <> '{}' then perform kernel.concern_overlap_cases(cases); end if;
    return null;
end $$;

-- As 0082 has them, planned once a session and not once a row.
create or replace function kernel.is_part_of(p_kind text, p_part uuid, p_whole uuid) returns boolean
language plpgsql volatile set enable_seqscan = off as $$
begin
    if p_kind not in ('action', 'organisation') then raise exception 'nothing of this kind has parts'; end if;
    perform kernel.lock_parts(p_kind, kernel.process_id());
    if p_kind = 'action' then
        return (with recursive up (id) as (select p_part
                union select x.parent_id from public.action x join up on x.id = up.id
                    where x.process_id = kernel.process_id() and x.parent_id is not null)
            select exists (select from up where up.id = p_whole));
    end if;
    return (with recursive up (id) as (select p_part
            union select x.parent_id from public.organisation x join up on x.id = up.id
                where x.process_id = kernel.process_id() and x.parent_id is not null)
        select exists (select from up where up.id = p_whole));
end $$;
create or replace function kernel.no_ring() returns trigger language plpgsql set enable_seqscan = off as $$
declare ring boolean;
begin
    perform kernel.lock_parts(tg_table_name, new.process_id);
    if tg_table_name = 'action' then
        ring := (with recursive up (id) as (
                select x.parent_id from public.action x where x.process_id = new.process_id and x.id = new.id and x.parent_id is not null
                union select x.parent_id from public.action x join up on x.id = up.id
                    where x.process_id = new.process_id and x.parent_id is not null)
            select exists (select from up where up.id = new.id));
    else
        ring := (with recursive up (id) as (
                select x.parent_id from public.organisation x where x.process_id = new.process_id and x.id = new.id and x.parent_id is not null
                union select x.parent_id from public.organisation x join up on x.id = up.id
                    where x.process_id = new.process_id and x.parent_id is not null)
            select exists (select from up where up.id = new.id));
    end if;
    if ring then
        raise exception '% cannot be a part of its own part', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_no_ring';
    end if;
    return null;
end $$;
