-- Cells of a row that somebody typed anew: what stood there in the file, by the number of the column. They outlive the rows when the
-- file is read once more, and stand again where it still says what it said.
alter table import_row add column mended jsonb not null default '{}' check (jsonb_typeof(mended) = 'object');
alter table import add column mended jsonb not null default '[]' check (jsonb_typeof(mended) = 'array');

-- What is forgotten of a file, is forgotten of these too.
create or replace function kernel.forget_imports(p_now timestamptz, p_days integer) returns void
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
        with gone as (update import set state = 'dropped', shape = '{}', columns = '[]', said = null, mended = '[]'
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
