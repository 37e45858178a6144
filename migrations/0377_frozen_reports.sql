-- The text of a report that was submitted or adopted is frozen, in the database, too: what is before the Board, or was decided by it, is
-- what its snapshot says.

create function kernel.mapping_report_moves() returns trigger language plpgsql as $$
begin
    if old.state in ('submitted', 'adopted') and (new.title, new.first_year, new.last_year, new.tables, new.tables_at, new.discussed_on,
            new.discussed_where) is distinct from (old.title, old.first_year, old.last_year, old.tables, old.tables_at, old.discussed_on,
            old.discussed_where) then
        raise exception 'the text of a report before the Board is frozen' using errcode = 'check_violation';
    end if;
    -- from the Board it comes back as a draft, or adopted; what was adopted stays so, with its decision
    if (old.state = 'submitted' and new.state = 'discussed') or (old.state = 'adopted'
            and (new.state, new.adopted_on, new.decision_number) is distinct from (old.state, old.adopted_on, old.decision_number))
        or new.id <> old.id or new.cycle_id <> old.cycle_id or new.pillar_id <> old.pillar_id then
        raise exception 'a report does not move so' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger moves before update on mapping_report for each row execute function kernel.mapping_report_moves();

-- A section is written as long as its report is. Submitting waits for whoever is writing.
create function kernel.mapping_report_section_frozen() returns trigger language plpgsql as $$
declare s text;
begin
    if tg_op = 'UPDATE' and new.report_id <> old.report_id then
        raise exception 'a section stays in its report' using errcode = 'check_violation';
    end if;
    select r.state into s from public.mapping_report r
        where r.process_id = kernel.process_id() and r.id = new.report_id for share;
    if coalesce(s, 'adopted') in ('submitted', 'adopted') then
        raise exception 'the text of a report before the Board is frozen' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger frozen before update on mapping_report_section for each row execute function kernel.mapping_report_section_frozen();
create trigger put before insert on mapping_report_section for each row when (not kernel.is_founding(new.process_id))
    execute function kernel.mapping_report_section_frozen();

revoke all on function kernel.mapping_report_moves(), kernel.mapping_report_section_frozen() from public;
grant execute on function kernel.mapping_report_moves(), kernel.mapping_report_section_frozen() to concert_app;
