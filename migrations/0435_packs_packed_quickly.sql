-- What a pack holds, and what a file is made of, are texts of megabytes that are written once: packing them as lz4 takes a third of the time
-- or less, to the same size. Where the server was built without lz4 it stays as it was. What stands already is read as before.
do $$
declare c record;
begin
    if not exists (select from pg_settings s where s.name = 'default_toast_compression' and 'lz4' = any (s.enumvals)) then return; end if;
    for c in select * from (values ('pack', 'content'), ('pack', 'book'), ('document_file', 'content')) as t (name, col) loop
        execute format('alter table %I alter column %I set compression lz4', c.name, c.col);
    end loop;
end $$;
