-- Files on actions, plans, meetings and progress reports. The bytes lie outside the database, in a folder or a bucket, under a
-- random key; here stands what they are, whose, and who may have them.

-- Something that lies in the store, or is on its way there. Written before the first byte, so that what broke off is found again
-- by the night's work; its key in the store is made of the process and the id.
create table stored_object (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null,
    at timestamptz not null,
    -- its bytes are no longer kept
    gone_at timestamptz,
    primary key (process_id, id)
);
create index stored_object_at on stored_object (process_id, at) where gone_at is null;

create table stored_file (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- what it stands on: one of them
    action_id uuid,
    plan_id uuid,
    meeting_id uuid,
    report_id uuid,
    -- whose it is where it is restricted: of whoever brought it, or of whom it was brought for
    organisation_id uuid,
    -- never wider than its record is shown, and never public
    handling text not null default 'members' check (handling in ('members', 'parties', 'restricted')),
    -- what it is, in a line
    about text not null default '' check (length(about) <= 500),
    -- the number of its latest version
    latest integer not null default 1 check (latest > 0),
    at timestamptz not null,
    by_membership_id uuid not null,
    taken_at timestamptz,
    taken_by_id uuid,
    taken_why text not null default '' check (length(taken_why) <= 2000),
    primary key (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    foreign key (process_id, report_id) references progress_report (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, taken_by_id) references membership (process_id, id),
    check (num_nonnulls(action_id, plan_id, meeting_id, report_id) = 1),
    check ((taken_at is null) = (taken_by_id is null)),
    check (taken_at is null or taken_why <> '')
);
create index stored_file_action on stored_file (process_id, action_id) where action_id is not null;
create index stored_file_plan on stored_file (process_id, plan_id) where plan_id is not null;
create index stored_file_meeting on stored_file (process_id, meeting_id) where meeting_id is not null;
create index stored_file_report on stored_file (process_id, report_id) where report_id is not null;
create index stored_file_organisation on stored_file (process_id, organisation_id);
create index stored_file_by on stored_file (process_id, by_membership_id);
create index stored_file_taken_by on stored_file (process_id, taken_by_id) where taken_by_id is not null;

-- None is ever changed. The name is the cleaned one, to be shown; nothing is stored under it.
create table stored_file_version (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    file_id uuid not null,
    number integer not null check (number > 0),
    object_id uuid not null,
    name text not null check (length(name) between 1 and 200),
    kind text not null check (kind in ('pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'png', 'jpeg', 'csv', 'txt')),
    size bigint not null check (size > 0),
    sha256 bytea not null check (octet_length(sha256) = 32),
    at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, id),
    unique (process_id, file_id, number),
    unique (process_id, object_id),
    foreign key (process_id, file_id) references stored_file (process_id, id),
    foreign key (process_id, object_id) references stored_object (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index stored_file_version_by on stored_file_version (process_id, by_membership_id);

do $$
declare t text;
begin
    foreach t in array array['stored_object', 'stored_file', 'stored_file_version'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
grant update on stored_file, stored_object to concert_app;

-- Seen by who sees what it stands on, as far as its own level lets them: `members` with the record, `parties` by the record's
-- parties, pillar leads, the secretariat and the Chairmanship, `restricted` by the organisation that it is of. `level` is the
-- narrower of the two: a record that was closed since takes its files along.
create view visible_stored_file with (security_invoker = true) as
select f.process_id, f.id, f.action_id, f.plan_id, f.meeting_id, f.report_id, f.organisation_id, f.handling, f.about, f.latest, f.at,
    f.by_membership_id, f.taken_at, f.taken_by_id, f.taken_why, a.reporting_id as keeper_id,
    case when 'restricted' in (f.handling, a.handling) then 'restricted'
        when 'parties' in (f.handling, a.handling, m.handling) then 'parties' else 'members' end as level
from stored_file f
    -- looked up one by one, or all actions of the process would be read for the files of one; by CASE, since PostgreSQL takes
    -- COALESCE for something that could tell of rows, and no index serves it under row-level security
    left join lateral (select v.id, v.pillar_id from visible_plan v where v.process_id = f.process_id and v.id = f.plan_id limit 1) p on true
    left join lateral (select v.id, v.handling, v.audience from visible_meeting v
        where v.process_id = f.process_id and v.id = f.meeting_id limit 1) m on true
    left join lateral (select v.id, v.action_id from visible_progress_report v
        where v.process_id = f.process_id and v.id = f.report_id limit 1) r on true
    left join lateral (select v.id, v.handling, v.audience, v.reporting_id from visible_action v
        where v.process_id = f.process_id and v.id = case when f.action_id is null then r.action_id else f.action_id end limit 1) a on true
    left join organisation o on o.process_id = f.process_id and o.id = f.organisation_id
    left join membership b on b.process_id = f.process_id and b.id = f.by_membership_id
where coalesce(p.id, m.id, r.id, a.id) is not null
    -- papers of a meeting are for those who take part
    and (f.meeting_id is null or (select kernel.takes_part()))
    and 'members' = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    and (f.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
        or (f.handling = 'parties' and (coalesce(a.audience, m.audience) && (select nullif(current_setting('app.audience', true), '')::uuid[])
            or p.pillar_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])))
        or (f.handling = 'restricted' and a.handling = 'restricted')
        or coalesce(o.merged_into_id, o.id) = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        -- who brought it on somebody's behalf sees it as long as they are of the secretariat, a lead theirs of a plan or a meeting;
        -- a partner as one of the organisation that it is of, and no longer
        or (b.account_id = (select nullif(current_setting('app.account', true), '')::uuid) and case b.role when 'partner' then false
            when 'support_group' then (select current_setting('app.support_group', true) = 'on') else true end));

create view visible_stored_file_version with (security_invoker = true) as
select v.process_id, v.id, v.file_id, v.number, v.object_id, v.name, v.kind, v.size, v.sha256, v.at, v.by_membership_id,
    x.gone_at is not null as gone
from stored_file_version v
    join visible_stored_file f on f.process_id = v.process_id and f.id = v.file_id
    join stored_object x on x.process_id = v.process_id and x.id = v.object_id;
grant select on visible_stored_file, visible_stored_file_version to concert_app;

-- What can leave the store: what never became a version of a file, a day after it was begun; and, where the process has set a
-- term for files, what was taken away or replaced longer ago than that. The latest version of a file that stands never goes.
create function kernel.objects_to_go(p_now timestamptz) returns table (process_id uuid, object_id uuid)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p record;
    days integer;
    was text := current_setting('app.process', true);
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'the store is swept by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    for p in select x.id, x.settings -> 'retention' as terms from process x loop
        perform set_config('app.process', p.id::text, true);
        days := kernel.term(p.terms, 'files');
        return query
            select o.process_id, o.id from stored_object o
                left join stored_file_version v on v.process_id = o.process_id and v.object_id = o.id
                left join stored_file f on f.process_id = v.process_id and f.id = v.file_id
                left join stored_file_version n on n.process_id = v.process_id and n.file_id = v.file_id and n.number = v.number + 1
            where o.process_id = p.id and o.gone_at is null and case
                when v.id is null then o.at < p_now - interval '1 day'
                else least(f.taken_at, n.at) < p_now - make_interval(days => days) end
            order by o.at limit 1000;
    end loop;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;

-- They have left it.
create function kernel.objects_gone(p_process uuid, p_objects uuid[], p_now timestamptz) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare was text := current_setting('app.process', true);
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'the store is swept by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    perform set_config('app.process', p_process::text, true);
    update stored_object o set gone_at = p_now where o.process_id = p_process and o.id = any (p_objects) and o.gone_at is null;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;
revoke all on function kernel.objects_to_go(timestamptz), kernel.objects_gone(uuid, uuid[], timestamptz) from public;
grant execute on function kernel.objects_to_go(timestamptz), kernel.objects_gone(uuid, uuid[], timestamptz) to concert_app;

do $$
declare was text;
begin
    -- bringing files has a limit of its own, added to those there are
    select pg_get_constraintdef(c.oid) into was from pg_constraint c where c.conrelid = 'attempt'::regclass and c.conname = 'attempt_kind_check';
    alter table attempt drop constraint attempt_kind_check;
    execute 'alter table attempt add constraint attempt_kind_check ' || replace(was, 'ARRAY[', 'ARRAY[''file''::text, ');
    -- an import is not undone beneath a file that somebody has put on its action; added to what else builds on one
    was := pg_get_functiondef('kernel.builds_on(uuid[], uuid[])'::regprocedure);
    if position('union all select a.parent_id, ''part''' in was) = 0 then
        raise exception 'kernel.builds_on is another one than this migration knows';
    end if;
    execute replace(was, 'union all select a.parent_id, ''part''', 'union all select f.action_id, ''file'' from stored_file f
            where f.process_id = kernel.process_id() and f.action_id = any (p_ids) and f.taken_at is null
        union all select a.parent_id, ''part''');
end $$;
