-- Remarks are answered, settled and opened again, and name people; what is withdrawn leaves its trace.

alter table remark
    -- the remark it answers; one level
    add column answers_id uuid,
    add column resolved_at timestamptz,
    add column resolved_by_id uuid,
    add foreign key (process_id, answers_id) references remark (process_id, id),
    add foreign key (process_id, resolved_by_id) references membership (process_id, id),
    add check ((resolved_at is null) = (resolved_by_id is null)),
    -- an answer is settled with what it answers
    add check (answers_id is null or resolved_at is null);
create index remark_answers on remark (process_id, answers_id);
create index remark_resolved_by on remark (process_id, resolved_by_id);

-- Whom a remark names: a member, an organisation, or a beneficiary.
create table mention (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    remark_id uuid not null,
    membership_id uuid,
    organisation_id uuid,
    beneficiary_id uuid,
    primary key (process_id, id),
    foreign key (process_id, remark_id) references remark (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    check (num_nonnulls(membership_id, organisation_id, beneficiary_id) = 1),
    unique nulls not distinct (process_id, remark_id, membership_id, organisation_id, beneficiary_id)
);
create index mention_remark on mention (process_id, remark_id);
create index mention_membership on mention (process_id, membership_id);
create index mention_organisation on mention (process_id, organisation_id);
create index mention_beneficiary on mention (process_id, beneficiary_id);
alter table mention enable row level security;
alter table mention force row level security;
create policy own_process on mention using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on mention to concert_app;
grant select on mention to concert_maintenance;

-- The rule of 0040, with the columns above.
drop view visible_remark;
create view visible_remark with (security_invoker = true) as
select r.process_id, r.id, r.action_id, r.by_membership_id, r.text, r.handling, r.at, r.withdrawn_at, r.answers_id, r.resolved_at,
    r.resolved_by_id, a.handling as action_handling
from remark r
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (r.handling = 'parties' and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (r.handling = 'restricted' and coalesce(m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid);
grant select on visible_remark to concert_app;
