-- How long a process keeps what is no record of its own, as days in its settings ('retention', by kind). Letters have a term
-- where none is set; the rest stays. The history, plans and what was frozen of them are never touched.
create function kernel.forget_by_process(p_now timestamptz, p_letters integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p record;
    was text := current_setting('app.process', true);
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'what a process has kept is forgotten by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    for p in select id, settings -> 'retention' as days from process loop
        perform set_config('app.process', p.id::text, true);
        -- no term: no day is before it
        delete from outgoing_mail m where m.process_id = p.id
            and m.created_at < p_now - make_interval(days => coalesce((p.days ->> 'letters')::integer, p_letters));
        delete from notice n where n.process_id = p.id and n.at < p_now - make_interval(days => (p.days ->> 'notices')::integer);
        delete from access_log l where l.process_id = p.id and l.at < p_now - make_interval(days => (p.days ->> 'access_log')::integer);
        delete from access_request r where r.process_id = p.id and r.state <> 'open'
            and coalesce(r.decided_at, r.at) < p_now - make_interval(days => (p.days ->> 'requests')::integer);
    end loop;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;
revoke all on function kernel.forget_by_process(timestamptz, integer) from public;
grant execute on function kernel.forget_by_process(timestamptz, integer) to concert_app;
