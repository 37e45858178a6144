-- Titles that histories have kept become the ids of their actions, also where an action has another title now. Of several actions of one
-- title it is the one that stands there; else the one that fewest see. What is the title of none stays: of what an action is part
-- of those are words, and what was linked to a part of a plan is then told to nobody.
-- Row-level security holds for the schema's owner as well, who therefore goes through the processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        with kept as materialized (
            select h.id, h.subject_kind, h.subject_id, g.field, e.key as side, v.place, v.said
            from history h
                cross join lateral (select case h.subject_kind when 'action' then 'parent' else 'action' end as field) g
                cross join lateral jsonb_each(h.changes -> g.field) e
                cross join lateral jsonb_array_elements_text(e.value) with ordinality v (said, place)
            where h.process_id = p.id and h.subject_kind in ('action', 'plan_node')),
        titles as materialized (
            select a.id, a.title, a.handling from action a
                where a.process_id = p.id and a.title in (select k.said from kept k)
            union
            select a.id, v.said, a.handling
                from history h join action a on a.process_id = h.process_id and a.id = h.subject_id
                    cross join lateral jsonb_each(h.changes -> 'title') e
                    cross join lateral jsonb_array_elements_text(e.value) v (said)
                where h.process_id = p.id and h.subject_kind = 'action' and v.said in (select k.said from kept k)),
        found as (
            select distinct on (k.id, k.side, k.place) k.id, k.side, k.place, t.id as action_id
            from kept k join titles t on t.title = k.said
                left join action c on k.subject_kind = 'action' and c.process_id = p.id and c.id = k.subject_id
            -- what stands there in words was written as words, and nothing is part of itself
            where c.parent_text is distinct from k.said and c.id is distinct from t.id
            order by k.id, k.side, k.place,
                (coalesce(c.parent_id = t.id, false) or exists (select from plan_node_action l where k.subject_kind = 'plan_node'
                    and l.process_id = p.id and l.plan_node_id = k.subject_id and l.action_id = t.id)) desc,
                array_position(array['restricted', 'parties', 'members', 'public'], t.handling), t.id),
        sides as (
            select k.id, k.field, k.side, jsonb_agg(coalesce(f.action_id::text, k.said) order by k.place) as said
            from kept k left join found f on f.id = k.id and f.side = k.side and f.place = k.place
            group by k.id, k.field, k.side having count(f.action_id) > 0)
        update history h set changes = jsonb_set(h.changes, array[n.field], (h.changes -> n.field) || n.sides)
            from (select s.id, s.field, jsonb_object_agg(s.side, s.said) as sides from sides s group by s.id, s.field) n
            where h.process_id = p.id and h.id = n.id;
    end loop;
    perform set_config('app.process', '', true);
end $$;
