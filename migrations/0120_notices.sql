-- Being told: what each person is told in a process, how (in the portal alone, at once by letter, or in one letter a day),
-- and which days they are warned of ahead.

create table notice (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- the person; a person with two memberships is told once
    account_id uuid not null references account (id),
    -- the membership by which they were told
    membership_id uuid not null,
    topic text not null check (topic in ('steps', 'asks', 'remarks', 'positions', 'decisions', 'deadlines', 'actions', 'documents', 'requests')),
    -- what it is about; a view visible_<kind>, where there is one, says who may (still) be told
    subject_kind text not null check (subject_kind ~ '^[a-z][a-z_]{1,30}$'),
    subject_id uuid not null,
    -- what a letter groups it under: a plan, an action
    group_kind text check (group_kind ~ '^[a-z][a-z_]{1,30}$'),
    group_id uuid,
    group_title text not null default '' check (length(group_title) <= 300),
    by_membership_id uuid,
    -- the text, by its Fluent key, and what it speaks of: names, no markup
    key text not null check (key ~ '^[a-z][a-z0-9-]{1,80}$'),
    args jsonb not null default '{}' check (jsonb_typeof(args) = 'object'),
    -- a letter about it says only that there is something
    discreet boolean not null default false,
    -- an address inside the process
    link text not null check (link ~ '^/[^/\\[:cntrl:]][^\\[:cntrl:]]*$' and length(link) <= 500),
    deadline date,
    -- told once for each of these
    dedupe_key text not null check (length(dedupe_key) between 1 and 200),
    at timestamptz not null,
    read_at timestamptz,
    -- none: by no letter; at_once: by its own; digest: waits for the day's; sent: was in one
    mail text not null check (mail in ('none', 'at_once', 'digest', 'sent')),
    mail_at timestamptz,
    primary key (process_id, id),
    unique (process_id, account_id, dedupe_key),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    check ((group_kind is null) = (group_id is null))
);
create index notice_account on notice (account_id);
create index notice_membership on notice (process_id, membership_id);
create index notice_by on notice (process_id, by_membership_id);
create index notice_subject on notice (process_id, subject_kind, subject_id);
create index notice_list on notice (process_id, account_id, (read_at is null) desc, at desc, id desc);
create index notice_unread on notice (process_id, account_id) where read_at is null;
create index notice_waiting on notice (process_id, account_id) where mail = 'digest';

-- How a person wants to be told; what is not chosen is as the portal has it (features/notices/model.rs).
create table notice_choice (
    process_id uuid not null default kernel.process_id() references process (id),
    account_id uuid not null references account (id),
    topic text not null check (topic in ('steps', 'asks', 'remarks', 'positions', 'decisions', 'deadlines', 'actions', 'documents', 'requests')),
    how text not null check (how in ('at_once', 'digest', 'none')),
    primary key (process_id, account_id, topic)
);
create index notice_choice_account on notice_choice (account_id);

-- The letter of a day, one a person: written in the transaction that writes the letter.
create table notice_digest (
    process_id uuid not null default kernel.process_id() references process (id),
    account_id uuid not null references account (id),
    day date not null,
    at timestamptz not null,
    primary key (process_id, account_id, day)
);
create index notice_digest_account on notice_digest (account_id);

-- A day by which somebody is asked for something.
create table deadline (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    subject_kind text not null check (subject_kind ~ '^[a-z][a-z_]{1,30}$'),
    subject_id uuid not null,
    -- which of the subject's days
    what text not null check (what ~ '^[a-z][a-z_]{1,30}$'),
    group_kind text,
    group_id uuid,
    group_title text not null default '' check (length(group_title) <= 300),
    due_on date not null,
    key text not null check (key ~ '^[a-z][a-z0-9-]{1,80}$'),
    args jsonb not null default '{}' check (jsonb_typeof(args) = 'object'),
    discreet boolean not null default false,
    link text not null check (link ~ '^/[^/\\[:cntrl:]][^\\[:cntrl:]]*$' and length(link) <= 500),
    primary key (process_id, id),
    unique (process_id, subject_kind, subject_id, what),
    check ((group_kind is null) = (group_id is null))
);
create index deadline_due on deadline (process_id, due_on);

-- Who is asked, as far as they have not answered: what is done is taken away.
create table deadline_asked (
    process_id uuid not null default kernel.process_id(),
    deadline_id uuid not null,
    kind text not null check (kind in ('members', 'organisations', 'beneficiaries', 'pillars', 'leads', 'roles')),
    -- an id, or a role
    party text not null,
    -- of organisations and beneficiaries: those alone who carry this mark
    mark text check (mark in ('speaks', 'votes', 'focal')),
    primary key (process_id, deadline_id, kind, party),
    foreign key (process_id, deadline_id) references deadline (process_id, id)
);

do $$
declare t text;
begin
    foreach t in array array['notice', 'notice_choice', 'notice_digest', 'deadline', 'deadline_asked'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant delete on deadline, deadline_asked, notice_choice to concert_app;
end $$;

-- The eyes of another member: sets what kernel.enter sets for who sees what, from their memberships of the day. A test
-- holds the two together.
create function kernel.stand_for(p_account uuid, p_today date) returns void language plpgsql as $$
declare
    levels text := '';
    audience uuid[] := '{}';
    sees_money boolean := false;
    secretariat boolean := false;
    m record;
begin
    for m in
        select x.role, x.organisation_id, x.beneficiary_id, array(select mp.pillar_id from public.membership_pillar mp
            where mp.process_id = x.process_id and mp.membership_id = x.id) as pillars
        from public.membership x
        where x.process_id = kernel.process_id() and x.account_id = p_account and x.state = 'active' and x.starts_on <= p_today
            and coalesce(x.ends_on, p_today) >= p_today
        order by x.created_at
    loop
        case m.role
            when 'support_group' then levels := 'public,members,parties'; secretariat := true; sees_money := true;
            when 'chair' then levels := 'public,members,parties'; sees_money := true;
            when 'lead' then audience := audience || m.pillars; sees_money := true;
            when 'beneficiary' then audience := audience || m.beneficiary_id; sees_money := true;
            when 'partner' then audience := audience || m.organisation_id; sees_money := true;
            else null;
        end case;
        if levels = '' then levels := 'public,members'; end if;
    end loop;
    perform set_config('app.account', p_account::text, true), set_config('app.levels', levels, true),
        set_config('app.audience', audience::text, true),
        set_config('app.money', case when sees_money then 'on' else 'off' end, true),
        set_config('app.support_group', case when secretariat then 'on' else 'off' end, true);
end $$;

-- Whether the transaction's member sees a thing: through the view of its kind; of what has no view, the pages decide.
create function kernel.sees(p_kind text, p_id uuid) returns boolean language plpgsql as $$
declare
    seen regclass;
    answer boolean;
begin
    if p_kind !~ '^[a-z][a-z_]{1,30}$' then return false; end if;
    seen := to_regclass('public.visible_' || p_kind);
    if seen is null then return true; end if;
    execute format('select exists (select from %s where process_id = $1 and id = $2)', seen)
        into answer using kernel.process_id(), p_id;
    return answer;
end $$;

-- Those of some people who see a thing. What the transaction was before, it is again afterwards.
create function kernel.who_sees(p_kind text, p_id uuid, p_accounts uuid[], p_today date) returns setof uuid
language plpgsql as $$
declare
    names text[] := array['app.account', 'app.levels', 'app.audience', 'app.money', 'app.support_group'];
    before text[] := array(select coalesce(current_setting(n.name, true), '') from unnest(names) with ordinality n (name, i) order by n.i);
    a uuid;
begin
    foreach a in array p_accounts loop
        perform kernel.stand_for(a, p_today);
        if kernel.sees(p_kind, p_id) then return next a; end if;
    end loop;
    for i in 1 .. array_length(names, 1) loop
        perform set_config(names[i], before[i], true);
    end loop;
end $$;

-- Current members that are addressed, one membership a person. p_to: lists of ids by what they are (members,
-- organisations, beneficiaries, pillars, leads) and of roles; mark: of organisations and beneficiaries, those alone who
-- carry it. Observers are addressed by name or role alone.
create function kernel.addressed(p_to jsonb, p_today date) returns table (account_id uuid, membership_id uuid)
language sql stable as $$
    select distinct on (m.account_id) m.account_id, m.id
    from public.membership m
    where m.process_id = kernel.process_id() and m.state = 'active' and m.starts_on <= p_today
        and coalesce(m.ends_on, p_today) >= p_today
        and (p_to -> 'members' ? m.id::text
            or p_to -> 'roles' ? m.role
            or (m.role <> 'observer' and (p_to -> 'organisations' ? m.organisation_id::text or p_to -> 'beneficiaries' ? m.beneficiary_id::text)
                and case p_to ->> 'mark'
                    when 'speaks' then coalesce(m.speaks_for_from <= p_today and coalesce(m.speaks_for_to, p_today) >= p_today, false)
                    when 'votes' then coalesce(m.votes_from <= p_today and coalesce(m.votes_to, p_today) >= p_today, false)
                    when 'focal' then m.focal_point
                    else true end)
            or (m.role <> 'observer' and exists (select from public.membership_pillar mp where mp.process_id = m.process_id and mp.membership_id = m.id
                and (p_to -> 'pillars' ? mp.pillar_id::text or (m.role = 'lead' and p_to -> 'leads' ? mp.pillar_id::text)))))
    order by m.account_id, m.created_at, m.id
$$;

-- Who is told: those addressed who see the thing, without its author; where there is none of them, the roles of
-- p_to's "or_else".
create function kernel.readers(p_to jsonb, p_kind text, p_id uuid, p_author uuid, p_today date)
returns table (account_id uuid, membership_id uuid) language plpgsql as $$
declare
    author uuid := (select m.account_id from public.membership m where m.process_id = kernel.process_id() and m.id = p_author);
    asked jsonb := p_to;
    someone boolean := false;
    r record;
begin
    loop
        for r in
            with them as materialized (select d.* from kernel.addressed(asked, p_today) d where d.account_id is distinct from author)
            select them.* from kernel.who_sees(p_kind, p_id, array(select t.account_id from them t), p_today) s (account_id)
                join them on them.account_id = s.account_id
        loop
            account_id := r.account_id;
            membership_id := r.membership_id;
            someone := true;
            return next;
        end loop;
        exit when someone or p_to -> 'or_else' is null or asked ? 'otherwise';
        asked := jsonb_build_object('roles', p_to -> 'or_else', 'otherwise', true);
    end loop;
end $$;

-- What entering answers, and how many notices are unread: up to a hundred are counted. Around kernel.enter, so that no
-- page asks a statement more for it.
create function kernel.with_notices(p_answer jsonb) returns jsonb language sql as $$
    select case when p_answer ->> 'status' <> 'ok' then p_answer else p_answer || jsonb_build_object('unread',
        (select count(*) from (select from public.notice n where n.process_id = kernel.process_id()
            and n.account_id = kernel.account_id() and n.read_at is null limit 100) u)) end
$$;

revoke all on function kernel.stand_for, kernel.sees, kernel.who_sees, kernel.addressed, kernel.readers, kernel.with_notices from public;
grant execute on function kernel.stand_for, kernel.sees, kernel.who_sees, kernel.addressed, kernel.readers, kernel.with_notices to concert_app;
