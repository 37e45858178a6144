-- Packs: what a meeting, a beneficiary or a donor wants in front of them, made in one click and frozen as it was made. A pack
-- holds what its readers may all see: it is made with a sight that was narrowed to its level first, and the same level and
-- audience say afterwards who may read it.

create table pack (
    process_id uuid not null default kernel.process_id() references process (id),
    id uuid not null default gen_random_uuid(),
    kind text not null check (kind in ('pillar', 'board', 'beneficiary', 'donor')),
    -- what it is about: the one that its kind names, none for the Board
    pillar_id uuid,
    beneficiary_id uuid,
    organisation_id uuid,
    meeting_id uuid,
    title text not null check (length(title) between 1 and 300),
    -- members: every member but observers; parties: those of the audience, the secretariat and the Chairmanship; restricted:
    -- those of the audience alone, an organisation's or a beneficiary's own
    handling text not null check (handling in ('members', 'parties', 'restricted')),
    audience uuid[] not null default '{}',
    -- what has changed is told from here on; why from here
    since timestamptz not null,
    since_what text not null check (since_what in ('pack', 'meeting', 'months')),
    -- the document and its tables as they were written, byte for byte: a checksum is worth nothing over what is written anew
    content text not null,
    book text not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    by_membership_id uuid not null,
    at timestamptz not null,
    -- taken back by whoever made it: kept, and shown to nobody
    withdrawn_at timestamptz,
    primary key (process_id, id),
    foreign key (process_id, pillar_id) references pillar (process_id, id),
    foreign key (process_id, beneficiary_id) references beneficiary (process_id, id),
    foreign key (process_id, organisation_id) references organisation (process_id, id),
    foreign key (process_id, meeting_id) references meeting (process_id, id),
    foreign key (process_id, by_membership_id) references membership (process_id, id),
    check ((pillar_id is not null) = (kind = 'pillar')),
    check ((beneficiary_id is not null) = (kind = 'beneficiary')),
    check ((organisation_id is not null) = (kind = 'donor')),
    check (handling <> 'restricted' or audience <> '{}')
);
create index pack_pillar on pack (process_id, pillar_id);
create index pack_beneficiary on pack (process_id, beneficiary_id);
create index pack_organisation on pack (process_id, organisation_id);
create index pack_meeting on pack (process_id, meeting_id);
create index pack_by on pack (process_id, by_membership_id);
create index pack_list on pack (process_id, at desc, id);

alter table pack enable row level security;
alter table pack force row level security;
create policy own_process on pack using (process_id = nullif(current_setting('app.process', true), '')::uuid);
-- frozen: nothing of it is changed but that it was taken back
grant select, insert, update (withdrawn_at) on pack to concert_app;
grant select on pack to concert_maintenance;

-- An organisation that was merged into another is that other one: a pack that was made for it stays its own.
create view visible_pack with (security_invoker = true) as
select p.* from pack p
where p.withdrawn_at is null and (select kernel.takes_part()) and (
    (p.handling in ('members', 'parties') and p.handling = any ((select string_to_array(current_setting('app.levels', true), ','))::text[]))
    or p.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
    or exists (select from organisation o where o.process_id = p.process_id and o.id = any (p.audience)
        and o.merged_into_id = any ((select nullif(current_setting('app.audience', true), ''))::uuid[])));
grant select on visible_pack to concert_app;

-- Narrows what the transaction sees to what readers of a level and an audience see alike, until it ends. It only ever takes
-- away: of levels and audience no more is left than the member had. What was opened to the secretariat alone is for no pack, nor
-- is what its maker sees for having written it, as a report that was declined.
create function kernel.narrow_sight(p_levels text[], p_audience uuid[]) returns void language plpgsql as $$
declare
    had text[] := string_to_array(coalesce(current_setting('app.levels', true), ''), ',');
    named uuid[] := coalesce(nullif(current_setting('app.audience', true), '')::uuid[], '{}');
begin
    perform set_config('app.levels', array_to_string(array(select l from unnest(p_levels) l where l = any (had)), ','), true),
        set_config('app.audience', array(select a from unnest(p_audience) a where a = any (named))::text, true),
        set_config('app.support_group', 'off', true),
        -- nobody's: where there is no account at all, tables of one person's own are a job's to read
        set_config('app.account', '00000000-0000-0000-0000-000000000000', true),
        -- what is gathered has optional filters: each statement's plan is made for the values at hand
        set_config('plan_cache_mode', 'force_custom_plan', true);
end $$;
revoke all on function kernel.narrow_sight(text[], uuid[]) from public;
grant execute on function kernel.narrow_sight(text[], uuid[]) to concert_app;
