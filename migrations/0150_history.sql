-- The history of an action in the reader's sight, the latest first: one text for its page and for the file of it.

create function kernel.action_history(of_action uuid, most integer, today date) returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('id', h.id, 'at', h.at, 'event', h.event, 'changes', h.changes,
            'why', h.why, 'by', kernel.person(h.by_membership_id, today),
            'for_name', f.name, 'suggested_by', kernel.person(s.by_membership_id, today)) order by h.at desc, h.id desc), '[]')
        from (select x.* from history x where x.process_id = kernel.process_id() and x.subject_kind = 'action'
            and x.subject_id = of_action order by x.at desc, x.id desc limit most) h
        left join membership hm on hm.process_id = h.process_id and hm.id = h.by_membership_id
        left join organisation f on f.process_id = h.process_id and f.id = h.for_organisation_id
            and h.for_organisation_id is distinct from hm.organisation_id
        left join visible_suggestion s on s.process_id = h.process_id and s.id = (h.changes -> 'suggestion' -> 'to' ->> 0)::uuid
$$;
revoke all on function kernel.action_history(uuid, integer, date) from public;
grant execute on function kernel.action_history(uuid, integer, date) to concert_app;
