-- Nothing is a part of its own part: neither an action nor an organisation, at any depth.

-- Changes of what is part of what wait for one another, or two of them could close a ring together.
create function kernel.lock_parts(p_kind text, p_process uuid) returns void language sql volatile as $$
    select pg_advisory_xact_lock(hashtextextended('parts of ' || p_kind || ' ' || p_process, 0))
$$;

-- Whether one is the other, or a part of it at any depth. Holds until the transaction ends: asked before a save.
create function kernel.is_part_of(p_kind text, p_part uuid, p_whole uuid) returns boolean language plpgsql volatile as $$
declare r boolean;
begin
    if p_kind not in ('action', 'organisation') then raise exception 'nothing of this kind has parts'; end if;
    perform kernel.lock_parts(p_kind, kernel.process_id());
    execute format('with recursive up (id) as (select $1
            union select x.parent_id from public.%I x join up on x.id = up.id where x.process_id = kernel.process_id() and x.parent_id is not null)
        select exists (select from up where id = $2)', p_kind) into r using p_part, p_whole;
    return r;
end $$;

-- The same for whatever does not ask. When the transaction ends: on its way a merge may pass through a ring.
create function kernel.no_ring() returns trigger language plpgsql as $$
declare ring boolean;
begin
    perform kernel.lock_parts(tg_table_name, new.process_id);
    execute format('with recursive up (id) as (
            select x.parent_id from public.%1$I x where x.process_id = $1 and x.id = $2 and x.parent_id is not null
            union select x.parent_id from public.%1$I x join up on x.id = up.id where x.process_id = $1 and x.parent_id is not null)
        select exists (select from up where id = $2)', tg_table_name) into ring using new.process_id, new.id;
    if ring then
        raise exception '% cannot be a part of its own part', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_no_ring';
    end if;
    return null;
end $$;
create constraint trigger no_ring after insert or update of parent_id on action deferrable initially deferred
    for each row when (new.parent_id is not null) execute function kernel.no_ring();
create constraint trigger no_ring after insert or update of parent_id on organisation deferrable initially deferred
    for each row when (new.parent_id is not null) execute function kernel.no_ring();

revoke all on function kernel.lock_parts(text, uuid), kernel.is_part_of(text, uuid, uuid), kernel.no_ring() from public;
grant execute on function kernel.lock_parts(text, uuid), kernel.is_part_of(text, uuid, uuid) to concert_app, concert_maintenance;
