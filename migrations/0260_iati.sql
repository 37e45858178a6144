-- What an action came with from a file, and the portal has no place for: kept in the format's own words, so that it comes
-- out again.
create table action_kept (
    process_id uuid not null default kernel.process_id() references process (id),
    action_id uuid not null,
    format text not null check (format in ('iati')),
    -- the record's identifier in that format, by which other records name it
    identifier text check (length(identifier) between 1 and 1000),
    -- the whole record as it came, made to fit the format's schema
    content text not null check (length(content) between 1 and 50000000),
    kept_at timestamptz not null,
    kept_by_id uuid,
    primary key (process_id, action_id, format),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, kept_by_id) references membership (process_id, id)
);
create index action_kept_by on action_kept (process_id, kept_by_id);
create index action_kept_identifier on action_kept (process_id, md5(identifier));

alter table action_kept enable row level security;
alter table action_kept force row level security;
create policy own_process on action_kept using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert, update, delete on action_kept to concert_app;
grant select on action_kept to concert_maintenance;

-- As discreet as its action.
create view visible_action_kept with (security_invoker = true) as
select k.* from action_kept k join visible_action a on a.process_id = k.process_id and a.id = k.action_id;
grant select on visible_action_kept to concert_app;

-- Whether everybody may read of an action in an IATI file: published, with what such a file cannot do without.
create function kernel.in_public_file(p_process uuid, p_action uuid, p_handling text, p_claim text, p_merged uuid, p_starts date, p_ends date)
returns boolean language sql stable parallel safe as $$
    select p_handling = 'public' and p_claim = 'confirmed' and p_merged is null and coalesce(p_starts, p_ends) is not null
        and exists (select from action_party p where p.process_id = p_process and p.action_id = p_action and p.role in ('funding', 'implementing'))
$$;
revoke all on function kernel.in_public_file(uuid, uuid, text, text, uuid, date, date) from public;
grant execute on function kernel.in_public_file(uuid, uuid, text, text, uuid, date, date) to concert_app;

-- When what an organisation has published last changed, and a fingerprint of it: of its published actions, and of the names
-- that stand in them.
create function kernel.published_of(p_organisation uuid) returns table (actions bigint, changed_at timestamptz, fingerprint text)
language sql stable as $$
    select count(*), max(a.updated_at), md5(coalesce(string_agg(a.id || ':' || a.version || ':' || a.updated_at, ',' order by a.id), '')
        || (select coalesce(string_agg(o.id || ':' || o.version, ',' order by o.id), '') from organisation o
            where o.process_id = kernel.process_id() and (o.id = p_organisation or o.id in (select p.organisation_id from action_party p
                join visible_action x on x.process_id = p.process_id and x.id = p.action_id
                where p.process_id = kernel.process_id() and x.reporting_id = p_organisation and x.handling = 'public')))
        || (select coalesce(string_agg(l.id || ':' || l.version, ',' order by l.id), '') from pillar l where l.process_id = kernel.process_id())
        || (select coalesce(string_agg(b.id || ':' || b.version, ',' order by b.id), '') from beneficiary b where b.process_id = kernel.process_id())
        || (select coalesce(string_agg(k.action_id || ':' || k.kept_at, ',' order by k.action_id), '') from visible_action_kept k
            join visible_action x on x.process_id = k.process_id and x.id = k.action_id
            where k.process_id = kernel.process_id() and x.reporting_id = p_organisation and x.handling = 'public'))
    from visible_action a
    where a.process_id = kernel.process_id() and a.reporting_id = p_organisation
        and kernel.in_public_file(a.process_id, a.id, a.handling, a.claim, a.merged_into_id, a.starts_on, a.ends_on)
$$;
revoke all on function kernel.published_of(uuid) from public;
grant execute on function kernel.published_of(uuid) to concert_app;
