//! Charts as SVG, for pages and reports alike: every chart comes from here. Pure; knows numbers, words and
//! times, and no noun of incident response.

pub mod band;
pub mod bars;
pub mod columns;
mod frame;
pub mod strip;
pub mod survival;
pub mod svg;
pub mod timeline;

pub use svg::Theme;

#[cfg(test)]
mod chart_tests;
