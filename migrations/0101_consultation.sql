-- Consultation on a plan: who is asked, by when, what each says, and what becomes of it.

create table consultation (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    -- 1 for the first of a plan
    number smallint not null,
    opened_at timestamptz not null,
    opened_by_id uuid not null,
    -- the last day on which a party can answer
    deadline date not null,
    -- what the lead wrote to the parties
    letter text not null default '' check (length(letter) <= 10000),
    -- the text that they were asked about
    snapshot_id uuid not null,
    closed_at timestamptz,
    closed_by_id uuid,
    outcome text check (outcome in ('agreed', 'stopped')),
    reason text not null default '' check (length(reason) <= 10000),
    primary key (process_id, id),
    unique (process_id, plan_id, number),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, opened_by_id) references membership (process_id, id),
    foreign key (process_id, closed_by_id) references membership (process_id, id),
    foreign key (process_id, snapshot_id) references plan_snapshot (process_id, id),
    check ((closed_at is null) = (outcome is null))
);
create unique index consultation_open on consultation (process_id, plan_id) where closed_at is null;
create index consultation_opened_by on consultation (process_id, opened_by_id);
create index consultation_closed_by on consultation (process_id, closed_by_id);
create index consultation_snapshot on consultation (process_id, snapshot_id);
create index consultation_deadline on consultation (process_id, deadline) where closed_at is null;

-- A party that is asked: a beneficiary or an organisation.
create table asked_party (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    consultation_id uuid not null,
    beneficiary_id uuid,
    organisation_id uuid,
    reminded_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, consultation_id) references consultation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    check (num_nonnulls(beneficiary_id, organisation_id) = 1)
);
create unique index asked_party_once on asked_party (process_id, consultation_id, beneficiary_id, organisation_id) nulls not distinct;
create index asked_party_beneficiary on asked_party (process_id, beneficiary_id);
create index asked_party_organisation on asked_party (process_id, organisation_id);

-- What a party says of the whole, by somebody who speaks for it. One that is changed keeps the earlier one.
create table party_position (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    asked_id uuid not null,
    stance text not null check (stance in ('agree', 'agree_with_remarks', 'reservation')),
    reason text not null default '' check (length(reason) <= 20000),
    by_membership_id uuid not null,
    at timestamptz not null,
    replaced_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, asked_id) references asked_party (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    check (stance <> 'reservation' or reason <> '')
);
create unique index party_position_current on party_position (process_id, asked_id) where replaced_at is null;
create index party_position_asked on party_position (process_id, asked_id, at);
create index party_position_by on party_position (process_id, by_membership_id);

create table party_position_node (
    process_id uuid not null default kernel.process_id(),
    position_id uuid not null,
    plan_node_id uuid not null,
    primary key (process_id, position_id, plan_node_id),
    foreign key (process_id, position_id) references party_position (process_id, id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id)
);
create index party_position_node_node on party_position_node (process_id, plan_node_id);

-- A remark on a plan or one of its nodes, or a wording that is suggested for a node.
create table plan_remark (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    plan_id uuid not null,
    plan_node_id uuid,
    -- made in answer to a consultation: such a remark waits for an answer
    consultation_id uuid,
    reply_to_id uuid,
    by_membership_id uuid not null,
    -- for whom it is said
    for_organisation_id uuid,
    for_beneficiary_id uuid,
    handling text not null default 'members' check (handling in ('members', 'parties', 'restricted')),
    text text not null check (length(text) <= 20000),
    -- of a suggested wording: which text of the node, what it said, what it is to say
    wording_field text check (wording_field in ('title', 'body', 'expected_result')),
    wording_from text,
    wording_to text check (length(wording_to) <= 100000),
    at timestamptz not null,
    withdrawn_at timestamptz,
    resolved_at timestamptz,
    resolved_by_id uuid,
    -- what became of it, with a word why
    answer text check (answer in ('accepted', 'partly', 'not')),
    answer_text text not null default '' check (length(answer_text) <= 10000),
    answered_by_id uuid,
    answered_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, plan_id) references plan (process_id, id),
    foreign key (process_id, plan_node_id) references plan_node (process_id, id),
    foreign key (process_id, consultation_id) references consultation (process_id, id),
    foreign key (process_id, reply_to_id) references plan_remark (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, for_organisation_id) references organisation (process_id, id),
    foreign key (process_id, for_beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, resolved_by_id) references membership (process_id, id),
    foreign key (process_id, answered_by_id) references membership (process_id, id),
    check ((wording_field is null) = (wording_to is null) and (wording_field is null) = (wording_from is null)),
    check (wording_field is null or plan_node_id is not null),
    check (text <> '' or wording_field is not null),
    check ((answer is null) = (answered_at is null))
);
create index plan_remark_plan on plan_remark (process_id, plan_id, at);
create index plan_remark_node on plan_remark (process_id, plan_node_id);
create index plan_remark_consultation on plan_remark (process_id, consultation_id);
create index plan_remark_reply on plan_remark (process_id, reply_to_id);
create index plan_remark_by on plan_remark (process_id, by_membership_id);
create index plan_remark_for_organisation on plan_remark (process_id, for_organisation_id);
create index plan_remark_for_beneficiary on plan_remark (process_id, for_beneficiary_id);
create index plan_remark_resolved_by on plan_remark (process_id, resolved_by_id);
create index plan_remark_answered_by on plan_remark (process_id, answered_by_id);

do $$
declare t text;
begin
    foreach t in array array['consultation', 'asked_party', 'party_position', 'party_position_node', 'plan_remark'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
    end loop;
end $$;

-- A consultation, its parties and their positions are the record of the members who see drafts.
create view visible_consultation with (security_invoker = true) as
select c.* from consultation c join visible_plan p on p.process_id = c.process_id and p.id = c.plan_id
where (select kernel.plan_sight()) = 'all';

create view visible_position with (security_invoker = true) as
select s.* from party_position s where (select kernel.plan_sight()) = 'all';

-- `parties`: the pillar's lead, those who are asked, the secretariat, the Chairmanship. `restricted`: own side alone.
create view visible_plan_remark with (security_invoker = true) as
select r.* from plan_remark r
    join visible_plan p on p.process_id = r.process_id and p.id = r.plan_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where (select kernel.plan_sight()) = 'all' and (
    (r.handling in ('members', 'parties') and r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[]))
    or (r.handling = 'parties' and (
        p.pillar_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or coalesce(r.for_organisation_id, r.for_beneficiary_id) = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or exists (select from asked_party a join consultation c on c.process_id = a.process_id and c.id = a.consultation_id
            where c.process_id = r.process_id and c.plan_id = r.plan_id
                and coalesce(a.beneficiary_id, a.organisation_id) = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))))
    or (r.handling = 'restricted' and coalesce(r.for_organisation_id, r.for_beneficiary_id, m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid));

grant select on visible_consultation, visible_position, visible_plan_remark to concert_app;
