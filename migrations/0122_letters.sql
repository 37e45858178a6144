-- Letters of a process that have not left are its secretariat's to see: to whom, about what, how often tried and why
-- not; never their text.

-- For the owner of the functions below alone; the app still reads no letter.
create policy own_process_reads on outgoing_mail for select to concert_owner
    using (process_id = nullif(current_setting('app.process', true), '')::uuid);

create function kernel.process_letters(p_most integer)
returns table (id uuid, recipient text, subject text, created_at timestamptz, tries smallint, last_error text, given_up boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
    if kernel.process_id() is null or current_setting('app.support_group', true) is distinct from 'on' then
        raise exception 'letters are the secretariat''s to see' using errcode = 'insufficient_privilege';
    end if;
    return query
        select m.id, m.recipient, m.subject, m.created_at, m.tries, m.last_error, m.body = ''
        from outgoing_mail m where m.process_id = kernel.process_id() and m.sent_at is null
        order by m.created_at desc, m.id desc limit p_most;
end $$;

-- Tries a letter again, soon. False where there is none that could be: sent, given up, or not of this process.
create function kernel.letter_again(p_id uuid) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if kernel.process_id() is null or current_setting('app.support_group', true) is distinct from 'on' then
        raise exception 'letters are the secretariat''s to see' using errcode = 'insufficient_privilege';
    end if;
    perform from outgoing_mail m where m.process_id = kernel.process_id() and m.id = p_id and m.sent_at is null and m.body <> '';
    if not found then return false; end if;
    -- one that waits already stands for this one
    perform kernel.enqueue('send_mail', jsonb_build_object('mail', p_id), true);
    return true;
end $$;
create index outgoing_mail_unsent on outgoing_mail (process_id, created_at desc) where sent_at is null;

revoke all on function kernel.process_letters, kernel.letter_again from public;
grant execute on function kernel.process_letters, kernel.letter_again to concert_app;
