-- Whoever sets a new password or signs out everywhere ends the private addresses of their calendars with it, in every process: where no
-- process is set, as with one's own memberships.
create policy own_account_seen on calendar_feed for select
    using (account_id = nullif(current_setting('app.account', true), '')::uuid and nullif(current_setting('app.process', true), '') is null);
create policy own_account_ended on calendar_feed for delete
    using (account_id = nullif(current_setting('app.account', true), '')::uuid and nullif(current_setting('app.process', true), '') is null);
