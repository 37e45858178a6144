-- Rounds: a dated request to confirm actions, to report on them, or to map needs and what answers them. Each party that is asked has a
-- page of its own items. A round that is locked is frozen: nobody writes into it, its items keep what they were.

create table round (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('confirm', 'progress', 'needs', 'responses')),
    title text not null check (length(title) between 1 and 200),
    letter text not null default '' check (length(letter) <= 5000),
    -- what the answers are about
    period_start date not null,
    period_end date not null,
    deadline date not null,
    -- null: of the whole process
    pillar_id uuid,
    -- of needs and responses: the mapping cycle that they are mapped in
    cycle_id uuid,
    -- all keepers of open actions, or all beneficiaries; else those named alone
    everybody boolean not null default true,
    state text not null default 'opening' check (state in ('opening', 'open', 'failed', 'locked', 'withdrawn')),
    -- parties whose pages are filled, of how many; how often the job has begun
    done integer not null default 0,
    total integer not null default 0,
    attempts smallint not null default 0,
    asked_at timestamptz not null,
    by_membership_id uuid not null,
    opened_at timestamptz,
    ended_at timestamptz,
    ended_by_id uuid,
    -- why it was locked before its day, or withdrawn
    why text not null default '' check (length(why) <= 5000),
    version integer not null default 1,
    primary key (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, cycle_id) references mapping_cycle (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    foreign key (process_id, ended_by_id) references membership (process_id, id),
    check (period_end >= period_start),
    check ((kind in ('needs', 'responses')) = (cycle_id is not null)),
    check ((state in ('locked', 'withdrawn')) = (ended_at is not null)),
    check (state not in ('open', 'locked') or opened_at is not null)
);
create index round_pillar on round (process_id, pillar_id);
create index round_cycle on round (process_id, cycle_id);
create index round_by on round (process_id, by_membership_id);
create index round_ended_by on round (process_id, ended_by_id);
create index round_state on round (process_id, state, deadline);

-- A party that is asked. Read through organisation.merged_into_id: it is not moved when organisations are merged.
create table round_asked (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    round_id uuid not null,
    organisation_id uuid,
    beneficiary_id uuid,
    -- chosen by name, and not for what it keeps
    named boolean not null default false,
    -- its page has its items
    filled_at timestamptz,
    handed_in_at timestamptz,
    handed_in_by_id uuid,
    on_behalf boolean not null default false,
    primary key (process_id, id),
    unique nulls not distinct (process_id, round_id, organisation_id, beneficiary_id),
    foreign key (process_id, round_id) references round (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, handed_in_by_id) references membership (process_id, id),
    check (num_nonnulls(organisation_id, beneficiary_id) = 1),
    check ((handed_in_at is null) = (handed_in_by_id is null))
);
create index round_asked_organisation on round_asked (process_id, organisation_id);
create index round_asked_beneficiary on round_asked (process_id, beneficiary_id);
create index round_asked_by on round_asked (process_id, handed_in_by_id);
create index round_asked_empty on round_asked (process_id, round_id, id) where filled_at is null;

-- What a party is asked about. An action that was merged into another keeps its item, which nobody is asked about any more.
create table round_item (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    round_id uuid not null,
    asked_id uuid not null,
    action_id uuid,
    need_id uuid,
    state text not null default 'open' check (state in ('open', 'confirmed', 'changed', 'reported', 'cannot_say', 'not_ours')),
    word text not null default '' check (length(word) <= 2000),
    answered_at timestamptz,
    answered_by_id uuid,
    on_behalf boolean not null default false,
    -- when the round was locked: what the item was about, as it stood
    frozen jsonb check (jsonb_typeof(frozen) = 'object'),
    primary key (process_id, id),
    foreign key (process_id, round_id) references round (process_id, id),
    foreign key (process_id, asked_id) references round_asked (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, need_id) references need (process_id, id),
    foreign key (process_id, answered_by_id) references membership (process_id, id),
    check (num_nonnulls(action_id, need_id) = 1),
    check ((state = 'open') = (answered_at is null)),
    check ((answered_at is null) = (answered_by_id is null)),
    check (state not in ('cannot_say', 'not_ours') or word <> '')
);
create unique index round_item_once on round_item (process_id, asked_id, action_id, need_id) nulls not distinct;
create index round_item_round on round_item (process_id, round_id, state);
create index round_item_action on round_item (process_id, action_id);
create index round_item_need on round_item (process_id, need_id);
create index round_item_by on round_item (process_id, answered_by_id);

-- What is reported of an action in a round of progress. Reported anew it is another edition.
create table progress_report (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    round_id uuid not null,
    item_id uuid not null,
    action_id uuid not null,
    state text not null check (state in ('reported', 'correction', 'returned', 'accepted')),
    -- the reporter's own word
    health text not null check (health in ('on_track', 'at_risk', 'late', 'done')),
    done text not null default '' check (length(done) <= 10000),
    hinders text not null default '' check (length(hinders) <= 10000),
    edition integer not null default 1,
    reported_at timestamptz not null,
    reported_by_id uuid not null,
    on_behalf boolean not null default false,
    decided_at timestamptz,
    decided_by_id uuid,
    -- why it was returned
    word text not null default '' check (length(word) <= 2000),
    primary key (process_id, id),
    unique (process_id, item_id),
    foreign key (process_id, round_id) references round (process_id, id),
    foreign key (process_id, item_id) references round_item (process_id, id),
    foreign key (process_id, action_id) references action (process_id, id),
    foreign key (process_id, reported_by_id) references membership (process_id, id),
    foreign key (process_id, decided_by_id) references membership (process_id, id),
    check (state not in ('accepted', 'returned') or decided_at is not null),
    check (state <> 'returned' or word <> '')
);
create index progress_report_round on progress_report (process_id, round_id, state);
create index progress_report_action on progress_report (process_id, action_id, reported_at desc);
create index progress_report_by on progress_report (process_id, reported_by_id);
create index progress_report_decided_by on progress_report (process_id, decided_by_id);

-- What a beneficiary says of one edition of a report; the latest of each beneficiary stands, none is changed.
create table progress_confirmation (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    report_id uuid not null,
    beneficiary_id uuid not null,
    edition integer not null,
    answer text not null check (answer in ('confirmed', 'correction')),
    word text not null default '' check (length(word) <= 2000),
    at timestamptz not null,
    by_membership_id uuid not null,
    primary key (process_id, id),
    foreign key (process_id, report_id) references progress_report (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    check (answer <> 'correction' or word <> '')
);
create index progress_confirmation_report on progress_confirmation (process_id, report_id, beneficiary_id, at desc);
create index progress_confirmation_beneficiary on progress_confirmation (process_id, beneficiary_id);
create index progress_confirmation_by on progress_confirmation (process_id, by_membership_id);

-- What an indicator has come to, by a report on one action. Of several actions nothing is added up here.
create table progress_value (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    report_id uuid not null,
    indicator_id uuid not null,
    -- null: for all of them together
    beneficiary_id uuid,
    period_start date not null,
    period_end date not null,
    value numeric not null,
    primary key (process_id, id),
    foreign key (process_id, report_id) references progress_report (process_id, id),
    foreign key (process_id, indicator_id) references indicator (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    check (period_end >= period_start)
);
create unique index progress_value_one on progress_value (process_id, report_id, indicator_id, beneficiary_id) nulls not distinct;
create index progress_value_indicator on progress_value (process_id, indicator_id, beneficiary_id, period_end);
create index progress_value_beneficiary on progress_value (process_id, beneficiary_id);

do $$
declare t text;
begin
    foreach t in array array['round', 'round_asked', 'round_item', 'progress_report', 'progress_confirmation', 'progress_value'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
    foreach t in array array['round', 'round_asked', 'round_item', 'progress_report'] loop
        execute format('grant update on %I to concert_app', t);
    end loop;
end $$;
-- the values of the edition before
grant delete on progress_value to concert_app;

-- A round that has ended stays as it is; one that is open does not go back to being opened.
create function kernel.round_moves() returns trigger language plpgsql as $$
begin
    if old.state in ('locked', 'withdrawn') then
        raise exception 'a round that has ended is frozen' using errcode = 'check_violation';
    end if;
    if (old.state = 'open' and new.state in ('opening', 'failed')) or new.id <> old.id or new.kind <> old.kind
        or new.cycle_id is distinct from old.cycle_id or new.pillar_id is distinct from old.pillar_id then
        raise exception 'a round does not move so' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger moves before update on round for each row execute function kernel.round_moves();

-- What belongs to a round is written as long as it has not ended. Locking waits for whoever is writing.
create function kernel.round_written(p_round uuid) returns void language plpgsql as $$
declare s text;
begin
    select r.state into s from public.round r where r.process_id = kernel.process_id() and r.id = p_round for share;
    if coalesce(s, 'locked') in ('locked', 'withdrawn') then
        raise exception 'a round that has ended is frozen' using errcode = 'check_violation';
    end if;
end $$;
create function kernel.round_part_frozen() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and new.round_id <> old.round_id then
        raise exception 'what belongs to a round stays in it' using errcode = 'check_violation';
    end if;
    perform kernel.round_written(new.round_id);
    return new;
end $$;
create function kernel.progress_part_frozen() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform kernel.round_written((select r.round_id from public.progress_report r
            where r.process_id = kernel.process_id() and r.id = old.report_id));
        return old;
    end if;
    perform kernel.round_written((select r.round_id from public.progress_report r
        where r.process_id = kernel.process_id() and r.id = new.report_id));
    return new;
end $$;
do $$
declare t text;
begin
    foreach t in array array['round_asked', 'round_item', 'progress_report'] loop
        execute format('create trigger frozen before update on %I for each row execute function kernel.round_part_frozen()', t);
        execute format('create trigger put before insert on %I for each row when (not kernel.is_founding(new.process_id))
            execute function kernel.round_part_frozen()', t);
    end loop;
    foreach t in array array['progress_confirmation', 'progress_value'] loop
        execute format('create trigger put before insert on %I for each row when (not kernel.is_founding(new.process_id))
            execute function kernel.progress_part_frozen()', t);
    end loop;
end $$;
create trigger frozen before delete on progress_value for each row execute function kernel.progress_part_frozen();

revoke all on function kernel.round_moves(), kernel.round_written(uuid), kernel.round_part_frozen(), kernel.progress_part_frozen() from public;
grant execute on function kernel.round_moves(), kernel.round_written(uuid), kernel.round_part_frozen(), kernel.progress_part_frozen() to concert_app;

-- An item is seen by who takes part and sees what it is about; so is what was reported of it.
create view visible_round_item with (security_invoker = true) as
select i.* from round_item i
where (select kernel.takes_part())
    and (i.action_id is null or exists (select from visible_action a where a.process_id = i.process_id and a.id = i.action_id))
    and (i.need_id is null or exists (select from visible_need n where n.process_id = i.process_id and n.id = i.need_id));

create view visible_progress_report with (security_invoker = true) as
select r.* from progress_report r
where (select kernel.takes_part())
    and exists (select from visible_action a where a.process_id = r.process_id and a.id = r.action_id);

create view visible_progress_confirmation with (security_invoker = true) as
select c.* from progress_confirmation c
    join visible_progress_report r on r.process_id = c.process_id and r.id = c.report_id;

create view visible_progress_value with (security_invoker = true) as
select v.* from progress_value v
    join visible_progress_report r on r.process_id = v.process_id and r.id = v.report_id;

grant select on visible_round_item, visible_progress_report, visible_progress_confirmation, visible_progress_value to concert_app;

-- What of open rounds waits for a reader: pages of their organisations and beneficiaries, reports that came back, reports that their
-- beneficiaries have not confirmed, reports that wait to be accepted (in these pillars; of all, where p_all), rounds whose day is over.
create function kernel.rounds_waiting(p_organisations uuid[], p_beneficiaries uuid[], p_pillars uuid[], p_all boolean, p_today date)
returns jsonb language plpgsql stable as $$
begin
    return (
        with r as materialized (select x.process_id, x.id, x.kind, x.title, x.deadline, x.pillar_id from round x
                where x.process_id = kernel.process_id() and x.state = 'open'),
            mine as materialized (
                select r.id as round, r.title, r.kind, r.deadline, a.id as asked, a.handed_in_at, coalesce(b.name, k.name, o.name) as party
                from r join round_asked a on a.process_id = r.process_id and a.round_id = r.id
                    left join organisation o on o.process_id = a.process_id and o.id = a.organisation_id
                    left join organisation k on k.process_id = o.process_id and k.id = o.merged_into_id
                    left join beneficiary b on b.process_id = a.process_id and b.id = a.beneficiary_id
                where a.beneficiary_id = any (p_beneficiaries) or coalesce(o.merged_into_id, o.id) = any (p_organisations)),
            reports as materialized (
                select g.process_id, g.id, g.round_id, g.action_id, g.state, g.edition, i.asked_id
                from r join visible_progress_report g on g.process_id = r.process_id and g.round_id = r.id
                    join round_item i on i.process_id = g.process_id and i.id = g.item_id)
        select jsonb_build_object(
            'asked', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select m.round, m.title, m.kind, m.deadline, m.asked, m.party,
                    (select count(*) from visible_round_item i where i.process_id = kernel.process_id() and i.asked_id = m.asked
                        and i.state = 'open') as n
                from mine m where m.handed_in_at is null) x), '[]'),
            'returned', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select m.round, m.title, m.deadline, m.asked, m.party, count(*) as n
                from mine m join reports g on g.asked_id = m.asked and g.state in ('correction', 'returned')
                group by 1, 2, 3, 4, 5) x), '[]'),
            'confirm', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select r.id as round, r.title, r.deadline, ab.beneficiary_id as beneficiary, count(*) as n
                from reports g join r on r.id = g.round_id
                    join action_beneficiary ab on ab.process_id = g.process_id and ab.action_id = g.action_id
                        and ab.beneficiary_id = any (p_beneficiaries)
                where g.state in ('reported', 'correction', 'accepted') and not exists (select from progress_confirmation c
                    where c.process_id = g.process_id and c.report_id = g.id and c.beneficiary_id = ab.beneficiary_id and c.edition = g.edition)
                group by 1, 2, 3, 4) x), '[]'),
            'accept', coalesce((select jsonb_agg(to_jsonb(x) order by x.deadline, x.title) from (
                select r.id as round, r.title, r.deadline, count(*) as n
                from reports g join r on r.id = g.round_id
                where g.state = 'reported' and (p_all or exists (select from action_pillar l where l.process_id = g.process_id
                    and l.action_id = g.action_id and l.pillar_id = any (p_pillars)))
                group by 1, 2, 3) x), '[]'),
            'over', coalesce((select jsonb_agg(jsonb_build_object('round', r.id, 'title', r.title, 'pillar', r.pillar_id) order by r.deadline, r.title)
                from r where r.deadline < p_today), '[]')));
end $$;
revoke all on function kernel.rounds_waiting(uuid[], uuid[], uuid[], boolean, date) from public;
grant execute on function kernel.rounds_waiting(uuid[], uuid[], uuid[], boolean, date) to concert_app;

-- As 0320 has it; and what was reported of an action in a round stays with it, too.
create or replace function kernel.builds_on(p_ids uuid[], p_own uuid[]) returns table (id uuid, what text)
language sql stable security definer set search_path = public, pg_temp as $$
    select distinct on (x.id) x.id, x.what from (
        select a.action_id as id, 'remark' as what from remark a where a.process_id = kernel.process_id() and a.action_id = any (p_ids)
        union all select s.action_id, 'suggestion' from suggestion s where s.process_id = kernel.process_id() and s.action_id = any (p_ids)
        union all select r.action_id, 'response' from response r where r.process_id = kernel.process_id() and r.action_id = any (p_ids)
        union all select n.action_id, 'plan' from plan_node_action n where n.process_id = kernel.process_id() and n.action_id = any (p_ids)
        union all select c.action_id, 'money' from contribution c where c.process_id = kernel.process_id() and c.action_id = any (p_ids)
            and (c.origin is null or (c.withdrawn_at is not null and not c.origin_gone))
        union all select g.action_id, 'progress' from progress_report g where g.process_id = kernel.process_id() and g.action_id = any (p_ids)
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
