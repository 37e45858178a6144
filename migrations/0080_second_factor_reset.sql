-- A way back for whoever has lost their device and their recovery codes: an act of the installation's operator, from
-- the command line alone.
alter table operator_act drop constraint operator_act_event_check;
alter table operator_act add constraint operator_act_event_check
    check (event in ('founded', 'suspended', 'resumed', 'operator_made', 'second_factor_reset'));

-- Removes the second factor of an account with its recovery codes and ends its sessions; answers whether there was one.
-- Not through the portal: in every transaction of a web request that can reach the registry an account is set, in those
-- of the command line none is.
create function kernel.reset_second_factor(p_account uuid, p_why text, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if current_setting('app.platform', true) is distinct from 'on' or kernel.account_id() is not null then
        raise exception 'a second factor is reset from the command line' using errcode = 'insufficient_privilege';
    end if;
    update account set totp_secret = null, totp_last_step = null where id = p_account and totp_secret is not null;
    if not found then return false; end if;
    delete from recovery_code where account_id = p_account;
    update sign_in_session set ended_at = p_now where account_id = p_account and ended_at is null;
    insert into operator_act (event, about_account_id, why) values ('second_factor_reset', p_account, p_why);
    return true;
end $$;
revoke all on function kernel.reset_second_factor(uuid, text, timestamptz) from public;
grant execute on function kernel.reset_second_factor(uuid, text, timestamptz) to concert_app;
