-- What waits for the reader of a home, asked for together: what of plans and decisions, of coordination questions, and of
-- needs. Each is written for its own feature, which says it in words; a home asks all three in one statement.

-- Plans in consultation or agreed, and decisions that are prepared or open, the nearest day first; of each at most so many.
create function kernel.plans_on_the_way(p_most bigint) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('plans', coalesce((select jsonb_agg(to_jsonb(x)) from (
            select p.id, p.title, p.state, p.pillar_id as pillar, c.deadline, coalesce(a.silent, '[]') as silent, coalesce(a.asked, 0) as asked,
                (select count(*) from plan_remark r where r.process_id = p.process_id and r.plan_id = p.id and r.consultation_id is not null
                    and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null and r.handling <> 'restricted') as unanswered,
                exists (select from visible_decision d where d.process_id = p.process_id and d.subject_kind = 'plan' and d.subject_id = p.id
                    and d.state = 'taken') as decided
            from visible_plan p
            left join visible_consultation c on c.process_id = p.process_id and c.plan_id = p.id and c.closed_at is null
            left join lateral (
                select count(*) as asked, jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name),
                    'beneficiary', a.beneficiary_id, 'organisation', a.organisation_id) order by lower(coalesce(b.name, o.name)), a.id)
                    filter (where not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id
                        and q.replaced_at is null)) as silent
                from asked_party a
                left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                where a.process_id = c.process_id and a.consultation_id = c.id) a on true
            where p.process_id = kernel.process_id() and p.state in ('consultation', 'agreed')
            order by c.deadline, p.created_at, p.id limit p_most) x), '[]'),
        'decisions', coalesce((select jsonb_agg(to_jsonb(x)) from (
            select d.id, d.title, d.state, d.procedure, d.meeting_on, d.deadline, d.rule, d.quorum,
                coalesce((select jsonb_agg(jsonb_build_object('id', s.id, 'label', s.label, 'beneficiary', s.beneficiary_id,
                        'organisation', coalesce(o.merged_into_id, s.organisation_id), 'vote', v.vote) order by lower(s.label), s.id)
                    from visible_seat s left join organisation o on o.process_id = s.process_id and o.id = s.organisation_id
                        left join visible_vote v on v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null
                    where s.process_id = d.process_id and s.decision_id = d.id), '[]') as seats
            from visible_decision d where d.process_id = kernel.process_id() and d.state in ('prepared', 'open')
            order by coalesce(d.deadline, d.meeting_on), d.prepared_at, d.id limit p_most) x), '[]'));
end $$;

-- Coordination questions that are open, as the reader sees them: in charge of, with the nearest day; escalated; taken up by
-- nobody; those of them that are of the reader's own.
create function kernel.overlaps_waiting() returns jsonb language plpgsql stable as $$
begin
    return (select to_jsonb(w) from (
        with me as materialized (select m.id from membership m where m.process_id = kernel.process_id() and m.account_id = kernel.account_id()),
                    mine as materialized (select nullif(current_setting('app.audience', true), '')::uuid[] as ids)
                select count(*) filter (where c.owner_id in (select id from me)) as in_charge,
                    min(c.due_on) filter (where c.owner_id in (select id from me)) as due,
                    count(*) filter (where c.escalated_at is not null) as escalated,
                    count(*) filter (where c.state = 'open') as nobody,
                    count(*) filter (where c.state = 'open' and (c.organisations && mine.ids or c.beneficiaries && mine.ids)) as mine
                from visible_overlap_case c, mine where c.process_id = kernel.process_id() and c.state in ('open', 'working', 'decided')) w);
end $$;

-- Needs: drafts and what is not covered of these beneficiaries, responses they have not answered, what is not judged, what
-- nothing is known to answer.
create function kernel.needs_waiting(p_own uuid[], p_listed bigint, p_today date) returns jsonb language plpgsql stable as $$
begin
    return (
        with n as materialized (
                    select x.id, x.process_id, x.beneficiary_id, x.state, x.title, c.closed_at is null as open, p.pillar_id, j.coverage,
                        (select max(r.answered_at) from visible_response r where r.process_id = x.process_id and r.need_id = x.id
                            and r.state = 'confirmed') as answered,
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
                            where n.state = 'submitted' and n.beneficiary_id = any (p_own)
                            order by r.proposed_at limit p_listed) o), '[]'),
                    'unjudged', coalesce((select jsonb_agg(to_jsonb(o)) from (select n.pillar_id as pillar, count(*) as n,
                            exists (select from membership m join membership_pillar mp on mp.process_id = m.process_id and mp.membership_id = m.id
                                where m.process_id = kernel.process_id() and m.role = 'lead' and m.state = 'active' and m.starts_on <= p_today
                                    and coalesce(m.ends_on, p_today) >= p_today and mp.pillar_id = n.pillar_id) as led
                        from n where n.state = 'submitted' and not n.carried_on and n.coverage is null group by 1) o), '[]'),
                    'unanswered', (select count(*) from n where n.state = 'submitted' and not n.carried_on and coalesce(n.coverage, 'not') = 'not'
                        and n.answered is null)));
end $$;

revoke all on function kernel.plans_on_the_way(bigint), kernel.overlaps_waiting(), kernel.needs_waiting(uuid[], bigint, date) from public;
grant execute on function kernel.plans_on_the_way(bigint), kernel.overlaps_waiting(), kernel.needs_waiting(uuid[], bigint, date) to concert_app;
