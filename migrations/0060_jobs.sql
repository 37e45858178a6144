-- Jobs. The queue (graphile_worker's tables, and jobs.add) belongs to concert_jobs and is made by the second
-- step of `concert migrate`; here is what the rest of the portal may do with it: ask for a job, no more.

-- Asks for a job when this transaction commits. The process is the transaction's, never the caller's to name; the
-- payload holds ids only, so that the queue holds nothing a reader of it could use.
-- p_once: as long as such a job waits, another one changes nothing; one that is already running is followed by one
-- more. It holds a lock on the job's key until the transaction ends: ask last, just before COMMIT.
create function kernel.enqueue(p_task text, p_payload jsonb default '{}', p_once boolean default false,
    p_wait interval default '0')
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
    process uuid := kernel.process_id();
    payload jsonb := p_payload;
begin
    if p_task !~ '^[a-z][a-z_]{1,40}$' then
        raise exception 'this is no name for a task' using errcode = 'invalid_parameter_value';
    end if;
    if jsonb_typeof(p_payload) is distinct from 'object' or exists (
        select from jsonb_each(p_payload) as e where e.key = 'process' or jsonb_typeof(e.value) <> 'string'
            or e.value #>> '{}' !~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')
    then
        raise exception 'a job''s payload holds ids only, and no process but the transaction''s'
            using errcode = 'invalid_parameter_value';
    end if;
    if process is not null then payload := payload || jsonb_build_object('process', process); end if;
    perform jobs.add(p_task, payload::json,
        case when p_once then p_task || ':' || md5(payload::text) end, p_wait);
end $$;
revoke all on function kernel.enqueue(text, jsonb, boolean, interval) from public;
grant execute on function kernel.enqueue(text, jsonb, boolean, interval) to concert_app;

-- Every letter leaves as soon as it is committed, whoever wrote it and with or without a process.
create function kernel.letter_leaves() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform kernel.enqueue('send_mail', jsonb_build_object('mail', new.id));
    return null;
end $$;
revoke all on function kernel.letter_leaves() from public;
create trigger letter_leaves after insert on outgoing_mail for each row execute function kernel.letter_leaves();
