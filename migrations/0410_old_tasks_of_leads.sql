-- Meetings whose tasks of leads are older than 0391 are opened to those leads, too: what that migration derives is derived of them once.
-- Row-level security holds for the schema's owner as well, who therefore steps past it for this alone.
do $$
declare t text;
begin
    foreach t in array array['meeting', 'meeting_attendance', 'meeting_task', 'organisation', 'membership', 'membership_pillar'] loop
        execute format('alter table %I no force row level security', t);
    end loop;
    update meeting m set version = m.version where exists (select from meeting_task t
        join membership k on k.process_id = t.process_id and k.id = t.membership_id and k.role = 'lead'
        where t.process_id = m.process_id and t.meeting_id = m.id);
    foreach t in array array['meeting', 'meeting_attendance', 'meeting_task', 'organisation', 'membership', 'membership_pillar'] loop
        execute format('alter table %I force row level security', t);
    end loop;
end $$;
