-- The one way into the queue, and what can be seen of it; run by concert_jobs after graphile_worker's own migrations, any number of
-- times. Only concert_owner may call these, from kernel.enqueue, which has looked at what is asked for, and kernel.import_rests.
create schema if not exists jobs;
revoke all on schema jobs from public;
grant usage on schema jobs to concert_owner;

create or replace function jobs.add(p_task text, p_payload json, p_key text, p_wait interval) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    -- a job that waits keeps its time: under constant changes it would else be put off for ever
    select graphile_worker.add_job(p_task, p_payload, run_at => now() + p_wait, job_key => p_key,
        job_key_mode => case when p_key is null then null else 'preserve_run_at' end);
$$;
revoke all on function jobs.add(text, json, text, interval) from public;
grant execute on function jobs.add(text, json, text, interval) to concert_owner;

-- Whether a job about something is begun but nobody works on it. Workers give a sign of life every five seconds (ops/worker.rs).
create or replace function jobs.rests(p_task text, p_process uuid, p_name text, p_id uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
        where t.identifier = p_task and j.payload::jsonb ->> p_name = p_id::text
            and j.payload::jsonb ->> 'process' = p_process::text
            and case when j.locked_by is null
                -- given back, or failed and to be tried again soon
                then j.last_error is not null and j.attempts < j.max_attempts and j.run_at < now() + interval '2 minutes'
                else not exists (select from graphile_worker._private_workers w
                    where w.id = j.locked_by and w.last_heartbeat_at > now() - interval '15 seconds') end);
$$;
revoke all on function jobs.rests(text, uuid, text, uuid) from public;
grant execute on function jobs.rests(text, uuid, text, uuid) to concert_owner;
