-- Whom a remark on a plan names: a member, an organisation, or a beneficiary.

create table plan_mention (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_remark_id uuid not null,
    membership_id uuid,
    organisation_id uuid,
    beneficiary_id uuid,
    primary key (process_id, id),
    foreign key (process_id, plan_remark_id) references plan_remark (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    check (num_nonnulls(membership_id, organisation_id, beneficiary_id) = 1),
    unique nulls not distinct (process_id, plan_remark_id, membership_id, organisation_id, beneficiary_id)
);
create index plan_mention_remark on plan_mention (process_id, plan_remark_id);
create index plan_mention_membership on plan_mention (process_id, membership_id);
create index plan_mention_organisation on plan_mention (process_id, organisation_id);
create index plan_mention_beneficiary on plan_mention (process_id, beneficiary_id);
alter table plan_mention enable row level security;
alter table plan_mention force row level security;
create policy own_process on plan_mention using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert on plan_mention to concert_app;
grant select on plan_mention to concert_maintenance;

-- What is for one's own side alone is nobody else's to answer, and an answer to a remark is none to a consultation.
alter table plan_remark
    add check (consultation_id is null or (handling <> 'restricted' and reply_to_id is null)),
    add check ((resolved_at is null) = (resolved_by_id is null));
