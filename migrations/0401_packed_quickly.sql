-- What a file brings is long and written twice: when it is read, and when it is taken in. Most of the time of keeping it goes
-- into packing it, and lz4 packs it in a tenth of that and to nearly the same size. Where the server was built without lz4 it
-- stays as it was. What stands already is read as before.
do $$
declare c record;
begin
    if not exists (select from pg_settings s where s.name = 'default_toast_compression' and 'lz4' = any (s.enumvals)) then return; end if;
    for c in select * from (values
            ('import_row', 'cells'), ('import_row', 'patch'), ('import_row', 'problems'), ('import_row', 'difference'),
            ('import_row', 'kept'), ('import_row', 'kept_before'), ('import_row', 'before'), ('import_row', 'earlier'),
            ('action_kept', 'content'), ('action_imported', 'stated'), ('action_words', 'words'),
            ('action', 'description'), ('action', 'search_text'), ('history', 'changes')) as t (name, col) loop
        execute format('alter table %I alter column %I set compression lz4', c.name, c.col);
    end loop;
end $$;
