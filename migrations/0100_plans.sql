-- Plans: a tree of objectives, priorities and measures that the parties agree on, its frozen texts and its life.

alter table plan
    add column kind text not null default 'action_plan' check (kind in ('action_plan', 'needs_frame')),
    add column title text not null default '' check (length(title) <= 300),
    add column about text not null default '',
    -- the first and the last year it is for
    add column first_year smallint check (first_year between 1990 and 2100),
    add column last_year smallint check (last_year between 1990 and 2100),
    add column state text not null default 'draft'
        check (state in ('draft', 'consultation', 'agreed', 'adopted', 'in_force', 'closed', 'superseded')),
    -- the plan in force that this one is to replace
    add column revises_id uuid,
    -- the plan it was copied from
    add column copied_from_id uuid,
    -- set where the text here is not the official one: what it is instead
    add column text_note text not null default '',
    add column source_url text,
    -- the day from which an adopted plan is in force, and the day on which it closes by itself
    add column in_force_on date,
    add column closes_on date,
    add column adopted_on date,
    add column published_at timestamptz,
    -- counts every change of the tree and its texts: who edits compares it
    add column edition integer not null default 1,
    add column version integer not null default 1,
    add column created_at timestamptz not null default now(),
    add column created_by_id uuid,
    add column updated_at timestamptz not null default now(),
    add column updated_by_id uuid,
    add foreign key (process_id, revises_id) references plan (process_id, id),
    add foreign key (process_id, copied_from_id) references plan (process_id, id),
    add foreign key (process_id, created_by_id) references membership (process_id, id),
    add foreign key (process_id, updated_by_id) references membership (process_id, id),
    add check (last_year >= first_year),
    add check (revises_id is distinct from id);
alter table plan alter column title drop default;
create index plan_revises on plan (process_id, revises_id);
create index plan_copied_from on plan (process_id, copied_from_id);
create index plan_created_by on plan (process_id, created_by_id);
create index plan_updated_by on plan (process_id, updated_by_id);
create index plan_state on plan (process_id, state);
-- one revision at a time
create unique index plan_one_revision on plan (process_id, revises_id) where state in ('draft', 'consultation', 'agreed', 'adopted');

alter table plan_node
    add column kind text not null default 'objective' check (kind in ('objective', 'priority', 'measure')),
    add column position integer not null default 0,
    -- fixed when the plan is adopted; before that it follows from the place
    add column code text check (length(code) between 1 and 40),
    add column title text not null default '' check (length(title) <= 500),
    add column body text not null default '' check (length(body) <= 100000),
    add column expected_result text not null default '' check (length(expected_result) <= 20000),
    -- what is known about this text: not official, a theme from a report …
    add column text_note text not null default '' check (length(text_note) <= 2000),
    add column source_url text,
    -- the same node in other versions of the plan has the same lineage
    add column lineage_id uuid not null default gen_random_uuid(),
    add column removed_at timestamptz,
    add column version integer not null default 1,
    add column created_at timestamptz not null default now(),
    add column created_by_id uuid,
    add column updated_at timestamptz not null default now(),
    add column updated_by_id uuid,
    add foreign key (process_id, created_by_id) references membership (process_id, id),
    add foreign key (process_id, updated_by_id) references membership (process_id, id),
    add check (parent_id is distinct from id);
alter table plan_node alter column kind drop default;
create unique index plan_node_lineage on plan_node (process_id, plan_id, lineage_id);
create index plan_node_of_lineage on plan_node (process_id, lineage_id);
create index plan_node_created_by on plan_node (process_id, created_by_id);
create index plan_node_updated_by on plan_node (process_id, updated_by_id);

create table indicator (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_node_id uuid not null,
    lineage_id uuid not null default gen_random_uuid(),
    position smallint not null default 0,
    name text not null check (length(name) between 1 and 500),
    unit text not null default '' check (length(unit) <= 100),
    baseline numeric,
    baseline_year smallint check (baseline_year between 1990 and 2100),
    primary key (process_id, id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id)
);
create index indicator_node on indicator (process_id, plan_node_id);

create table indicator_target (
    process_id uuid not null default kernel.process_id(),
    indicator_id uuid not null,
    year smallint not null check (year between 1990 and 2100),
    -- null: for all of them together
    beneficiary_id uuid,
    value numeric not null,
    foreign key (process_id, indicator_id) references indicator (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id)
);
create unique index indicator_target_one on indicator_target (process_id, indicator_id, year, beneficiary_id) nulls not distinct;
create index indicator_target_beneficiary on indicator_target (process_id, beneficiary_id);

-- An action serves a node; it may serve several, also of other pillars' plans.
create table plan_node_action (
    process_id uuid not null default kernel.process_id(),
    plan_node_id uuid not null,
    action_id uuid not null,
    at timestamptz not null default now(),
    by_membership_id uuid,
    primary key (process_id, plan_node_id, action_id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index plan_node_action_action on plan_node_action (process_id, action_id);
create index plan_node_action_by on plan_node_action (process_id, by_membership_id);

-- Every change of a tree, with what it takes to undo it.
create table plan_edit (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    plan_node_id uuid,
    at timestamptz not null default now(),
    by_membership_id uuid not null,
    kind text not null check (kind in ('added', 'removed', 'restored', 'moved', 'text', 'indicators')),
    before jsonb not null,
    after jsonb not null,
    -- the edition of the plan that it made
    edition integer not null,
    undone_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index plan_edit_latest on plan_edit (process_id, plan_id, edition desc);
create index plan_edit_node on plan_edit (process_id, plan_node_id);
create index plan_edit_by on plan_edit (process_id, by_membership_id);

-- The frozen content of a plan at one step of its life. Never changed, never deleted.
create table plan_snapshot (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    number smallint not null,
    step text not null check (step in ('consultation', 'agreed', 'adopted', 'closed', 'superseded')),
    at timestamptz not null,
    by_membership_id uuid,
    why text not null default '',
    -- canonical JSON of the text, byte for byte what the checksum is over
    content text not null,
    content_sha256 bytea not null check (length(content_sha256) = 32),
    -- the same with public actions alone: what is published
    public_content text not null,
    public_sha256 bytea not null check (length(public_sha256) = 32),
    -- positions, votes, remarks and statements: the members' record; its checksum covers content's, too
    record text not null,
    record_sha256 bytea not null check (length(record_sha256) = 32),
    primary key (process_id, id),
    unique (process_id, plan_id, number),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index plan_snapshot_by on plan_snapshot (process_id, by_membership_id);

do $$
declare t text;
begin
    foreach t in array array['indicator', 'indicator_target', 'plan_node_action', 'plan_edit', 'plan_snapshot'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
    end loop;
    foreach t in array array['indicator', 'indicator_target', 'plan_node_action'] loop
        execute format('grant delete on %I to concert_app', t);
    end loop;
end $$;
-- frozen is frozen
revoke update on plan_snapshot from concert_app;

-- How much of plans the transaction's reader sees: 'all', 'adopted' (observers), or 'published' (the public side).
-- Money is shown to every member but observers, and so are drafts.
create function kernel.plan_sight() returns text language sql stable parallel safe as $$
    select case when current_setting('app.money', true) = 'on' then 'all'
        when 'members' = any (string_to_array(current_setting('app.levels', true), ',')) then 'adopted' else 'published' end
$$;
revoke all on function kernel.plan_sight() from public;
grant execute on function kernel.plan_sight() to concert_app, concert_maintenance;

create view visible_plan with (security_invoker = true) as
select p.* from plan p
where case (select kernel.plan_sight()) when 'all' then true
    when 'adopted' then p.state in ('adopted', 'in_force', 'closed', 'superseded')
    else p.published_at is not null and p.state in ('in_force', 'closed', 'superseded') end;

create view visible_plan_node with (security_invoker = true) as
select n.* from plan_node n join visible_plan p on p.process_id = n.process_id and p.id = n.plan_id
where n.removed_at is null;

-- Snapshots of steps before adoption are the members' who saw the draft.
create view visible_snapshot with (security_invoker = true) as
select s.process_id, s.id, s.plan_id, s.number, s.step, s.at, s.by_membership_id, s.why,
    case when (select kernel.plan_sight()) <> 'published' then s.content end as content,
    case when (select kernel.plan_sight()) <> 'published' then s.content_sha256 end as content_sha256,
    s.public_content, s.public_sha256,
    case when (select kernel.plan_sight()) = 'all' then s.record end as record,
    case when (select kernel.plan_sight()) = 'all' then s.record_sha256 end as record_sha256
from plan_snapshot s join visible_plan p on p.process_id = s.process_id and p.id = s.plan_id
where (select kernel.plan_sight()) = 'all' or s.step in ('adopted', 'closed', 'superseded');

grant select on visible_plan, visible_plan_node, visible_snapshot to concert_app;
