-- Meetings: the Board, the pillars' formations of the Support Group, experts, consultations. What is on the table, who comes,
-- what was concluded, and who is to do what by when. Never public; what is inside a meeting is not for observers.

create table meeting (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- pillar: the Support Group in the formation of one pillar; support_group: across pillars
    body text not null check (body in ('board', 'pillar', 'support_group', 'expert', 'consultation', 'other')),
    -- none: of the whole process
    pillar_id uuid,
    title text not null check (length(title) between 1 and 300),
    about text not null default '' check (length(about) <= 5000),
    -- where no time of day is stated: the beginning of the first day, and of the last, in the meeting's time zone
    starts_at timestamptz not null,
    ends_at timestamptz,
    timed boolean not null,
    -- from then on it is past: its end, or the end of its day
    over_at timestamptz not null,
    -- in which it is stated (kernel/zone.rs)
    zone text not null check (zone in ('Europe/Belgrade', 'Europe/London', 'Europe/Sofia', 'UTC')),
    place text not null default '' check (length(place) <= 300),
    online text check (length(online) <= 2000 and online ~* '^https?://'),
    handling text not null default 'members' check (handling in ('members', 'parties')),
    state text not null default 'planned' check (state in ('planned', 'held', 'cancelled')),
    cancelled_why text not null default '' check (length(cancelled_why) <= 2000),
    conclusions text not null default '' check (length(conclusions) <= 50000),
    -- an address: known from public sources; who came is not known
    source_url text check (length(source_url) <= 2000 and source_url ~* '^https?://'),
    source_note text not null default '' check (length(source_note) <= 1000),
    -- how often what a calendar shows of it has changed
    sequence integer not null default 0 check (sequence >= 0),
    version integer not null default 1,
    created_at timestamptz not null,
    created_by_id uuid,
    changed_at timestamptz not null,
    -- derived: whom the level `parties` lets see it
    audience uuid[] not null default '{}',
    primary key (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    check (body <> 'pillar' or pillar_id is not null),
    check (body <> 'board' or pillar_id is null),
    check ((state = 'cancelled') = (cancelled_why <> '')),
    check (ends_at >= starts_at),
    check (over_at >= starts_at)
);
create index meeting_pillar on meeting (process_id, pillar_id, starts_at);
create index meeting_created_by on meeting (process_id, created_by_id);
create index meeting_starts on meeting (process_id, starts_at, id);
create index meeting_over on meeting (process_id, over_at);

-- Who is invited, whether they come, and whether they were there: organisations and beneficiaries, never persons.
create table meeting_attendance (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    meeting_id uuid not null,
    organisation_id uuid,
    beneficiary_id uuid,
    answer text check (answer in ('coming', 'unsure', 'not_coming')),
    answered_at timestamptz,
    answered_by_id uuid,
    -- none: not recorded
    attendance text check (attendance in ('attended', 'excused')),
    -- a word on it, such as who represented it
    note text not null default '' check (length(note) <= 300),
    primary key (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, answered_by_id) references membership (process_id, id),
    unique nulls not distinct (process_id, meeting_id, organisation_id, beneficiary_id),
    check ((organisation_id is null) <> (beneficiary_id is null)),
    check ((answer is null) = (answered_at is null))
);
create index meeting_attendance_meeting on meeting_attendance (process_id, meeting_id);
create index meeting_attendance_organisation on meeting_attendance (process_id, organisation_id);
create index meeting_attendance_beneficiary on meeting_attendance (process_id, beneficiary_id);
create index meeting_attendance_answered_by on meeting_attendance (process_id, answered_by_id);

create table agenda_item (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    meeting_id uuid not null,
    -- from 1
    place smallint not null check (place between 1 and 100),
    -- as it was put on: renaming the record does not rename what was on the table
    title text not null check (length(title) between 1 and 500),
    note text not null default '' check (length(note) <= 2000),
    kind text not null check (kind in ('own', 'decision', 'plan', 'overlap_case', 'needs', 'mapping_cycle', 'meeting_task')),
    -- of the kind's own table, without a key: several tables
    subject_id uuid,
    primary key (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    unique (process_id, meeting_id, place),
    check (kind not in ('own', 'needs') or subject_id is null)
);

create table meeting_paper (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    meeting_id uuid not null,
    place smallint not null check (place between 1 and 50),
    title text not null check (length(title) between 1 and 300),
    -- on the web, or inside the process and from its slash on
    address text not null check (length(address) <= 2000 and address ~* '^(https?://|/([^/\\]|$))'),
    primary key (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    unique (process_id, meeting_id, place)
);

-- Decisions that are before a meeting; they are prepared, voted and numbered in their own feature.
create table meeting_decision (
    process_id uuid not null default kernel.process_id(),
    meeting_id uuid not null,
    decision_id uuid not null,
    primary key (process_id, meeting_id, decision_id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    foreign key (process_id, decision_id) references board_decision (process_id, id)
);
create index meeting_decision_decision on meeting_decision (process_id, decision_id);

create table meeting_task (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    meeting_id uuid not null,
    title text not null check (length(title) between 1 and 500),
    -- whose it is: one of these
    membership_id uuid,
    organisation_id uuid,
    beneficiary_id uuid,
    due_on date,
    state text not null default 'open' check (state in ('open', 'done', 'dropped')),
    -- what was done, or why it was dropped
    answer text not null default '' check (length(answer) <= 2000),
    ended_at timestamptz,
    ended_by_id uuid,
    version integer not null default 1,
    created_at timestamptz not null,
    primary key (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, ended_by_id) references membership (process_id, id),
    check (num_nonnulls(membership_id, organisation_id, beneficiary_id) = 1),
    check ((state = 'open') = (ended_at is null)),
    check (state <> 'dropped' or answer <> '')
);
create index meeting_task_meeting on meeting_task (process_id, meeting_id);
create index meeting_task_membership on meeting_task (process_id, membership_id);
create index meeting_task_organisation on meeting_task (process_id, organisation_id);
create index meeting_task_beneficiary on meeting_task (process_id, beneficiary_id);
create index meeting_task_ended_by on meeting_task (process_id, ended_by_id);
create index meeting_task_open on meeting_task (process_id, due_on) where state = 'open';

-- The private address of a person's calendar in a process: its hash alone.
create table calendar_feed (
    process_id uuid not null default kernel.process_id() references process (id),
    account_id uuid not null references account (id),
    token_hash bytea not null check (octet_length(token_hash) = 32),
    made_at timestamptz not null,
    primary key (process_id, account_id),
    unique (process_id, token_hash)
);
create index calendar_feed_account on calendar_feed (account_id);

do $$
declare t text;
begin
    foreach t in array array['meeting', 'meeting_attendance', 'agenda_item', 'meeting_paper', 'meeting_decision', 'meeting_task', 'calendar_feed'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant update on meeting, meeting_attendance, agenda_item, meeting_task, calendar_feed to concert_app;
    grant delete on meeting_attendance, agenda_item, meeting_paper, meeting_decision, calendar_feed to concert_app;
end $$;

-- Whom the level `parties` lets see it: the lead of its pillar, those invited, and those who have a task of it.
create function kernel.derive_meeting() returns trigger language plpgsql as $$
begin
    new.audience := array(
        select new.pillar_id where new.pillar_id is not null
        union select coalesce(a.beneficiary_id, o.merged_into_id, a.organisation_id) from meeting_attendance a
            left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
            where a.process_id = new.process_id and a.meeting_id = new.id
        union select coalesce(t.beneficiary_id, o.merged_into_id, t.organisation_id) from meeting_task t
            left join organisation o on o.process_id = t.process_id and o.id = t.organisation_id
            where t.process_id = new.process_id and t.meeting_id = new.id and t.membership_id is null
        -- a person who sees it by another role, as the secretariat does, opens it to nobody of their organisation
        union select case m.role when 'beneficiary' then m.beneficiary_id else m.organisation_id end from meeting_task t
            join membership m on m.process_id = t.process_id and m.id = t.membership_id
            where t.process_id = new.process_id and t.meeting_id = new.id and ((m.role = 'beneficiary' and m.beneficiary_id is not null)
                or (m.role = 'partner' and m.organisation_id is not null)));
    return new;
end $$;
create trigger derive before insert or update on meeting for each row execute function kernel.derive_meeting();

create function kernel.touch_meetings() returns trigger language plpgsql as $$
begin
    update meeting m set version = m.version where m.process_id = kernel.process_id() and m.id in (select meeting_id from changed);
    return null;
end $$;
do $$
declare t text;
begin
    foreach t in array array['meeting_attendance', 'meeting_task'] loop
        execute format('create trigger touched_insert after insert on %I referencing new table as changed for each statement execute function kernel.touch_meetings()', t);
        execute format('create trigger touched_update after update on %I referencing new table as changed for each statement execute function kernel.touch_meetings()', t);
    end loop;
end $$;
create trigger touched_delete after delete on meeting_attendance referencing old table as changed for each statement execute function kernel.touch_meetings();

create function kernel.touch_meetings_of_organisation() returns trigger language plpgsql as $$
begin
    update meeting m set version = m.version where m.process_id = new.process_id and (
        m.id in (select a.meeting_id from meeting_attendance a where a.process_id = new.process_id and a.organisation_id = new.id)
        or m.id in (select t.meeting_id from meeting_task t where t.process_id = new.process_id and t.organisation_id = new.id));
    return null;
end $$;
create trigger meetings_touched after update of merged_into_id on organisation for each row
    when (old.merged_into_id is distinct from new.merged_into_id) execute function kernel.touch_meetings_of_organisation();

create function kernel.touch_meetings_of_member() returns trigger language plpgsql as $$
begin
    update meeting m set version = m.version where m.process_id = new.process_id
        and m.id in (select t.meeting_id from meeting_task t where t.process_id = new.process_id and t.membership_id = new.id);
    return null;
end $$;
create trigger meetings_touched after update of organisation_id, beneficiary_id, role on membership for each row
    when (old.organisation_id is distinct from new.organisation_id or old.beneficiary_id is distinct from new.beneficiary_id
        or old.role <> new.role)
    execute function kernel.touch_meetings_of_member();

revoke all on function kernel.derive_meeting(), kernel.touch_meetings(), kernel.touch_meetings_of_organisation(),
    kernel.touch_meetings_of_member() from public;
grant execute on function kernel.derive_meeting(), kernel.touch_meetings(), kernel.touch_meetings_of_organisation(),
    kernel.touch_meetings_of_member() to concert_app;

-- The same rule as permit.rs, "meeting: see"; a test holds the two together. Of what is inside, observers see nothing.
create view visible_meeting with (security_invoker = true) as
select m.process_id, m.id, m.body, m.pillar_id, m.title,
    case when (select kernel.takes_part()) then m.about else '' end as about,
    m.starts_at, m.ends_at, m.timed, m.over_at, m.zone, m.place,
    case when (select kernel.takes_part()) then m.online end as online,
    m.handling, m.state,
    case when (select kernel.takes_part()) then m.cancelled_why else '' end as cancelled_why,
    case when (select kernel.takes_part()) then m.conclusions else '' end as conclusions,
    m.source_url, m.source_note, m.sequence, m.version, m.created_at, m.created_by_id, m.changed_at, m.audience
from meeting m
where m.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or m.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]);

create view visible_meeting_attendance with (security_invoker = true) as
select x.* from meeting_attendance x join visible_meeting m on m.process_id = x.process_id and m.id = x.meeting_id
where (select kernel.takes_part());
create view visible_agenda_item with (security_invoker = true) as
select x.* from agenda_item x join visible_meeting m on m.process_id = x.process_id and m.id = x.meeting_id
where (select kernel.takes_part());
create view visible_meeting_paper with (security_invoker = true) as
select x.* from meeting_paper x join visible_meeting m on m.process_id = x.process_id and m.id = x.meeting_id
where (select kernel.takes_part());
create view visible_meeting_task with (security_invoker = true) as
select x.* from meeting_task x join visible_meeting m on m.process_id = x.process_id and m.id = x.meeting_id
where (select kernel.takes_part());
grant select on visible_meeting, visible_meeting_attendance, visible_agenda_item, visible_meeting_paper, visible_meeting_task to concert_app;

-- A meeting as every list and page reads it.
create function kernel.meeting_facts(m visible_meeting) returns jsonb language sql stable as $$
    select jsonb_build_object('id', m.id, 'body', m.body, 'pillar', m.pillar_id, 'title', m.title, 'about', m.about,
        'starts_at', m.starts_at, 'ends_at', m.ends_at, 'timed', m.timed, 'over_at', m.over_at, 'zone', m.zone, 'place', m.place,
        'online', m.online, 'handling', m.handling, 'state', m.state, 'cancelled_why', m.cancelled_why, 'conclusions', m.conclusions,
        'source_url', m.source_url, 'source_note', m.source_note, 'sequence', m.sequence, 'version', m.version,
        'changed_at', m.changed_at)
$$;

-- What of meetings waits for the reader of a home: those that come, those for which their party has not answered, tasks, and
-- what has taken place without a record. p_mine: memberships, organisations and beneficiaries of the reader.
create function kernel.meetings_waiting(p_now timestamptz, p_mine uuid[], p_most bigint) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object(
        'coming', coalesce((select jsonb_agg(kernel.meeting_facts(x.m) order by x.starts_at, x.id) from (
            select m, m.starts_at, m.id from visible_meeting m where m.process_id = kernel.process_id() and m.state = 'planned' and m.over_at >= p_now
            order by m.starts_at, m.id limit p_most) x), '[]'),
        'unanswered', coalesce((select jsonb_agg(kernel.meeting_facts(x.m) order by x.starts_at, x.id) from (
            select m, m.starts_at, m.id from visible_meeting m where m.process_id = kernel.process_id() and m.state = 'planned'
                and m.over_at between p_now and p_now + interval '90 days'
                and exists (select from visible_meeting_attendance a
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    where a.process_id = m.process_id and a.meeting_id = m.id and a.answer is null
                        and coalesce(a.beneficiary_id, o.merged_into_id, a.organisation_id) = any (p_mine))
            order by m.starts_at, m.id limit p_most) x), '[]'),
        'unrecorded', coalesce((select jsonb_agg(kernel.meeting_facts(x.m) order by x.starts_at, x.id) from (
            select m, m.starts_at, m.id from visible_meeting m where m.process_id = kernel.process_id() and m.state = 'planned' and m.over_at < p_now
            order by m.starts_at, m.id limit p_most) x), '[]'),
        'tasks', coalesce((select jsonb_agg(jsonb_build_object('id', x.id, 'meeting', x.meeting_id, 'title', x.title, 'due_on', x.due_on)
                order by x.due_on nulls last, x.id) from (
            select t.id, t.meeting_id, t.title, t.due_on from visible_meeting_task t
            left join organisation o on o.process_id = t.process_id and o.id = t.organisation_id
            where t.process_id = kernel.process_id() and t.state = 'open'
                and coalesce(t.membership_id, t.beneficiary_id, o.merged_into_id, t.organisation_id) = any (p_mine)
            order by t.due_on nulls last, t.id limit p_most) x), '[]'));
end $$;

revoke all on function kernel.meeting_facts(visible_meeting), kernel.meetings_waiting(timestamptz, uuid[], bigint) from public;
grant execute on function kernel.meeting_facts(visible_meeting), kernel.meetings_waiting(timestamptz, uuid[], bigint) to concert_app;

-- Enters a process by the private address of a calendar, with the eyes of its owner today. Null: there is no such address, or
-- it is nobody's any more: alike.
create function kernel.enter_calendar(p_slug text, p_token_hash bytea, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p process;
    owner uuid;
begin
    perform set_config('app.process', '', true), set_config('app.platform', '', true), set_config('app.account', '', true);
    select * into p from process where slug = p_slug and state = 'active';
    if p.id is null then return null; end if;
    perform set_config('app.process', p.id::text, true), set_config('app.levels', '', true);
    select f.account_id into owner from calendar_feed f join account a on a.id = f.account_id and a.disabled_at is null
        where f.process_id = p.id and f.token_hash = p_token_hash;
    if owner is not null then
        perform kernel.stand_for(owner, (p_now at time zone 'UTC')::date);
    end if;
    -- who is no member today has no levels
    if coalesce(current_setting('app.levels', true), '') = '' then
        perform set_config('app.process', '', true), set_config('app.account', '', true);
        return null;
    end if;
    return kernel.frame(p);
end $$;
revoke all on function kernel.enter_calendar(text, bytea, timestamptz) from public;
grant execute on function kernel.enter_calendar(text, bytea, timestamptz) to concert_app;

-- Being told of meetings is a topic of its own, added to those there are.
do $$
declare t text; was text;
begin
    foreach t in array array['notice', 'notice_choice'] loop
        select pg_get_constraintdef(c.oid) into was from pg_constraint c
            where c.conrelid = t::regclass and c.conname = t || '_topic_check';
        execute format('alter table %I drop constraint %I', t, t || '_topic_check');
        execute format('alter table %I add constraint %I %s', t, t || '_topic_check', replace(was, 'ARRAY[', 'ARRAY[''meetings''::text, '));
    end loop;
end $$;
