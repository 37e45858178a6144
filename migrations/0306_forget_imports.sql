-- A file that was brought and never taken in is forgotten after a time, with its parts and with what was read of it; one that broke
-- off on its way, the day after. What was taken in or back needs its file no more; its rows stay, since they say what came of them.
create function kernel.forget_imports(p_now timestamptz, p_days integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p record;
    was text := current_setting('app.process', true);
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'files are forgotten by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        with gone as (update import set state = 'dropped', shape = '{}', columns = '[]', said = null
                where process_id = p.id and (
                    (state in ('reading', 'columns', 'checked', 'failed') and uploaded_at < p_now - make_interval(days => p_days))
                    or (state = 'receiving' and uploaded_at < p_now - interval '1 day'))
                returning id)
        delete from import_row r using gone g where r.process_id = p.id and r.import_id = g.id;
        delete from import_part f using import i where f.process_id = p.id and i.process_id = p.id and i.id = f.import_id
            and i.state in ('applied', 'undone', 'failed', 'dropped');
    end loop;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;
revoke all on function kernel.forget_imports(timestamptz, integer) from public;
grant execute on function kernel.forget_imports(timestamptz, integer) to concert_app;
