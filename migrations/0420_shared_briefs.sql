-- A brief can be shared with parties: the organisations it is shared with by name, the beneficiaries and the leads of the pillars
-- that the idea names (all of them in its audience), the Support Group secretariat and the Chairmanship.
alter table brief drop constraint brief_handling_check;
alter table brief add constraint brief_handling_check check (handling in ('members', 'parties', 'restricted'));

create or replace view visible_brief with (security_invoker = true) as
select b.* from brief b join membership m on m.process_id = b.process_id and m.id = b.by_membership_id
where b.withdrawn_at is null and (m.account_id = (select nullif(current_setting('app.account', true), '')::uuid)
    or b.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
    or (b.handling = 'parties' and 'parties' = any ((select string_to_array(current_setting('app.levels', true), ','))::text[]))
    -- whoever takes part sees money; observers do not
    or (b.handling = 'members' and (select current_setting('app.money', true) = 'on')));
