-- Whose second factor the operator resets has lost what proved who they are: the private addresses of their calendars end with it, in
-- every process, as with a new password (0378). The policies of `calendar_feed` ask whose account it is, so it is set for that statement.
create or replace function kernel.reset_second_factor(p_account uuid, p_why text, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on' or kernel.account_id() is not null then
        raise exception 'a second factor is reset from the command line' using errcode = 'insufficient_privilege';
    end if;
    update account set totp_secret = null, totp_last_step = null where id = p_account and totp_secret is not null;
    if not found then return false; end if;
    delete from recovery_code where account_id = p_account;
    update sign_in_session set ended_at = p_now where account_id = p_account and ended_at is null;
    perform set_config('app.process', '', true), set_config('app.account', p_account::text, true);
    delete from calendar_feed where account_id = p_account;
    perform set_config('app.account', '', true);
    insert into operator_act (event, about_account_id, why) values ('second_factor_reset', p_account, p_why);
    return true;
end $$;
