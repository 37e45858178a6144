-- A member of a process that is suspended still takes part in it: they are told so, and not that they take part in nothing. An
-- invitation waits until the process is resumed.
create or replace function kernel.own_memberships(p_today date) returns table (slug text, name text, role text, state text, ends_on date)
language sql stable security definer set search_path = public, pg_temp as $$
    select p.slug, p.name, m.role, case when p.state = 'active' then m.state else p.state end, m.ends_on
    from membership m join process p on p.id = m.process_id
    where m.account_id = kernel.account_id() and coalesce(m.ends_on, p_today) >= p_today
        and ((m.state = 'invited' and p.state = 'active') or (m.state = 'active' and m.starts_on <= p_today))
    order by p.name, m.created_at
$$;
