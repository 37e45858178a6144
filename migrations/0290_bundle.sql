-- A process as one archive: asked for on a page, made by a job, fetched by whoever asked, and forgotten after three days. It
-- holds what its reader was allowed to see when it was made, so it is theirs alone.
create table bundle (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    account_id uuid not null references account (id),
    membership_id uuid not null,
    level text not null check (level in ('public', 'members', 'all')),
    state text not null default 'waiting' check (state in ('waiting', 'working', 'ready', 'failed')),
    -- files of it that are written, and how many there will be
    done smallint not null default 0,
    total smallint not null default 0,
    attempts smallint not null default 0,
    -- in bytes
    size bigint,
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    -- rows of all its tables
    rows bigint,
    asked_at timestamptz not null,
    ready_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, membership_id) references membership (process_id, id),
    check ((state = 'ready') = (size is not null and sha256 is not null and rows is not null and ready_at is not null))
);
create index bundle_account on bundle (account_id);
create index bundle_membership on bundle (process_id, membership_id);
create index bundle_asked on bundle (asked_at);

-- The archive in parts, so that it is in no server's memory or disk and any of them can hand it out.
create table bundle_part (
    process_id uuid not null default kernel.process_id(),
    bundle_id uuid not null,
    position integer not null,
    bytes bytea not null check (octet_length(bytes) between 1 and 1048576),
    primary key (process_id, bundle_id, position),
    foreign key (process_id, bundle_id) references bundle (process_id, id)
);

do $$
declare t text;
begin
    foreach t in array array['bundle', 'bundle_part'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format($p$create policy forgetting on %I to concert_owner using (current_setting('app.platform', true) = 'on')$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant delete on bundle_part to concert_app;
end $$;
-- of a member's transaction only that account's are seen; a job's has no account
create policy own_account on bundle as restrictive
    using (coalesce(current_setting('app.account', true), '') in ('', account_id::text)
        or current_setting('app.platform', true) = 'on');
create policy own_account on bundle_part as restrictive
    using (exists (select from bundle b where b.process_id = bundle_part.process_id and b.id = bundle_part.bundle_id));
-- compressed already
alter table bundle_part alter column bytes set storage external;

-- Forgets archives of every process: the night's work, which is in none.
create function kernel.forget_bundles(p_before timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare n integer;
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'archives are forgotten by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    delete from bundle_part p using bundle b where b.process_id = p.process_id and b.id = p.bundle_id and b.asked_at < p_before;
    delete from bundle where asked_at < p_before;
    get diagnostics n = row_count;
    return n;
end $$;
revoke all on function kernel.forget_bundles(timestamptz) from public;
grant execute on function kernel.forget_bundles(timestamptz) to concert_app;

-- Taking a process in. What the Board has decided elsewhere comes in as decided: the rules of how a decision moves hold from the
-- transaction on that has founded the process. It says so itself, and the database looks whether it is so.
create or replace function kernel.enter_founded(p_process uuid) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on'
        or not exists (select from process where id = p_process and xmin = pg_current_xact_id()::xid) then
        raise exception 'only a process that was just founded is entered from the registry' using errcode = 'insufficient_privilege';
    end if;
    perform kernel.enter_job(p_process);
    perform set_config('app.founding', p_process::text, true);
end $$;

create function kernel.is_founding(p_process uuid) returns boolean language sql stable as $$
    select coalesce(current_setting('app.founding', true), '') = p_process::text
        and exists (select from public.process where id = p_process and xmin = pg_current_xact_id()::xid)
$$;
revoke all on function kernel.is_founding(uuid) from public;
grant execute on function kernel.is_founding(uuid) to concert_app;

drop trigger moves on board_decision;
create trigger moves before update on board_decision for each row execute function kernel.decision_moves();
create trigger begins before insert on board_decision for each row when (not kernel.is_founding(new.process_id))
    execute function kernel.decision_moves();
drop trigger frozen on decision_paper;
create trigger frozen before update or delete on decision_paper for each row execute function kernel.decision_papers_frozen();
create trigger put before insert on decision_paper for each row when (not kernel.is_founding(new.process_id))
    execute function kernel.decision_papers_frozen();
drop trigger frozen on board_seat;
create trigger frozen before update on board_seat for each row execute function kernel.decision_seats_frozen();
create trigger named before insert on board_seat for each row when (not kernel.is_founding(new.process_id))
    execute function kernel.decision_seats_frozen();
drop trigger while_open on board_vote;
create trigger while_open before update on board_vote for each row execute function kernel.decision_votes_open();
create trigger given before insert on board_vote for each row when (not kernel.is_founding(new.process_id))
    execute function kernel.decision_votes_open();
