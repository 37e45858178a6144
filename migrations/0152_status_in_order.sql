-- Most lists ask for one status, and those of one status lie together in time: what begins a list by its end is planned, not
-- ongoing. With the status in the index, rows of another are passed over without reading them.
drop index action_facet_title, action_facet_updated, action_facet_start_up, action_facet_start_down, action_facet_end_up,
    action_facet_end_down, action_facet_confirmed_up, action_facet_confirmed_down;
create index action_facet_title on action_facet (process_id, title_order, action_id, status);
create index action_facet_updated on action_facet (process_id, updated_at, action_id, status);
create index action_facet_start_up on action_facet (process_id, start_up, action_id, status);
create index action_facet_start_down on action_facet (process_id, start_down, action_id, status);
create index action_facet_end_up on action_facet (process_id, end_up, action_id, status);
create index action_facet_end_down on action_facet (process_id, end_down, action_id, status);
create index action_facet_confirmed_up on action_facet (process_id, confirmed_up, action_id, status);
create index action_facet_confirmed_down on action_facet (process_id, confirmed_down, action_id, status);

-- Pages with filters have their statements planned for the values of each; entering is the same every time.
alter function kernel.enter(text, bytea, timestamptz, integer) set plan_cache_mode = auto;
alter function kernel.enter_public(text) set plan_cache_mode = auto;
