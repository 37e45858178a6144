-- A meeting for few is seen by a lead who has a task of it, too, whose pillar it is not: as a partner's task opens it to the partner's
-- organisation, a lead's opens it to the leads of the lead's pillars.
create or replace function kernel.derive_meeting() returns trigger language plpgsql as $$
begin
    new.audience := array(
        select new.pillar_id where new.pillar_id is not null
        union select coalesce(a.beneficiary_id, o.merged_into_id, a.organisation_id) from meeting_attendance a
            left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
            where a.process_id = new.process_id and a.meeting_id = new.id
        union select coalesce(t.beneficiary_id, o.merged_into_id, t.organisation_id) from meeting_task t
            left join organisation o on o.process_id = t.process_id and o.id = t.organisation_id
            where t.process_id = new.process_id and t.meeting_id = new.id and t.membership_id is null
        -- a person who sees it by another role, as the secretariat does, opens it to nobody of their organisation
        union select case m.role when 'beneficiary' then m.beneficiary_id else m.organisation_id end from meeting_task t
            join membership m on m.process_id = t.process_id and m.id = t.membership_id
            where t.process_id = new.process_id and t.meeting_id = new.id and ((m.role = 'beneficiary' and m.beneficiary_id is not null)
                or (m.role = 'partner' and m.organisation_id is not null))
        union select l.pillar_id from meeting_task t
            join membership m on m.process_id = t.process_id and m.id = t.membership_id and m.role = 'lead'
            join membership_pillar l on l.process_id = m.process_id and l.membership_id = m.id
            where t.process_id = new.process_id and t.meeting_id = new.id);
    return new;
end $$;

-- Their pillars can change.
create function kernel.touch_meetings_of_lead() returns trigger language plpgsql as $$
begin
    update meeting m set version = m.version where m.process_id = kernel.process_id() and m.id in (select t.meeting_id from meeting_task t
        join changed c on c.process_id = t.process_id and c.membership_id = t.membership_id);
    return null;
end $$;
create trigger meetings_touched_insert after insert on membership_pillar referencing new table as changed
    for each statement execute function kernel.touch_meetings_of_lead();
create trigger meetings_touched_delete after delete on membership_pillar referencing old table as changed
    for each statement execute function kernel.touch_meetings_of_lead();
revoke all on function kernel.touch_meetings_of_lead() from public;
grant execute on function kernel.touch_meetings_of_lead() to concert_app, concert_maintenance;
