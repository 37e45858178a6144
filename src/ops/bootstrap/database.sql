-- What a database needs before its migrations; run by a superuser in it, any number of times.
-- Tables get their grants from the migration that makes them.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to concert_owner, concert_app, concert_jobs, concert_maintenance', current_database());
    execute format('grant create, temporary on database %I to concert_owner', current_database());
    -- The queue is made by its own role (ops/queue.sql).
    execute format('grant create on database %I to concert_jobs', current_database());
end $$;

create extension if not exists pg_trgm with schema public;

create schema if not exists kernel authorization concert_owner;
create schema if not exists search authorization concert_owner;
revoke all on schema public, kernel, search from public;
grant usage, create on schema public to concert_owner;
grant usage on schema public, kernel, search to concert_app, concert_jobs, concert_maintenance, concert_search;

-- How a migration gives a search function away, without being a member of the role that gets it.
-- It runs as the superuser, so it calls nothing that concert_owner could replace, and accepts only what it is for.
-- A function given away is replaced by a later migration with `drop function` (the schema's owner may) and a new one.
create or replace function kernel.hand_to_search(f regprocedure) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
declare
    signature text;
    fault text;
begin
    select format('%I.%I(%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)),
           case
               when nspname <> 'search' then 'is not for concert_search'
               when pg_get_userbyid(proowner) <> 'concert_owner' then 'is not owned by concert_owner'
               when prokind <> 'f' or not prosecdef then 'is not a SECURITY DEFINER function'
               when not exists (select from unnest(proconfig) as c where c like 'search_path=%')
                   then 'does not set its search_path'
           end
    into signature, fault
    from pg_proc p join pg_namespace n on n.oid = pronamespace
    where p.oid = f;
    if fault is not null then
        raise exception '% %', f, fault using errcode = 'insufficient_privilege';
    end if;
    execute 'revoke all on function ' || signature || ' from public';
    execute 'grant execute on function ' || signature || ' to concert_app';
    execute 'alter function ' || signature || ' owner to concert_search';
end $body$;

do $$
begin
    execute format('alter function kernel.hand_to_search(regprocedure) owner to %I', current_user);
end $$;
revoke all on function kernel.hand_to_search(regprocedure) from public;
grant execute on function kernel.hand_to_search(regprocedure) to concert_owner;
