-- Whether a round takes what is put into it is asked once a statement, and not of each of five thousand items, which took the largest part
-- of opening it. A round that is locked meanwhile still refuses them: the statement as a whole fails, as each of them did.
create function kernel.round_items_put() returns trigger language plpgsql as $$
begin
    perform kernel.round_written(a.round_id)
        from (select distinct x.round_id from added x where not kernel.is_founding(x.process_id)) a;
    return null;
end $$;
drop trigger put on round_item;
create trigger put after insert on round_item referencing new table as added
    for each statement execute function kernel.round_items_put();
revoke all on function kernel.round_items_put() from public;
grant execute on function kernel.round_items_put() to concert_app;
