//! The fields of an event as a form. When it happened and its techniques have inputs of their own.

use holdfast_domain::{
    Field, Fields as _,
    event::EventFields,
    technique,
    time::{Precision, field_in_zone},
};
use leptos::prelude::*;

use crate::{
    form::Posted,
    item::form::Inputs,
    ui::{When, field::FormField as Input},
};

/// The fields, beginning with these values.
pub fn fields(posted: &Posted, start: &EventFields, zone: &str) -> AnyView {
    let occurred = start.occurred.as_ref();
    let typed_zone = occurred.and_then(|stated| stated.zone.clone()).unwrap_or_else(|| zone.to_owned());
    let when = |field: &Field| When {
        value: occurred.map(|stated| field_in_zone(stated.at, &typed_zone)).unwrap_or_default(),
        precision: occurred.map_or(Precision::Minute, |stated| stated.precision),
        hint: "Leave it empty when it is not known: the event then keeps its place among its neighbours.",
        ..When::new(field.name, field.label, typed_zone.clone())
    };
    let label = |id: &str| technique::find(id).map_or_else(|| id.to_owned(), technique::label);
    let techniques: Vec<String> = start.techniques.iter().map(|one| label(&one.technique)).collect();
    let own = |field: &'static Field| match field.name {
        "occurred" => Some(when(field).fields(posted)),
        "techniques" => {
            let input = Input::line(field.name, field.label).value(techniques.join(", ")).chars_max(4000);
            let input = input.autocomplete("off").suggest("/api/v1/techniques");
            Some(input.hint("Ids or names, comma between: T1566.001, PowerShell.").input(posted))
        }
        _ => None,
    };
    let inputs = Inputs { says_zone: true, ..Inputs::new(posted, &typed_zone, &[]) };
    inputs.some(start, EventFields::FIELDS.iter(), &own)
}
