-- Cells of a row that somebody typed anew: what stood there in the file, by the number of the column. They outlive the rows when the
-- file is read once more, and stand again where it still says what it said.
alter table import_row add column mended jsonb not null default '{}' check (jsonb_typeof(mended) = 'object');
alter table import add column mended jsonb not null default '[]' check (jsonb_typeof(mended) = 'array');
