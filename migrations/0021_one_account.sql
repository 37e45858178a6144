-- Sign-in and one's own account. What has to be decided for somebody who is not known yet, or across processes, is
-- decided in functions of the owner; everything else is done by the app under the account's own policies.

-- Ends a session by its token, whoever presents it: sign-in never leaves an older session of the browser behind.
create or replace function kernel.end_session(p_token_hash bytea, p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update sign_in_session set ended_at = p_now where token_hash = p_token_hash and ended_at is null
$$;

-- Begins a try at something that is limited: counts it as failed and answers its id, or null where there were too many
-- in the last quarter of an hour. Those of one subject wait for one another, so that a hundred sent at once are not
-- all let in before the first has been counted.
create function kernel.try_attempt(p_kind text, p_subject bytea, p_now timestamptz, p_most bigint) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare r bigint;
begin
    perform pg_advisory_xact_lock(hashtextextended(p_kind || encode(p_subject, 'hex'), 0));
    if kernel.recent_attempts(p_kind, p_subject, p_now - interval '15 minutes') >= p_most then return null; end if;
    insert into attempt (kind, subject_hash, at, failed) values (p_kind, p_subject, p_now, true) returning id into r;
    return r;
end $$;

-- It went well, and does not count. The others of its subject do: an address is not cleared by one who knows a password.
create function kernel.attempt_succeeded(p_id bigint) returns void
language sql security definer set search_path = public, pg_temp as $$
    update attempt set failed = false where id = p_id
$$;

-- Uses a link up: its account, or null where it is unknown, used, ended, or for something else. Works once, whatever
-- comes in at the same time.
create function kernel.use_link(p_token_hash bytea, p_purpose text, p_now timestamptz) returns uuid
language sql security definer set search_path = public, pg_temp as $$
    update one_time_link l set used_at = p_now from account a
    where a.id = l.account_id and a.disabled_at is null and l.token_hash = p_token_hash and l.purpose = p_purpose
        and l.used_at is null and l.expires_at > p_now
    returning l.account_id
$$;

-- The memberships that the transaction's account was invited to become active; answers how many. The history of each
-- process says so, in the name of the member.
create function kernel.take_up_invitations(p_now timestamptz) returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    a uuid := kernel.account_id();
    found_processes uuid[];
    found_ids uuid[];
    n integer := 0;
begin
    if a is null or kernel.process_id() is not null then return 0; end if;
    -- gathered first: the policy that lets them be found holds only while no process is set
    select array_agg(m.process_id), array_agg(m.id) into found_processes, found_ids
        from membership m where m.account_id = a and m.state = 'invited';
    for i in 1 .. coalesce(array_length(found_ids, 1), 0) loop
        perform set_config('app.process', found_processes[i]::text, true);
        update membership set state = 'active', version = version + 1
            where process_id = found_processes[i] and id = found_ids[i] and state = 'invited';
        if found then
            n := n + 1;
            insert into history (process_id, at, by_membership_id, for_organisation_id, subject_kind, subject_id, event, changes)
                select m.process_id, p_now, m.id, m.organisation_id, 'membership', m.id, 'member-joined',
                    '{"state": {"from": ["invited"], "to": ["active"]}}'
                from membership m where m.process_id = found_processes[i] and m.id = found_ids[i];
        end if;
    end loop;
    perform set_config('app.process', '', true);
    return n;
end $$;

-- An invitation's link, used: binds the transaction to its account and takes up what that was invited to.
create function kernel.accept_invitations(p_token_hash bytea, p_now timestamptz) returns uuid
language plpgsql security definer set search_path = public, pg_temp as $$
declare a uuid := kernel.use_link(p_token_hash, 'invitation', p_now);
begin
    if a is null then return null; end if;
    perform set_config('app.process', '', true), set_config('app.account', a::text, true);
    perform kernel.take_up_invitations(p_now);
    return a;
end $$;

-- What the transaction's account takes part in, or is invited to.
create function kernel.own_memberships(p_today date) returns table (slug text, name text, role text, state text, ends_on date)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.slug, p.name, m.role, m.state, m.ends_on
    from membership m join process p on p.id = m.process_id
    where m.account_id = kernel.account_id() and p.state = 'active' and coalesce(m.ends_on, p_today) >= p_today
        and (m.state = 'invited' or (m.state = 'active' and m.starts_on <= p_today))
    order by p.name, m.created_at
$$;

revoke all on function kernel.end_session, kernel.try_attempt, kernel.attempt_succeeded, kernel.use_link,
    kernel.take_up_invitations, kernel.accept_invitations, kernel.own_memberships from public;
grant execute on function kernel.end_session, kernel.try_attempt, kernel.attempt_succeeded, kernel.use_link,
    kernel.take_up_invitations, kernel.accept_invitations, kernel.own_memberships to concert_app;
