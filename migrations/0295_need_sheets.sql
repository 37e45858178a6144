-- A file that is brought can hold the needs of a beneficiary in a mapping cycle in place of actions.
alter table import
    add column becomes text not null default 'actions' check (becomes in ('actions', 'needs')),
    add column beneficiary_id uuid,
    add column cycle_id uuid,
    alter column organisation_id drop not null,
    add foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    add foreign key (process_id, cycle_id) references mapping_cycle (process_id, id),
    add check ((becomes = 'actions') = (organisation_id is not null)),
    add check ((becomes = 'needs') = (beneficiary_id is not null)),
    add check ((beneficiary_id is null) = (cycle_id is null));
create index import_beneficiary on import (process_id, beneficiary_id) where beneficiary_id is not null;
create index import_cycle on import (process_id, cycle_id) where cycle_id is not null;

-- Of needs: the need that a row is, as it stood when it was looked at, and the one that it became.
alter table import_row
    add column need_id uuid,
    add column need_applied_id uuid,
    add foreign key (process_id, need_id) references need (process_id, id),
    add foreign key (process_id, need_applied_id) references need (process_id, id);
create index import_row_need on import_row (process_id, need_id) where need_id is not null;
create index import_row_need_applied on import_row (process_id, need_applied_id) where need_applied_id is not null;
