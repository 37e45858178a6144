-- Money counted once. It is counted in the server's memory, which is caught up by the transaction that changed an action last:
-- what is written about its money changes an action too.
create function kernel.touch_paid_actions() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        update action a set version = a.version
            where a.process_id = kernel.process_id() and a.id in (select action_id from gone);
    elsif tg_op = 'UPDATE' then
        -- one that moves to another action changes both
        update action a set version = a.version
            where a.process_id = kernel.process_id() and a.id in (select action_id from changed union select action_id from gone);
    else
        update action a set version = a.version
            where a.process_id = kernel.process_id() and a.id in (select action_id from changed);
    end if;
    return null;
end $$;
create trigger touched_insert after insert on contribution referencing new table as changed
    for each statement execute function kernel.touch_paid_actions();
create trigger touched_update after update on contribution referencing old table as gone new table as changed
    for each statement execute function kernel.touch_paid_actions();
create trigger touched_delete after delete on contribution referencing old table as gone
    for each statement execute function kernel.touch_paid_actions();
revoke all on function kernel.touch_paid_actions() from public;
grant execute on function kernel.touch_paid_actions() to concert_app;

-- What not every member sees: each total asks which of it its reader does.
create index action_not_open on action (process_id, id) where handling in ('parties', 'restricted') or claim = 'declined';
