//! The parts that tables share: heads that sort, the scrolling region, rows that become stacked
//! entries where it is narrow, the empty state.

use leptos::prelude::*;

use super::icon::{self, icon};

/// A head cell; with an address it sorts. `sorted` is `ascending` or `descending` when the table is
/// sorted by it.
pub fn head(words: &'static str, href: Option<String>, sorted: Option<&'static str>, class: &'static str) -> AnyView {
    let arrow = sorted.map(|way| icon(if way == "ascending" { icon::SORT_UP } else { icon::SORT_DOWN }));
    let inner = match href {
        Some(href) => view! { <a href=href>{words} {arrow}</a> }.into_any(),
        None => words.into_any(),
    };
    view! { <th role="columnheader" scope="col" class=class aria-sort=sorted>{inner}</th> }.into_any()
}

/// The region around a table: it scrolls, so the keyboard must reach it.
pub fn region(label: &'static str, table: AnyView) -> AnyView {
    view! { <div class="table-wrap" role="region" aria-label=label tabindex="0">{table}</div> }.into_any()
}

/// A cell. Where rows are stacked, the words of its column stand before it, unless it says them itself.
pub struct Cell {
    class: &'static str,
    kind: CellKind,
    inner: AnyView,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum CellKind {
    Labelled,
    Bare,
    Name,
    /// Nothing is known: a dash in its column, and no line of its own where rows are stacked.
    Nothing,
}

impl Cell {
    /// With the words of its column where rows are stacked.
    pub fn of(inner: impl IntoAny) -> Self {
        Self { class: "", kind: CellKind::Labelled, inner: inner.into_any() }
    }

    /// What is understood without its column: a badge, a reference, a title.
    pub fn bare(inner: impl IntoAny) -> Self {
        Self { kind: CellKind::Bare, ..Self::of(inner) }
    }

    /// What the row is about: first, and on a line of its own, where rows are stacked.
    pub fn name(inner: impl IntoAny) -> Self {
        Self { kind: CellKind::Name, ..Self::of(inner) }
    }

    /// A cell of what is known, or a dash.
    pub fn known(inner: Option<impl IntoAny>) -> Self {
        let dash = || Self { kind: CellKind::Nothing, ..Self::of(view! { <span class="muted">"–"</span> }) };
        inner.map_or_else(dash, Self::of)
    }

    /// With this class as well.
    pub const fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    fn view(self, head: &'static str) -> AnyView {
        let Self { class, kind, inner } = self;
        let class = match (kind, head) {
            (CellKind::Name, _) => format!("name {class}"),
            (CellKind::Nothing, _) => format!("nothing {class}"),
            (_, "") => format!("deeds {class}"),
            _ => class.to_owned(),
        };
        let label = (kind == CellKind::Labelled && !head.is_empty()).then_some(head);
        if kind == CellKind::Name {
            return view! { <th role="rowheader" scope="row" class=class>{inner}</th> }.into_any();
        }
        view! { <td role="cell" class=class data-label=label>{inner}</td> }.into_any()
    }
}

/// A row.
#[derive(Default)]
pub struct Row {
    pub class: &'static str,
    /// What an address can point to.
    pub id: Option<String>,
    /// What it is moved as, where rows are put in order by hand.
    pub drag: Option<String>,
    pub cells: Vec<Cell>,
}

impl Row {
    /// A row of these cells, one for each head.
    pub fn of(cells: impl Into<Vec<Cell>>) -> Self {
        Self { cells: cells.into(), ..Self::default() }
    }

    fn view(self, heads: &[&'static str]) -> AnyView {
        debug_assert_eq!(heads.len(), self.cells.len(), "a cell for each of {heads:?}");
        let cells: Vec<AnyView> = self.cells.into_iter().zip(heads).map(|(cell, head)| cell.view(head)).collect();
        view! { <tr role="row" class=self.class id=self.id data-drag=self.drag>{cells}</tr> }.into_any()
    }
}

/// A plain table with these heads; a head that is empty is the column of buttons. Its rows are stacked
/// where it is narrow: the roles are written out, since a changed display takes them away.
pub fn plain(label: &'static str, heads: &[&'static str], rows: Vec<Row>) -> AnyView {
    let rows: Vec<AnyView> = rows.into_iter().map(|row| row.view(heads)).collect();
    let heads: Vec<AnyView> = heads
        .iter()
        .map(|words| match *words {
            "" => view! { <th role="columnheader" scope="col"><span class="vh">"Actions"</span></th> }.into_any(),
            words => head(words, None, None, ""),
        })
        .collect();
    let table = view! {
        <table class="table table-plain table-stack" role="table" aria-label=label>
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    };
    region(label, table.into_any())
}

/// What stands where rows would be.
pub fn blank(shape: &'static str, heading: &'static str, words: AnyView, actions: AnyView) -> AnyView {
    view! {
        <div class="table-wrap">
            <div class="blank">
                {icon(shape)}
                <h2>{heading}</h2>
                {words}
                <div class="actions">{actions}</div>
            </div>
        </div>
    }
    .into_any()
}
