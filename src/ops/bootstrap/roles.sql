-- The roles of an installation; run by a superuser in any database of the server, any number of times.
-- None has a password here: `concert bootstrap` sets those it is given.
do $$
declare
    wanted record;
begin
    for wanted in
        select * from (values
            -- Makes and changes the tables. Row-level security is forced on it too.
            ('concert_owner', 'login nobypassrls'),
            -- Serves pages. Owns nothing.
            ('concert_app', 'login nobypassrls'),
            -- Owns the job queue's schema.
            ('concert_jobs', 'login nobypassrls'),
            -- Backups and data migrations: the only one that sees all processes at once.
            ('concert_maintenance', 'login bypassrls'),
            -- Owns the search functions. Nobody signs in as it, nobody is granted it.
            ('concert_search', 'nologin nobypassrls')
        ) as roles (name, rights)
    loop
        if not exists (select from pg_roles where rolname = wanted.name) then
            execute format('create role %I', wanted.name);
        end if;
        execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication noinherit %s', wanted.name, wanted.rights);
    end loop;
end $$;

-- The statements of a page take milliseconds; compiling them would take a second where their costs are misjudged.
alter role concert_app set jit = off;

-- A backup reads every table there is, the queue's included. (noinherit above would keep this from having an effect.)
alter role concert_maintenance inherit;
grant pg_read_all_data to concert_maintenance;

-- A role that can become another one is worth both: none may.
do $$
declare
    found text;
begin
    select string_agg(format('%I is granted to %I', granted.rolname, member.rolname), ', ') into found
    from pg_auth_members
    join pg_roles granted on granted.oid = roleid
    join pg_roles member on member.oid = pg_auth_members.member
    where granted.rolname like 'concert\_%' and not member.rolsuper;
    if found is not null then
        raise exception 'a role of the portal was granted to somebody: %', found
            using hint = 'Revoke it; each part of the portal connects as its own role.';
    end if;
end $$;
