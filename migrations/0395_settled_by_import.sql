-- A party that brings in what a beneficiary had reported of its action says that it is so: the report is settled by the import, and is
-- one again when the import is taken back.
alter table import_row add column settled boolean not null default false;
