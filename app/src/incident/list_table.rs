//! The table of the list.

use holdfast_domain::incident::{Direction, IncidentRow};
use leptos::prelude::*;

use super::filter::{Column, Filter};
use crate::ui::{LocalTime, badge, icon, moment, table};

/// The rows of a page, in the columns chosen, with times in this zone.
pub fn incidents(rows: &[IncidentRow], columns: &[Column], zone: &str, filter: &Filter) -> AnyView {
    let heads: Vec<AnyView> = columns.iter().map(|column| head(*column, filter)).collect();
    let rows: Vec<AnyView> = rows.iter().map(|row| line(row, columns, zone)).collect();
    let table = view! {
        <table class="table table-stack" role="table" aria-label="Incidents">
            <thead role="rowgroup"><tr role="row">{heads}</tr></thead>
            <tbody role="rowgroup">{rows}</tbody>
        </table>
    };
    table::region("Incidents", table.into_any())
}

fn head(column: Column, filter: &Filter) -> AnyView {
    let words = Column::ALL.iter().find(|(known, ..)| *known == column).map_or("", |(_, _, words, _)| words);
    let sort = column.sort();
    let sorted = (sort == Some(filter.sort)).then_some(match filter.direction {
        Direction::Ascending => "ascending",
        Direction::Descending => "descending",
    });
    let class = if is_time(column) { "num" } else { "" };
    table::head(words, sort.map(|sort| filter.sorted_by(sort)), sorted, class)
}

const fn is_time(column: Column) -> bool {
    matches!(column, Column::Detected | Column::Opened | Column::Updated)
}

fn line(row: &IncidentRow, columns: &[Column], zone: &str) -> AnyView {
    let cells: Vec<AnyView> = columns.iter().map(|column| cell(row, *column, zone)).collect();
    view! { <tr role="row">{cells}</tr> }.into_any()
}

fn cell(row: &IncidentRow, column: Column, zone: &str) -> AnyView {
    let short = |at| moment::short(&LocalTime::in_zone(at, zone));
    let words = |label: &'static str| td("clip wide muted", None, label.into_any());
    match column {
        Column::Reference => td("mono muted", None, row.reference.clone().into_any()),
        Column::Severity => td("", None, badge::severity(row.severity)),
        Column::Title => td("title", None, title(row)),
        Column::Status => td("", None, badge::phase(row.status)),
        Column::Tlp => td("", None, badge::tlp(row.tlp)),
        Column::Owner => td("", Some("Owner"), owner(row.owner_name.clone())),
        Column::Category => words(row.category.label()),
        Column::AttackVector => words(row.attack_vector.label()),
        Column::FunctionalImpact => words(row.functional_impact.label()),
        Column::InformationImpact => words(row.information_impact.label()),
        Column::Recoverability => words(row.recoverability.label()),
        Column::DetectionSource => words(row.detection_source.label()),
        Column::Services => td("clip wide muted", None, row.services.as_slice().join(", ").into_any()),
        Column::Detected => td(
            "num",
            Some("Detected"),
            moment::short_or_dash(row.detected_at.map(|at| LocalTime::in_zone(at, zone)).as_ref()),
        ),
        Column::Opened => td("wide num", None, short(row.created_at)),
        Column::Updated => td("wide num", None, short(row.updated_at)),
    }
}

fn td(class: &'static str, label: Option<&'static str>, inner: AnyView) -> AnyView {
    view! { <td role="cell" class=class data-label=label>{inner}</td> }.into_any()
}

/// The link of the row.
fn title(row: &IncidentRow) -> AnyView {
    let lock = row.restricted.then(|| view! { {icon(icon::LOCK)}<span class="vh">"Restricted: "</span> });
    let hold = row.on_hold.then(|| badge::plain("On hold"));
    let exercise = row.is_exercise.then(|| badge::plain("Exercise"));
    let href = format!("/incidents/{}", row.reference);
    view! { <a href=href>{lock}{hold}{exercise}<span>{row.title.clone()}</span></a> }.into_any()
}

/// The owner's name, or that there is none.
pub fn owner(name: Option<String>) -> AnyView {
    name.map_or_else(|| view! { <span class="muted">"Nobody"</span> }.into_any(), IntoAny::into_any)
}
