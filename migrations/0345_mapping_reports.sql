-- Reports on mapping cycles: a narrative by sections and tables from the records, from the draft over the pillar's meeting to the
-- Board and the public. Needs and analysis are never public: of a published report the public reads what is marked so.

create table mapping_report (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    cycle_id uuid not null,
    pillar_id uuid not null,
    title text not null check (length(title) between 1 and 300),
    -- the years that it covers: those of its cycle, or others where years came late or were joined
    first_year smallint not null check (first_year between 1990 and 2100),
    last_year smallint not null check (last_year between 1990 and 2100),
    state text not null default 'draft' check (state in ('draft', 'discussed', 'submitted', 'adopted')),
    -- what the records said when they were put into it, by name; only what every member may see
    tables jsonb check (jsonb_typeof(tables) = 'object'),
    tables_at timestamptz,
    -- the meeting of the pillar
    discussed_on date,
    discussed_where text not null default '' check (length(discussed_where) <= 300),
    -- kept here when the adoption is recorded: the decision itself is the members' own
    adopted_on date,
    decision_number text not null default '' check (length(decision_number) <= 40),
    published_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null,
    created_by_id uuid,
    updated_at timestamptz not null,
    updated_by_id uuid,
    primary key (process_id, id),
    unique (process_id, cycle_id, pillar_id),
    foreign key (process_id, cycle_id) references mapping_cycle (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    foreign key (process_id, updated_by_id) references membership (process_id, id),
    check (last_year >= first_year),
    check ((tables is null) = (tables_at is null)),
    check ((state = 'adopted') = (adopted_on is not null)),
    check (state = 'draft' or discussed_on is not null),
    check (published_at is null or state = 'adopted')
);
create index mapping_report_cycle on mapping_report (process_id, cycle_id);
create index mapping_report_pillar on mapping_report (process_id, pillar_id);
create index mapping_report_created_by on mapping_report (process_id, created_by_id);
create index mapping_report_updated_by on mapping_report (process_id, updated_by_id);

-- A part of the narrative. One that is removed stays, marked.
create table mapping_report_section (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    report_id uuid not null,
    position smallint not null,
    kind text not null check (kind in ('method', 'needs', 'responses', 'gaps', 'follow_up', 'other')),
    heading text not null check (length(heading) between 1 and 200),
    body text not null default '' check (length(body) <= 60000),
    -- what needs and gaps are about is never public
    public boolean not null default false check (not public or kind in ('method', 'follow_up', 'other')),
    removed_at timestamptz,
    version integer not null default 1,
    updated_at timestamptz not null,
    updated_by_id uuid,
    primary key (process_id, id),
    foreign key (process_id, report_id) references mapping_report (process_id, id),
    foreign key (process_id, updated_by_id) references membership (process_id, id)
);
create index mapping_report_section_report on mapping_report_section (process_id, report_id, position);
create index mapping_report_section_updated_by on mapping_report_section (process_id, updated_by_id);

-- The frozen content of a report at one step of its life. Never changed, never deleted.
create table mapping_report_snapshot (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    report_id uuid not null,
    number smallint not null,
    step text not null check (step in ('discussed', 'submitted', 'adopted')),
    at timestamptz not null,
    by_membership_id uuid,
    why text not null default '',
    -- canonical JSON of text and tables, byte for byte what the checksum is over
    content text not null,
    content_sha256 bytea not null check (length(content_sha256) = 32),
    -- the parts marked public alone, without tables: what is published
    public_content text not null,
    public_sha256 bytea not null check (length(public_sha256) = 32),
    primary key (process_id, id),
    unique (process_id, report_id, number),
    foreign key (process_id, report_id) references mapping_report (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index mapping_report_snapshot_report on mapping_report_snapshot (process_id, report_id);
create index mapping_report_snapshot_by on mapping_report_snapshot (process_id, by_membership_id);

do $$
declare t text;
begin
    foreach t in array array['mapping_report', 'mapping_report_section', 'mapping_report_snapshot'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
-- frozen is frozen
grant update on mapping_report, mapping_report_section to concert_app;

-- Of those who take part; of the public what is published, and there the fact alone.
create view visible_mapping_report with (security_invoker = true) as
select r.process_id, r.id, r.cycle_id, r.pillar_id, r.title, r.first_year, r.last_year, r.state, r.adopted_on, r.decision_number,
    r.published_at, r.version, r.updated_at,
    case when (select kernel.takes_part()) then r.discussed_on end as discussed_on,
    case when (select kernel.takes_part()) then r.discussed_where end as discussed_where,
    case when (select kernel.takes_part()) then r.tables end as tables,
    case when (select kernel.takes_part()) then r.tables_at end as tables_at,
    case when (select kernel.takes_part()) then r.updated_by_id end as updated_by_id
from mapping_report r
where (select kernel.takes_part()) or r.published_at is not null;

create view visible_mapping_report_section with (security_invoker = true) as
select s.* from mapping_report_section s where (select kernel.takes_part());

create view visible_mapping_report_snapshot with (security_invoker = true) as
select s.process_id, s.id, s.report_id, s.number, s.step, s.at,
    case when (select kernel.takes_part()) then s.by_membership_id end as by_membership_id,
    case when (select kernel.takes_part()) then s.why end as why,
    case when (select kernel.takes_part()) then s.content end as content,
    case when (select kernel.takes_part()) then s.content_sha256 end as content_sha256,
    s.public_content, s.public_sha256
from mapping_report_snapshot s join visible_mapping_report r on r.process_id = s.process_id and r.id = s.report_id
where (select kernel.takes_part()) or s.step = 'adopted';
grant select on visible_mapping_report, visible_mapping_report_section, visible_mapping_report_snapshot to concert_app;

-- Reports on their way, as far as it takes to say whom they wait for.
create function kernel.reports_waiting() returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'title', r.title, 'state', r.state, 'pillar', r.pillar_id,
            'filled', r.tables is not null,
            'decided', exists (select from visible_decision d where d.process_id = r.process_id and d.subject_kind = 'mapping_report'
                and d.subject_id = r.id and d.state = 'taken')) order by r.updated_at, r.id), '[]')
    from (select * from visible_mapping_report v where v.process_id = kernel.process_id() and v.state <> 'adopted'
        order by v.updated_at, v.id limit 100) r
$$;
revoke all on function kernel.reports_waiting() from public;
grant execute on function kernel.reports_waiting() to concert_app;
