-- What leaves somebody's sight: by another level, by other parties, by being declined, by an import that is undone. Who saw it is
-- told that it is gone, in the order of what has changed (0280) and by webhooks (0285); who never did is told nothing. What is kept
-- is who saw the record before the transaction, never who sees it since: that is asked when it is told, and what is seen again is
-- not gone.

-- The transaction that made a row, as `history.changed`: what it has made itself nobody has seen before.
do $$
declare t text;
begin
    foreach t in array array['action', 'need', 'response'] loop
        execute format('alter table %I add column born bigint not null default 0', t);
        execute format('alter table %I alter column born set default pg_current_xact_id()::text::bigint', t);
    end loop;
end $$;

create table departure (
    process_id uuid not null default kernel.process_id() references process (id),
    changed bigint not null default pg_current_xact_id()::text::bigint,
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('action', 'need', 'response')),
    subject_id uuid not null,
    at timestamptz not null default now(),
    -- who saw the action, and the need; of a response both
    level text,
    audience uuid[],
    declined boolean,
    reporter_account_id uuid,
    need_level text,
    need_audience uuid[],
    primary key (process_id, changed, id),
    -- once a transaction: how it stood first is how others saw it
    unique (process_id, kind, subject_id, changed),
    check ((kind <> 'need') = (level is not null and audience is not null and declined is not null)),
    check ((kind <> 'action') = (need_level is not null and need_audience is not null))
);
alter table departure enable row level security;
alter table departure force row level security;
create policy own_process on departure using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on departure to concert_app;
grant select on departure to concert_maintenance;

-- Who sees a record, as a level and the ids that see it whatever their levels. opened: the Support Group's secretariat, too; draft
-- and withdrawn are levels that nobody has. The rules are those of visible_action and visible_need; a test holds them together for
-- every role.
create view action_sight with (security_invoker = true) as
select a.process_id, a.id,
    case when a.withdrawn_at is not null then 'withdrawn' when a.handling = 'restricted' and a.open_to_support_group then 'opened'
        else a.handling end as level,
    case when a.withdrawn_at is null and a.handling in ('parties', 'restricted') then a.audience else '{}' end as audience,
    a.claim = 'declined' as declined,
    case when a.claim = 'declined' then (select m.account_id from membership m
        where m.process_id = a.process_id and m.id = a.reported_by_id) end as reporter_account_id
from action a;
create view need_sight with (security_invoker = true) as
select n.process_id, n.id,
    case when n.submitted_at is not null then n.handling when n.on_behalf then 'opened' else 'draft' end as level,
    case when n.submitted_at is null then array[n.beneficiary_id] else n.audience || n.beneficiary_id end as audience
from need n;
grant select on action_sight, need_sight to concert_app;

-- Before the row is changed: what is read here is how it stood. Not after, when what one statement has done by the way may come first.
create function kernel.note_departure() returns trigger language plpgsql as $$
begin
    insert into departure (process_id, kind, subject_id, level, audience, declined, reporter_account_id, need_level, need_audience)
        select a.process_id, 'action', a.id, a.level, a.audience, a.declined, a.reporter_account_id, null, null
            from action_sight a where a.process_id = old.process_id and a.id = old.id
        union all select n.process_id, 'need', n.id, null, null, null, null, n.level, n.audience
            from need_sight n where n.process_id = old.process_id and n.id = old.id
        union all select r.process_id, 'response', r.id, a.level, a.audience, a.declined, a.reporter_account_id, n.level, n.audience
            from response r join action_sight a on a.process_id = r.process_id and a.id = r.action_id
                join need_sight n on n.process_id = r.process_id and n.id = r.need_id
            where r.process_id = old.process_id and (r.action_id = old.id or r.need_id = old.id)
                and r.born <> pg_current_xact_id()::text::bigint
        on conflict (process_id, kind, subject_id, changed) do nothing;
    return new;
end $$;
-- Named to come after `derive`, which makes the audience.
create trigger note_departure before update on action for each row
    when (old.born <> pg_current_xact_id()::text::bigint
        and (old.handling, old.open_to_support_group, old.claim = 'declined', old.reported_by_id, old.withdrawn_at is null,
            case when old.handling in ('parties', 'restricted') then old.audience end)
        is distinct from (new.handling, new.open_to_support_group, new.claim = 'declined', new.reported_by_id, new.withdrawn_at is null,
            case when new.handling in ('parties', 'restricted') then new.audience end))
    execute function kernel.note_departure();
create trigger note_departure before update on need for each row
    when (old.born <> pg_current_xact_id()::text::bigint
        and (old.submitted_at is null, old.on_behalf, old.handling, old.beneficiary_id,
            case when old.handling <> 'members' then old.audience end)
        is distinct from (new.submitted_at is null, new.on_behalf, new.handling, new.beneficiary_id,
            case when new.handling <> 'members' then new.audience end))
    execute function kernel.note_departure();

-- What is gone for the reader: seen before, not now, and not before they took part, or anybody of theirs.
create view visible_departure with (security_invoker = true) as
select d.process_id, d.changed, d.id, d.kind, d.subject_id, d.at
from departure d
where (d.level is null or (d.level = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
            or d.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
            or (d.level = 'opened' and (select current_setting('app.support_group', true) = 'on')))
        and (not d.declined or (select current_setting('app.support_group', true) = 'on')
            or d.reporter_account_id = (select nullif(current_setting('app.account', true), '')::uuid)))
    and (d.need_level is null or (select kernel.takes_part())
        and (d.need_level = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
            or d.need_audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
            or (d.need_level = 'opened' and (select current_setting('app.support_group', true) = 'on'))))
    and d.at >= (select min(m.starts_on)::timestamp at time zone 'UTC' from membership m
        where m.process_id = kernel.process_id() and m.state in ('active', 'ended')
            and (m.account_id = nullif(current_setting('app.account', true), '')::uuid
                or coalesce(m.beneficiary_id, m.organisation_id) = any (nullif(current_setting('app.audience', true), '')::uuid[])))
    and not case d.kind
        when 'action' then exists (select from visible_action a where a.process_id = d.process_id and a.id = d.subject_id)
        when 'need' then exists (select from visible_need n where n.process_id = d.process_id and n.id = d.subject_id)
        else exists (select from visible_response r where r.process_id = d.process_id and r.id = d.subject_id) end;
grant select on visible_departure to concert_app;

-- As kernel.webhooks_hear: hooks that are told of changes of a kind are told of what is gone. Of several that wait the first stands
-- for all: whoever was let go of by any of them is told.
create function kernel.webhooks_hear_departures() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if not exists (select from webhook w where w.process_id = kernel.process_id() and w.state = 'active') then return null; end if;
    insert into webhook_delivery (process_id, webhook_id, type, subject_id, at)
        select w.process_id, w.id, g.kind || '.gone', g.subject_id, g.at
        from gone g join webhook w on w.process_id = g.process_id and w.state = 'active' and g.kind || '.changed' = any (w.types)
        order by 2, 3, 4
        on conflict (process_id, webhook_id, type, subject_id) where tries = 0
            do update set at = least(webhook_delivery.at, excluded.at);
    -- once a transaction, however many records it hides
    if current_setting('app.departures_heard', true) is distinct from pg_current_xact_id()::text then
        perform kernel.enqueue('webhooks', jsonb_build_object('hook', w.id)) from webhook w
            where w.process_id = kernel.process_id() and w.state = 'active' and w.types && array['action.changed', 'need.changed'];
        perform set_config('app.departures_heard', pg_current_xact_id()::text, true);
    end if;
    return null;
end $$;
create trigger webhooks_hear_departures after insert on departure referencing new table as gone
    for each statement execute function kernel.webhooks_hear_departures();

revoke all on function kernel.note_departure(), kernel.webhooks_hear_departures() from public;
grant execute on function kernel.note_departure() to concert_app;
