-- Needs: what a beneficiary says it needs, in which mapping cycle, what answers it, and how far it is covered. Never public,
-- and not for observers.

-- A round in which the beneficiaries state their needs; open until it is closed.
create table mapping_cycle (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    name text not null check (length(name) between 1 and 200),
    first_year smallint not null check (first_year between 1990 and 2100),
    last_year smallint not null check (last_year between 1990 and 2100),
    opened_at timestamptz not null,
    closed_at timestamptz,
    version integer not null default 1,
    created_by_id uuid,
    primary key (process_id, id),
    unique (process_id, name),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    check (last_year >= first_year),
    check (closed_at >= opened_at)
);
create index mapping_cycle_created_by on mapping_cycle (process_id, created_by_id);

alter table need
    add column cycle_id uuid not null,
    add column theme_id uuid,
    add column type text check (type in ('legislative', 'institutional', 'operational')),
    add column perspective text check (perspective in ('prevention', 'response')),
    add column priority text check (priority in ('high', 'medium', 'low')),
    -- the first day of what is stated, and how much of it is
    add column by_when date,
    add column by_when_precision text check (by_when_precision in ('year', 'month', 'day')),
    add column title text not null check (length(title) between 1 and 300),
    add column body text not null default '' check (length(body) <= 20000),
    -- the same in the beneficiary's own language
    add column own_language text check (own_language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    add column own_title text not null default '' check (length(own_title) <= 300),
    add column own_body text not null default '' check (length(own_body) <= 20000),
    add column exists_already text not null default '' check (length(exists_already) <= 20000),
    add column evidence text not null default '' check (length(evidence) <= 20000),
    -- never public
    add column handling text not null default 'members' check (handling in ('members', 'parties', 'restricted')),
    add column state text not null default 'draft' check (state in ('draft', 'submitted', 'withdrawn')),
    -- written by the secretariat, whose name stands beside it
    add column on_behalf boolean not null default false,
    add column submitted_at timestamptz,
    add column submitted_by_id uuid,
    add column withdrawn_at timestamptz,
    add column withdrawn_why text not null default '' check (length(withdrawn_why) <= 5000),
    -- the need of an earlier cycle that it was taken over from, and whether it still says the same
    add column copied_from_id uuid,
    add column carried text check (carried in ('confirmed', 'changed')),
    add column version integer not null default 1,
    add column created_at timestamptz not null default now(),
    add column created_by_id uuid,
    add column updated_at timestamptz not null default now(),
    add column updated_by_id uuid,
    -- derived: whom the level `parties` lets see it besides its beneficiary; what it is found by (kernel::fold)
    add column audience uuid[] not null default '{}',
    add column search_text text not null default '',
    add foreign key (process_id, cycle_id) references mapping_cycle (process_id, id),
    add foreign key (process_id, theme_id) references theme (process_id, id),
    add foreign key (process_id, copied_from_id) references need (process_id, id),
    add foreign key (process_id, submitted_by_id) references membership (process_id, id),
    add foreign key (process_id, created_by_id) references membership (process_id, id),
    add foreign key (process_id, updated_by_id) references membership (process_id, id),
    add check ((by_when is null) = (by_when_precision is null)),
    add check (state <> 'submitted' or (submitted_at is not null and type is not null and perspective is not null)),
    add check ((state = 'withdrawn') = (withdrawn_at is not null)),
    add check (copied_from_id is distinct from id);
create index need_cycle on need (process_id, cycle_id, beneficiary_id);
create index need_theme on need (process_id, theme_id);
create index need_submitted_by on need (process_id, submitted_by_id);
create index need_created_by on need (process_id, created_by_id);
create index need_updated_by on need (process_id, updated_by_id);
-- taken over once into each cycle
create unique index need_copied_once on need (process_id, copied_from_id, cycle_id) where state <> 'withdrawn';
create index need_copied_from on need (process_id, copied_from_id);

-- An organisation that a need of the level `parties` or `restricted` is shown to.
create table need_organisation (
    process_id uuid not null default kernel.process_id(),
    need_id uuid not null,
    organisation_id uuid not null,
    primary key (process_id, need_id, organisation_id),
    foreign key (process_id, need_id) references need (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index need_organisation_organisation on need_organisation (process_id, organisation_id);

-- The link from an action to a need. One that was declined or withdrawn stays; proposed again it is another.
alter table response
    add column state text not null default 'proposed' check (state in ('proposed', 'confirmed', 'declined', 'withdrawn')),
    -- what of the need the action answers
    add column how text not null default '' check (length(how) <= 5000),
    add column proposed_at timestamptz not null default now(),
    add column proposed_by_id uuid,
    add column answered_at timestamptz,
    add column answered_by_id uuid,
    add column answer text not null default '' check (length(answer) <= 2000),
    add column withdrawn_at timestamptz,
    add column withdrawn_by_id uuid,
    add foreign key (process_id, proposed_by_id) references membership (process_id, id),
    add foreign key (process_id, answered_by_id) references membership (process_id, id),
    add foreign key (process_id, withdrawn_by_id) references membership (process_id, id),
    add check ((answered_at is null) or state <> 'proposed'),
    add check (state <> 'declined' or answer <> ''),
    add check ((state = 'withdrawn') = (withdrawn_at is not null));
create unique index response_once on response (process_id, need_id, action_id) where state in ('proposed', 'confirmed');
create index response_proposed_by on response (process_id, proposed_by_id);
create index response_answered_by on response (process_id, answered_by_id);
create index response_withdrawn_by on response (process_id, withdrawn_by_id);

-- How far a need is covered, as it was judged; the latest stands, none is ever changed.
create table need_judgement (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    need_id uuid not null,
    coverage text not null check (coverage in ('not', 'partly', 'covered', 'more')),
    reason text not null check (length(reason) between 1 and 5000),
    at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, id),
    foreign key (process_id, need_id) references need (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index need_judgement_need on need_judgement (process_id, need_id, at desc, id desc);
create index need_judgement_by on need_judgement (process_id, by_membership_id);

do $$
declare t text;
begin
    foreach t in array array['mapping_cycle', 'need_organisation', 'need_judgement'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
grant update on mapping_cycle to concert_app;
grant delete on need_organisation to concert_app;

-- Whom the level `parties` lets see it: its plan's leads, those it is shown to, and those whose action answers it; of
-- `restricted` those alone whom it is shown to.
create function kernel.derive_need() returns trigger language plpgsql as $$
begin
    new.audience := array(
        select coalesce(o.merged_into_id, o.id) from need_organisation x
            join organisation o on o.process_id = x.process_id and o.id = x.organisation_id
            where x.process_id = new.process_id and x.need_id = new.id);
    if new.handling <> 'restricted' then
        new.audience := new.audience || array(
            select p.pillar_id from plan_node n join plan p on p.process_id = n.process_id and p.id = n.plan_id
                where n.process_id = new.process_id and n.id = new.plan_node_id and p.pillar_id is not null
            union
            select a.reporting_id from response r join action a on a.process_id = r.process_id and a.id = r.action_id
                where r.process_id = new.process_id and r.need_id = new.id and r.state in ('proposed', 'confirmed'));
    end if;
    return new;
end $$;
create trigger derive before insert or update on need for each row execute function kernel.derive_need();

create function kernel.touch_needs() returns trigger language plpgsql as $$
begin
    update need n set version = n.version where n.process_id = kernel.process_id() and n.id in (select need_id from changed);
    return null;
end $$;
do $$
declare t text;
begin
    foreach t in array array['need_organisation', 'response'] loop
        execute format('create trigger touched_insert after insert on %I referencing new table as changed for each statement execute function kernel.touch_needs()', t);
        execute format('create trigger touched_update after update on %I referencing new table as changed for each statement execute function kernel.touch_needs()', t);
    end loop;
end $$;
create trigger touched_delete after delete on need_organisation referencing old table as changed for each statement execute function kernel.touch_needs();

-- Another organisation keeps the action, or one organisation was merged into another: seen by others.
create function kernel.touch_needs_of_action() returns trigger language plpgsql as $$
begin
    update need n set version = n.version where n.process_id = new.process_id
        and n.id in (select r.need_id from response r where r.process_id = new.process_id and r.action_id = new.id);
    return null;
end $$;
create trigger needs_touched after update of reporting_id on action for each row
    when (old.reporting_id is distinct from new.reporting_id) execute function kernel.touch_needs_of_action();
create function kernel.touch_needs_of_organisation() returns trigger language plpgsql as $$
begin
    update need n set version = n.version where n.process_id = new.process_id
        and n.id in (select x.need_id from need_organisation x where x.process_id = new.process_id and x.organisation_id = new.id);
    return null;
end $$;
create trigger needs_touched after update of merged_into_id on organisation for each row
    when (old.merged_into_id is distinct from new.merged_into_id) execute function kernel.touch_needs_of_organisation();

revoke all on function kernel.derive_need(), kernel.touch_needs(), kernel.touch_needs_of_action(), kernel.touch_needs_of_organisation() from public;
grant execute on function kernel.derive_need(), kernel.touch_needs(), kernel.touch_needs_of_action(), kernel.touch_needs_of_organisation() to concert_app;

-- The same rules as permit.rs, "need: see" and "need: see draft"; a property test holds the two together.
create view visible_need with (security_invoker = true) as
select n.* from need n
where (select kernel.takes_part()) and case when n.submitted_at is null
    then n.beneficiary_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or (n.on_behalf and (select current_setting('app.support_group', true) = 'on'))
    else n.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
        or n.beneficiary_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or n.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]) end;

-- A response is seen by who sees both what it answers and what it answers with.
create view visible_response with (security_invoker = true) as
select r.* from response r
    join visible_need n on n.process_id = r.process_id and n.id = r.need_id
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id;

create view visible_judgement with (security_invoker = true) as
select j.* from need_judgement j join visible_need n on n.process_id = j.process_id and n.id = j.need_id;

grant select on visible_need, visible_response, visible_judgement to concert_app;

-- Being told of needs is a topic of its own, added to those there are.
do $$
declare t text; was text;
begin
    foreach t in array array['notice', 'notice_choice'] loop
        select pg_get_constraintdef(c.oid) into was from pg_constraint c
            where c.conrelid = t::regclass and c.conname = t || '_topic_check';
        execute format('alter table %I drop constraint %I', t, t || '_topic_check');
        execute format('alter table %I add constraint %I %s', t, t || '_topic_check', replace(was, 'ARRAY[', 'ARRAY[''needs''::text, '));
    end loop;
end $$;
