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
