-- A token of an organisation (or of a beneficiary) is of that one: who has made it takes it nowhere. Where their membership is
-- made one of another organisation, beneficiary or role, it ends. That two organisations were merged, or are two again, is no
-- such change; so it is looked at when the transaction ends, and the merge stands.
create function kernel.tokens_end() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform set_config('app.process', new.process_id::text, true);
    if old.role = new.role and old.beneficiary_id is not distinct from new.beneficiary_id and exists (
        select from organisation_merge g where g.process_id = new.process_id and (
            (g.merged_id = old.organisation_id and g.kept_id = new.organisation_id and g.undone_at is null)
            or (g.kept_id = old.organisation_id and g.merged_id = new.organisation_id and g.undone_at is not null)))
    then return null; end if;
    update api_token set revoked_at = now()
        where process_id = new.process_id and membership_id = new.id and kind = 'organisation' and revoked_at is null;
    return null;
end $$;
revoke all on function kernel.tokens_end from public;
create constraint trigger tokens_end after update of role, organisation_id, beneficiary_id on membership
    deferrable initially deferred for each row
    when (old.role <> new.role or old.organisation_id is distinct from new.organisation_id
        or old.beneficiary_id is distinct from new.beneficiary_id)
    execute function kernel.tokens_end();

-- As 0304 has it, and what was answered to programs under a key is forgotten after a day (0280), whether its token is used again
-- or not: it holds what they were answered.
create or replace function kernel.forget_by_process(p_now timestamptz, p_letters integer) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
    p record;
    was text := current_setting('app.process', true);
begin
    if current_setting('app.platform', true) is distinct from 'on' then
        raise exception 'what a process has kept is forgotten by the night''s work' using errcode = 'insufficient_privilege';
    end if;
    for p in select id, settings -> 'retention' as days from process loop
        perform set_config('app.process', p.id::text, true);
        -- no term: no day is before it
        delete from outgoing_mail m where m.process_id = p.id
            and m.created_at < p_now - make_interval(days => coalesce(kernel.term(p.days, 'letters'), p_letters));
        delete from notice n where n.process_id = p.id and n.at < p_now - make_interval(days => kernel.term(p.days, 'notices'));
        delete from access_log l where l.process_id = p.id and l.at < p_now - make_interval(days => kernel.term(p.days, 'access_log'));
        delete from access_request r where r.process_id = p.id and r.state <> 'open'
            and coalesce(r.decided_at, r.at) < p_now - make_interval(days => kernel.term(p.days, 'requests'));
        delete from api_answer x where x.process_id = p.id and x.at < p_now - interval '1 day';
    end loop;
    perform set_config('app.process', coalesce(was, ''), true);
end $$;
