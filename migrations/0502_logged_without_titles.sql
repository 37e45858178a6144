-- Lines of the access log about one action that was carried away as a file have held its title, which the log tells to those alone who see
-- the action. They keep what kind of file it was, and are of the action's keeper and level, as lines of its reading are. Of its
-- amounts as a list it was not kept which action's they were.
-- Row-level security holds for the schema's owner as well, who therefore goes through the processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        update access_log l set detail = 'History' || coalesce(' ' || substring(l.detail from '\([^()]*\)$'), ''),
                organisation_id = a.reporting_id, handling = a.handling
            from action a
            where l.process_id = p.id and l.kind = 'export' and l.subject_kind = 'action' and l.subject_id is not null
                and l.organisation_id is null and a.process_id = p.id and a.id = l.subject_id;
        update access_log l set detail = 'Money of the action' || coalesce(' ' || substring(l.detail from '\((?:Excel|CSV)\)'), '')
            where l.process_id = p.id and l.kind = 'export' and l.subject_kind = 'action' and l.subject_id is null
                and l.detail like 'Money: %';
        update document_file d set title = 'Money of the action'
            where d.process_id = p.id and d.subject_kind = 'action' and d.subject_id is null and d.title like 'Money: %';
    end loop;
    perform set_config('app.process', '', true);
end $$;
