-- An organisation that was merged into another is that other one: a brief that was kept by it or shared with it stays its own, as a pack does.
create or replace view visible_brief with (security_invoker = true) as
select b.* from brief b join membership m on m.process_id = b.process_id and m.id = b.by_membership_id
where b.withdrawn_at is null and (m.account_id = (select nullif(current_setting('app.account', true), '')::uuid)
    or b.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
    or exists (select from organisation o where o.process_id = b.process_id and o.id = any (b.audience)
        and o.merged_into_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or (b.handling = 'parties' and 'parties' = any ((select string_to_array(current_setting('app.levels', true), ','))::text[]))
    -- whoever takes part sees money; observers do not
    or (b.handling = 'members' and (select current_setting('app.money', true) = 'on')));
