-- What the secretariat may know of an action that its keeper has not opened to it: that it is there, in which pillars, who keeps
-- it, and since which month. What is opened stands in visible_action; what was declined or taken back stands nowhere. At 100,000
-- actions the rows are found by action_restricted (0070).
create or replace view restricted_action with (security_invoker = true) as
select a.process_id, a.id, a.reporting_id,
    array(select l.pillar_id from action_pillar l where l.process_id = a.process_id and l.action_id = a.id) as pillars,
    date_trunc('month', a.created_at at time zone 'UTC')::date as since
from action a
where a.handling = 'restricted' and not a.open_to_support_group and a.merged_into_id is null and a.claim <> 'declined'
    and (select current_setting('app.support_group', true) = 'on');
