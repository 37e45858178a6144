-- Activity files brought in: what an action came with is kept with it when its row is taken in, and put back when it is undone.

alter table import drop constraint import_kind_check;
alter table import add constraint import_kind_check check (kind in ('xlsx', 'csv', 'iati'));
-- what nobody has chosen is settled once it is known what the file is
alter table import alter column handling drop not null, alter column handling drop default;

alter table import_row
    -- the record as it came, until it is taken in or left; its fingerprint stays
    add column kept text,
    add column kept_identifier text check (length(kept_identifier) between 1 and 1000),
    add column kept_hash text,
    -- what was kept with the action before
    add column kept_before text,
    add column kept_before_identifier text;

-- Which organisation is meant by a name or reference that the directory does not know, as somebody of the importing
-- organisation has said.
create table import_name (
    process_id uuid not null default kernel.process_id() references process (id),
    organisation_id uuid not null,
    stated text not null check (length(stated) between 1 and 700),
    listed_id uuid not null,
    updated_at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, organisation_id, stated),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, listed_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index import_name_listed on import_name (process_id, listed_id);
create index import_name_by on import_name (process_id, by_membership_id);

alter table import_name enable row level security;
alter table import_name force row level security;
create policy own_process on import_name using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert, update on import_name to concert_app;
grant select on import_name to concert_maintenance;
