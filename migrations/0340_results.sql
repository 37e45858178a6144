-- What came of the plans: figures of their indicators by beneficiary and period, and how figures of an indicator come to one.

-- Stated with the indicator and agreed on with the plan's text. None: its figures stand each for itself.
alter table indicator add column method text not null default 'none'
    check (method in ('none', 'sum', 'mean', 'latest', 'count_yes'));

-- A figure that was stated. One that is corrected or taken back stays, marked; nothing else of it is ever changed.
create table indicator_actual (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- of that version of the plan in which it was stated; other versions find it by the indicator's lineage
    indicator_id uuid not null,
    -- null: for all of them together
    beneficiary_id uuid,
    period_start date not null check (period_start >= '1990-01-01'),
    period_end date not null check (period_end < '2101-01-01'),
    value numeric not null,
    -- who says so, or where it stands
    source text not null check (length(source) between 1 and 1000),
    -- the day on which the source says it
    dated date not null,
    -- the figure that this one corrects, and why
    replaces_id uuid,
    why text not null default '' check (length(why) <= 2000),
    at timestamptz not null,
    by_membership_id uuid not null,
    replaced_at timestamptz,
    -- who took it back, and why; of a corrected one the correction says so
    withdrawn_by_id uuid,
    withdrawn_why text not null default '' check (length(withdrawn_why) <= 2000),
    primary key (process_id, id),
    foreign key (process_id, indicator_id) references indicator (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, replaces_id) references indicator_actual (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, withdrawn_by_id) references membership (process_id, id),
    check (period_end >= period_start),
    check (withdrawn_by_id is null or (replaced_at is not null and withdrawn_why <> '')),
    check (replaces_id is null or why <> '')
);
create index indicator_actual_indicator on indicator_actual (process_id, indicator_id);
create index indicator_actual_beneficiary on indicator_actual (process_id, beneficiary_id);
-- corrected once
create unique index indicator_actual_replaces on indicator_actual (process_id, replaces_id);
create index indicator_actual_by on indicator_actual (process_id, by_membership_id);
create index indicator_actual_withdrawn_by on indicator_actual (process_id, withdrawn_by_id);
create unique index indicator_actual_stands on indicator_actual (process_id, indicator_id, beneficiary_id, period_start, period_end)
    nulls not distinct where replaced_at is null;
create index indicator_lineage on indicator (process_id, lineage_id);

alter table indicator_actual enable row level security;
alter table indicator_actual force row level security;
create policy own_process on indicator_actual using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on indicator_actual to concert_app;
-- replaces_id: of a process that is taken in from a bundle, whose rows point at rows that come later
grant update (replaced_at, withdrawn_by_id, withdrawn_why, replaces_id) on indicator_actual to concert_app;
grant select on indicator_actual to concert_maintenance;

-- Figures are the members'; of plans that are not adopted, of those who see drafts.
create view visible_actual with (security_invoker = true) as
select a.* from indicator_actual a
    join indicator i on i.process_id = a.process_id and i.id = a.indicator_id
    join visible_plan_node n on n.process_id = i.process_id and n.id = i.plan_node_id
where (select kernel.plan_sight()) <> 'published';
grant select on visible_actual to concert_app;
