-- What follows from actions that a transaction writes is found by their keys one by one. Compared with a list of keys, actions are read
-- through an index that begins with the process and has the key last: it holds a plan made while the table was small for as good as the
-- key itself, and goes through the whole process each time.

-- Words are told apart by their bytes: the order of a language tells no others apart and takes several times as long.
alter table search_word alter column word type text collate "C";

-- As 0460 has it.
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
        from unnest(p_ids) g (id)
            cross join lateral (select x.* from action x where x.process_id = own and x.id = g.id offset 0) a
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
            (select string_agg(o.search_text, ' ')
                from (select a.reporting_id as id
                        union select p.organisation_id from action_party p where p.process_id = own and p.action_id = a.id) i
                    cross join lateral (select x.search_text from organisation x where x.process_id = own and x.id = i.id offset 0) o))))
        from unnest(p_ids) g (id)
            cross join lateral (select x.* from action x where x.process_id = own and x.id = g.id offset 0) a
        on conflict (process_id, action_id) do update set title = excluded.title, merged_into_id = excluded.merged_into_id,
                words = excluded.words
            where (w.title, w.merged_into_id, w.words) is distinct from (excluded.title, excluded.merged_into_id, excluded.words);
    insert into search_word (process_id, word)
        select own, n.word
        from (select distinct u.word collate "C" as word
            from unnest(p_ids) g (id)
                cross join lateral (select x.words from action_words x where x.process_id = own and x.action_id = g.id offset 0) w
                cross join lateral unnest(tsvector_to_array(w.words)) u (word)
            -- a number is not misspelt but another number
            where length(u.word) between 4 and 40 and u.word !~ '[0-9]') n
        where not exists (select from search_word s where s.process_id = own and s.word = n.word);
end $$;

-- As 0400 has it. Those that the same transaction has written already are left out before anything is written.
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
    ids := array(select x.id from unnest(ids) g (id)
        cross join lateral (select a.id from action a
            where a.process_id = kernel.process_id() and a.id = g.id and a.changed <> own offset 0) x);
    if ids <> '{}' then
        update action a set version = a.version where a.process_id = kernel.process_id() and a.id = any (ids);
    end if;
    return null;
end $$;
