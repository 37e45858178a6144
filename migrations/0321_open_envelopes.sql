-- What open envelopes come to is what is not tied to actions yet: what is tied stands with its actions already. As 0320 has it, less
-- what is tied; of each action that names an envelope its committed amounts, where it has none its disbursed, else its spent, else
-- its planned ones, as far as they are in the envelope's currency and the reader sees them.
create function kernel.envelopes_tied() returns table (envelope_id uuid, currency text, amount numeric) language sql stable as $$
    select p.envelope_id, p.currency, sum(p.amount)
    from (select c.envelope_id, c.currency, c.amount, dense_rank() over (partition by c.envelope_id, c.action_id
            order by case c.kind when 'committed' then 1 when 'disbursed' then 2 when 'spent' then 3 else 4 end) as place
        from public.visible_contribution c where c.process_id = kernel.process_id() and c.envelope_id is not null) p
    where p.place = 1 group by 1, 2
$$;
create or replace function kernel.envelopes_open() returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('donor', s.donor_id, 'currency', s.currency, 'amount', s.amount::text, 'n', s.n) order by s.currency), '[]')
    from (select e.donor_id, e.currency, sum(e.amount - coalesce(t.amount, 0)) as amount, count(*) as n
        from public.visible_envelope e left join kernel.envelopes_tied() t on t.envelope_id = e.id and t.currency = e.currency
        where e.process_id = kernel.process_id() and e.closed_at is null and e.amount > coalesce(t.amount, 0) group by 1, 2) s
$$;
revoke all on function kernel.envelopes_tied() from public;
grant execute on function kernel.envelopes_tied() to concert_app;
