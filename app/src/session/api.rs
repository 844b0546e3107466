//! The doorways to sessions and to the person who is signed in.

use holdfast_domain::{Deed, SessionId, person::Roles};

use crate::{error::AppError, ui::moment::Moment};

/// Who looks at the page.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub name: String,
    pub roles: Roles,
    pub time_zone: String,
    pub org_name: String,
    /// `light`, `dark` or `system`.
    pub theme: String,
    /// What this person may do where no particular object is asked about.
    pub deeds: Vec<Deed>,
}

/// A session as it is listed.
#[derive(Clone, Debug)]
pub struct SessionRow {
    pub id: SessionId,
    pub person_name: String,
    pub user_agent: String,
    pub address: String,
    pub created: Moment,
    pub seen: Moment,
    pub is_this: bool,
}

/// Who looks at the page.
pub async fn who_looks() -> Result<Viewer, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let org = holdfast_actions::org::view(&ctx, &actor).await?;
    Ok(Viewer::new(actor, org))
}

/// The sessions of the person who asks.
pub async fn own_sessions() -> Result<Vec<SessionRow>, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let sessions = holdfast_actions::session::own(&ctx, &actor).await?;
    Ok(sessions.into_iter().map(|session| SessionRow::new(session, &actor)).collect())
}

/// Everybody's sessions.
pub async fn all_sessions() -> Result<Vec<SessionRow>, AppError> {
    let (ctx, actor) = crate::request::request()?;
    let sessions = holdfast_actions::session::all(&ctx, &actor).await?;
    Ok(sessions.into_iter().map(|session| SessionRow::new(session, &actor)).collect())
}

mod built {
    use holdfast_domain::{Actor, Deed, Object, access::Door, allow, org::Org, session::Session};

    use super::{SessionRow, Viewer};
    use crate::ui::moment::Moment;

    impl Viewer {
        pub(super) fn new(actor: Actor, org: Org) -> Self {
            let deeds = Deed::ALL.iter().copied().filter(|deed| allow(&actor, *deed, Object::None)).collect();
            Self {
                name: actor.name,
                roles: actor.roles,
                time_zone: actor.time_zone,
                org_name: org.name,
                theme: crate::request::theme().into(),
                deeds,
            }
        }
    }

    impl SessionRow {
        pub(super) fn new(session: Session, reader: &Actor) -> Self {
            let zone = &reader.time_zone;
            Self {
                is_this: reader.door == Door::Session(session.id),
                id: session.id,
                person_name: session.person_name,
                user_agent: session.user_agent,
                address: session.address,
                created: Moment::in_zone(session.created_at, zone),
                seen: Moment::in_zone(session.seen_at, zone),
            }
        }
    }
}
