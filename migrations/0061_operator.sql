-- The operator's registry: what the operator sees of the processes, founds and suspends, and the history of it.
-- None of this shows a tenant's row.

-- What operators did. Belongs to the installation: `about_process_id` is what the act was about, not whose row it is.
create table operator_act (
    id uuid primary key default gen_random_uuid(),
    at timestamptz not null default now(),
    -- null: the command line
    account_id uuid references account (id),
    event text not null check (event in ('founded', 'suspended', 'resumed', 'operator_made')),
    about_process_id uuid references process (id),
    about_account_id uuid references account (id),
    why text not null default ''
);
create index operator_act_recent on operator_act (at desc);
create index operator_act_account on operator_act (account_id);
create index operator_act_about_process on operator_act (about_process_id, at desc);
create index operator_act_about_account on operator_act (about_account_id);
alter table operator_act enable row level security;
alter table operator_act force row level security;
create policy registry on operator_act using (current_setting('app.platform', true) = 'on');
create policy owner_all on operator_act to concert_owner using (true);
-- an act, once written, stays as it is
grant select, insert on operator_act to concert_app;
grant select on operator_act to concert_maintenance;

-- How many people take part in a process is the one figure of a tenant that an operator sees. The policy is for the
-- owner of the function below alone: the app still sees no membership of any process but the one it has entered.
create policy registry_counts on membership for select to concert_owner using (current_setting('app.platform', true) = 'on');

create function kernel.registry()
returns table (id uuid, slug text, name text, short_name text, state text, public boolean, example boolean,
    suspended_at timestamptz, created_at timestamptz, members bigint)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'the registry is the operator''s' using errcode = 'insufficient_privilege';
    end if;
    return query
        select p.id, p.slug, p.name, p.short_name, p.state, p.public, p.example, p.suspended_at, p.created_at,
            coalesce(m.n, 0)
        from process p left join (
            -- people, not memberships: one may hold several
            select process_id, count(distinct account_id) as n from membership where membership.state = 'active' group by process_id
        ) m on m.process_id = p.id
        order by p.example, p.name, p.slug;
end $$;

-- What operators did, with the address of who did it: accounts are not the app's to read.
create function kernel.operator_acts(p_most integer)
returns table (at timestamptz, event text, by_email text, slug text, name text, about_email text, why text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'the operators'' history is the operator''s' using errcode = 'insufficient_privilege';
    end if;
    return query
        select o.at, o.event, a.email, p.slug, p.name, b.email, o.why
        from operator_act o
        left join account a on a.id = o.account_id
        left join account b on b.id = o.about_account_id
        left join process p on p.id = o.about_process_id
        order by o.at desc limit p_most;
end $$;

-- From the registry into a process, and only into one that this very transaction has founded: what it starts with is
-- written there, and its first member invited. The registry is left with it.
create function kernel.enter_founded(p_process uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on'
        or not exists (select from process where id = p_process and xmin = pg_current_xact_id()::xid) then
        raise exception 'only a process that was just founded is entered from the registry' using errcode = 'insufficient_privilege';
    end if;
    perform kernel.enter_job(p_process);
end $$;

-- Makes an account an operator's. Not through the portal: in every transaction of a web request that can reach the
-- registry an account is set, in those of the command line none is.
create or replace function kernel.operator_account(p_email text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare r uuid;
begin
    if current_setting('app.platform', true) is distinct from 'on' or kernel.account_id() is not null then
        raise exception 'operators are made from the command line' using errcode = 'insufficient_privilege';
    end if;
    r := kernel.account_of(p_email);
    update account set operator = true where id = r and not operator;
    if found then insert into operator_act (event, about_account_id) values ('operator_made', r); end if;
    return r;
end $$;

revoke all on function kernel.registry(), kernel.operator_acts(integer), kernel.enter_founded(uuid) from public;
grant execute on function kernel.registry(), kernel.operator_acts(integer), kernel.enter_founded(uuid) to concert_app;
