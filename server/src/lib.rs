//! The process: how Holdfast is configured, reached and stopped. Everything that decides something
//! about incidents lies in the crates below; everything that is seen lies in the application.

pub mod accept;
pub mod answer;
pub mod api;
pub mod assets;
pub mod blobs;
pub mod body;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connections;
pub mod csrf;
pub mod demo;
pub mod device;
pub mod download;
pub mod error_page;
pub mod evidence;
pub mod files;
pub mod guard;
pub mod headers;
pub mod import;
pub mod jobs;
pub mod log;
pub mod logo;
pub mod net;
pub mod outcome;
pub mod pages;

pub mod private;
pub mod probes;
pub mod problem;
pub mod rate_limit;
pub mod response_format;
pub mod router;
pub mod session;
pub mod slot;
pub mod spent;
pub mod state;
pub mod upload;
pub mod upload_form;
