-- The first statement of every request. Verifies session, process and membership and sets them for the
-- transaction. All functions here run as the owner, who may read the installation's own tables; tenant
-- tables are read only through the settings that these functions set.

-- What a session token stands for: one row or none. Idle and absolute ends are checked here and nowhere else.
create function kernel.live_session(p_token_hash bytea, p_now timestamptz, p_idle_minutes integer)
returns table (session_id uuid, account_id uuid, email text, operator boolean, second_factor boolean, enrolled boolean,
    stale boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select s.id, s.account_id, a.email, a.operator, s.second_factor, a.totp_secret is not null,
        s.last_seen_at < p_now - interval '2 minutes'
    from sign_in_session s join account a on a.id = s.account_id
    where s.token_hash = p_token_hash and s.ended_at is null and a.disabled_at is null and s.ends_at > p_now
        and s.last_seen_at > p_now - make_interval(mins => p_idle_minutes)
$$;

-- A process as every page needs it: names, pillars, beneficiaries, notes.
create function kernel.frame(p process) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
    select jsonb_build_object('id', p.id, 'slug', p.slug, 'name', p.name, 'short_name', p.short_name, 'tagline', p.tagline,
        'footnotes', p.footnotes, 'words', p.words, 'settings', p.settings, 'example', p.example, 'public', p.public,
        'pillars', coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'key', l.key, 'name', l.name) order by l.position)
            from pillar l where l.process_id = p.id), '[]'),
        'beneficiaries', coalesce((select jsonb_agg(jsonb_build_object('id', b.id, 'code', b.code, 'name', b.name, 'note', b.note)
            order by b.position) from beneficiary b where b.process_id = p.id), '[]'))
$$;

-- Enters a process as a member. status: ok, signed_out, unknown (no such process, or no membership there: alike),
-- suspended. Only 'ok' leaves a process set.
create function kernel.enter(p_slug text, p_token_hash bytea, p_now timestamptz, p_idle_minutes integer)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
    s record;
    p process;
    mine jsonb;
    others jsonb;
    today date := (p_now at time zone 'UTC')::date;
    levels text := 'public';
    audience uuid[] := '{}';
    sees_money boolean := false;
    secretariat boolean := false;
    m record;
begin
    perform set_config('app.process', '', true), set_config('app.platform', '', true), set_config('app.account', '', true);
    select * into s from kernel.live_session(p_token_hash, p_now, p_idle_minutes);
    if not found then return jsonb_build_object('status', 'signed_out'); end if;
    perform set_config('app.account', s.account_id::text, true);

    select * into p from process where slug = p_slug;
    select jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name) order by o.name) into others
        from process o where o.state = 'active' and o.id in (select o2.process_id from membership o2
            where o2.account_id = s.account_id and o2.state = 'active' and o2.starts_on <= today and coalesce(o2.ends_on, today) >= today);
    if p.id is null then return jsonb_build_object('status', 'unknown'); end if;

    perform set_config('app.process', p.id::text, true);
    mine := '[]';
    for m in
        select x.*, (select coalesce(array_agg(mp.pillar_id), '{}') from membership_pillar mp
                where mp.process_id = x.process_id and mp.membership_id = x.id) as pillars,
            o.name as organisation_name, o.short_name as organisation_short, b.name as beneficiary_name
        from membership x
        left join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
        left join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
        where x.process_id = p.id and x.account_id = s.account_id and x.state = 'active' and x.starts_on <= today
            and coalesce(x.ends_on, today) >= today
        order by x.created_at
    loop
        mine := mine || jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'role', m.role,
            'organisation', m.organisation_id, 'organisation_name', m.organisation_name, 'organisation_short', m.organisation_short,
            'beneficiary', m.beneficiary_id, 'beneficiary_name', m.beneficiary_name,
            'pillars', to_jsonb(m.pillars), 'ends_on', m.ends_on, 'focal_point', m.focal_point,
            'speaks_for', m.speaks_for_from is not null and m.speaks_for_from <= today and coalesce(m.speaks_for_to, today) >= today,
            'votes', m.votes_from is not null and m.votes_from <= today and coalesce(m.votes_to, today) >= today);
        -- the same rules as permit.rs, "action: see"; a property test holds the two together
        case m.role
            when 'support_group' then levels := 'public,members,parties'; secretariat := true; sees_money := true;
            when 'chair' then levels := 'public,members,parties'; sees_money := true;
            when 'lead' then audience := audience || m.pillars; sees_money := true;
            when 'beneficiary' then audience := audience || m.beneficiary_id; sees_money := true;
            when 'partner' then audience := audience || m.organisation_id; sees_money := true;
            else null;
        end case;
        if levels = 'public' then levels := 'public,members'; end if;
    end loop;
    if mine = '[]' then
        perform set_config('app.process', '', true);
        return jsonb_build_object('status', 'unknown');
    end if;
    if p.state <> 'active' then
        perform set_config('app.process', '', true);
        return jsonb_build_object('status', 'suspended', 'name', p.name);
    end if;
    perform set_config('app.levels', levels, true), set_config('app.audience', audience::text, true),
        set_config('app.money', case when sees_money then 'on' else 'off' end, true),
        set_config('app.support_group', case when secretariat then 'on' else 'off' end, true);
    return jsonb_build_object('status', 'ok', 'session', s.session_id, 'account', s.account_id, 'email', s.email,
        'operator', s.operator, 'second_factor', s.second_factor, 'enrolled', s.enrolled, 'stale', s.stale,
        'process', kernel.frame(p), 'memberships', mine, 'others', coalesce(others, '[]'));
end $$;

-- Enters the public side of a process. status: ok or unknown (none, suspended, or not public: alike).
create function kernel.enter_public(p_slug text) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare p process;
begin
    perform set_config('app.process', '', true), set_config('app.platform', '', true), set_config('app.account', '', true);
    select * into p from process where slug = p_slug and state = 'active' and public;
    if p.id is null then return jsonb_build_object('status', 'unknown'); end if;
    perform set_config('app.process', p.id::text, true), set_config('app.levels', 'public', true),
        set_config('app.audience', '{}', true), set_config('app.money', 'off', true), set_config('app.support_group', 'off', true);
    return jsonb_build_object('status', 'ok', 'process', kernel.frame(p), 'about', p.about);
end $$;

-- Enters one's own account: its sessions, memberships and means of sign-in.
create function kernel.enter_account(p_token_hash bytea, p_now timestamptz, p_idle_minutes integer) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    s record;
    others jsonb;
    today date := (p_now at time zone 'UTC')::date;
begin
    perform set_config('app.process', '', true), set_config('app.platform', '', true), set_config('app.account', '', true);
    select * into s from kernel.live_session(p_token_hash, p_now, p_idle_minutes);
    if not found then return jsonb_build_object('status', 'signed_out'); end if;
    perform set_config('app.account', s.account_id::text, true);
    select jsonb_agg(jsonb_build_object('slug', o.slug, 'name', o.name, 'roles', r.roles) order by o.name) into others
        from process o join (select m.process_id, jsonb_agg(distinct m.role) as roles from membership m
            where m.account_id = s.account_id and m.state = 'active' and m.starts_on <= today and coalesce(m.ends_on, today) >= today
            group by 1) r on r.process_id = o.id
        where o.state = 'active';
    return jsonb_build_object('status', 'ok', 'session', s.session_id, 'account', s.account_id, 'email', s.email,
        'operator', s.operator, 'second_factor', s.second_factor, 'enrolled', s.enrolled, 'stale', s.stale,
        'others', coalesce(others, '[]'));
end $$;

-- Enters the registry of processes, for an operator alone.
create function kernel.enter_platform(p_token_hash bytea, p_now timestamptz, p_idle_minutes integer) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare r jsonb := kernel.enter_account(p_token_hash, p_now, p_idle_minutes);
begin
    if r ->> 'status' = 'ok' and (r ->> 'operator')::boolean then perform set_config('app.platform', 'on', true); end if;
    return r;
end $$;

-- A job's way into one process: full sight, since what it makes is shown to nobody as it is.
create function kernel.enter_job(p_process uuid) returns void language plpgsql as $$
begin
    perform set_config('app.process', p_process::text, true), set_config('app.platform', '', true), set_config('app.account', '', true),
        set_config('app.levels', 'public,members,parties,restricted', true), set_config('app.audience', '{}', true),
        set_config('app.money', 'on', true), set_config('app.support_group', 'on', true);
end $$;

create function kernel.touch_session(p_session uuid, p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update sign_in_session set last_seen_at = p_now where id = p_session and ended_at is null
$$;

create function kernel.public_processes() returns table (slug text, name text, short_name text, tagline text, example boolean)
language sql stable security definer set search_path = public, pg_temp as $$
    select slug, name, short_name, tagline, example from process where public and state = 'active' order by example, name
$$;

-- Sign-in: what is needed to check a password. No row for an unknown or disabled account.
create function kernel.credentials(p_email text) returns table (account_id uuid, password_hash text, totp_secret bytea)
language sql stable security definer set search_path = public, pg_temp as $$
    select id, password_hash, totp_secret from account where lower(email) = lower(p_email) and disabled_at is null
$$;

create function kernel.link_account(p_token_hash bytea, p_now timestamptz) returns table (link_id uuid, account_id uuid, email text, purpose text)
language sql stable security definer set search_path = public, pg_temp as $$
    select l.id, l.account_id, a.email, l.purpose from one_time_link l join account a on a.id = l.account_id
    where l.token_hash = p_token_hash and l.used_at is null and l.expires_at > p_now and a.disabled_at is null
$$;

-- For invitations: the account of an address, made when there is none. The caller does not learn which.
create function kernel.account_of(p_email text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare r uuid;
begin
    if kernel.process_id() is null and current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'kernel.account_of needs a process or the platform';
    end if;
    insert into account (email) values (p_email) on conflict (lower(email)) do nothing;
    select id into r from account where lower(email) = lower(p_email);
    return r;
end $$;

create function kernel.make_link(p_account uuid, p_purpose text, p_token_hash bytea, p_expires timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into one_time_link (account_id, purpose, token_hash, expires_at) values (p_account, p_purpose, p_token_hash, p_expires)
$$;

-- Addresses of this process's members; the process invited them by that address.
create function kernel.member_addresses() returns table (membership_id uuid, email text)
language sql stable security definer set search_path = public, pg_temp as $$
    select m.id, a.email from membership m join account a on a.id = m.account_id where m.process_id = kernel.process_id()
$$;

create function kernel.note_attempt(p_kind text, p_subject bytea, p_at timestamptz, p_failed boolean) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into attempt (kind, subject_hash, at, failed) values (p_kind, p_subject, p_at, p_failed)
$$;
create function kernel.recent_attempts(p_kind text, p_subject bytea, p_since timestamptz) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from attempt where kind = p_kind and subject_hash = p_subject and at > p_since and failed
$$;
-- After a success the failures before it no longer count.
create function kernel.forget_attempts(p_kind text, p_subject bytea) returns void
language sql security definer set search_path = public, pg_temp as $$
    update attempt set failed = false where kind = p_kind and subject_hash = p_subject and failed
$$;
-- Addresses of visitors after 30 days, attempts after one.
create function kernel.forget(p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update sign_in_session set address = null where address is not null and created_at < p_now - interval '30 days';
    delete from attempt where at < p_now - interval '1 day';
$$;

-- Keeps what was typed when a form comes in after its session has gone: the token is still known, the
-- account still theirs. Nothing else can be done with an ended session.
create function kernel.stash_draft(p_slug text, p_token_hash bytea, p_key text, p_fields jsonb, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare a uuid; p uuid; previous text := current_setting('app.process', true);
begin
    select s.account_id into a from sign_in_session s join account x on x.id = s.account_id
        where s.token_hash = p_token_hash and x.disabled_at is null and s.ends_at > p_now - interval '2 days';
    select id into p from process where slug = p_slug and state = 'active';
    if a is null or p is null then return false; end if;
    perform set_config('app.process', p::text, true);
    if not exists (select from membership m where m.account_id = a and m.state = 'active') then
        perform set_config('app.process', coalesce(previous, ''), true);
        return false;
    end if;
    insert into form_draft (process_id, account_id, key, fields, updated_at) values (p, a, p_key, p_fields, p_now)
        on conflict (process_id, account_id, key) do update set fields = excluded.fields, updated_at = excluded.updated_at;
    perform set_config('app.process', coalesce(previous, ''), true);
    return true;
end $$;

revoke all on all functions in schema kernel from public;
grant execute on all functions in schema kernel to concert_app;
grant execute on function kernel.process_id(), kernel.account_id() to concert_maintenance, concert_search, concert_jobs;
