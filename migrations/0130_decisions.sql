-- Decisions of the Board: an object of its own, on a plan or another subject. What is decided is frozen when the
-- decision is opened, what was voted is kept for ever, and what was counted does not change: the triggers here hold
-- that whoever writes, the portal's pages say it in words.

alter table board_decision
    add column subject_kind text not null
        check (subject_kind in ('plan', 'mapping_report', 'methodology', 'membership', 'terms_of_reference', 'lead')),
    -- of the kind's own table, without a key: several tables. Null: a subject that is no record of the portal
    add column subject_id uuid,
    -- the subject's name as it was: renaming the subject does not rename what was decided
    add column subject_label text not null default '' check (length(subject_label) <= 500),
    add column title text not null check (length(title) between 1 and 500),
    -- assigned when taken; year and place in the year, such as 2026/3
    add column number_year smallint check (number_year between 1990 and 2200),
    add column number_in_year smallint check (number_in_year between 1 and 9999),
    add column procedure text check (procedure in ('meeting', 'written', 'silence')),
    add column meeting_on date,
    add column meeting_place text not null default '' check (length(meeting_place) <= 300),
    -- frozen from the settings when opened
    add column rule text check (rule in ('unanimity', 'majority', 'majority_of_seats', 'two_thirds', 'consensus')),
    -- a number of seats, or a share of them such as 2/3
    add column quorum text check (quorum ~ '^[0-9]{1,3}(/[0-9]{1,3})?$'),
    add column state text not null default 'prepared'
        check (state in ('prepared', 'open', 'taken', 'not_taken', 'referred_back', 'withdrawn')),
    add column opened_at timestamptz,
    -- the last day of a written or silence procedure, to its end (UTC)
    add column deadline date,
    add column decided_on date,
    add column decided_on_precision text not null default 'day' check (decided_on_precision in ('year', 'month', 'day')),
    -- when the result was recorded; null also where the decision is known from public sources alone
    add column recorded_at timestamptz,
    add column recorded_by_id uuid,
    add column note text not null default '' check (length(note) <= 5000),
    add column reasons text not null default '' check (length(reasons) <= 5000),
    -- an address: known from public sources, votes not known
    add column source_url text check (length(source_url) <= 2000),
    add column source_note text not null default '' check (length(source_note) <= 1000),
    add column version integer not null default 1,
    add column prepared_at timestamptz not null default now(),
    add column prepared_by_id uuid,
    add foreign key (process_id, recorded_by_id) references membership (process_id, id),
    add foreign key (process_id, prepared_by_id) references membership (process_id, id),
    add check ((number_year is null) = (number_in_year is null)),
    add check (number_year is null or state = 'taken'),
    add check (state <> 'open' or (rule is not null and quorum is not null and procedure is not null and opened_at is not null)),
    add check (state <> 'open' or procedure = 'meeting' or deadline is not null),
    add check (state not in ('taken', 'not_taken', 'referred_back') or source_url is not null
        or (recorded_at is not null and recorded_by_id is not null and decided_on is not null)),
    add check (state <> 'taken' or source_url is not null or number_year is not null),
    add check (state not in ('not_taken', 'referred_back') or reasons <> '' or source_url is not null);
create unique index board_decision_number on board_decision (process_id, number_year, number_in_year) where number_year is not null;
create index board_decision_subject on board_decision (process_id, subject_kind, subject_id);
create index board_decision_recorded_by on board_decision (process_id, recorded_by_id);
create index board_decision_prepared_by on board_decision (process_id, prepared_by_id);

create table decision_paper (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    decision_id uuid not null,
    -- from 1: its place among the papers and in its address
    place smallint not null check (place between 1 and 50),
    title text not null check (length(title) between 1 and 300),
    -- the paper itself, or the address where it is kept
    content text,
    address text check (length(address) <= 2000),
    -- of the content, or as it was stated for what is kept elsewhere
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    primary key (process_id, id),
    foreign key (process_id, decision_id) references board_decision (process_id, id),
    unique (process_id, decision_id, place),
    check ((content is null) <> (address is null)),
    check (content is null or sha256 is not null)
);

-- The seats of the Board as they were when the decision was opened.
create table board_seat (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    decision_id uuid not null,
    beneficiary_id uuid,
    organisation_id uuid,
    label text not null,
    primary key (process_id, id),
    foreign key (process_id, decision_id) references board_decision (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    unique (process_id, decision_id, id),
    check ((beneficiary_id is null) <> (organisation_id is null))
);
create unique index board_seat_beneficiary on board_seat (process_id, beneficiary_id, decision_id);
create unique index board_seat_organisation on board_seat (process_id, organisation_id, decision_id);

create table board_vote (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    decision_id uuid not null,
    seat_id uuid not null,
    vote text not null check (vote in ('in_favour', 'against', 'abstain', 'breaks_silence')),
    -- by the seat's own hand, or recorded at a meeting by somebody else
    own_hand boolean not null,
    by_membership_id uuid not null,
    at timestamptz not null,
    note text not null default '' check (length(note) <= 2000),
    -- a changed vote keeps the earlier one
    replaced_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, decision_id, seat_id) references board_seat (process_id, decision_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index board_vote_seat on board_vote (process_id, decision_id, seat_id);
create unique index board_vote_current on board_vote (process_id, seat_id) where replaced_at is null;
create index board_vote_by on board_vote (process_id, by_membership_id);

-- Kept beside the decision for ever.
create table party_statement (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    decision_id uuid not null,
    beneficiary_id uuid,
    organisation_id uuid,
    label text not null,
    text text not null check (length(text) between 1 and 20000),
    by_membership_id uuid not null,
    -- of who signed it, as it was then
    post text not null,
    at timestamptz not null,
    primary key (process_id, id),
    foreign key (process_id, decision_id) references board_decision (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    check ((beneficiary_id is null) <> (organisation_id is null))
);
create index party_statement_decision on party_statement (process_id, decision_id, at);
create index party_statement_beneficiary on party_statement (process_id, beneficiary_id);
create index party_statement_organisation on party_statement (process_id, organisation_id);
create index party_statement_by on party_statement (process_id, by_membership_id);

do $$
declare t text;
begin
    foreach t in array array['decision_paper', 'board_seat', 'board_vote', 'party_statement'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
-- papers are put anew while a decision is prepared; nothing else here is ever changed or taken away
grant delete on decision_paper to concert_app;
grant update (replaced_at) on board_vote to concert_app;

-- What may follow what, once more where it is stored.
create function kernel.decision_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        if new.state <> 'prepared' then
            raise exception 'a decision begins prepared' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    if old.state in ('taken', 'not_taken', 'referred_back', 'withdrawn') then
        raise exception 'what the Board has decided is not changed' using errcode = 'check_violation';
    end if;
    if new.state <> old.state and not (
        (old.state = 'prepared' and new.state in ('open', 'withdrawn'))
        or (old.state = 'prepared' and new.state = 'taken' and new.source_url is not null)
        or (old.state = 'open' and new.state in ('taken', 'not_taken', 'referred_back', 'withdrawn')))
    then
        raise exception 'a decision does not go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    if old.state = 'open' and (new.subject_kind, new.subject_id, new.subject_label, new.title, new.procedure, new.rule, new.quorum,
            new.opened_at, new.meeting_on, new.meeting_place, new.note, new.source_url, new.source_note, new.prepared_at, new.prepared_by_id)
        is distinct from (old.subject_kind, old.subject_id, old.subject_label, old.title, old.procedure, old.rule, old.quorum,
            old.opened_at, old.meeting_on, old.meeting_place, old.note, old.source_url, old.source_note, old.prepared_at, old.prepared_by_id)
    then
        raise exception 'what was opened for votes is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger moves before insert or update on board_decision for each row execute function kernel.decision_moves();

create function kernel.decision_papers_frozen() returns trigger language plpgsql as $$
declare s text;
begin
    if tg_op = 'UPDATE' then
        raise exception 'a paper is put anew, never changed' using errcode = 'check_violation';
    end if;
    select state into s from board_decision d
        where d.process_id = coalesce(new.process_id, old.process_id) and d.id = coalesce(new.decision_id, old.decision_id);
    if s is distinct from 'prepared' then
        raise exception 'the papers of a decision are frozen when it is opened' using errcode = 'check_violation';
    end if;
    return coalesce(new, old);
end $$;
create trigger frozen before insert or update or delete on decision_paper for each row execute function kernel.decision_papers_frozen();

-- Seats are named in the step that opens a decision, before it is open; votes are given while it is.
create function kernel.decision_seats_frozen() returns trigger language plpgsql as $$
begin
    if not exists (select from board_decision d where d.process_id = new.process_id and d.id = new.decision_id and d.state = 'prepared') then
        raise exception 'the seats of a decision are frozen when it is opened' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger frozen before insert or update on board_seat for each row execute function kernel.decision_seats_frozen();

create function kernel.decision_votes_open() returns trigger language plpgsql as $$
declare d board_decision;
begin
    select * into d from board_decision x where x.process_id = new.process_id and x.id = new.decision_id;
    if d.state is distinct from 'open' then
        raise exception 'no vote after the count' using errcode = 'check_violation';
    end if;
    if (d.procedure = 'meeting') = new.own_hand or (new.vote = 'breaks_silence' and d.procedure <> 'silence') then
        raise exception 'not a vote of this procedure' using errcode = 'check_violation';
    end if;
    if tg_op = 'UPDATE' and old.replaced_at is not null then
        raise exception 'a vote is replaced once' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger while_open before insert or update on board_vote for each row execute function kernel.decision_votes_open();

revoke all on function kernel.decision_moves(), kernel.decision_papers_frozen(), kernel.decision_seats_frozen(), kernel.decision_votes_open() from public;

-- Positions, votes and statements are a record of those who take part: not of observers, never public. The setting
-- is the one that observers and the public are without.
create function kernel.takes_part() returns boolean language sql stable parallel safe
    as $$ select coalesce(current_setting('app.money', true) = 'on', false) $$;
revoke all on function kernel.takes_part() from public;
grant execute on function kernel.takes_part() to concert_app, concert_maintenance, concert_jobs;

create view visible_decision with (security_invoker = true) as
    select * from board_decision where (select kernel.takes_part());
create view visible_paper with (security_invoker = true) as
    select * from decision_paper where (select kernel.takes_part());
create view visible_seat with (security_invoker = true) as
    select * from board_seat where (select kernel.takes_part());
create view visible_vote with (security_invoker = true) as
    select * from board_vote where (select kernel.takes_part());
create view visible_statement with (security_invoker = true) as
    select * from party_statement where (select kernel.takes_part());
grant select on visible_decision, visible_paper, visible_seat, visible_vote, visible_statement to concert_app;
