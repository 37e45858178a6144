-- A file's rows are thousands at once, and are asked for before the database counts its tables by itself: until then it takes them
-- for one, and holds each of them against each other. Whoever has read a file has them counted, unless somebody else is just at it.
create function kernel.count_import_rows() returns void language plpgsql volatile
security definer set search_path = public, pg_temp as $$
begin
    analyze (skip_locked) import_row (process_id, import_id, row, verdict, decision, result, action_id, applied_id);
end $$;
revoke all on function kernel.count_import_rows() from public;
grant execute on function kernel.count_import_rows() to concert_app;
