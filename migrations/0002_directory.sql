-- Who takes part in a process. Every tenant table: process_id first in every key, row-level security
-- enabled and forced, the process taken from the transaction and from nowhere else.

create table pillar (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    key text not null check (key ~ '^[A-Za-z0-9-]{1,20}$'),
    name text not null,
    about text not null default '',
    position smallint not null,
    version integer not null default 1,
    primary key (process_id, id),
    unique (process_id, key)
);

create table beneficiary (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    code text not null check (code ~ '^[A-Z]{2}$'),
    name text not null,
    -- the note its asterisk carries; shown wherever the name stands
    note text,
    position smallint not null,
    search_text text not null default '',
    version integer not null default 1,
    primary key (process_id, id),
    unique (process_id, code)
);

create table former_name (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    beneficiary_id uuid not null,
    name text not null,
    until date not null,
    primary key (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id)
);
create index former_name_beneficiary on former_name (process_id, beneficiary_id);

create table organisation (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    name text not null,
    short_name text,
    kind text not null check (kind in ('eu_body', 'state', 'ministry', 'agency', 'un', 'international', 'regional', 'ngo', 'foundation', 'company', 'other')),
    level text check (level in ('international', 'state', 'entity', 'district', 'municipal')),
    -- ISO 3166-1 alpha-2, XK for Kosovo*
    seat text check (seat ~ '^[A-Z]{2}$'),
    iati_identifier text,
    parent_id uuid,
    note text not null default '',
    -- dated membership of the process; an organisation may be named in actions without being a member
    member_from date,
    member_to date,
    merged_into_id uuid,
    search_text text not null default '',
    version integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (process_id, id),
    foreign key (process_id, parent_id) references organisation (process_id, id),
    foreign key (process_id, merged_into_id) references organisation (process_id, id)
);
create index organisation_parent on organisation (process_id, parent_id);
create index organisation_merged on organisation (process_id, merged_into_id);
create index organisation_name on organisation (process_id, lower(name));
create index organisation_search on organisation using gin (search_text gin_trgm_ops);

create table organisation_alias (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    organisation_id uuid not null,
    name text not null,
    primary key (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index organisation_alias_organisation on organisation_alias (process_id, organisation_id);

create table contact_point (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    organisation_id uuid not null,
    name text not null,
    post text not null default '',
    email text not null default '',
    phone text not null default '',
    about text not null default '',
    primary key (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index contact_point_organisation on contact_point (process_id, organisation_id);

create table organisation_merge (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    kept_id uuid not null,
    merged_id uuid not null,
    -- what was moved, by table, so that it can be undone to the letter
    moved jsonb not null,
    by_membership_id uuid not null,
    at timestamptz not null default now(),
    undone_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, kept_id) references organisation (process_id, id),
    foreign key (process_id, merged_id) references organisation (process_id, id)
);
create index organisation_merge_kept on organisation_merge (process_id, kept_id);
create index organisation_merge_merged on organisation_merge (process_id, merged_id);

create table pillar_lead (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    pillar_id uuid not null,
    organisation_id uuid not null,
    starts_on date not null,
    ends_on date,
    note text not null default '',
    source_url text,
    primary key (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    check (ends_on is null or ends_on >= starts_on)
);
create index pillar_lead_pillar on pillar_lead (process_id, pillar_id);
create index pillar_lead_organisation on pillar_lead (process_id, organisation_id);

create table membership (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    account_id uuid not null references account (id),
    name text not null,
    post text not null default '',
    phone text not null default '',
    role text not null check (role in ('support_group', 'chair', 'lead', 'beneficiary', 'partner', 'observer')),
    organisation_id uuid,
    beneficiary_id uuid,
    starts_on date not null,
    ends_on date,
    -- a dated mark each: states positions and submits needs; casts a vote
    speaks_for_from date,
    speaks_for_to date,
    votes_from date,
    votes_to date,
    -- a focal point proposes the staff of its own organisation or beneficiary
    focal_point boolean not null default false,
    state text not null default 'active' check (state in ('proposed', 'invited', 'active', 'declined', 'ended')),
    proposed_by_id uuid,
    predecessor_id uuid,
    list_confirmed_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    primary key (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, proposed_by_id) references membership (process_id, id),
    foreign key (process_id, predecessor_id) references membership (process_id, id),
    check (ends_on is null or ends_on >= starts_on),
    check (role <> 'beneficiary' or beneficiary_id is not null),
    check (role <> 'partner' or organisation_id is not null)
);
create index membership_account on membership (account_id, process_id);
create index membership_organisation on membership (process_id, organisation_id);
create index membership_beneficiary on membership (process_id, beneficiary_id);
create index membership_proposed_by on membership (process_id, proposed_by_id);
create index membership_predecessor on membership (process_id, predecessor_id);
alter table organisation_merge add foreign key (process_id, by_membership_id) references membership (process_id, id);
create index organisation_merge_by on organisation_merge (process_id, by_membership_id);

create table membership_pillar (
    process_id uuid not null default kernel.process_id(),
    membership_id uuid not null,
    pillar_id uuid not null,
    primary key (process_id, membership_id, pillar_id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id)
);
create index membership_pillar_pillar on membership_pillar (process_id, pillar_id);

create table theme (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    key text not null,
    name text not null,
    -- OECD-DAC purpose codes this theme maps to
    dac_codes text[] not null default '{}',
    position smallint not null default 0,
    retired_at timestamptz,
    version integer not null default 1,
    primary key (process_id, id),
    unique (process_id, key)
);

-- OECD-DAC purpose codes (code and name), derived from the IATI code list "Sector" (IATI, CC BY 4.0).
create table dac_purpose (
    code text primary key check (code ~ '^[0-9]{5}$'),
    name text not null
);
grant select on dac_purpose to concert_app;

-- Key-only for now: later work hangs on these keys.
create table board_decision (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    primary key (process_id, id)
);
create table plan (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    pillar_id uuid,
    primary key (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id)
);
create index plan_pillar on plan (process_id, pillar_id);
create table plan_node (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    parent_id uuid,
    primary key (process_id, id),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, parent_id) references plan_node (process_id, id)
);
create index plan_node_plan on plan_node (process_id, plan_id);
create index plan_node_parent on plan_node (process_id, parent_id);
create table need (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    beneficiary_id uuid not null,
    plan_node_id uuid,
    primary key (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id)
);
create index need_beneficiary on need (process_id, beneficiary_id);
create index need_plan_node on need (process_id, plan_node_id);
