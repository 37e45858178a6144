-- One policy for every tenant table: the row's process is the transaction's. Enabled and forced, so that
-- the owner sees nothing either.
do $$
declare t text;
begin
    foreach t in array array[
        'pillar', 'beneficiary', 'former_name', 'organisation', 'organisation_alias', 'contact_point', 'organisation_merge',
        'pillar_lead', 'membership', 'membership_pillar', 'theme', 'board_decision', 'plan', 'plan_node', 'need', 'response',
        'action', 'action_party', 'action_beneficiary', 'action_pillar', 'action_theme', 'action_disclosure', 'contribution',
        'remark', 'suggestion', 'history', 'access_log', 'form_draft', 'access_request', 'action_tally', 'action_tally_state']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
    end loop;
    -- what is a fact of its own is never deleted; links, drafts and counted figures are
    foreach t in array array['former_name', 'organisation_alias', 'contact_point', 'pillar_lead', 'membership_pillar', 'action_party',
        'action_beneficiary', 'action_pillar', 'action_theme', 'action_disclosure', 'form_draft', 'action_tally']
    loop
        execute format('grant delete on %I to concert_app', t);
    end loop;
end $$;
revoke update on history, access_log from concert_app;

-- One's own memberships, whatever the process: sign-in and the process switch, where no process is set.
create policy own_account on membership for select
    using (account_id = nullif(current_setting('app.account', true), '')::uuid and nullif(current_setting('app.process', true), '') is null);
create policy own_account on form_draft for select
    using (account_id = nullif(current_setting('app.account', true), '')::uuid and nullif(current_setting('app.process', true), '') is null);

alter table outgoing_mail enable row level security;
alter table outgoing_mail force row level security;
create policy own_process on outgoing_mail for insert with check (true);
create policy sender on outgoing_mail using (current_setting('app.platform', true) = 'on');
grant insert on outgoing_mail to concert_app;
grant select, update, delete on outgoing_mail to concert_app;


