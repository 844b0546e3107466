//! Pages of whatever is declared: the form of any noun's fields and its reader, the words of their
//! values, and all pages of those that are items.

mod archive_page;
mod edit_page;
pub mod form;
pub mod list_page;
mod pages;
pub mod post;
pub mod read;
pub mod view_page;
pub mod words;

pub use pages::ItemPages;

/// What the list of pages names.
pub mod page {
    pub use super::{
        archive_page::archive_page,
        edit_page::{edit_page, new_page},
        view_page::view_page,
    };
}
