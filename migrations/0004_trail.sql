-- What happened: history, access log, drafts, requests.

create table history (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default now(),
    -- null: the seed, an import by command, or a job
    by_membership_id uuid,
    for_organisation_id uuid,
    subject_kind text not null,
    subject_id uuid not null,
    event text not null,
    -- {"field": {"from": […], "to": […]}}
    changes jsonb not null default '{}',
    why text not null default '',
    primary key (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, for_organisation_id) references organisation (process_id, id)
);
create index history_subject on history (process_id, subject_kind, subject_id, at desc);
create index history_recent on history (process_id, at desc);
create index history_by on history (process_id, by_membership_id);
create index history_for on history (process_id, for_organisation_id);

-- Reading at the levels parties and restricted, and every export.
create table access_log (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    at timestamptz not null default now(),
    by_membership_id uuid,
    kind text not null check (kind in ('read', 'export')),
    subject_kind text not null,
    subject_id uuid,
    -- organisation that keeps the record: its members may read the line
    organisation_id uuid,
    handling text,
    detail text not null default '',
    rows integer,
    primary key (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index access_log_recent on access_log (process_id, at desc);
create index access_log_by on access_log (process_id, by_membership_id);
create index access_log_organisation on access_log (process_id, organisation_id, at desc);

-- What a person typed and has not saved.
create table form_draft (
    process_id uuid not null default kernel.process_id() references process (id),
    account_id uuid not null references account (id),
    key text not null check (length(key) <= 100),
    fields jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (process_id, account_id, key)
);
create index form_draft_account on form_draft (account_id);

create table access_request (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('person', 'new_member', 'eu_agency', 'evaluator', 'public')),
    name text not null,
    email text not null,
    organisation_name text not null,
    organisation_id uuid,
    post text not null default '',
    reason text not null default '',
    state text not null default 'open' check (state in ('open', 'granted', 'declined', 'withdrawn')),
    at timestamptz not null default now(),
    due_on date not null,
    decided_by_id uuid,
    decided_at timestamptz,
    answer text not null default '',
    primary key (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, decided_by_id) references membership (process_id, id)
);
create index access_request_open on access_request (process_id, due_on) where state = 'open';
create index access_request_organisation on access_request (process_id, organisation_id);
create index access_request_decided_by on access_request (process_id, decided_by_id);

-- Letters to be sent; a job sends and empties them. Bodies may hold one-time links: never logged, gone when sent.
create table outgoing_mail (
    id uuid primary key default gen_random_uuid(),
    process_id uuid references process (id),
    recipient text not null,
    subject text not null,
    body text not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    tries smallint not null default 0,
    last_error text not null default ''
);
create index outgoing_mail_waiting on outgoing_mail (created_at) where sent_at is null;
create index outgoing_mail_process on outgoing_mail (process_id);

-- Figures of a process, counted by a job and never shown without the time they were counted at.
create table action_tally (
    process_id uuid not null default kernel.process_id() references process (id),
    -- null: the whole process; else what names this beneficiary
    beneficiary_id uuid,
    -- 'shared': public to parties; 'restricted': the rest
    layer text not null check (layer in ('public', 'members', 'parties', 'restricted')),
    dimension text not null,
    key text not null,
    n integer not null,
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id)
);
create index action_tally_of on action_tally (process_id, beneficiary_id, dimension);
create table action_tally_state (
    process_id uuid primary key default kernel.process_id() references process (id),
    counted_at timestamptz not null
);
