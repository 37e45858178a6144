-- Import: a file as it came, what it says of each action, what would become of it, what became of it, and how it is undone.
-- An import is its importer's alone: a file may hold more than others may see.

create table import (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    account_id uuid not null references account (id),
    by_membership_id uuid not null,
    -- who keeps the new actions of it
    organisation_id uuid not null,
    file_name text not null check (length(file_name) between 1 and 200),
    kind text not null default 'csv' check (kind in ('xlsx', 'csv')),
    size bigint not null default 0,
    sha256 bytea,
    -- receiving: the file comes in; columns: somebody has to say which column is which; checked: the preview
    state text not null default 'receiving' check (state in ('receiving', 'reading', 'columns', 'checked', 'applying', 'applied',
        'undoing', 'undone', 'failed', 'dropped')),
    -- of new actions, where the file states none
    handling text not null default 'members' check (handling in ('public', 'members', 'parties', 'restricted')),
    pillar_id uuid,
    sheet text,
    head_row integer,
    -- {"sheets", "heads", "samples"}: what the columns page shows
    shape jsonb not null default '{}' check (jsonb_typeof(shape) = 'object'),
    -- one of each head: {"column", "how"} or null
    columns jsonb not null default '[]' check (jsonb_typeof(columns) = 'array'),
    rows_done integer not null default 0,
    rows_all integer,
    -- why it failed, or what is to be said of the file as a whole: a key and its arguments
    said jsonb,
    attempts smallint not null default 0,
    uploaded_at timestamptz not null,
    checked_at timestamptz,
    applied_at timestamptz,
    undone_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id)
);
create index import_account on import (account_id);
create index import_of_account on import (process_id, account_id, uploaded_at desc);
create index import_by on import (process_id, by_membership_id);
create index import_organisation on import (process_id, organisation_id);
create index import_pillar on import (process_id, pillar_id) where pillar_id is not null;

-- The file in parts, so that it is in no server's memory or disk and any of them can go on.
create table import_part (
    process_id uuid not null default kernel.process_id(),
    import_id uuid not null,
    position integer not null,
    bytes bytea not null check (octet_length(bytes) between 1 and 1048576),
    primary key (process_id, import_id, position),
    foreign key (process_id, import_id) references import (process_id, id)
);

create table import_row (
    process_id uuid not null default kernel.process_id(),
    import_id uuid not null,
    -- as the file counts them
    row integer not null,
    title text not null default '' check (length(title) <= 500),
    -- the texts of the cells, of a table: a row with mistakes can be mended
    cells jsonb,
    -- the fields that it states
    patch jsonb not null default '{}' check (jsonb_typeof(patch) = 'object'),
    problems jsonb not null default '[]' check (jsonb_typeof(problems) = 'array'),
    verdict text not null check (verdict in ('new', 'changed', 'unchanged', 'duplicate', 'conflict', 'wrong')),
    -- the action that it is, as it stood when it was looked at
    action_id uuid,
    version integer,
    -- {"field": {"from", "to"}}, and the fields that were edited here since
    difference jsonb not null default '{}' check (jsonb_typeof(difference) = 'object'),
    clashes text[] not null default '{}',
    -- actions that it may be, the likeliest first: [{"id", "likelihood"}]
    near jsonb not null default '[]' check (jsonb_typeof(near) = 'array'),
    -- take: as it says; ours: what was edited here stays; add: it is another one; same: it is target_id; leave: not at all
    decision text check (decision in ('take', 'ours', 'add', 'same', 'leave')),
    target_id uuid,
    -- what became of it
    result text check (result in ('added', 'changed', 'left')),
    applied_id uuid,
    before jsonb,
    version_after integer,
    earlier jsonb,
    undone text check (undone in ('undone', 'kept')),
    kept_why text,
    primary key (process_id, import_id, row),
    foreign key (process_id, import_id) references import (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, target_id) references action (process_id, id),
    foreign key (process_id, applied_id) references action (process_id, id)
);
create index import_row_verdict on import_row (process_id, import_id, verdict, row);
create index import_row_action on import_row (process_id, action_id) where action_id is not null;
create index import_row_target on import_row (process_id, target_id) where target_id is not null;
create index import_row_applied on import_row (process_id, applied_id) where applied_id is not null;

-- Which column an organisation's head stands for, as somebody of it has said.
create table import_head (
    process_id uuid not null default kernel.process_id() references process (id),
    organisation_id uuid not null,
    head text not null check (length(head) <= 400),
    field text not null,
    updated_at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, organisation_id, head),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id)
);
create index import_head_by on import_head (process_id, by_membership_id);

-- What an organisation's last import said of an action: what was edited here since is told from what the file changed.
create table action_imported (
    process_id uuid not null default kernel.process_id() references process (id),
    action_id uuid not null,
    organisation_id uuid not null,
    stated jsonb not null check (jsonb_typeof(stated) = 'object'),
    at timestamptz not null,
    primary key (process_id, action_id, organisation_id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id)
);
create index action_imported_organisation on action_imported (process_id, organisation_id);

do $$
declare t text;
begin
    foreach t in array array['import', 'import_part', 'import_row', 'import_head', 'action_imported'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert, update on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    grant delete on import_part, import_row, action_imported to concert_app;
end $$;
-- A member's transaction sees that account's imports alone; a job's, which has no account yet, all of the process.
create policy own_account on import as restrictive
    using (coalesce(current_setting('app.account', true), '') in ('', account_id::text));
create policy own_account on import_part as restrictive
    using (exists (select from import i where i.process_id = import_part.process_id and i.id = import_part.import_id));
create policy own_account on import_row as restrictive
    using (exists (select from import i where i.process_id = import_row.process_id and i.id = import_row.import_id));
alter table import_part alter column bytes set storage external;

-- What was last imported, of the actions that the reader sees.
create view visible_action_imported with (security_invoker = true) as
select m.* from action_imported m join visible_action a on a.process_id = m.process_id and a.id = m.action_id;
grant select on visible_action_imported to concert_app;

-- An action whose import was undone is kept, and seen by nobody. Jobs see it, as one that is declined and so over: what they
-- keep in memory must learn that it is gone.
alter table action add column withdrawn_at timestamptz;
create policy not_withdrawn on action as restrictive for select to concert_app
    using (withdrawn_at is null or coalesce(current_setting('app.levels', true), '') like '%restricted%');
create function kernel.withdraw_actions(p_ids uuid[], p_by uuid, p_now timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    update action set withdrawn_at = p_now, claim = 'declined', version = version + 1, updated_at = p_now, updated_by_id = p_by
    where process_id = kernel.process_id() and id = any (p_ids) and withdrawn_at is null
$$;

-- What stands on actions besides their own record: one word an action. Past the views: whoever undoes an import learns that
-- there is something, not what. `p_own`: actions that go with them.
create function kernel.builds_on(p_ids uuid[], p_own uuid[]) returns table (id uuid, what text)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct on (x.id) x.id, x.what from (
        select a.action_id as id, 'remark' as what from remark a where a.process_id = kernel.process_id() and a.action_id = any (p_ids)
        union all select s.action_id, 'suggestion' from suggestion s where s.process_id = kernel.process_id() and s.action_id = any (p_ids)
        union all select r.action_id, 'response' from response r where r.process_id = kernel.process_id() and r.action_id = any (p_ids)
        union all select n.action_id, 'plan' from plan_node_action n where n.process_id = kernel.process_id() and n.action_id = any (p_ids)
        union all select c.action_id, 'money' from contribution c where c.process_id = kernel.process_id() and c.action_id = any (p_ids)
        union all select a.id, 'confirmed' from action a where a.process_id = kernel.process_id() and a.id = any (p_ids)
            and a.last_confirmed_at > a.updated_at
        union all select a.parent_id, 'part' from action a where a.process_id = kernel.process_id() and a.parent_id = any (p_ids)
            and a.id <> all (p_own) and a.withdrawn_at is null
        union all select m.kept_id, 'merge' from action_merge m where m.process_id = kernel.process_id() and m.kept_id = any (p_ids)
            and m.undone_at is null
        union all select m.gone_id, 'merge' from action_merge m where m.process_id = kernel.process_id() and m.gone_id = any (p_ids)
            and m.undone_at is null
        -- a question that nobody has taken up fades with its action
        union all select ca.action_id, 'question' from overlap_case_action ca
            join overlap_case c on c.process_id = ca.process_id and c.id = ca.case_id
            where ca.process_id = kernel.process_id() and ca.action_id = any (p_ids)
                and (c.state in ('working', 'decided', 'closed') or c.origin = 'reported' or c.owner_id is not null
                    or exists (select from overlap_remark o where o.process_id = c.process_id and o.case_id = c.id))) x
    order by x.id, x.what
$$;
revoke all on function kernel.withdraw_actions, kernel.builds_on from public;
grant execute on function kernel.withdraw_actions, kernel.builds_on to concert_app;

-- A job's and the command line's way into a member's place: what they see, and who they are, as kernel.enter tells it.
create function kernel.enter_for(p_process uuid, p_account uuid, p_now timestamptz) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p process;
    today date := (p_now at time zone 'UTC')::date;
    mine jsonb;
begin
    perform kernel.enter_job(p_process);
    select * into p from process where id = p_process and state = 'active';
    if p.id is null then return null; end if;
    perform kernel.stand_for(p_account, today);
    select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name, 'post', m.post, 'role', m.role, 'organisation', m.organisation_id,
            'organisation_name', o.name, 'organisation_short', o.short_name, 'beneficiary', m.beneficiary_id, 'beneficiary_name', b.name,
            'pillars', coalesce((select jsonb_agg(mp.pillar_id) from membership_pillar mp
                where mp.process_id = m.process_id and mp.membership_id = m.id), '[]'), 'ends_on', m.ends_on, 'focal_point', m.focal_point,
            'speaks_for', m.speaks_for_from is not null and m.speaks_for_from <= today and coalesce(m.speaks_for_to, today) >= today,
            'votes', m.votes_from is not null and m.votes_from <= today and coalesce(m.votes_to, today) >= today) order by m.created_at)
        into mine
        from membership m left join organisation o on o.process_id = m.process_id and o.id = m.organisation_id
            left join beneficiary b on b.process_id = m.process_id and b.id = m.beneficiary_id
        where m.process_id = p.id and m.account_id = p_account and m.state = 'active' and m.starts_on <= today
            and coalesce(m.ends_on, today) >= today;
    if mine is null then return null; end if;
    return jsonb_build_object('process', kernel.frame(p), 'memberships', mine);
end $$;
-- The process of that address and the account of that e-mail, for the command line.
create function kernel.whose(p_slug text, p_email text) returns table (process_id uuid, account_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.id, a.id from process p, account a where p.slug = p_slug and lower(a.email) = lower(p_email) and a.disabled_at is null
$$;
revoke all on function kernel.enter_for, kernel.whose from public;
grant execute on function kernel.enter_for, kernel.whose to concert_app;

alter table attempt drop constraint attempt_kind_check;
alter table attempt add constraint attempt_kind_check
    check (kind in ('sign_in', 'second_factor', 'reset', 'access_request', 'export', 'brief', 'import'));
