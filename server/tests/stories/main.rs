//! Stories through the real router: what a browser, a script or an attacker sends and what comes
//! back, on both databases. Nothing is replaced but the clock, the entropy and the strength of
//! password hashes.

#![allow(clippy::unwrap_used)]

mod access;
mod api_design;
mod assignment;
mod brute_force;
mod conflict;
mod connections;
mod crawl;
mod csrf;
mod event;
mod evidence_log;
mod finding;
mod fixtures;
mod forged;
mod framing;
mod headers;
mod hostile;
mod hostile_file;
mod import;
mod import_weight;
mod ledger_export;
mod ledger_page;
mod markup;
mod metric;
mod nested;
mod offer;
mod outcome;
mod paper;
mod payloads;
mod person_name;
mod pinned;
mod proof;
mod refused_reference;
mod report;
mod rest;
mod restricted;
mod restricted_ledger;
mod retention;
mod rights;
mod rows;
mod session;
mod settings;
mod setup;
mod snapshot;
mod socket;
mod table;
mod task;
mod undo;
mod unseen;
mod upgrade;
mod upload;
mod upload_weight;
mod visible;
mod world;
