-- What somebody has said two near actions are to one another stands as a remark on their question. It is known as that, with what mattered
-- in the two when it was said: whoever said it is asked again only once that has changed.
alter table overlap_remark add column said text check (said in ('related', 'different'));
alter table overlap_remark add column said_of bytea;
alter table overlap_remark add check ((said is null) = (said_of is null));
