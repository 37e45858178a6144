-- Whose role has changed is told that a record is gone only where they saw it in the role that they had then, and not where their new
-- role alone would have (0480). Of a membership whose role was changed it is kept what it was before, and since when it is another.
alter table membership add column role_before text, add column role_since timestamptz;
alter table membership add check ((role_before is null) = (role_since is null));

create function kernel.note_role() returns trigger language plpgsql as $$
begin
    new.role_before := old.role;
    new.role_since := now();
    return new;
end $$;
revoke all on function kernel.note_role() from public;
grant execute on function kernel.note_role() to concert_app;
create trigger note_role before update of role on membership for each row
    when (old.role <> new.role) execute function kernel.note_role();

-- Whether the reader, or anybody of theirs, saw at that time what was seen at this level and by these. p_part: of what observers are
-- never shown. The rules are those of who sees what; a test holds them together for every role.
create function kernel.saw(p_level text, p_audience uuid[], p_part boolean, p_at timestamptz) returns boolean
language sql stable as $$
    select exists (select from public.membership m
        cross join lateral (select case when m.role_since > p_at then m.role_before else m.role end as role) was
        where m.process_id = kernel.process_id() and m.state in ('active', 'ended')
            and (m.account_id = nullif(current_setting('app.account', true), '')::uuid
                or coalesce(m.beneficiary_id, m.organisation_id) = any (nullif(current_setting('app.audience', true), '')::uuid[]))
            and p_at >= m.starts_on::timestamp at time zone 'UTC'
            and (p_level in ('public', 'members') and not (p_part and was.role = 'observer')
                or p_level = 'parties' and was.role in ('support_group', 'chair')
                or p_level = 'opened' and was.role = 'support_group'
                or was.role = 'partner' and m.organisation_id = any (p_audience)
                or was.role = 'beneficiary' and m.beneficiary_id = any (p_audience)
                or was.role = 'lead' and exists (select from public.membership_pillar l
                    where l.process_id = m.process_id and l.membership_id = m.id and l.pillar_id = any (p_audience))))
$$;
revoke all on function kernel.saw(text, uuid[], boolean, timestamptz) from public;
grant execute on function kernel.saw(text, uuid[], boolean, timestamptz) to concert_app;

-- As in 0480, but for what was seen before: by the role of then.
create or replace view visible_departure with (security_invoker = true) as
select d.process_id, d.changed, d.id, d.kind, d.subject_id, d.at
from departure d
where (d.level is null or (d.level = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
            or d.audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
            or (d.level = 'opened' and (select current_setting('app.support_group', true) = 'on')))
        and (not d.declined or (select current_setting('app.support_group', true) = 'on')
            or d.reporter_account_id = (select nullif(current_setting('app.account', true), '')::uuid)))
    and (d.need_level is null or (select kernel.takes_part())
        and (d.need_level = any ((select string_to_array(current_setting('app.levels', true), ','))::text[])
            or d.need_audience && (select nullif(current_setting('app.audience', true), '')::uuid[])
            or (d.need_level = 'opened' and (select current_setting('app.support_group', true) = 'on'))))
    and (d.level is null or kernel.saw(d.level, d.audience, false, d.at))
    and (d.need_level is null or kernel.saw(d.need_level, d.need_audience, true, d.at))
    and not case d.kind
        when 'action' then exists (select from visible_action a where a.process_id = d.process_id and a.id = d.subject_id)
        when 'need' then exists (select from visible_need n where n.process_id = d.process_id and n.id = d.subject_id)
        else exists (select from visible_response r where r.process_id = d.process_id and r.id = d.subject_id) end;
