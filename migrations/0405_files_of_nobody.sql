-- An archive for members names nobody, and holds the files that any member may have: in a process that is made of one nobody is said to
-- have brought them.
alter table stored_file alter column by_membership_id drop not null;
alter table stored_file_version alter column by_membership_id drop not null;
