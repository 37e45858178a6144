//! Everything that needs a database, through the front door.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking"
)]

mod action_export;
mod action_input;
mod action_list;
mod action_list_sight;
mod action_record;
mod action_talk;
mod api;
mod api_money;
mod api_read;
mod api_records;
mod api_write;
mod architecture;
mod awaited;
mod backup;
mod brief;
mod bundle;
mod bundle_corrected;
mod bundle_members;
mod cluster;
mod codes;
mod contributions;
mod coverage;
mod decisions;
mod decisions_edges;
mod demo;
mod directory;
mod directory_edges;
mod directory_members;
mod directory_merge;
mod documents;
mod dropped;
mod envelopes;
mod files;
mod harness;
mod home;
mod iati_broken;
mod iati_export;
mod iati_files;
mod iati_import;
mod iati_round_trip;
mod imports;
mod imports_bundle;
mod imports_edges;
mod imports_mended;
mod imports_merged;
mod installation;
mod isolation;
mod jobs;
mod links;
mod list_files;
mod meeting_calendars;
mod meetings;
mod merged_parties;
mod money;
mod needs;
mod needs_edges;
mod needs_sheet;
mod notice_letters;
mod notices;
mod operator;
mod overlaps;
mod overlaps_discretion;
mod packs;
mod packs_kept;
mod permissions;
mod pictures;
mod plan_closing;
mod plan_consultation;
mod plan_consultation_answers;
mod plan_consultation_random;
mod plan_indicators;
mod plan_life;
mod plan_life_game;
mod plan_life_random;
mod plan_life_roles;
mod plan_life_state;
mod plan_readings;
mod plan_reasons;
mod plan_record;
mod plan_report;
mod plans;
mod public_site;
mod rates;
mod remarks;
mod reports;
mod results;
mod retention;
mod rounds;
mod rounds_edges;
mod rounds_past;
mod rounds_sheet;
mod routes;
mod routes_real;
mod second_factor;
mod sign_in;
mod stored_files;
mod webhooks;
mod webhooks_edges;
