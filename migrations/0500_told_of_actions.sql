-- What histories tell of other actions: they keep the id of an action and not its title, which is told as it is now to those alone
-- who see the action.

-- The title of the action whose id this is: empty where the reader does not see it, null where it is no id.
create function kernel.told_action(p_value text) returns text language sql stable as $$
    select case when p_value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then coalesce((select a.title from visible_action a
        where a.process_id = kernel.process_id()
            and a.id = case when p_value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_value::uuid end), '') end
$$;

-- The changes of an entry with the actions of one field by their titles, an empty text for each that the reader does not see. What an
-- action is part of may be words instead (`words:…`); words without that mark were written before there was one.
create function kernel.told_changes(p_changes jsonb, p_field text) returns jsonb language sql stable as $$
    select case when p_changes ? p_field then p_changes || jsonb_build_object(p_field, (
            select jsonb_object_agg(e.key, (
                select coalesce(jsonb_agg(coalesce(kernel.told_action(v.said), case when p_field <> 'parent' then ''
                    when v.said like 'words:%' then substr(v.said, 7) else v.said end) order by v.place), '[]')
                from jsonb_array_elements_text(e.value) with ordinality v (said, place)))
            from jsonb_each(p_changes -> p_field) e))
        else p_changes end
$$;

-- Whether the reader sees the action that an entry about a part of a plan says was linked to it or taken off; true of all others.
create function kernel.told_of_seen(p_changes jsonb) returns boolean language sql stable as $$
    select not p_changes ? 'action' or exists (
        select from jsonb_array_elements_text((p_changes #> '{action,from}') || (p_changes #> '{action,to}')) v (said)
        where kernel.told_action(v.said) <> '')
$$;

revoke all on function kernel.told_action(text), kernel.told_changes(jsonb, text), kernel.told_of_seen(jsonb) from public;
grant execute on function kernel.told_action(text), kernel.told_changes(jsonb, text), kernel.told_of_seen(jsonb) to concert_app;

-- As 0150 has it, but for what the action was and is part of.
create or replace function kernel.action_history(of_action uuid, most integer, today date) returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'at', h.at, 'event', h.event,
            'changes', kernel.told_changes(h.changes, 'parent'), 'why', h.why, 'by', kernel.person(h.by_membership_id, today),
            'for_name', f.name, 'suggested_by', kernel.person(s.by_membership_id, today)) order by h.at desc, h.id desc), '[]')
        from (select x.* from history x where x.process_id = kernel.process_id() and x.subject_kind = 'action'
            and x.subject_id = of_action order by x.at desc, x.id desc limit most) h
        left join membership hm on hm.process_id = h.process_id and hm.id = h.by_membership_id
        left join organisation f on f.process_id = h.process_id and f.id = h.for_organisation_id
            and h.for_organisation_id is distinct from hm.organisation_id
        left join visible_suggestion s on s.process_id = h.process_id and s.id = (h.changes -> 'suggestion' -> 'to' ->> 0)::uuid
$$;
