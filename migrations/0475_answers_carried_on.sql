-- As 0375 has it; what answers a need goes on with it into a later cycle, and is waited for there alone.
create or replace function kernel.needs_waiting(p_own uuid[], p_listed bigint, p_today date) returns jsonb language plpgsql stable as $$
begin
    return (
        with n as materialized (
                    select x.id, x.process_id, x.beneficiary_id, x.state, x.title, c.closed_at is null as open, p.pillar_id, j.coverage,
                        exists (select from visible_need later where later.process_id = x.process_id and later.copied_from_id = x.id
                            and later.state = 'submitted') as carried_on
                    from visible_need x
                    join mapping_cycle c on c.process_id = x.process_id and c.id = x.cycle_id
                    left join plan_node k on k.process_id = x.process_id and k.id = x.plan_node_id
                    left join plan p on p.process_id = k.process_id and p.id = k.plan_id
                    left join lateral (select y.coverage from need_judgement y
                        where y.process_id = x.process_id and y.need_id = x.id order by y.at desc, y.id desc limit 1) j on true
                    where x.process_id = kernel.process_id() and x.state <> 'withdrawn')
                select jsonb_build_object(
                    'own', coalesce((select jsonb_agg(to_jsonb(o)) from (select n.beneficiary_id as beneficiary,
                            count(*) filter (where n.state = 'draft' and n.open) as drafts,
                            count(*) filter (where n.state = 'submitted' and not n.carried_on) as submitted,
                            count(*) filter (where n.state = 'submitted' and not n.carried_on and coalesce(n.coverage, 'not') = 'not') as uncovered
                        from n where n.beneficiary_id = any (p_own) group by 1) o), '[]'),
                    'proposals', coalesce((select jsonb_agg(jsonb_build_object('response', o.id, 'need', o.need_id, 'title', o.title,
                            'action', o.action, 'beneficiary', o.beneficiary_id) order by o.proposed_at)
                        from (select r.id, r.need_id, n.title, a.title as action, n.beneficiary_id, r.proposed_at
                            from n join visible_response r on r.process_id = n.process_id and r.need_id = n.id and r.state = 'proposed'
                            join visible_action a on a.process_id = r.process_id and a.id = r.action_id
                            where n.state = 'submitted' and not n.carried_on and n.beneficiary_id = any (p_own)
                            order by r.proposed_at limit p_listed) o), '[]'),
                    'unjudged', coalesce((select jsonb_agg(to_jsonb(o)) from (select n.pillar_id as pillar, count(*) as n,
                            exists (select from membership m join membership_pillar mp on mp.process_id = m.process_id and mp.membership_id = m.id
                                where m.process_id = kernel.process_id() and m.role = 'lead' and m.state = 'active' and m.starts_on <= p_today
                                    and coalesce(m.ends_on, p_today) >= p_today and mp.pillar_id = n.pillar_id) as led
                        from n where n.state = 'submitted' and not n.carried_on and n.coverage is null group by 1) o), '[]'),
                    'unanswered', (select count(*) from n where n.state = 'submitted' and not n.carried_on and coalesce(n.coverage, 'not') = 'not'
                        and not exists (select from visible_response r where r.process_id = n.process_id and r.need_id = n.id
                            and r.state = 'confirmed' and r.answered_at is not null))));
end $$;

drop function kernel.keepers_of_hidden(uuid[]);
