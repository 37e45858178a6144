-- The interface for programs: its tokens, what was answered under an idempotency key, and the order of what has changed.

-- The first part of its addresses, which no process can have (features/mod.rs has the same).
alter table process drop constraint process_slug_check;
alter table process add constraint process_slug_check check (slug ~ '^[a-z][a-z0-9-]{1,30}$' and slug not in
    ('sign-in', 'sign-out', 'account', 'operator', 'static', 'healthz', 'readyz', 'metrics', 'help', 'invitation', 'password', 'processes',
    'api'));

-- A token acts as one membership of one process and dies with it. One of an organisation is its focal point's to make, and
-- dies when they are that no longer.
create table api_token (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    membership_id uuid not null,
    kind text not null check (kind in ('personal', 'organisation')),
    name text not null check (length(name) between 1 and 100),
    scope text not null check (scope in ('read', 'write')),
    -- the beginning of its secret, to be recognised by; the secret itself is not kept
    hint text not null check (length(hint) = 6),
    token_hash bytea not null check (octet_length(token_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- to the hour: reading writes nothing else
    last_used_at timestamptz,
    revoked_at timestamptz,
    revoked_by_id uuid,
    primary key (process_id, id),
    unique (process_id, token_hash),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, revoked_by_id) references membership (process_id, id),
    check (expires_at > created_at)
);
create index api_token_membership on api_token (process_id, membership_id);
create index api_token_revoked_by on api_token (process_id, revoked_by_id) where revoked_by_id is not null;

-- What was answered to a write under a key: sent again, it is answered alike and not done twice. Forgotten after a day.
create table api_answer (
    process_id uuid not null default kernel.process_id(),
    token_id uuid not null,
    key text not null check (length(key) between 1 and 200),
    request_hash bytea not null,
    at timestamptz not null,
    status smallint,
    body text,
    location text,
    etag text,
    primary key (process_id, token_id, key),
    foreign key (process_id, token_id) references api_token (process_id, id)
);

do $$
declare t text;
begin
    foreach t in array array['api_token', 'api_answer'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
grant update (revoked_at, revoked_by_id) on api_token to concert_app;
grant update (status, body, location, etag) on api_answer to concert_app;
grant delete on api_answer to concert_app;

-- Enters a process by a token, as the one membership that it belongs to. The token's own text names the process, so that
-- nothing is looked up across processes. status: ok; unknown (none such, or revoked: alike); expired; ended (its member is
-- none any more); suspended. Only 'ok' leaves a process set.
create function kernel.enter_token(p_slug text, p_token_hash bytea, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = auto as $$
declare
    p process;
    t api_token;
    m record;
    today date := (p_now at time zone 'UTC')::date;
    status text := 'ok';
    own boolean;
    answer jsonb;
begin
    perform set_config('app.process', '', true), set_config('app.platform', '', true), set_config('app.account', '', true);
    select * into p from process where slug = p_slug;
    if p.id is null then return jsonb_build_object('status', 'unknown'); end if;
    perform set_config('app.process', p.id::text, true);
    select * into t from api_token where process_id = p.id and token_hash = p_token_hash;
    if t.id is null or t.revoked_at is not null then
        status := 'unknown';
    elsif t.expires_at <= p_now then
        status := 'expired';
    else
        select x.*, (select coalesce(array_agg(mp.pillar_id), '{}') from membership_pillar mp
                where mp.process_id = x.process_id and mp.membership_id = x.id) as pillars,
            o.name as organisation_name, o.short_name as organisation_short, b.name as beneficiary_name
        into m
        from membership x
        join account a on a.id = x.account_id and a.disabled_at is null
        left join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
        left join beneficiary b on b.process_id = x.process_id and b.id = x.beneficiary_id
        where x.process_id = p.id and x.id = t.membership_id and x.state = 'active' and x.starts_on <= today
            and coalesce(x.ends_on, today) >= today and (t.kind = 'personal' or x.focal_point);
        if not found then
            status := 'ended';
        elsif p.state <> 'active' then
            status := 'suspended';
        end if;
    end if;
    if status <> 'ok' then
        perform set_config('app.process', '', true);
        return jsonb_build_object('status', status, 'name', p.name);
    end if;
    -- what an organisation's token does is done for the organisation: the marks of the person who made it are not lent to it
    own := t.kind = 'personal';
    answer := jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'role', m.role,
        'organisation', m.organisation_id, 'organisation_name', m.organisation_name, 'organisation_short', m.organisation_short,
        'beneficiary', m.beneficiary_id, 'beneficiary_name', m.beneficiary_name,
        'pillars', to_jsonb(m.pillars), 'ends_on', m.ends_on, 'focal_point', own and m.focal_point,
        'speaks_for', own and m.speaks_for_from is not null and m.speaks_for_from <= today and coalesce(m.speaks_for_to, today) >= today,
        'votes', own and m.votes_from is not null and m.votes_from <= today and coalesce(m.votes_to, today) >= today);
    -- the same rules as kernel.enter, for one membership; a test holds the two together
    perform set_config('app.account', m.account_id::text, true),
        set_config('app.levels', case when m.role in ('support_group', 'chair') then 'public,members,parties' else 'public,members' end, true),
        set_config('app.audience', (case m.role when 'lead' then m.pillars when 'beneficiary' then array[m.beneficiary_id]
            when 'partner' then array[m.organisation_id] else '{}'::uuid[] end)::text, true),
        set_config('app.money', case when m.role = 'observer' then 'off' else 'on' end, true),
        set_config('app.support_group', case when m.role = 'support_group' then 'on' else 'off' end, true);
    return jsonb_build_object('status', 'ok', 'account', m.account_id, 'process', kernel.frame(p), 'membership', answer,
        'token', jsonb_build_object('id', t.id, 'name', t.name, 'write', t.scope = 'write'),
        'stale', coalesce(t.last_used_at, '-infinity') < p_now - interval '1 hour');
end $$;

-- Notes, beside a request, that a token is in use.
create function kernel.touch_token(p_process uuid, p_token uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('app.process', p_process::text, true);
    update api_token set last_used_at = p_now where process_id = p_process and id = p_token and revoked_at is null;
end $$;

revoke all on function kernel.enter_token, kernel.touch_token from public;
grant execute on function kernel.enter_token, kernel.touch_token to concert_app;

-- The order in which what was written down can be read on: the transaction that wrote it, then its id. What stands before the
-- oldest transaction that is open has come to its end; nothing can come in between any more. What is there already comes first,
-- as what a restored backup brings does (ops/restore.rs): another server has counted it.
alter table history add column changed bigint not null default 0;
alter table history alter column changed set default pg_current_xact_id()::text::bigint;
create index history_changed on history (process_id, changed, id);
