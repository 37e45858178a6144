-- That actions at `parties` or `restricted` left with a list is told to those who keep them: a line for each keeper and level, beside
-- the one of the export itself, which is of no keeper. It is neither counted as an export nor listed among those.
alter table access_log drop constraint access_log_kind_check;
alter table access_log add constraint access_log_kind_check check (kind in ('read', 'export', 'told'));
