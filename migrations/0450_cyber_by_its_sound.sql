-- The region writes "cyber" by its sound, too (сајбер, sajber), and kernel::fold makes that the same word. What was folded before is
-- respelt once, so that it is found by either. Row-level security holds for the schema's owner as well, who therefore goes through the
-- processes one by one; the words of actions are made anew by their triggers.
do $$
declare p record;
begin
    for p in select id from process loop
        perform set_config('app.process', p.id::text, true);
        update organisation set search_text = regexp_replace(search_text, '\msajber', 'cyber', 'g')
            where process_id = p.id and search_text ~ '\msajber';
        update beneficiary set search_text = regexp_replace(search_text, '\msajber', 'cyber', 'g')
            where process_id = p.id and search_text ~ '\msajber';
        update need set search_text = regexp_replace(search_text, '\msajber', 'cyber', 'g')
            where process_id = p.id and search_text ~ '\msajber';
        update action set search_title = regexp_replace(search_title, '\msajber', 'cyber', 'g'),
                search_text = regexp_replace(search_text, '\msajber', 'cyber', 'g')
            where process_id = p.id and (search_title ~ '\msajber' or search_text ~ '\msajber');
    end loop;
    perform set_config('app.process', '', true);
end $$;
