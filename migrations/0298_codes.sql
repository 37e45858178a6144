-- Codes: the tables themselves are the program's (features/codes); here is what a process maps to them. A theme's main code;
-- the beneficiaries' own strategies, whose objectives map to themes and to purpose codes.

-- Of the purpose codes of a theme the one that it stands for where only one can be named; a single code is it anyway.
alter table theme add column main_code text, add constraint theme_main_code check (main_code is null or main_code = any (dac_codes));

-- Their names are where all code tables are.
drop table dac_purpose;

-- A strategy that a beneficiary has, of its own making: what of it concerns the process, entered by the secretariat.
create table strategy (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    beneficiary_id uuid not null,
    title text not null check (length(title) between 1 and 300),
    -- the title in the beneficiary's own language
    own_language text check (own_language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$'),
    own_title text not null default '' check (length(own_title) <= 300),
    -- first day of what is stated, and how much of it is
    starts_on date,
    starts_precision text check (starts_precision in ('year', 'month', 'day')),
    ends_on date,
    ends_precision text check (ends_precision in ('year', 'month', 'day')),
    status text check (status in ('prepared', 'in_force', 'ended')),
    url text check (length(url) <= 2000),
    -- kept, and no longer offered
    retired_at timestamptz,
    version integer not null default 1,
    primary key (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    check ((starts_on is null) = (starts_precision is null)),
    check ((ends_on is null) = (ends_precision is null))
);
create index strategy_beneficiary on strategy (process_id, beneficiary_id);

-- A chapter, objective or measure of it, under its own number.
create table strategy_objective (
    process_id uuid not null default kernel.process_id(),
    id uuid not null default gen_random_uuid(),
    strategy_id uuid not null,
    code text not null default '' check (length(code) <= 30),
    title text not null check (length(title) between 1 and 500),
    -- purposes (five digits) and sectors (three) of the OECD-DAC
    dac_codes text[] not null default '{}',
    retired_at timestamptz,
    version integer not null default 1,
    primary key (process_id, id),
    foreign key (process_id, strategy_id) references strategy (process_id, id)
);
create index strategy_objective_strategy on strategy_objective (process_id, strategy_id);
create unique index strategy_objective_code on strategy_objective (process_id, strategy_id, lower(code)) where code <> '';

create table strategy_objective_theme (
    process_id uuid not null default kernel.process_id(),
    objective_id uuid not null,
    theme_id uuid not null,
    primary key (process_id, objective_id, theme_id),
    foreign key (process_id, objective_id) references strategy_objective (process_id, id),
    foreign key (process_id, theme_id) references theme (process_id, id)
);
create index strategy_objective_theme_theme on strategy_objective_theme (process_id, theme_id);

do $$
declare t text;
begin
    foreach t in array array['strategy', 'strategy_objective', 'strategy_objective_theme'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format($p$create policy own_process on %I using (process_id = nullif(current_setting('app.process', true), '')::uuid)$p$, t);
        execute format('grant select, insert on %I to concert_app', t);
        execute format('grant select on %I to concert_maintenance', t);
    end loop;
end $$;
grant update on strategy, strategy_objective to concert_app;
grant delete on strategy_objective_theme to concert_app;

-- The themes that an objective is mapped to: by name, and by a purpose code that both have. A sector covers its purposes.
create function kernel.themes_of_objective(p_objective uuid) returns table (theme uuid) language sql stable as $$
    select x.theme_id from strategy_objective_theme x where x.process_id = kernel.process_id() and x.objective_id = p_objective
    union
    select t.id from strategy_objective o
        join theme t on t.process_id = o.process_id
        cross join lateral unnest(o.dac_codes) d (code)
        cross join lateral unnest(t.dac_codes) c (code)
        where o.process_id = kernel.process_id() and o.id = p_objective and starts_with(c.code, d.code)
$$;
revoke all on function kernel.themes_of_objective(uuid) from public;
grant execute on function kernel.themes_of_objective(uuid) to concert_app;
