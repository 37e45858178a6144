-- A text that the Board has decided on goes back to its draft before its adoption, where a reservation stays open without the
-- statement of its party. The decision stays as it was taken, with its number and its votes; when its text went back stands with it.

alter table board_decision
    add column text_back_at timestamptz,
    add check (text_back_at is null or (state = 'taken' and subject_kind = 'plan' and source_url is null));

create or replace view visible_decision with (security_invoker = true) as
    select * from board_decision where (select kernel.takes_part());

-- As 0130 has it, but for that.
create or replace function kernel.decision_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'prepared' then
            raise exception 'a decision begins prepared' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    -- that is all that is ever added to one that has ended, and once
    if old.state = 'taken' and old.text_back_at is null and new.text_back_at is not null
        and to_jsonb(new) - 'text_back_at' = to_jsonb(old) - 'text_back_at'
    then
        return new;
    end if;
    if old.state in ('taken', 'not_taken', 'referred_back', 'withdrawn') then
        raise exception 'what the Board has decided is not changed' using errcode = 'check_violation';
    end if;
    if new.state <> old.state and not (
        (old.state = 'prepared' and new.state in ('open', 'withdrawn'))
        or (old.state = 'prepared' and new.state = 'taken' and new.source_url is not null)
        or (old.state = 'open' and new.state in ('taken', 'not_taken', 'referred_back', 'withdrawn')))
    then
        raise exception 'a decision does not go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.state = 'open' and (new.subject_kind, new.subject_id, new.subject_label, new.title, new.procedure, new.rule, new.quorum,
            new.opened_at, new.meeting_on, new.meeting_place, new.note, new.source_url, new.source_note, new.prepared_at, new.prepared_by_id)
        is distinct from (old.subject_kind, old.subject_id, old.subject_label, old.title, old.procedure, old.rule, old.quorum,
            old.opened_at, old.meeting_on, old.meeting_place, old.note, old.source_url, old.source_note, old.prepared_at, old.prepared_by_id)
    then
        raise exception 'what was opened for votes is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;

-- As 0302 has it; what the Board has decided on an earlier text says nothing of the one that was agreed since.
create or replace function kernel.plans_on_the_way(p_most bigint) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('plans', coalesce((select jsonb_agg(to_jsonb(x)) from (
            select p.id, p.title, p.state, p.pillar_id as pillar, c.deadline, coalesce(a.silent, '[]') as silent, coalesce(a.asked, 0) as asked,
                (select count(*) from plan_remark r where r.process_id = p.process_id and r.plan_id = p.id and r.consultation_id is not null
                    and r.reply_to_id is null and r.withdrawn_at is null and r.answer is null and r.handling <> 'restricted') as unanswered,
                coalesce(d.state = 'taken', false) as decided,
                case when d.takes then d.id end as decision, coalesce(kernel.unstated(p.id, d.id), '[]') as unstated
            from visible_plan p
            left join visible_consultation c on c.process_id = p.process_id and c.plan_id = p.id and c.closed_at is null
            left join lateral (
                select count(*) as asked, jsonb_agg(jsonb_build_object('asked', a.id, 'name', coalesce(b.name, o.name),
                    'beneficiary', a.beneficiary_id, 'organisation', coalesce(o.merged_into_id, a.organisation_id))
                    order by lower(coalesce(b.name, o.name)), a.id)
                    filter (where not exists (select from party_position q where q.process_id = a.process_id and q.asked_id = a.id
                        and q.replaced_at is null)) as silent
                from asked_party a
                left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                where a.process_id = c.process_id and a.consultation_id = c.id) a on true
            left join lateral (
                select v.id, v.state, v.state not in ('prepared', 'withdrawn') and v.source_url is null as takes
                from visible_decision v where p.state = 'agreed' and v.process_id = p.process_id and v.subject_kind = 'plan'
                    and v.subject_id = p.id order by v.prepared_at desc, v.id desc limit 1) d on true
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
