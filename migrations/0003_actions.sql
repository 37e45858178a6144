-- Actions: projects, programmes, activities and grants of assistance.

create table action (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    -- the organisation that keeps the record (IATI: reporting organisation)
    reporting_id uuid not null,
    title text not null check (length(title) between 1 and 500),
    description text not null default '',
    status text check (status in ('pipeline', 'planned', 'funded', 'ongoing', 'suspended', 'completed', 'cancelled')),
    handling text not null default 'members' check (handling in ('public', 'members', 'parties', 'restricted')),
    -- the first day of the stated period, and how much of it is stated
    planned_start date, planned_start_precision text check (planned_start_precision in ('year', 'month', 'day')),
    planned_end date, planned_end_precision text check (planned_end_precision in ('year', 'month', 'day')),
    actual_start date, actual_start_precision text check (actual_start_precision in ('year', 'month', 'day')),
    actual_end date, actual_end_precision text check (actual_end_precision in ('year', 'month', 'day')),
    date_note text not null default '',
    parent_id uuid,
    -- the parent's title where it is not (yet) an action here
    parent_text text,
    -- the theme in the source's own words
    theme_text text not null default '',
    reference text not null default '',
    source_url text,
    source_note text not null default '',
    stated_total numeric,
    stated_currency text check (stated_currency ~ '^[A-Z]{3}$'),
    -- reported by a beneficiary, until its donor confirms, corrects or declines it
    claim text not null default 'confirmed' check (claim in ('confirmed', 'unconfirmed', 'declined')),
    claim_reason text not null default '',
    reported_by_id uuid,
    open_to_support_group boolean not null default false,
    last_confirmed_at timestamptz,
    last_confirmed_by_id uuid,
    merged_into_id uuid,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    created_by_id uuid,
    updated_at timestamptz not null default now(),
    updated_by_id uuid,

    -- derived: by generation, by trigger (0004), or by kernel::fold when stored
    starts_on date generated always as (coalesce(actual_start, planned_start)) stored,
    ends_on date generated always as (
        case when actual_end is not null then
            case actual_end_precision when 'year' then (actual_end + interval '1 year - 1 day')::date
                when 'month' then (actual_end + interval '1 month - 1 day')::date else actual_end end
        else
            case planned_end_precision when 'year' then (planned_end + interval '1 year - 1 day')::date
                when 'month' then (planned_end + interval '1 month - 1 day')::date else planned_end end
        end) stored,
    -- whom the levels parties and restricted let see it: ids of pillars, beneficiaries, organisations
    audience uuid[] not null default '{}',
    -- core fields that are not stated
    missing text[] not null default '{}',
    search_title text not null default '',
    search_text text not null default '',

    primary key (process_id, id),
    foreign key (process_id, reporting_id) references organisation (process_id, id),
    foreign key (process_id, parent_id) references action (process_id, id),
    foreign key (process_id, merged_into_id) references action (process_id, id),
    foreign key (process_id, reported_by_id) references membership (process_id, id),
    foreign key (process_id, last_confirmed_by_id) references membership (process_id, id),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    foreign key (process_id, updated_by_id) references membership (process_id, id),
    check ((planned_start is null) = (planned_start_precision is null)),
    check ((planned_end is null) = (planned_end_precision is null)),
    check ((actual_start is null) = (actual_start_precision is null)),
    check ((actual_end is null) = (actual_end_precision is null)),
    check ((stated_total is null) = (stated_currency is null)),
    check (parent_id is distinct from id)
);
create index action_reporting on action (process_id, reporting_id);
create index action_parent on action (process_id, parent_id);
create index action_merged_into on action (process_id, merged_into_id) where merged_into_id is not null;
create index action_reported_by on action (process_id, reported_by_id) where reported_by_id is not null;
create index action_last_confirmed_by on action (process_id, last_confirmed_by_id);
create index action_created_by on action (process_id, created_by_id);
create index action_updated_by on action (process_id, updated_by_id);
-- one index a way of sorting the list; the id makes the order total for keyset pages
create index action_by_updated on action (process_id, updated_at, id);
create index action_by_title on action (process_id, search_title, id);
create index action_by_start on action (process_id, starts_on, id);
create index action_by_end on action (process_id, ends_on, id);
create index action_by_total on action (process_id, stated_total, id);
create index action_by_confirmed on action (process_id, last_confirmed_at, id);
create index action_by_status on action (process_id, status);
create index action_search_title on action using gin (search_title gin_trgm_ops);
create index action_search_text on action using gin (to_tsvector('simple', search_text));

create table action_party (
    process_id uuid not null default kernel.process_id(),
    action_id uuid not null,
    organisation_id uuid not null,
    role text not null check (role in ('funding', 'accountable', 'extending', 'implementing', 'lead')),
    -- the name as the source spells it, where it differs
    as_named text,
    position smallint not null default 0,
    primary key (process_id, action_id, organisation_id, role),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index action_party_organisation on action_party (process_id, organisation_id, role, action_id);

create table action_beneficiary (
    process_id uuid not null default kernel.process_id(),
    action_id uuid not null,
    beneficiary_id uuid not null,
    -- percent of the action; null where not stated
    share numeric check (share >= 0 and share <= 100),
    primary key (process_id, action_id, beneficiary_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id)
);
create index action_beneficiary_beneficiary on action_beneficiary (process_id, beneficiary_id, action_id);

create table action_pillar (
    process_id uuid not null default kernel.process_id(),
    action_id uuid not null,
    pillar_id uuid not null,
    primary key (process_id, action_id, pillar_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id)
);
create index action_pillar_pillar on action_pillar (process_id, pillar_id, action_id);

create table action_theme (
    process_id uuid not null default kernel.process_id(),
    action_id uuid not null,
    theme_id uuid not null,
    primary key (process_id, action_id, theme_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, theme_id) references theme (process_id, id)
);
create index action_theme_theme on action_theme (process_id, theme_id, action_id);

-- A restricted action opened by its owner to another organisation.
create table action_disclosure (
    process_id uuid not null default kernel.process_id(),
    action_id uuid not null,
    organisation_id uuid not null,
    at timestamptz not null default now(),
    by_membership_id uuid not null,
    primary key (process_id, action_id, organisation_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index action_disclosure_organisation on action_disclosure (process_id, organisation_id);
create index action_disclosure_by on action_disclosure (process_id, by_membership_id);

-- Money for one action. Amounts are signed and in their own currency.
create table contribution (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    action_id uuid not null,
    kind text not null check (kind in ('planned', 'committed', 'disbursed', 'spent')),
    amount numeric not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    value_date date, value_date_precision text check (value_date_precision in ('year', 'month', 'day')),
    period_start date,
    period_end date,
    -- of a budget with four donors nobody's share is invented: either side may be not stated
    provider_id uuid,
    receiver_id uuid,
    supersedes_id uuid,
    note text not null default '',
    created_at timestamptz not null default now(),
    created_by_id uuid,
    primary key (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, provider_id) references organisation (process_id, id),
    foreign key (process_id, receiver_id) references organisation (process_id, id),
    foreign key (process_id, supersedes_id) references contribution (process_id, id),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    check ((value_date is null) = (value_date_precision is null)),
    check (period_end is null or period_start is null or period_end >= period_start)
);
create index contribution_action on contribution (process_id, action_id);
create index contribution_provider on contribution (process_id, provider_id);
create index contribution_receiver on contribution (process_id, receiver_id);
create index contribution_supersedes on contribution (process_id, supersedes_id);
create index contribution_created_by on contribution (process_id, created_by_id);

create table response (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    need_id uuid not null,
    action_id uuid not null,
    primary key (process_id, id),
    foreign key (process_id, need_id) references need (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id)
);
create index response_need on response (process_id, need_id);
create index response_action on response (process_id, action_id);

create table remark (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    action_id uuid not null,
    by_membership_id uuid not null,
    text text not null check (length(text) between 1 and 5000),
    handling text not null default 'members' check (handling in ('members', 'parties', 'restricted')),
    at timestamptz not null default now(),
    withdrawn_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index remark_action on remark (process_id, action_id, at);
create index remark_by on remark (process_id, by_membership_id);

-- A change proposed by who may not edit; accepted or refused, as a whole, by who may.
create table suggestion (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    action_id uuid not null,
    by_membership_id uuid not null,
    base_version integer not null,
    -- {"field": {"from": […], "to": […]}}
    changes jsonb not null,
    note text not null default '',
    state text not null default 'open' check (state in ('open', 'accepted', 'refused', 'withdrawn')),
    at timestamptz not null default now(),
    decided_by_id uuid,
    decided_at timestamptz,
    answer text not null default '',
    primary key (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, decided_by_id) references membership (process_id, id)
);
create index suggestion_action on suggestion (process_id, action_id);
create index suggestion_open on suggestion (process_id, at) where state = 'open';
create index suggestion_by on suggestion (process_id, by_membership_id);
create index suggestion_decided_by on suggestion (process_id, decided_by_id);
