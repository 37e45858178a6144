-- What a beneficiary reported and its donor has not confirmed is not published, whatever its level. It is counted among
-- what is for members, who see both layers alike: the layer 'public' is then exactly what the public pages show, and a
-- process too large to be counted for every visitor shows its figures from there.
create or replace view counted_action with (security_invoker = true) as
select a.process_id, a.id,
    case when a.handling = 'restricted' and a.open_to_support_group then 'opened'
        when a.handling = 'public' and a.claim <> 'confirmed' then 'members' else a.handling end as layer,
    a.status, a.starts_on, a.ends_on, a.last_confirmed_at, a.missing <> '{}' as incomplete, a.claim = 'unconfirmed' as unconfirmed
from action a
where kernel.counts(a.merged_into_id, a.claim);
