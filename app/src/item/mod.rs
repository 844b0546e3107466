//! Pages of whatever is declared: the form of any noun's fields and its reader, the words of their
//! values, and all pages of those that are items.

mod archive_page;
mod edit_page;
pub mod form;
pub mod list_page;
mod pages;
pub mod people;
pub mod post;
pub mod read;
pub mod view_page;

pub use pages::ItemPages;

/// What the list of pages names.
pub mod page {
    use super::ItemPages;
    use crate::{page::Shown, request::Request};

    pub use super::{
        archive_page::archive_page,
        edit_page::{edit_page, new_page},
        view_page::view_page,
    };

    /// The list, as the noun has it.
    pub async fn list_page<F: ItemPages>(req: &Request) -> Shown {
        F::list(req).await
    }
}
