-- As 0330 has it. What was merged into another action since a round was opened is asked about no more: neither on the page nor on the home.
create or replace function kernel.rounds_waiting(p_organisations uuid[], p_beneficiaries uuid[], p_pillars uuid[], p_all boolean, p_today date)
returns jsonb language plpgsql stable as $$
begin
    return (
        with r as materialized (select x.process_id, x.id, x.kind, x.title, x.deadline, x.pillar_id from round x
                where x.process_id = kernel.process_id() and x.state = 'open'),
            mine as materialized (
                select r.id as round, r.title, r.kind, r.deadline, a.id as asked, a.handed_in_at, coalesce(b.name, k.name, o.name) as party
                from r join round_asked a on a.process_id = r.process_id and a.round_id = r.id
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                where a.beneficiary_id = any (p_beneficiaries) or coalesce(o.merged_into_id, o.id) = any (p_organisations)),
            reports as materialized (
                select g.process_id, g.id, g.round_id, g.action_id, g.state, g.edition, i.asked_id
                from r join visible_progress_report g on g.process_id = r.process_id and g.round_id = r.id
                    join round_item i on i.process_id = g.process_id and i.id = g.item_id)
        select jsonb_build_object(
            'asked', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select m.round, m.title, m.kind, m.deadline, m.asked, m.party,
                    (select count(*) from visible_round_item i left join action t on t.process_id = i.process_id and t.id = i.action_id
                        where i.process_id = kernel.process_id() and i.asked_id = m.asked and i.state = 'open'
                            and t.merged_into_id is null) as n
                from mine m where m.handed_in_at is null) x), '[]'),
            'returned', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select m.round, m.title, m.deadline, m.asked, m.party, count(*) as n
                from mine m join reports g on g.asked_id = m.asked and g.state in ('correction', 'returned')
                group by 1, 2, 3, 4, 5) x), '[]'),
            'confirm', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select r.id as round, r.title, r.deadline, ab.beneficiary_id as beneficiary, count(*) as n
                from reports g join r on r.id = g.round_id
                    join action_beneficiary ab on ab.process_id = g.process_id and ab.action_id = g.action_id
                        and ab.beneficiary_id = any (p_beneficiaries)
                where g.state in ('reported', 'correction', 'accepted') and not exists (select from progress_confirmation c
                    where c.process_id = g.process_id and c.report_id = g.id and c.beneficiary_id = ab.beneficiary_id and c.edition = g.edition)
                group by 1, 2, 3, 4) x), '[]'),
            'accept', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select r.id as round, r.title, r.deadline, count(*) as n
                from reports g join r on r.id = g.round_id
                where g.state = 'reported' and (p_all or exists (select from action_pillar l where l.process_id = g.process_id
                    and l.action_id = g.action_id and l.pillar_id = any (p_pillars)))
                group by 1, 2, 3) x), '[]'),
            'over', coalesce((select jsonb_agg(jsonb_build_object('round', r.id, 'title', r.title, 'pillar', r.pillar_id) order by r.deadline, r.title)
                from r where r.deadline < p_today), '[]')));
end $$;
