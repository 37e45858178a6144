-- The body of a function in plain SQL is planned at every call, that of one in plpgsql once a connection. These are asked on every page, and
-- on every home; what they answer is as before (0006, 0120, 0321, 0345).
create or replace function kernel.live_session(p_token_hash bytea, p_now timestamptz, p_idle_minutes integer)
returns table (session_id uuid, account_id uuid, email text, operator boolean, second_factor boolean, enrolled boolean,
    stale boolean)
language plpgsql stable security definer set search_path = public, pg_temp rows 1 as $$
#variable_conflict use_column
begin
    return query select s.id, s.account_id, a.email, a.operator, s.second_factor, a.totp_secret is not null,
            s.last_seen_at < p_now - interval '2 minutes'
        from sign_in_session s join account a on a.id = s.account_id
        where s.token_hash = p_token_hash and s.ended_at is null and a.disabled_at is null and s.ends_at > p_now
            and s.last_seen_at > p_now - make_interval(mins => p_idle_minutes);
end $$;

create or replace function kernel.frame(p process) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'short_name', p.short_name, 'tagline', p.tagline,
        'footnotes', p.footnotes, 'words', p.words, 'settings', p.settings, 'example', p.example, 'public', p.public,
        'pillars', coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'key', l.key, 'name', l.name) order by l.position)
            from pillar l where l.process_id = p.id), '[]'),
        'beneficiaries', coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'code', b.code, 'name', b.name, 'note', b.note)
            order by b.position) from beneficiary b where b.process_id = p.id), '[]'));
end $$;

create or replace function kernel.with_notices(p_answer jsonb) returns jsonb language plpgsql as $$
begin
    if p_answer ->> 'status' <> 'ok' then return p_answer; end if;
    return p_answer || jsonb_build_object('unread',
        (select count(*) from (select from public.notice n where n.process_id = kernel.process_id()
            and n.account_id = kernel.account_id() and n.read_at is null limit 100) u));
end $$;

create or replace function kernel.envelopes_open() returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('donor', s.donor_id, 'currency', s.currency, 'amount', s.amount::text, 'n', s.n)
            order by s.currency), '[]')
        from (select e.donor_id, e.currency, sum(e.amount - coalesce(t.amount, 0)) as amount, count(*) as n
            from public.visible_envelope e left join kernel.envelopes_tied() t on t.envelope_id = e.id and t.currency = e.currency
            where e.process_id = kernel.process_id() and e.closed_at is null and e.amount > coalesce(t.amount, 0) group by 1, 2) s);
end $$;

create or replace function kernel.reports_waiting() returns jsonb language plpgsql stable as $$
begin
    return (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state, 'pillar', r.pillar_id,
                'filled', r.tables is not null,
                'decided', exists (select from public.visible_decision d where d.process_id = r.process_id and d.subject_kind = 'mapping_report'
                    and d.subject_id = r.id and d.state = 'taken')) order by r.updated_at, r.id), '[]')
        from (select * from public.visible_mapping_report v where v.process_id = kernel.process_id() and v.state <> 'adopted'
            order by v.updated_at, v.id limit 100) r);
end $$;
