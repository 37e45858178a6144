-- The registry of processes (tenants), accounts and sign-in. The rows here belong to the installation;
-- what a process holds starts in 0002.

create table process (
    id uuid primary key default gen_random_uuid(),
    slug text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,30}$' and slug not in
        ('sign-in', 'sign-out', 'account', 'operator', 'static', 'healthz', 'readyz', 'metrics', 'help', 'invitation', 'password', 'processes')),
    name text not null,
    short_name text not null,
    tagline text not null default '',
    about text[] not null default '{}',
    -- [{"mark": "*", "text": "…"}]: the notes that asterisks in names carry
    footnotes jsonb not null default '[]',
    -- the process's own words for the portal's, by Fluent key
    words jsonb not null default '{}',
    settings jsonb not null default '{}',
    example boolean not null default false,
    public boolean not null default false,
    state text not null default 'active' check (state in ('active', 'suspended')),
    suspended_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now()
);

create table account (
    id uuid primary key default gen_random_uuid(),
    email text not null,
    password_hash text,
    password_changed_at timestamptz,
    -- sealed with the installation's key, never in clear
    totp_secret bytea,
    -- the last time step that was used, so that a code works once
    totp_last_step bigint,
    operator boolean not null default false,
    disabled_at timestamptz,
    created_at timestamptz not null default now()
);
create unique index account_email on account (lower(email));

create table recovery_code (
    account_id uuid not null references account (id),
    code_hash bytea not null,
    used_at timestamptz,
    primary key (account_id, code_hash)
);

create table sign_in_session (
    id uuid primary key default gen_random_uuid(),
    account_id uuid not null references account (id),
    token_hash bytea not null unique,
    second_factor boolean not null default false,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    ends_at timestamptz not null,
    ended_at timestamptz,
    user_agent text not null default '',
    -- forgotten after 30 days
    address inet
);
create index sign_in_session_account on sign_in_session (account_id, created_at desc);

create table one_time_link (
    id uuid primary key default gen_random_uuid(),
    account_id uuid not null references account (id),
    purpose text not null check (purpose in ('reset', 'invitation')),
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz
);
create index one_time_link_account on one_time_link (account_id);

-- Attempts at sign-in, reset and requests, for the limits; forgotten after a day.
create table attempt (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('sign_in', 'second_factor', 'reset', 'access_request', 'export')),
    -- of the address typed, keyed with the installation's secret: the table holds no personal datum
    subject_hash bytea not null,
    at timestamptz not null default now(),
    failed boolean not null default true
);
create index attempt_recent on attempt (kind, subject_hash, at desc);
create index attempt_at on attempt (at);

-- Settings of a transaction, read by every policy and view. Not set: null, and null matches no row.
create function kernel.process_id() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('app.process', true), '')::uuid $$;
create function kernel.account_id() returns uuid language sql stable parallel safe
    as $$ select nullif(current_setting('app.account', true), '')::uuid $$;

alter table process enable row level security;
alter table process force row level security;
create policy own on process using (id = nullif(current_setting('app.process', true), '')::uuid);
create policy registry on process using (current_setting('app.platform', true) = 'on');
create policy owner_reads on process for select to concert_owner using (true);
grant select on process to concert_app;
grant insert (slug, name, short_name, tagline, about, footnotes, words, settings, example, public) on process to concert_app;
grant update (name, short_name, tagline, about, footnotes, words, settings, public, state, suspended_at, version) on process to concert_app;

alter table account enable row level security;
alter table account force row level security;
create policy own on account using (id = nullif(current_setting('app.account', true), '')::uuid);
create policy owner_all on account to concert_owner using (true);
grant select, update (password_hash, password_changed_at, totp_secret, totp_last_step) on account to concert_app;

alter table recovery_code enable row level security;
alter table recovery_code force row level security;
create policy own on recovery_code using (account_id = nullif(current_setting('app.account', true), '')::uuid);
create policy owner_all on recovery_code to concert_owner using (true);
grant select, insert, update (used_at), delete on recovery_code to concert_app;

alter table sign_in_session enable row level security;
alter table sign_in_session force row level security;
create policy own on sign_in_session using (account_id = nullif(current_setting('app.account', true), '')::uuid);
create policy owner_all on sign_in_session to concert_owner using (true);
grant select, insert, update (last_seen_at, ended_at, second_factor, token_hash, address) on sign_in_session to concert_app;

alter table one_time_link enable row level security;
alter table one_time_link force row level security;
create policy own on one_time_link using (account_id = nullif(current_setting('app.account', true), '')::uuid);
create policy owner_all on one_time_link to concert_owner using (true);
grant select, insert, update (used_at) on one_time_link to concert_app;

alter table attempt enable row level security;
alter table attempt force row level security;
create policy owner_all on attempt to concert_owner using (true);
