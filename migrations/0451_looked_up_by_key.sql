-- An import asks of thousands of rows what they may be, and writes thousands before the database counts its tables: each must be found by
-- an index that holds all that is asked, since the plan takes any other that begins alike for as good.
create index action_by_search_title on action (process_id, md5(search_title));
-- A column, since under row-level security no index over what lower() makes is used.
alter table action add column reference_key text not null generated always as (lower(reference)) stored;
create index action_by_reference on action (process_id, reference_key) where reference_key <> '';
drop index action_imported_organisation;
create index action_imported_organisation on action_imported (process_id, organisation_id, action_id);
