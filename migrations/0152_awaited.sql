-- What somebody is waited for, in plans and decisions: positions, votes, answers to remarks, and the next step of a plan.
-- Whose it is to give is asked by the application, row by row; there are few rows.
create function kernel.awaited(today date) returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(to_jsonb(w) order by w.due_on nulls last, w.title, w.id), '[]') from (
        select 'position' as what, a.id, p.id as of, p.title || ': ' || coalesce(b.name, o.name) as title, c.deadline as due_on,
            a.beneficiary_id as beneficiary, a.organisation_id as organisation, null::uuid as pillar, null::bigint as n
        from visible_consultation c join visible_plan p on p.process_id = c.process_id and p.id = c.plan_id
            join asked_party a on a.process_id = c.process_id and a.consultation_id = c.id
            left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
            left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
        where c.process_id = kernel.process_id() and c.closed_at is null
            and not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null)
        union all
        select 'vote', s.id, d.id, d.title || ': ' || s.label, d.deadline, s.beneficiary_id, s.organisation_id, null, null
        from visible_decision d join board_seat s on s.process_id = d.process_id and s.decision_id = d.id
        where d.process_id = kernel.process_id() and d.state = 'open' and d.procedure <> 'meeting' and d.deadline >= today
            and not exists (select from board_vote v where v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null)
        union all
        select 'record', d.id, d.id, d.title, coalesce(d.deadline, d.meeting_on), null, null, null, null
        from visible_decision d
        where d.process_id = kernel.process_id() and d.state = 'open' and (coalesce(d.deadline, d.meeting_on) < today
            or not exists (select from board_seat s where s.process_id = d.process_id and s.decision_id = d.id
                and not exists (select from board_vote v where v.process_id = s.process_id and v.seat_id = s.id and v.replaced_at is null)))
        union all
        select 'open', d.id, d.id, d.title, d.meeting_on, null, null, null, null
        from visible_decision d where d.process_id = kernel.process_id() and d.state = 'prepared'
        union all
        select 'answer', p.id, p.id, p.title, c.deadline, null, null, p.pillar_id, x.n
        from visible_consultation c join visible_plan p on p.process_id = c.process_id and p.id = c.plan_id
            cross join lateral (select count(*) as n from plan_remark r where r.process_id = c.process_id and r.consultation_id = c.id
                and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null) x
        where c.process_id = kernel.process_id() and c.closed_at is null and x.n > 0
        union all
        select 'agree', p.id, p.id, p.title, null, null, null, p.pillar_id, null
        from visible_consultation c join visible_plan p on p.process_id = c.process_id and p.id = c.plan_id
        where c.process_id = kernel.process_id() and c.closed_at is null
            and (c.deadline < today or not exists (select from asked_party a where a.process_id = c.process_id and a.consultation_id = c.id
                and not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id and q.replaced_at is null)))
            and not exists (select from plan_remark r where r.process_id = c.process_id and r.consultation_id = c.id
                and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null)
        union all
        select 'adopt', p.id, p.id, p.title, null, null, null, p.pillar_id, null
        from visible_plan p cross join lateral (select d.state from visible_decision d where d.process_id = p.process_id
            and d.subject_kind = 'plan' and d.subject_id = p.id order by d.prepared_at desc limit 1) d
        where p.process_id = kernel.process_id() and p.state = 'agreed' and d.state in ('taken', 'referred_back', 'not_taken')
        limit 200) w
$$;
revoke all on function kernel.awaited(date) from public;
grant execute on function kernel.awaited(date) to concert_app;
