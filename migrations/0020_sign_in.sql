-- Ends a session by its token, whoever presents it: sign-out, and the renewal at sign-in.
create function kernel.end_session(p_token_hash bytea, p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update sign_in_session set ended_at = p_now where token_hash = p_token_hash and ended_at is null
$$;

-- Memberships that were offered become active when their person follows the link. Runs where the account is set and
-- no process is: the policy is for the owner of this function alone.
create policy own_account_accepts on membership for update to concert_owner
    using (account_id = nullif(current_setting('app.account', true), '')::uuid and nullif(current_setting('app.process', true), '') is null);
create function kernel.accept_invitations() returns integer
language plpgsql security definer set search_path = public, pg_temp as $$
declare n integer;
begin
    update membership set state = 'active' where state = 'invited' and account_id = kernel.account_id();
    get diagnostics n = row_count;
    return n;
end $$;

-- Whether one of the account's roles needs a second factor, in any process.
create function kernel.needs_second_factor() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from membership m where m.account_id = kernel.account_id() and m.state = 'active'
            and m.role in ('support_group', 'chair'))
        or exists (select from account a where a.id = kernel.account_id() and a.operator)
$$;
revoke all on function kernel.end_session, kernel.accept_invitations, kernel.needs_second_factor from public;
grant execute on function kernel.end_session, kernel.accept_invitations, kernel.needs_second_factor to concert_app;
