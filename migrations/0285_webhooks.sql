-- Webhooks: addresses that are told of what changes, what waits to be told, and how it went. What is told is that something has
-- changed and where; only of what the hook's member may see when it is told.

create table webhook (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- whose it is; the secretariat's where neither is named
    organisation_id uuid,
    beneficiary_id uuid,
    -- in whose place records are looked at: who made it, or last took it up
    membership_id uuid not null,
    name text not null check (length(name) between 1 and 120),
    address text not null check (length(address) <= 2000),
    types text[] not null check (cardinality(types) > 0 and types <@ array['action.created', 'action.changed', 'action.confirmed',
        'need.submitted', 'need.changed', 'plan.state_changed']),
    -- stopped: by the portal; removed: gone for its keepers, kept for what refers to it, without address and secret
    state text not null default 'active' check (state in ('active', 'paused', 'stopped', 'removed')),
    stopped_why text check (stopped_why in ('failed', 'gone', 'left')),
    -- sealed with the installation's secret; the old one is valid beside the new one for a day
    secret bytea not null,
    old_secret bytea,
    old_until timestamptz,
    -- how many deliveries were taken: the next one's number is one more
    delivered bigint not null default 0,
    -- in a row, since when, and when it is tried again
    failures smallint not null default 0,
    failing_since timestamptz,
    try_at timestamptz,
    -- a worker is at it
    leased_until timestamptz,
    created_at timestamptz not null,
    primary key (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    check (organisation_id is null or beneficiary_id is null),
    check ((old_secret is null) = (old_until is null)),
    check ((state = 'stopped') = (stopped_why is not null)),
    check (state = 'removed' or address <> '')
);
create index webhook_organisation on webhook (process_id, organisation_id);
create index webhook_beneficiary on webhook (process_id, beneficiary_id);
create index webhook_membership on webhook (process_id, membership_id);
create index webhook_active on webhook (process_id) where state = 'active';

create table webhook_delivery (
    process_id uuid not null default kernel.process_id(),
    -- the webhook-id of its every attempt
    id uuid not null default gen_random_uuid(),
    webhook_id uuid not null,
    type text not null,
    -- the record; of a test the hook itself
    subject_id uuid not null,
    at timestamptz not null,
    -- as it was sent last
    number bigint,
    tries smallint not null default 0,
    tried_at timestamptz,
    status smallint,
    failure text check (failure in ('refused', 'unknown_host', 'unreachable', 'unsafe', 'slow', 'no_answer')),
    ended_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, webhook_id) references webhook (process_id, id),
    check ((tries = 0) = (tried_at is null))
);
create index webhook_delivery_last on webhook_delivery (process_id, webhook_id, tried_at desc);
create index webhook_delivery_next on webhook_delivery (process_id, webhook_id, at, id) where ended_at is null;
-- Of what waits and has not been tried, one stands for all of its kind: its receiver reads the record as it is then.
create unique index webhook_delivery_once on webhook_delivery (process_id, webhook_id, type, subject_id) where tries = 0;

do $$
declare t text;
begin
    foreach t in array array['webhook', 'webhook_delivery'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant delete on webhook_delivery to concert_app;
end $$;

-- What an entry of the history is to a webhook; of what it is not told, null.
create function kernel.webhook_type(p_kind text, p_event text) returns text language sql immutable parallel safe as $$
    select case p_kind
        when 'action' then case
            when p_event in ('created', 'reported') then 'action.created'
            when p_event = 'confirmed' then 'action.confirmed'
            when p_event in ('edited', 'imported', 'import-undone', 'claim-confirmed', 'claim-corrected', 'claim-declined',
                'suggestion-accepted', 'opened', 'closed', 'merged-in', 'merged-away', 'merge-undone') then 'action.changed' end
        when 'need' then case
            when p_event in ('need-submitted', 'need-carried-on', 'need-carried-changed') then 'need.submitted'
            when p_event in ('need-changed', 'need-withdrawn', 'need-judged') then 'need.changed' end
        when 'plan' then case
            when p_event in ('plan-consultation-opened', 'plan-consultation-stopped', 'plan-agreed', 'plan-adopted', 'plan-referred-back',
                'plan-put-in-force', 'plan-closed', 'plan-superseded') then 'plan.state_changed' end
        end
$$;

-- What is written into the history waits for each active hook that asked for its kind, in the same transaction; a job delivers
-- it. Whether the hook's member may see the record is asked then, not now.
create function kernel.webhooks_hear() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    hooks uuid[];
    hook uuid;
begin
    if not exists (select from webhook w where w.process_id = kernel.process_id() and w.state = 'active') then return null; end if;
    with heard as (
        insert into webhook_delivery (process_id, webhook_id, type, subject_id, at)
        select w.process_id, w.id, kernel.webhook_type(e.subject_kind, e.event), e.subject_id, max(e.at)
        from entries e join webhook w on w.process_id = e.process_id and w.state = 'active'
            and kernel.webhook_type(e.subject_kind, e.event) = any (w.types)
        group by 1, 2, 3, 4
        -- in one order: two transactions that write about the same records wait for one another, and never each for the other
        order by 2, 3, 4
        -- it is held until this transaction ends: nobody looks at the record for it before
        on conflict (process_id, webhook_id, type, subject_id) where tries = 0 do update set at = excluded.at
        returning webhook_id)
    select array_agg(distinct webhook_id) into hooks from heard;
    foreach hook in array coalesce(hooks, '{}') loop
        -- each by itself: one that stands for many would make the transactions wait for one another
        perform kernel.enqueue('webhooks', jsonb_build_object('hook', hook));
    end loop;
    return null;
end $$;
create trigger webhooks_hear after insert on history referencing new table as entries
    for each statement execute function kernel.webhooks_hear();

-- A job's way into the place of one membership: what it alone lets see, whatever else the person is. A test holds it against
-- kernel.stand_for. False: the process is not active, or it is nobody's membership today.
create function kernel.enter_as(p_process uuid, p_membership uuid, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    today date := (p_now at time zone 'UTC')::date;
    m record;
    audience uuid[];
begin
    perform kernel.enter_job(p_process);
    select x.account_id, x.role, x.organisation_id, x.beneficiary_id, array(select mp.pillar_id from membership_pillar mp
            where mp.process_id = x.process_id and mp.membership_id = x.id) as pillars
        into m
        from membership x join process p on p.id = x.process_id and p.state = 'active'
            join account a on a.id = x.account_id and a.disabled_at is null
        where x.process_id = p_process and x.id = p_membership and x.state = 'active' and x.starts_on <= today
            and coalesce(x.ends_on, today) >= today;
    if not found then return false; end if;
    audience := case m.role when 'lead' then m.pillars when 'beneficiary' then array[m.beneficiary_id]
        when 'partner' then array[m.organisation_id] else '{}' end;
    perform set_config('app.account', m.account_id::text, true),
        set_config('app.levels', case when m.role in ('support_group', 'chair') then 'public,members,parties' else 'public,members' end, true),
        set_config('app.audience', audience::text, true),
        set_config('app.money', case when m.role = 'observer' then 'off' else 'on' end, true),
        set_config('app.support_group', case when m.role = 'support_group' then 'on' else 'off' end, true);
    return true;
end $$;

revoke all on function kernel.webhook_type, kernel.webhooks_hear, kernel.enter_as from public;
grant execute on function kernel.enter_as to concert_app;
