-- Money of actions: dated exchange rates of the installation, where a contribution comes from and why it was changed, and
-- envelopes, which are money of a donor that is not tied to an action yet.

-- Exchange rates belong to the installation: every process converts by the same. They are written by the schema's owner alone
-- (`concert rates load`), so that nobody inside a process can change what another counts with.
create table rate_load (
    id bigint generated always as identity primary key,
    loaded_at timestamptz not null,
    file_name text not null check (length(file_name) between 1 and 300),
    first_day date not null,
    last_day date not null check (last_day >= first_day),
    currencies integer not null,
    added integer not null,
    changed integer not null
);
create table exchange_rate (
    currency text not null check (currency ~ '^[A-Z]{3}$' and currency <> 'EUR'),
    day date not null,
    -- so much of the currency was worth one euro
    per_euro numeric not null check (per_euro > 0),
    primary key (currency, day)
);
do $$
declare t text;
begin
    foreach t in array array['rate_load', 'exchange_rate'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy for_all on %I for select using (true)', t);
        execute format('create policy owner_all on %I to concert_owner using (true)', t);
        execute format('grant select on %I to concert_app, concert_maintenance', t);
    end loop;
end $$;

-- Money of a donor that is not tied to an action yet. As discreet as its level says, and to partners their own alone.
create table envelope (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    donor_id uuid not null,
    title text not null check (length(title) between 1 and 300),
    -- foreseen, or promised in writing
    kind text not null check (kind in ('planned', 'committed')),
    amount numeric not null check (amount > 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    first_year integer check (first_year between 1950 and 2100),
    last_year integer check (last_year between 1950 and 2100),
    pillar_id uuid,
    beneficiary_id uuid,
    note text not null default '' check (length(note) <= 2000),
    handling text not null default 'members' check (handling in ('public', 'members', 'parties', 'restricted')),
    -- nothing more comes of it; what is tied to it stays so
    closed_at timestamptz,
    version integer not null default 1,
    created_at timestamptz not null default now(),
    created_by_id uuid,
    updated_at timestamptz not null default now(),
    updated_by_id uuid,
    primary key (process_id, id),
    foreign key (process_id, donor_id) references organisation (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, created_by_id) references membership (process_id, id),
    foreign key (process_id, updated_by_id) references membership (process_id, id),
    check (last_year is null or first_year is null or last_year >= first_year)
);
create index envelope_donor on envelope (process_id, donor_id);
create index envelope_pillar on envelope (process_id, pillar_id) where pillar_id is not null;
create index envelope_beneficiary on envelope (process_id, beneficiary_id) where beneficiary_id is not null;
create index envelope_created_by on envelope (process_id, created_by_id);
create index envelope_updated_by on envelope (process_id, updated_by_id);
alter table envelope enable row level security;
alter table envelope force row level security;
create policy own_process on envelope using (process_id = nullif(current_setting('app.process', true), '')::uuid);
grant select, insert, update on envelope to concert_app;
grant select on envelope to concert_maintenance;

-- Whether somebody sees envelopes of others at all: secretariat, Chairmanship, leads and beneficiaries do, partners their own.
-- By what kernel.stand_for has set: the first two see `parties` everywhere, leads have pillars in their audience.
create function kernel.sees_envelopes() returns boolean language sql stable as $$
    select 'parties' = any (string_to_array(coalesce(current_setting('app.levels', true), ''), ','))
        or exists (select from public.pillar l where l.process_id = kernel.process_id()
            and l.id = any (nullif(current_setting('app.audience', true), '')::uuid[]))
        or exists (select from public.beneficiary b where b.process_id = kernel.process_id()
            and b.id = any (nullif(current_setting('app.audience', true), '')::uuid[]))
$$;
revoke all on function kernel.sees_envelopes() from public;
grant execute on function kernel.sees_envelopes() to concert_app;

create view visible_envelope with (security_invoker = true) as
select e.* from envelope e
where (select current_setting('app.money', true) = 'on')
    and (e.donor_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])
        or ((select kernel.sees_envelopes())
            and (e.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
                or (e.handling = 'parties' and array[e.pillar_id, e.beneficiary_id] && (select nullif(current_setting('app.audience', true), '')::uuid[])))));
grant select on visible_envelope to concert_app;

-- What the open envelopes that the reader sees come to, by donor and currency: for homes.
create function kernel.envelopes_open() returns jsonb language sql stable as $$
    select coalesce(jsonb_agg(jsonb_build_object('donor', s.donor_id, 'currency', s.currency, 'amount', s.amount::text, 'n', s.n) order by s.currency), '[]')
    from (select e.donor_id, e.currency, sum(e.amount) as amount, count(*) as n from public.visible_envelope e
        where e.process_id = kernel.process_id() and e.closed_at is null group by 1, 2) s
$$;
revoke all on function kernel.envelopes_open() from public;
grant execute on function kernel.envelopes_open() to concert_app;

alter table contribution
    -- why it takes the place of another
    add column reason text not null default '' check (length(reason) <= 1000),
    add column withdrawn_by_id uuid,
    add column withdrawn_reason text not null default '' check (length(withdrawn_reason) <= 1000),
    -- what it was made from: what an action came with (action_kept); none, where somebody entered it
    add column origin text check (origin in ('iati')),
    -- which part of that says it
    add column origin_key text check (length(origin_key) between 1 and 64),
    -- withdrawn since its source does not say so any more
    add column origin_gone boolean not null default false,
    -- the envelope that it is paid from
    add column envelope_id uuid,
    add constraint contribution_withdrawn_by_fkey foreign key (process_id, withdrawn_by_id) references membership (process_id, id),
    add constraint contribution_envelope_fkey foreign key (process_id, envelope_id) references envelope (process_id, id),
    add constraint contribution_origin check ((origin is null) = (origin_key is null) and (origin is not null or not origin_gone));
create index contribution_withdrawn_by on contribution (process_id, withdrawn_by_id) where withdrawn_by_id is not null;
create index contribution_envelope on contribution (process_id, envelope_id) where envelope_id is not null;
create index contribution_origin on contribution (process_id, action_id, origin_key) where origin is not null;

-- As 0040 has it, with the new columns.
create or replace view visible_contribution with (security_invoker = true) as
select c.* from contribution c join visible_action a on a.process_id = c.process_id and a.id = c.action_id
where (select current_setting('app.money', true) = 'on')
    and c.withdrawn_at is null
    -- superseded is gone for good: withdrawing the correction does not bring the error back
    and not exists (select from contribution n where n.process_id = c.process_id and n.supersedes_id = c.id);

-- What counts, and what once did: corrections keep the old figure.
create view visible_contribution_row with (security_invoker = true) as
select c.* from contribution c join visible_action a on a.process_id = c.process_id and a.id = c.action_id
where (select current_setting('app.money', true) = 'on');
grant select on visible_contribution_row to concert_app;

-- When contributions were last made from what is kept; none: not yet. Row-level security keeps the schema's owner from reading
-- what is there, so that it is made by a job, which the worker asks for when it starts, a hundred actions at a time; it says how
-- many it has done.
alter table action_kept add column money_at timestamptz;
create index action_kept_money on action_kept (process_id, action_id) where money_at is null;

-- As 0270 has it; money that came with the file goes with it.
create or replace function kernel.builds_on(p_ids uuid[], p_own uuid[]) returns table (id uuid, what text)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct on (x.id) x.id, x.what from (
        select a.action_id as id, 'remark' as what from remark a where a.process_id = kernel.process_id() and a.action_id = any (p_ids)
        union all select s.action_id, 'suggestion' from suggestion s where s.process_id = kernel.process_id() and s.action_id = any (p_ids)
        union all select r.action_id, 'response' from response r where r.process_id = kernel.process_id() and r.action_id = any (p_ids)
        union all select n.action_id, 'plan' from plan_node_action n where n.process_id = kernel.process_id() and n.action_id = any (p_ids)
        union all select c.action_id, 'money' from contribution c where c.process_id = kernel.process_id() and c.action_id = any (p_ids)
            and (c.origin is null or (c.withdrawn_at is not null and not c.origin_gone))
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
