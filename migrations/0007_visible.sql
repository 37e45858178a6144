-- Who may see which row, once a table. Stores select from these views, never from the tables beneath.

-- Keeps the derived columns of an action. Statement triggers on the link tables touch the action, so that
-- one save of many links derives once a statement.
create function kernel.derive_action() returns trigger language plpgsql as $$
begin
    if new.handling = 'restricted' then
        new.audience := array(select new.reporting_id union
            select d.organisation_id from action_disclosure d where d.process_id = new.process_id and d.action_id = new.id);
    else
        new.audience := array(select new.reporting_id
            union select p.organisation_id from action_party p where p.process_id = new.process_id and p.action_id = new.id
            union select b.beneficiary_id from action_beneficiary b where b.process_id = new.process_id and b.action_id = new.id
            union select l.pillar_id from action_pillar l where l.process_id = new.process_id and l.action_id = new.id);
    end if;
    new.missing := array_remove(array[
        case when not exists (select from action_pillar l where l.process_id = new.process_id and l.action_id = new.id) then 'pillars' end,
        case when not exists (select from action_beneficiary b where b.process_id = new.process_id and b.action_id = new.id) then 'beneficiaries' end,
        case when not exists (select from action_theme t where t.process_id = new.process_id and t.action_id = new.id) then 'themes' end,
        case when not exists (select from action_party p where p.process_id = new.process_id and p.action_id = new.id and p.role = 'funding') then 'funding' end,
        case when not exists (select from action_party p where p.process_id = new.process_id and p.action_id = new.id and p.role = 'implementing') then 'implementing' end,
        case when new.status is null then 'status' end,
        case when coalesce(new.actual_start, new.planned_start) is null then 'start' end,
        case when coalesce(new.actual_end, new.planned_end) is null then 'end' end,
        case when new.stated_total is null then 'stated_total' end,
        case when new.description = '' then 'description' end], null);
    return new;
end $$;
create trigger derive before insert or update on action for each row execute function kernel.derive_action();

create function kernel.touch_actions() returns trigger language plpgsql as $$
begin
    update action a set version = a.version
        where a.process_id = kernel.process_id() and a.id in (select action_id from changed);
    return null;
end $$;
do $$
declare t text;
begin
    foreach t in array array['action_party', 'action_beneficiary', 'action_pillar', 'action_theme', 'action_disclosure'] loop
        execute format('create trigger touched_insert after insert on %I referencing new table as changed for each statement execute function kernel.touch_actions()', t);
        execute format('create trigger touched_update after update on %I referencing new table as changed for each statement execute function kernel.touch_actions()', t);
        execute format('create trigger touched_delete after delete on %I referencing old table as changed for each statement execute function kernel.touch_actions()', t);
    end loop;
end $$;

create view visible_action with (security_invoker = true) as
select a.process_id, a.id, a.reporting_id, a.title, a.description, a.status, a.handling,
    a.planned_start, a.planned_start_precision, a.planned_end, a.planned_end_precision,
    a.actual_start, a.actual_start_precision, a.actual_end, a.actual_end_precision, a.date_note,
    a.starts_on, a.ends_on, a.parent_id, a.parent_text, a.theme_text, a.reference, a.source_url, a.source_note,
    case when (select current_setting('app.money', true) = 'on') then a.stated_total end as stated_total,
    case when (select current_setting('app.money', true) = 'on') then a.stated_currency end as stated_currency,
    a.claim, a.claim_reason, a.reported_by_id, a.open_to_support_group, a.last_confirmed_at, a.last_confirmed_by_id,
    a.merged_into_id, a.version, a.created_at, a.created_by_id, a.updated_at, a.updated_by_id, a.audience, a.missing,
    a.search_title, a.search_text
from action a
where a.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (a.handling in ('parties', 'restricted') and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (a.handling = 'restricted' and a.open_to_support_group and (select current_setting('app.support_group', true) = 'on'));

-- What the Support Group secretariat may know of a restricted action: that it is there, its pillars, whom to ask.
create view restricted_action with (security_invoker = true) as
select a.process_id, a.id, a.reporting_id
from action a
where a.handling = 'restricted' and a.merged_into_id is null and (select current_setting('app.support_group', true) = 'on');

create view visible_contribution with (security_invoker = true) as
select c.* from contribution c join visible_action a on a.process_id = c.process_id and a.id = c.action_id
where (select current_setting('app.money', true) = 'on');

create view visible_remark with (security_invoker = true) as
select r.*, a.handling as action_handling from remark r
    join visible_action a on a.process_id = r.process_id and a.id = r.action_id
    join membership m on m.process_id = r.process_id and m.id = r.by_membership_id
where r.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
    or (r.handling = 'parties' and a.audience && (select nullif(current_setting('app.audience', true), '')::uuid[]))
    or (r.handling = 'restricted' and m.organisation_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[]))
    or m.account_id = (select nullif(current_setting('app.account', true), '')::uuid);

create view visible_suggestion with (security_invoker = true) as
select s.* from suggestion s join visible_action a on a.process_id = s.process_id and a.id = s.action_id;

grant select on visible_action, restricted_action, visible_contribution, visible_remark, visible_suggestion to concert_app;
