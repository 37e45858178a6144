-- Overlaps: what the finder has found or somebody has reported, worked as cases. The finder itself is in the server's memory;
-- here is what it catches up by, what it has found, and who may see which case.

-- The transaction that changed an action last. Whoever keeps something made from actions reads on from the oldest transaction
-- that was still open when it last read; a number above the newest one is of another cluster (a restored backup) and old.
alter table action add column changed bigint not null default 0;
create index action_changed on action (process_id, changed);
create function kernel.stamp_action() returns trigger language plpgsql as $$
begin
    new.changed := pg_current_xact_id()::text::bigint;
    return new;
end $$;
create trigger stamp before insert or update on action for each row execute function kernel.stamp_action();

-- How far a process has been gone through, and a full pass as it stands.
create table overlap_state (
    process_id uuid not null default kernel.process_id() references process (id),
    -- changes up to here have been scored; none: a full pass is due
    scored_to bigint,
    -- which finder made the likelihoods: another one makes a full pass due
    finder text not null default '',
    -- of a full pass: where it began to read, the last action that is done, how many of how many
    pass_from bigint,
    pass_after uuid,
    pass_done integer not null default 0,
    pass_total integer not null default 0,
    pass_began_at timestamptz,
    pass_ended_at timestamptz,
    primary key (process_id)
);

create table overlap_case (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    origin text not null check (origin in ('found', 'reported')),
    -- the pair, where it is one: the smaller id first
    first_id uuid,
    second_id uuid,
    kind text not null check (kind in ('same', 'overlap', 'synergy', 'sequence', 'part_of')),
    -- 0 to 1, as the finder has it; none where it was reported and the finder says nothing of it
    likelihood real check (likelihood between 0 and 1),
    -- what speaks for and against it, the weightiest first, as data
    reasons jsonb not null default '[]' check (jsonb_typeof(reasons) = 'array'),
    -- of what mattered when it was scored
    mattered bytea,
    scored_at timestamptz,
    reported_by_id uuid,
    report text not null default '' check (length(report) <= 5000),
    opened_at timestamptz not null,
    -- faded: no longer found, and nobody had taken it up
    state text not null default 'open' check (state in ('open', 'working', 'decided', 'closed', 'faded')),
    owner_id uuid,
    due_on date,
    decision text check (decision in ('merge', 'divide', 'sequence', 'join', 'accept', 'no_overlap')),
    decision_reason text not null default '' check (length(decision_reason) <= 5000),
    follow_up text not null default '' check (length(follow_up) <= 5000),
    decided_at timestamptz,
    decided_by_id uuid,
    -- of what mattered when it was decided: a dismissed pair keeps quiet as long as that stays
    decided_on bytea,
    outcome text not null default '' check (length(outcome) <= 5000),
    outcome_at timestamptz,
    outcome_by_id uuid,
    escalated_at timestamptz,
    escalated_by_id uuid,
    escalation text not null default '' check (length(escalation) <= 5000),
    version integer not null default 1,
    -- derived by trigger from the actions: whom the case concerns
    restricted boolean not null default false,
    -- every member sees all its actions
    plain boolean not null default false,
    organisations uuid[] not null default '{}',
    beneficiaries uuid[] not null default '{}',
    pillars uuid[] not null default '{}',
    primary key (process_id, id),
    foreign key (process_id, first_id) references action (process_id, id),
    foreign key (process_id, second_id) references action (process_id, id),
    foreign key (process_id, reported_by_id) references membership (process_id, id),
    foreign key (process_id, owner_id) references membership (process_id, id),
    foreign key (process_id, decided_by_id) references membership (process_id, id),
    foreign key (process_id, outcome_by_id) references membership (process_id, id),
    foreign key (process_id, escalated_by_id) references membership (process_id, id),
    check ((first_id is null) = (second_id is null) and (first_id is null or first_id < second_id)),
    check ((decision is null) = (decided_at is null)),
    check (state not in ('decided', 'closed') or decision is not null)
);
create unique index overlap_case_pair on overlap_case (process_id, first_id, second_id);
create index overlap_case_second on overlap_case (process_id, second_id);
create index overlap_case_reported_by on overlap_case (process_id, reported_by_id) where reported_by_id is not null;
create index overlap_case_owner on overlap_case (process_id, owner_id) where owner_id is not null;
create index overlap_case_decided_by on overlap_case (process_id, decided_by_id) where decided_by_id is not null;
create index overlap_case_outcome_by on overlap_case (process_id, outcome_by_id) where outcome_by_id is not null;
create index overlap_case_escalated_by on overlap_case (process_id, escalated_by_id) where escalated_by_id is not null;
create index overlap_case_list on overlap_case (process_id, state, likelihood desc nulls last, id);

create table overlap_case_action (
    process_id uuid not null default kernel.process_id(),
    case_id uuid not null,
    action_id uuid not null,
    position smallint not null default 0,
    -- its keeper shows title, keeper and contact to those of this case who may not see the action
    disclosed_at timestamptz,
    disclosed_by_id uuid,
    -- its keeper was asked, and has said no
    kept_at timestamptz,
    asked_at timestamptz,
    primary key (process_id, case_id, action_id),
    foreign key (process_id, case_id) references overlap_case (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, disclosed_by_id) references membership (process_id, id)
);
create index overlap_case_action_action on overlap_case_action (process_id, action_id);
create index overlap_case_action_disclosed_by on overlap_case_action (process_id, disclosed_by_id) where disclosed_by_id is not null;

-- Organisations invited to take part besides those of the actions.
create table overlap_invited (
    process_id uuid not null default kernel.process_id(),
    case_id uuid not null,
    organisation_id uuid not null,
    at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, case_id, organisation_id),
    foreign key (process_id, case_id) references overlap_case (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index overlap_invited_organisation on overlap_invited (process_id, organisation_id);
create index overlap_invited_by on overlap_invited (process_id, by_membership_id);

create table overlap_remark (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    case_id uuid not null,
    by_membership_id uuid not null,
    text text not null check (length(text) between 1 and 5000),
    at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, case_id) references overlap_case (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index overlap_remark_case on overlap_remark (process_id, case_id, at);
create index overlap_remark_by on overlap_remark (process_id, by_membership_id);

-- Two entries of one action made one: everything that was taken over, so that it can be undone to the letter.
create table action_merge (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    case_id uuid,
    kept_id uuid not null,
    gone_id uuid not null,
    taken jsonb not null default '{}' check (jsonb_typeof(taken) = 'object'),
    why text not null default '' check (length(why) <= 2000),
    at timestamptz not null,
    by_membership_id uuid not null,
    undone_at timestamptz,
    undone_by_id uuid,
    primary key (process_id, id),
    foreign key (process_id, case_id) references overlap_case (process_id, id),
    foreign key (process_id, kept_id) references action (process_id, id),
    foreign key (process_id, gone_id) references action (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, undone_by_id) references membership (process_id, id),
    check (kept_id <> gone_id)
);
create index action_merge_case on action_merge (process_id, case_id);
create index action_merge_kept on action_merge (process_id, kept_id);
create index action_merge_gone on action_merge (process_id, gone_id);
create index action_merge_by on action_merge (process_id, by_membership_id);
create index action_merge_undone_by on action_merge (process_id, undone_by_id) where undone_by_id is not null;

do $$
declare t text;
begin
    foreach t in array array['overlap_state', 'overlap_case', 'overlap_case_action', 'overlap_invited', 'overlap_remark', 'action_merge'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant delete on overlap_invited to concert_app;
end $$;

-- Whom cases concern. Of a case with a restricted action nobody learns but those who keep or are party to its actions: its
-- pillars' leads and its beneficiaries would learn of a record that they may not know of.
create function kernel.concern_overlap_cases(p_cases uuid[]) returns void language sql as $$
    update overlap_case c set restricted = d.restricted, plain = d.plain, organisations = d.organisations,
        beneficiaries = case when d.restricted then '{}' else d.beneficiaries end,
        pillars = case when d.restricted then '{}' else d.pillars end
    from (select k.id,
            coalesce((select bool_or(a.handling = 'restricted' and ca.disclosed_at is null) from overlap_case_action ca
                join action a on a.process_id = ca.process_id and a.id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id), false) as restricted,
            coalesce((select bool_and(a.handling in ('public', 'members') and a.claim <> 'declined') from overlap_case_action ca
                join action a on a.process_id = ca.process_id and a.id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id), false) as plain,
            array(select a.reporting_id from overlap_case_action ca join action a on a.process_id = ca.process_id and a.id = ca.action_id
                    where ca.process_id = k.process_id and ca.case_id = k.id
                union select p.organisation_id from overlap_case_action ca
                    join action a on a.process_id = ca.process_id and a.id = ca.action_id and a.handling <> 'restricted'
                    join action_party p on p.process_id = ca.process_id and p.action_id = ca.action_id
                    where ca.process_id = k.process_id and ca.case_id = k.id
                union select i.organisation_id from overlap_invited i where i.process_id = k.process_id and i.case_id = k.id) as organisations,
            array(select distinct b.beneficiary_id from overlap_case_action ca
                join action_beneficiary b on b.process_id = ca.process_id and b.action_id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id) as beneficiaries,
            array(select distinct l.pillar_id from overlap_case_action ca
                join action_pillar l on l.process_id = ca.process_id and l.action_id = ca.action_id
                where ca.process_id = k.process_id and ca.case_id = k.id) as pillars
        from overlap_case k where k.process_id = kernel.process_id() and k.id = any (p_cases)) d
    where c.process_id = kernel.process_id() and c.id = d.id
        and (c.restricted, c.plain, c.organisations, c.beneficiaries, c.pillars) is distinct from (d.restricted, d.plain, d.organisations,
            case when d.restricted then '{}' else d.beneficiaries end, case when d.restricted then '{}' else d.pillars end)
$$;
create function kernel.concern_changed_cases() returns trigger language plpgsql as $$
begin
    perform kernel.concern_overlap_cases(array(select distinct case_id from changed));
    return null;
end $$;
create trigger concern_insert after insert on overlap_case_action referencing new table as changed for each statement
    execute function kernel.concern_changed_cases();
create trigger concern_update after update on overlap_case_action referencing new table as changed for each statement
    execute function kernel.concern_changed_cases();
create trigger concern_insert after insert on overlap_invited referencing new table as changed for each statement
    execute function kernel.concern_changed_cases();
create trigger concern_delete after delete on overlap_invited referencing old table as changed for each statement
    execute function kernel.concern_changed_cases();
create function kernel.concern_cases_of_actions() returns trigger language plpgsql as $$
declare cases uuid[];
begin
    cases := array(select distinct ca.case_id from changed n join before o on o.process_id = n.process_id and o.id = n.id
        join overlap_case_action ca on ca.process_id = n.process_id and ca.action_id = n.id
        where (n.audience, n.handling, n.claim) is distinct from (o.audience, o.handling, o.claim));
    if cases <> '{}' then perform kernel.concern_overlap_cases(cases); end if;
    return null;
end $$;
create trigger concern_cases after update on action referencing new table as changed old table as before for each statement
    execute function kernel.concern_cases_of_actions();

-- Which cases a member sees. What the finder says of one is shown to those alone who see all its actions, or to whom they
-- were disclosed for it: the likelihood, the kind and the reasons tell of what is in them.
create view visible_overlap_case with (security_invoker = true) as
select c.process_id, c.id, c.origin, c.state, c.owner_id, c.due_on, c.decision, c.decision_reason, c.follow_up, c.decided_at,
    c.decided_by_id, c.outcome, c.outcome_at, c.outcome_by_id, c.escalated_at, c.escalated_by_id, c.escalation, c.version,
    c.opened_at, c.reported_by_id, c.report, c.restricted, c.organisations, c.beneficiaries, c.pillars, s.whole,
    case when s.whole then c.kind end as kind, case when s.whole then c.likelihood end as likelihood,
    case when s.whole then c.reasons else '[]' end as reasons, case when s.whole then c.scored_at end as scored_at
from overlap_case c
cross join lateral (select case when c.plain then true else not exists (select from overlap_case_action ca
    where ca.process_id = c.process_id and ca.case_id = c.id and ca.disclosed_at is null
        and not exists (select from visible_action a where a.process_id = ca.process_id and a.id = ca.action_id)) end as whole) s
where (select current_setting('app.support_group', true) = 'on')
    or ((select 'parties' = any (string_to_array(current_setting('app.levels', true), ','))) and (not c.restricted or c.escalated_at is not null))
    or c.organisations && (select nullif(current_setting('app.audience', true), '')::uuid[])
    or c.beneficiaries && (select nullif(current_setting('app.audience', true), '')::uuid[])
    or c.pillars && (select nullif(current_setting('app.audience', true), '')::uuid[]);

-- The actions of a case: in full, as far as disclosed for it (title, keeper), or hidden: then nothing but that there is one.
-- The secretariat may know whom to ask.
create view visible_overlap_action with (security_invoker = true) as
select ca.process_id, ca.case_id, ca.position, s.sight,
    case when s.sight = 'full' then a.id end as action_id,
    case when s.sight <> 'hidden' then a.title end as title,
    case when s.sight <> 'hidden' or (select current_setting('app.support_group', true) = 'on') then a.reporting_id end as keeper_id,
    ca.disclosed_at, ca.kept_at, ca.asked_at,
    -- the reader keeps it, and decides whether to disclose it
    a.reporting_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]) as own
from overlap_case_action ca
join visible_overlap_case c on c.process_id = ca.process_id and c.id = ca.case_id
join action a on a.process_id = ca.process_id and a.id = ca.action_id
cross join lateral (select case
    when exists (select from visible_action v where v.process_id = a.process_id and v.id = a.id) then 'full'
    when ca.disclosed_at is not null then 'disclosed' else 'hidden' end as sight) s;

create view visible_overlap_remark with (security_invoker = true) as
select r.* from overlap_remark r join visible_overlap_case c on c.process_id = r.process_id and c.id = r.case_id;

create view visible_action_merge with (security_invoker = true) as
select m.* from action_merge m join visible_action a on a.process_id = m.process_id and a.id = m.kept_id;

grant select on visible_overlap_case, visible_overlap_action, visible_overlap_remark, visible_action_merge to concert_app;

revoke all on function kernel.concern_overlap_cases(uuid[]) from public;
grant execute on function kernel.concern_overlap_cases(uuid[]) to concert_app;

-- Being told about them is a topic of its own, added to those there are.
do $$
declare t text; was text;
begin
    foreach t in array array['notice', 'notice_choice'] loop
        select pg_get_constraintdef(c.oid) into was from pg_constraint c
            where c.conrelid = t::regclass and c.conname = t || '_topic_check';
        execute format('alter table %I drop constraint %I', t, t || '_topic_check');
        execute format('alter table %I add constraint %I %s', t, t || '_topic_check', replace(was, 'ARRAY[', 'ARRAY[''overlaps''::text, '));
    end loop;
end $$;

-- The same as it was, and which transaction changed it last.
create or replace view visible_action with (security_invoker = true) as
select a.process_id, a.id, a.reporting_id, a.title, a.description, a.status, a.handling,
    a.planned_start, a.planned_start_precision, a.planned_end, a.planned_end_precision,
    a.actual_start, a.actual_start_precision, a.actual_end, a.actual_end_precision, a.date_note,
    a.starts_on, a.ends_on, a.parent_id, a.parent_text, a.theme_text, a.reference, a.source_url, a.source_note,
    case when (select current_setting('app.money', true) = 'on') then a.stated_total end as stated_total,
    case when (select current_setting('app.money', true) = 'on') then a.stated_currency end as stated_currency,
    a.claim, a.claim_reason, a.reported_by_id, a.open_to_support_group, a.last_confirmed_at, a.last_confirmed_by_id,
    a.merged_into_id, a.version, a.created_at, a.created_by_id, a.updated_at, a.updated_by_id, a.audience, a.missing,
    a.search_title, a.search_text, a.changed
from action a
where (a.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (a.handling in ('parties', 'restricted') and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (a.handling = 'restricted' and a.open_to_support_group and (select current_setting('app.support_group', true) = 'on')))
    and (a.claim <> 'declined' or (select current_setting('app.support_group', true) = 'on')
        or exists (select from membership m where m.process_id = a.process_id and m.id = a.reported_by_id
            and m.account_id = (select nullif(current_setting('app.account', true), '')::uuid)));

-- Who keeps the actions of a question, seen or not: to tell them that somebody asks, never to be shown.
create function kernel.overlap_keepers(p_case uuid) returns table (action_id uuid, keeper uuid) language sql stable as $$
    select ca.action_id, a.reporting_id from overlap_case_action ca
    join action a on a.process_id = ca.process_id and a.id = ca.action_id
    join visible_overlap_case c on c.process_id = ca.process_id and c.id = ca.case_id
    where ca.process_id = kernel.process_id() and ca.case_id = p_case
$$;
revoke all on function kernel.overlap_keepers(uuid) from public;
grant execute on function kernel.overlap_keepers(uuid) to concert_app;

-- Nobody else changes the action until this transaction ends.
create function kernel.hold_action(p_action uuid) returns void language sql as $$
    select from action where process_id = kernel.process_id() and id = p_action for update
$$;
revoke all on function kernel.hold_action(uuid) from public;
grant execute on function kernel.hold_action(uuid) to concert_app;
grant delete on plan_node_action to concert_app;
