-- The one way into the queue; run by concert_jobs after graphile_worker's own migrations, any number of times.
-- Only concert_owner may call it, from kernel.enqueue, which has looked at what is asked for.
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
