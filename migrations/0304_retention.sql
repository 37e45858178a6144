-- How long a process keeps what is no record of its own, as days in its settings ('retention', by kind). Letters have a term
-- where none is set; the rest stays. The history, plans and what was frozen of them are never touched.

-- A term as it is set; none where what stands there is none. Settings also come with a process that was taken in, and one that
-- cannot be read is not to keep the night's work from the others.
create function kernel.term(p_days jsonb, p_kind text) returns integer language sql immutable as $$
    select case when jsonb_typeof(p_days -> p_kind) = 'number'
        then case when (p_days ->> p_kind)::numeric between 1 and 7300 then (p_days ->> p_kind)::numeric::integer end end
$$;
revoke all on function kernel.term(jsonb, text) from public;

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
            and m.created_at < p_now - make_interval(days => coalesce(kernel.term(p.days, 'letters'), p_letters));
        delete from notice n where n.process_id = p.id and n.at < p_now - make_interval(days => kernel.term(p.days, 'notices'));
        delete from access_log l where l.process_id = p.id and l.at < p_now - make_interval(days => kernel.term(p.days, 'access_log'));
        delete from access_request r where r.process_id = p.id and r.state <> 'open'
            and coalesce(r.decided_at, r.at) < p_now - make_interval(days => kernel.term(p.days, 'requests'));
        -- what was answered to programs under a key (0280) holds what they were answered, whether its token is used again or not
        delete from api_answer x where x.process_id = p.id and x.at < p_now - interval '1 day';
    end loop;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;
revoke all on function kernel.forget_by_process(timestamptz, integer) from public;
grant execute on function kernel.forget_by_process(timestamptz, integer) to concert_app;
