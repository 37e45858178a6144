-- The secretariat's home counts what was read and exported in a month: by the index alone, of which the table need not be looked up.
drop index access_log_recent;
create index access_log_recent on access_log (process_id, at desc) include (kind);
