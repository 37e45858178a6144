-- Whoever sets a new password, or has their second factor reset by the operator, no longer trusts what was opened in their name: their
-- personal tokens for programs end with it, in every process. Those of an organisation stay: others depend on them, and its focal points
-- and the secretariat can end them.

-- Making a token and ending them all wait for one another: what is made at that very moment does not outlive the end.
create function kernel.hold_tokens() returns void language sql as $$
    select pg_advisory_xact_lock(hashtextextended('tokens of ' || kernel.account_id()::text, 0))
$$;

-- Ends the personal tokens of the transaction's account; answers how many. The history of each process says so as of any other, in the
-- name of the member or, where they did not do it, of nobody.
create function kernel.end_personal_tokens(p_now timestamptz, p_by_member boolean) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a uuid := kernel.account_id();
    found_processes uuid[];
    found_ids uuid[];
    ended integer := 0;
    n integer;
begin
    if a is null or kernel.process_id() is not null then return 0; end if;
    perform kernel.hold_tokens();
    -- gathered first: the policy that lets them be found holds only while no process is set
    select array_agg(m.process_id order by m.process_id, m.id), array_agg(m.id order by m.process_id, m.id)
        into found_processes, found_ids from membership m where m.account_id = a;
    for i in 1 .. coalesce(array_length(found_ids, 1), 0) loop
        perform set_config('app.process', found_processes[i]::text, true);
        with gone as (
            update api_token t set revoked_at = p_now
            where t.process_id = found_processes[i] and t.membership_id = found_ids[i] and t.kind = 'personal'
                and t.revoked_at is null and t.expires_at > p_now
            returning t.name)
        insert into history (process_id, at, by_membership_id, for_organisation_id, subject_kind, subject_id, event, changes)
            select m.process_id, p_now, case when p_by_member then m.id end, case when p_by_member then m.organisation_id end,
                'membership', m.id, 'token-ended',
                jsonb_build_object('token', jsonb_build_object('from', jsonb_build_array(g.name), 'to', '[]'::jsonb))
            from gone g join membership m on m.process_id = found_processes[i] and m.id = found_ids[i];
        get diagnostics n = row_count;
        ended := ended + n;
    end loop;
    perform set_config('app.process', '', true);
    return ended;
end $$;

-- In which processes programs still come in by tokens that the transaction's account has made, and by how many. By their role the
-- Chairmanship and observers have none that open anything.
create function kernel.own_tokens(p_now timestamptz) returns table (slug text, name text, tokens bigint)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a uuid := kernel.account_id();
    today date := (p_now at time zone 'UTC')::date;
    found_processes uuid[];
    one uuid;
begin
    if a is null or kernel.process_id() is not null then return; end if;
    select array_agg(x.id order by x.name, x.id) into found_processes
        from process x where x.state = 'active' and x.id in (select m.process_id from membership m where m.account_id = a);
    foreach one in array coalesce(found_processes, '{}') loop
        perform set_config('app.process', one::text, true);
        return query
            select x.slug, x.name, count(*)
            from api_token t
                join membership m on m.process_id = t.process_id and m.id = t.membership_id
                join process x on x.id = t.process_id
            where t.process_id = one and m.account_id = a and t.revoked_at is null and t.expires_at > p_now
                and m.state = 'active' and m.starts_on <= today and coalesce(m.ends_on, today) >= today
                and m.role not in ('chair', 'observer') and (t.kind = 'personal' or m.focal_point)
            group by x.slug, x.name;
    end loop;
    perform set_config('app.process', '', true);
end $$;

-- As before (0380), with the tokens; answers how many of them ended, and null where there was no second factor.
drop function kernel.reset_second_factor(uuid, text, timestamptz);
create function kernel.reset_second_factor(p_account uuid, p_why text, p_now timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    ended integer;
begin
    if current_setting('app.platform', true) is distinct from 'on' or kernel.account_id() is not null then
        raise exception 'a second factor is reset from the command line' using errcode = 'insufficient_privilege';
    end if;
    update account set totp_secret = null, totp_last_step = null where id = p_account and totp_secret is not null;
    if not found then return null; end if;
    delete from recovery_code where account_id = p_account;
    update sign_in_session set ended_at = p_now where account_id = p_account and ended_at is null;
    perform set_config('app.process', '', true), set_config('app.account', p_account::text, true);
    delete from calendar_feed where account_id = p_account;
    ended := kernel.end_personal_tokens(p_now, false);
    perform set_config('app.account', '', true);
    insert into operator_act (event, about_account_id, why) values ('second_factor_reset', p_account, p_why);
    return ended;
end $$;

revoke all on function kernel.hold_tokens(), kernel.end_personal_tokens(timestamptz, boolean), kernel.own_tokens(timestamptz),
    kernel.reset_second_factor(uuid, text, timestamptz) from public;
grant execute on function kernel.hold_tokens(), kernel.end_personal_tokens(timestamptz, boolean), kernel.own_tokens(timestamptz),
    kernel.reset_second_factor(uuid, text, timestamptz) to concert_app;
