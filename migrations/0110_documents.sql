-- Files that take longer than a page may: asked for in a request, made by a job, fetched by whoever asked, and
-- forgotten after a week. A file holds what its reader was allowed to see when it was asked for, so it is theirs alone.
create table document_file (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    membership_id uuid not null,
    account_id uuid not null references account (id),
    -- what it is about: a word and an id that whoever asked for it chose
    subject_kind text not null check (subject_kind ~ '^[a-z][a-z_]{0,40}$'),
    subject_id uuid,
    title text not null,
    -- without its ending
    file_name text not null,
    format text not null check (format in ('pdf', 'docx', 'xlsx')),
    -- the document as data; gone once the file is there
    content jsonb,
    content_hash bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'working', 'ready', 'failed')),
    -- steps that are done, of 3: gathered (in the request that asked), set, written
    done smallint not null default 1 check (done between 1 and 3),
    attempts smallint not null default 0,
    bytes bytea,
    checksum text,
    asked_at timestamptz not null default now(),
    started_at timestamptz,
    ready_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    check ((state = 'ready') = (bytes is not null and checksum is not null and ready_at is not null and done = 3)),
    check (state in ('ready', 'failed') or content is not null)
);
create index document_file_membership on document_file (process_id, membership_id, asked_at desc);
create index document_file_account on document_file (account_id);
create index document_file_asked on document_file (asked_at);

alter table document_file enable row level security;
alter table document_file force row level security;
create policy own_process on document_file using (process_id = nullif(current_setting('app.process', true), '')::uuid);
-- of a member's transaction only the rows of that account are seen; a job's has no account
create policy own_account on document_file as restrictive
    using (coalesce(current_setting('app.account', true), '') in ('', account_id::text)
        or current_setting('app.platform', true) = 'on');
-- compressed already
alter table document_file alter column bytes set storage external;
grant select, insert, update on document_file to concert_app;
grant select on document_file to concert_maintenance;

-- The account's own files, without what they hold.
create view own_document with (security_invoker = true) as
select d.process_id, d.id, d.membership_id, d.subject_kind, d.subject_id, d.title, d.file_name, d.format, d.content_hash, d.state,
    d.done, d.attempts, octet_length(d.bytes) as size, d.checksum, d.asked_at, d.started_at, d.ready_at
from document_file d
where d.account_id = (select nullif(current_setting('app.account', true), '')::uuid);
grant select on own_document to concert_app;

-- Forgets files of every process: the night's work, which is in none.
create policy forgetting on document_file to concert_owner using (current_setting('app.platform', true) = 'on');
create function kernel.forget_documents(p_before timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare n integer;
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'files are forgotten by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    delete from document_file where asked_at < p_before;
    get diagnostics n = row_count;
    return n;
end $$;
revoke all on function kernel.forget_documents(timestamptz) from public;
grant execute on function kernel.forget_documents(timestamptz) to concert_app;
