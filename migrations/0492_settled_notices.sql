-- What a notice asks is done: answered, withdrawn, or done by another of those who were asked. It says so, is not unread any more, and
-- no longer keeps the same from being asked anew: its dedupe_key is its own from then on.
alter table notice add column settled_at timestamptz;

-- What was answered before. Row-level security holds for the schema's owner as well, who therefore goes through the processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        update notice n set settled_at = x.at, read_at = coalesce(n.read_at, x.at), dedupe_key = left(n.dedupe_key, 163) || ':' || n.id
            from (select 'access_request' as kind, 'notices-access-asked' as key, r.id, coalesce(r.decided_at, now()) as at
                    from access_request r where r.process_id = p.id and r.state <> 'open'
                union all select 'membership', 'notices-member-proposed', m.id, now()
                    from membership m where m.process_id = p.id and m.state <> 'proposed'
                union all select 'organisation_proposal', 'notices-organisation-proposed', o.id, coalesce(o.decided_at, now())
                    from organisation_proposal o where o.process_id = p.id and o.state <> 'open'
                union all select 'response', 'need-told-proposed', r.id, now()
                    from response r where r.process_id = p.id and r.state <> 'proposed'
                union all select 'suggestion', 'notices-suggested', g.id, now()
                    from suggestion g where g.process_id = p.id and g.state <> 'open'
                union all select 'action', 'notices-reported', a.id, now()
                    from action a where a.process_id = p.id and a.claim <> 'unconfirmed'
                union all select 'need', 'need-told-drafted', d.id, now()
                    from need d where d.process_id = p.id and d.state <> 'draft'
                union all select 'overlap_case', 'notice-overlap-asked', c.id, now()
                    from overlap_case c where c.process_id = p.id and c.decision is not null) x
            where n.process_id = p.id and n.subject_kind = x.kind and n.key = x.key and n.subject_id = x.id;
    end loop;
    perform set_config('app.process', '', true);
end $$;
