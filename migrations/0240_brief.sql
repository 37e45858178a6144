-- The brief before funding: an idea that somebody kept, and how often is asked. What is asked and not kept is nowhere.

create table brief (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    title text not null check (length(title) between 1 and 500),
    -- the form as it was sent: pairs of name and value
    asked jsonb not null check (jsonb_typeof(asked) = 'array'),
    -- members: every member but observers; restricted: own organisation or beneficiary
    handling text not null check (handling in ('members', 'restricted')),
    -- own organisation or beneficiary of its author
    audience uuid[] not null,
    by_membership_id uuid not null,
    at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index brief_by on brief (process_id, by_membership_id);
create index brief_list on brief (process_id, at desc) where withdrawn_at is null;

-- How many briefs were asked for on a day, by all together: the secretariat sees the number, and nobody who or what.
create table brief_count (
    process_id uuid not null default kernel.process_id() references process (id),
    day date not null,
    n integer not null default 0,
    primary key (process_id, day)
);

do $$
declare t text;
begin
    foreach t in array array['brief', 'brief_count'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;

create view visible_brief with (security_invoker = true) as
select b.* from brief b join membership m on m.process_id = b.process_id and m.id = b.by_membership_id
where b.withdrawn_at is null and (m.account_id = (select nullif(current_setting('app.account', true), '')::uuid)
    or b.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
    -- whoever takes part sees money; observers do not
    or (b.handling = 'members' and (select current_setting('app.money', true) = 'on')));
grant select on visible_brief to concert_app;

-- How often has been asked since a day: the secretariat's to see.
create function kernel.briefs_asked(p_since date) returns bigint language sql stable as $$
    select case when current_setting('app.support_group', true) = 'on'
        then (select coalesce(sum(n), 0) from brief_count where process_id = kernel.process_id() and day >= p_since) end
$$;
revoke all on function kernel.briefs_asked(date) from public;
grant execute on function kernel.briefs_asked(date) to concert_app;

alter table attempt drop constraint attempt_kind_check;
alter table attempt add constraint attempt_kind_check check (kind in ('sign_in', 'second_factor', 'reset', 'access_request', 'export', 'brief'));

-- Who keeps those of these actions that the reader does not see.
create function kernel.keepers_of_hidden(p_actions uuid[]) returns table (keeper uuid) language sql stable as $$
    select a.reporting_id from action a where a.process_id = kernel.process_id() and a.id = any (p_actions) and a.merged_into_id is null
        and not exists (select from visible_action v where v.process_id = a.process_id and v.id = a.id)
$$;
revoke all on function kernel.keepers_of_hidden(uuid[]) from public;
grant execute on function kernel.keepers_of_hidden(uuid[]) to concert_app;
