-- Files of what is published: made once, at the first request, and the same for everybody. What a file would hold decides
-- which it is; one whose content has changed takes the place of the earlier one.
create table published_file (
    process_id uuid not null default kernel.process_id() references process (id),
    -- the frozen text that it is of
    subject_id uuid not null,
    format text not null check (format in ('pdf', 'docx', 'xlsx')),
    content_hash bytea not null,
    state text not null check (state in ('waiting', 'ready', 'failed')),
    -- the document as data; gone once the file is there
    content jsonb,
    attempts smallint not null default 0,
    bytes bytea,
    asked_at timestamptz not null,
    primary key (process_id, subject_id, format),
    check ((state = 'ready') = (bytes is not null)),
    check (state <> 'waiting' or content is not null)
);
alter table published_file enable row level security;
alter table published_file force row level security;
create policy own_process on published_file using (process_id = nullif(current_setting('app.process', true), '')::uuid);
-- compressed already
alter table published_file alter column bytes set storage external;
grant select, insert, update on published_file to concert_app;
grant select on published_file to concert_maintenance;
