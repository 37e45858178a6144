-- Whoever could say that a record still holds can say that it does not: a remark that asks for a correction. The record says so until
-- the remark is settled or taken back.
alter table remark add column asks_correction boolean not null default false
    check (not asks_correction or (action_id is not null and answers_id is null));

create or replace view visible_remark with (security_invoker = true) as
select r.process_id, r.id, r.action_id, r.by_membership_id, r.text, r.handling, r.at, r.withdrawn_at, r.answers_id, r.resolved_at,
    r.resolved_by_id, a.handling as action_handling, r.asks_correction
from remark r
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (r.handling = 'parties' and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (r.handling = 'restricted' and coalesce(m.organisation_id, m.beneficiary_id)
        = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid);
