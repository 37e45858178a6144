-- Who asks for access again before they have an answer asks for the same: it stands with their first request, whose term holds, and is
-- decided with it. The same is asked by the same address, in the same way, for the same organisation of the directory or for none of it:
-- so whoever decides on the one decides on the other.
alter table access_request add column first_id uuid;
alter table access_request add foreign key (process_id, first_id) references access_request (process_id, id)
    on delete set null (first_id);
create index access_request_first on access_request (process_id, first_id) where first_id is not null;

-- What waits. Row-level security holds for the schema's owner as well, who therefore goes through the processes one by one.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        update access_request r set first_id = f.first_id
            from (select x.id, first_value(x.id) over (partition by x.kind, lower(x.email), x.organisation_id order by x.at, x.id) as first_id
                from access_request x where x.process_id = p.id and x.state = 'open') f
            where r.process_id = p.id and r.id = f.id and f.first_id <> f.id;
    end loop;
    perform set_config('app.process', '', true);
end $$;
