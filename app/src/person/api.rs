//! The doorways to people.

use holdfast_domain::person::Person;

use crate::{error::AppError, ui::moment::Moment};

/// The people, and whether the reader may change them.
#[derive(Clone, Debug)]
pub struct People {
    pub rows: Vec<(Person, Moment)>,
    pub may_add: bool,
    pub may_edit: bool,
}

/// The people of the organisation.
pub async fn list_people() -> Result<People, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let people = holdfast_actions::person::list(&ctx, &actor).await?;
    Ok(People::new(people, &actor))
}

/// One person.
pub async fn find_person(id: String) -> Result<Person, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let id = id.parse().map_err(|_| holdfast_domain::Refusal::NotFound("person".into()))?;
    Ok(holdfast_actions::person::find(&ctx, &actor, id).await?)
}

impl People {
    fn new(people: Vec<Person>, reader: &holdfast_domain::Actor) -> Self {
        use holdfast_domain::{Deed, Object, allow};
        let row = |person: Person| {
            let since = Moment::in_zone(person.created_at, &reader.time_zone);
            (person, since)
        };
        Self {
            rows: people.into_iter().map(row).collect(),
            may_add: allow(reader, Deed::AddPerson, Object::None),
            may_edit: allow(reader, Deed::EditPerson, Object::None),
        }
    }
}
