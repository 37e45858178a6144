-- Whose a request for access is: a person's belongs to the focal points of their organisation, and to those of a
-- beneficiary for which that organisation's members coordinate. Only who takes part counts: a membership that was merely
-- proposed hands nobody another organisation's requests.
create function kernel.request_is_of(p_kind text, p_organisation uuid, p_organisations uuid[], p_beneficiaries uuid[])
returns boolean language sql stable as $$
    select p_kind = 'person' and (coalesce(p_organisation = any (p_organisations), false)
        or exists (select from public.membership x
            where x.process_id = kernel.process_id() and x.organisation_id = p_organisation and x.state = 'active'
                and x.beneficiary_id = any (p_beneficiaries)))
$$;
revoke all on function kernel.request_is_of(text, uuid, uuid[], uuid[]) from public;
grant execute on function kernel.request_is_of(text, uuid, uuid[], uuid[]) to concert_app;
