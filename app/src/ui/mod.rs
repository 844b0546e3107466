//! The pieces that pages are made of: fields, tables, badges, notices, the frame. They know no noun
//! beyond the words they are given; class names and markup follow docs/design/reference.html.

pub mod badge;
pub mod category;
pub mod confirm;
pub mod conflict;
pub mod drawing;
pub mod error_view;
pub mod field;
pub mod frame;
pub mod icon;
pub mod markdown;
pub mod moment;
pub mod notice;
pub mod pager;
pub mod raw_text;
pub mod shortcuts;
pub mod table;
pub mod theme;
pub mod when;
pub mod words;

pub use self::{
    category::{categories, category},
    confirm::Confirm,
    drawing::drawn,
    field::{Choice, FormField, aria, checkbox, checkboxes, errors, hidden, options, typed},
    icon::icon,
    moment::LocalTime,
    notice::{danger, info, problems, problems_named, problems_of, toasts, warning},
    pager::{counted, pager, pager_from_first},
    table::{Cell, Row},
    theme::theme_choice,
    when::When,
    words::Words,
};
