-- Whether the work on an import rests: the worker that had it has given no sign of life for a while, or the job waits to be begun anew.
-- It goes on by itself; the page of the import says so meanwhile.
create function kernel.import_rests(p_import uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    return jobs.rests('import', kernel.process_id(), 'import', p_import);
end $$;
revoke all on function kernel.import_rests(uuid) from public;
grant execute on function kernel.import_rests(uuid) to concert_app;
