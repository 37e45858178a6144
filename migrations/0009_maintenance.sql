-- Backups and data migrations read everything.
grant select on all tables in schema public to concert_maintenance;
