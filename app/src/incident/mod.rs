//! Incidents: the list, the room with its tabs, and the forms that change one.

pub mod access_page;
pub mod edit_page;
pub mod filter;
pub mod form;
pub mod history_page;
pub mod list_page;
pub mod list_table;
pub mod new_page;
pub mod next_phase;
pub mod overview_page;
pub mod phase_page;
pub mod post;
pub mod room;
pub mod tab;
pub mod take_page;
pub mod times_page;

pub use self::{
    room::Room,
    tab::{Tab, room},
};
