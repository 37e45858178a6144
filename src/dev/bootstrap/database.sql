-- What a database needs before its migrations; run by a superuser in it, any number of times.
-- Tables get their grants from the migration that makes them.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to concert_owner, concert_app, concert_jobs, concert_maintenance', current_database());
    execute format('grant create, temporary on database %I to concert_owner', current_database());
    -- graphile_worker makes its own schema.
    execute format('grant create on database %I to concert_jobs', current_database());
end $$;

create extension if not exists pg_trgm with schema public;

create schema if not exists kernel authorization concert_owner;
create schema if not exists search authorization concert_owner;
revoke all on schema public, kernel, search from public;
grant usage, create on schema public to concert_owner;
grant usage on schema public, kernel, search to concert_app, concert_jobs, concert_maintenance, concert_search;

-- The two ways a migration gives a function away, without being a member of the role that gets it.
-- They run as the superuser, so they call nothing that concert_owner could replace, and accept only what they are for.
-- A function given away is replaced by a later migration with `drop function` (the schema's owner may) and a new one.
do $outer$
declare
    target record;
begin
    for target in
        select * from (values
            ('hand_to_search', 'search', '%', 'concert_search'),
            ('hand_to_jobs', 'kernel', 'enqueue%', 'concert_jobs')
        ) as targets (name, schema, pattern, receiver)
    loop
        execute format($make$
            create or replace function kernel.%1$I(f regprocedure) returns void
            language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
            declare
                signature text;
                fault text;
            begin
                select format('%%I.%%I(%%s)', nspname, proname, pg_get_function_identity_arguments(p.oid)),
                       case
                           when nspname <> %2$L or proname not like %3$L then 'is not for %4$s'
                           when pg_get_userbyid(proowner) <> 'concert_owner' then 'is not owned by concert_owner'
                           when prokind <> 'f' or not prosecdef then 'is not a SECURITY DEFINER function'
                           when not exists (select from unnest(proconfig) as c where c like 'search_path=%%')
                               then 'does not set its search_path'
                       end
                into signature, fault
                from pg_proc p join pg_namespace n on n.oid = pronamespace
                where p.oid = f;
                if fault is not null then
                    raise exception '%% %%', f, fault using errcode = 'insufficient_privilege';
                end if;
                execute 'revoke all on function ' || signature || ' from public';
                execute 'grant execute on function ' || signature || ' to concert_app';
                execute 'alter function ' || signature || ' owner to %4$I';
            end $body$
        $make$, target.name, target.schema, target.pattern, target.receiver);
        execute format('alter function kernel.%I(regprocedure) owner to %I', target.name, current_user);
        execute format('revoke all on function kernel.%I(regprocedure) from public', target.name);
        execute format('grant execute on function kernel.%I(regprocedure) to concert_owner', target.name);
    end loop;
end $outer$;
