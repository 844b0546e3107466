//! What the settings form does.

use holdfast_actions::{Ctx, Result, org};
use holdfast_domain::{Actor, org::OrgFields};

use crate::form::{Done, Form};

pub async fn edit(form: &Form, ctx: &Ctx, actor: &Actor) -> Result<Done> {
    let fields = OrgFields { name: form.text("name").trim().into(), time_zone: form.text("time_zone").trim().into() };
    org::edit(ctx, actor, form.version()?, &fields).await?;
    Ok(Done::To("/settings?done=settings-saved".into()))
}
