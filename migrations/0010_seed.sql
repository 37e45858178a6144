-- What the demo's loader and the command line need of the registry.

-- Makes a process; only where the registry is entered.
create function kernel.seed_process(p_id uuid, p_slug text, p_name text, p_short_name text, p_tagline text, p_about text[],
    p_footnotes jsonb, p_example boolean) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on' then raise exception 'only the registry makes processes'; end if;
    insert into process (id, slug, name, short_name, tagline, about, footnotes, example, public)
        values (p_id, p_slug, p_name, p_short_name, p_tagline, p_about, p_footnotes, p_example, true);
end $$;

-- An account marked as operator; only where the registry is entered.
create function kernel.operator_account(p_email text) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare r uuid := kernel.account_of(p_email);
begin
    if current_setting('app.platform', true) is distinct from 'on' then raise exception 'only the registry makes operators'; end if;
    update account set operator = true where id = r;
    return r;
end $$;
revoke all on function kernel.seed_process, kernel.operator_account from public;
grant execute on function kernel.seed_process, kernel.operator_account to concert_app;
