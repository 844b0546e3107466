//! Forms as they are posted: plain HTML forms that work without scripts. Gives typed access to what
//! came, says where to go afterwards, and carries what was typed back to the page when it was
//! refused. Never carries a password or a code back.

use holdfast_domain::{
    Refusal, Timestamp,
    time::{field_in_zone, from_local},
};

use crate::{
    error::AppError,
    outcome::{Outcome, ShownOnce},
};

/// What a form sent, with what the server knows of the sender.
#[derive(Clone, Debug, Default)]
pub struct Form {
    /// Names and values, in the order sent.
    pub values: Vec<(String, String)>,
    /// The variable parts of the route, such as `reference`.
    pub params: Vec<(String, String)>,
    /// The address the request came from.
    pub address: String,
    /// The browser, as it says of itself.
    pub user_agent: String,
    /// What the browser keeps of those who signed in by it.
    pub devices: String,
    /// Whether the site is reached by HTTPS, so that cookies can be kept to it.
    pub secure: bool,
}

impl Form {
    /// From names and values. Line breaks become what they were before a browser sent them. Where two versions of a field came (`yours_title`, `theirs_title`),
    /// the one that `keep_title` chose becomes `title`.
    #[must_use]
    pub fn new(mut values: Vec<(String, String)>) -> Self {
        for (_, value) in values.iter_mut().filter(|(_, value)| value.contains('\r')) {
            *value = value.replace("\r\n", "\n");
        }
        let chosen: Vec<(String, String)> = values
            .iter()
            .filter_map(|(key, side)| {
                let field = key.strip_prefix("keep_")?;
                let source = format!("{side}_{field}");
                let (_, value) = values.iter().find(|(key, _)| *key == source)?;
                Some((field.to_owned(), value.clone()))
            })
            .collect();
        let of_a_choice = |key: &str| ["keep_", "yours_", "theirs_"].iter().any(|prefix| key.starts_with(prefix));
        let mut values: Vec<_> = values
            .into_iter()
            .filter(|(key, _)| !of_a_choice(key) && !chosen.iter().any(|(field, _)| field == key))
            .collect();
        values.extend(chosen);
        Self { values, ..Self::default() }
    }

    /// The value of a field; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        first(&self.values, name).unwrap_or_default()
    }

    /// The value of a field, unless it is missing or blank.
    #[must_use]
    pub fn opt(&self, name: &str) -> Option<&str> {
        first(&self.values, name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Whether the field was sent, as a ticked box is.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        first(&self.values, name).is_some()
    }

    /// Whether a box was ticked, or a settled conflict says so.
    #[must_use]
    pub fn ticked(&self, name: &str) -> bool {
        first(&self.values, name).is_some_and(|value| value != "false")
    }

    /// Every value of a field that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.values.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// One of the known values.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names the field.
    pub fn choice<T: std::str::FromStr>(&self, name: &str) -> Result<T, Refusal> {
        self.text(name).trim().parse().map_err(|_| Refusal::field(name, "Choose one of the values offered."))
    }

    /// The address of a page of the incident that the route names.
    ///
    /// # Errors
    /// As [`Form::param`].
    pub fn in_incident(&self, tail: &str) -> holdfast_actions::Result<String> {
        Ok(format!("/incidents/{}{tail}", self.param("reference")?))
    }

    /// The way back to a page of the incident that the route names, which says what was done.
    ///
    /// # Errors
    /// As [`Form::param`].
    pub fn to_incident(&self, tail: &str, words: &str) -> holdfast_actions::Result<Done> {
        Ok(Done::said(self.in_incident(tail)?, words))
    }

    /// The version that the person saw when they began to edit.
    ///
    /// # Errors
    /// [`Refusal::Rule`] when the form carries none.
    pub fn version(&self) -> Result<i64, Refusal> {
        let missing = || Refusal::Rule("This form was incomplete. Open the page again and repeat it.".into());
        self.text("version").parse().map_err(|_| missing())
    }

    /// A time in a zone, as [`read_time`] takes it; `None` where the field is empty.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] that names the field.
    pub fn time(&self, name: &str, zone: &str, before: Option<Timestamp>) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.opt(name) else { return Ok(None) };
        read_time(text, zone, before).map(Some).map_err(|words| Refusal::field(name, words))
    }

    /// A variable part of the route.
    ///
    /// # Errors
    /// A failure when the route has none of that name, which is a fault of the program.
    pub fn param(&self, name: &str) -> holdfast_actions::Result<&str> {
        route_part(&self.params, name)
    }
}

/// A variable part of the route by its name. A name that the route does not have is a fault of the program.
pub(crate) fn route_part<'a>(params: &'a [(String, String)], name: &str) -> holdfast_actions::Result<&'a str> {
    let missing = || holdfast_actions::Error::Failed(format!("the route has no part that is named {name}"));
    first(params, name).ok_or_else(missing)
}

/// The first value of a name.
pub(crate) fn first<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A path on this site, or nothing: an address given by a link must not lead elsewhere.
pub(crate) fn local(path: &str) -> Option<&str> {
    let is_local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    is_local.then_some(path)
}

/// A time in a zone, or as a settled conflict sends it. What a field shows is coarser than what is kept,
/// so a field that says what it showed of `before` keeps that.
///
/// # Errors
/// The words for the field.
pub(crate) fn read_time(text: &str, zone: &str, before: Option<Timestamp>) -> Result<Timestamp, String> {
    if let Some(kept) = before.filter(|at| field_in_zone(*at, zone) == text) {
        return Ok(kept);
    }
    text.parse().or_else(|_| from_local(text, zone))
}

/// What follows a form that did what it should.
#[derive(Debug)]
pub enum Done {
    /// Go to this address, whose page says once what was done.
    Said {
        /// Where to go.
        to: String,
        /// What was done.
        outcome: Outcome,
    },
    /// Show the page of this address with what is shown once and never again.
    Once(ShownOnce),
    /// Begin a session for this person, then go to this address.
    SignedIn {
        /// Who, and the session's name in lists.
        signed_in: holdfast_actions::session::SignedIn,
        /// Where to go.
        to: String,
    },
    /// End the session, then go to this address, whose page says so.
    SignedOut {
        /// Where to go.
        to: String,
        /// What was done.
        outcome: Outcome,
    },
    /// Set this cookie, then go to this address.
    Cookie {
        /// The whole `Set-Cookie` line.
        set_cookie: String,
        /// Where to go.
        to: String,
    },
}

impl Done {
    /// Go to this address, whose page says these words.
    #[must_use]
    pub fn said(to: impl Into<String>, words: impl Into<String>) -> Self {
        Self::Said { to: to.into(), outcome: Outcome { words: words.into(), is_alarm: false, undo: None } }
    }

    /// Go to this address, whose page says these words as an alarm.
    #[must_use]
    pub fn alarm(to: impl Into<String>, words: impl Into<String>) -> Self {
        Self::Said { to: to.into(), outcome: Outcome { words: words.into(), is_alarm: true, undo: None } }
    }
}

/// What became of a form whose page is shown again; its default where nothing was posted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// What was typed, without passwords and codes.
    pub values: Vec<(String, String)>,
    /// Why it was not done.
    pub error: Option<AppError>,
    /// What is shown this once.
    pub once: Option<ShownOnce>,
}

impl Posted {
    /// The form was refused or failed.
    #[must_use]
    pub fn failed(form: &Form, error: AppError) -> Self {
        let is_secret = |name: &str| name.contains("password") || name.contains("code");
        let values = form.values.iter().filter(|(name, _)| !is_secret(name)).cloned().collect();
        Self { values, error: Some(error), once: None }
    }

    /// The form was done and has something to show once.
    #[must_use]
    pub const fn once(once: ShownOnce) -> Self {
        Self { values: Vec::new(), error: None, once: Some(once) }
    }

    /// The code or token that was just made.
    #[must_use]
    pub fn secret(&self) -> Option<&str> {
        match &self.once {
            Some(ShownOnce::Secret(secret)) => Some(secret),
            _ => None,
        }
    }

    /// What the action came to that led to this page.
    #[must_use]
    pub const fn outcome(&self) -> Option<&Outcome> {
        match &self.once {
            Some(ShownOnce::Outcome(outcome)) => Some(outcome),
            _ => None,
        }
    }

    /// The value typed into a field.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        first(&self.values, name)
    }
}

/// A short mark of a text, by which a page knows later whether the text was touched. Not a
/// protection against anybody: FNV-1a.
pub(crate) fn mark(text: &str) -> String {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{:016x}", text.bytes().fold(0xcbf2_9ce4_8422_2325, step))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(pairs: &[(&str, &str)]) -> Form {
        Form::new(pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn the_chosen_version_of_a_field_becomes_the_field() {
        let form = form(&[
            ("version", "8"),
            ("title", "before"),
            ("keep_title", "theirs"),
            ("yours_title", "mine"),
            ("theirs_title", "hers"),
        ]);
        assert_eq!(form.text("title"), "hers");
        assert_eq!(form.text("version"), "8");
        assert!(!form.has("keep_title") && !form.has("yours_title"));
    }

    #[test]
    fn passwords_and_codes_are_never_carried_back() {
        let form = form(&[("email", "a@b"), ("password", "x"), ("new_password", "y"), ("code", "z")]);
        let posted = Posted::failed(&form, AppError::Refused(Refusal::SignedOut));
        assert_eq!(posted.values, [("email".to_owned(), "a@b".to_owned())]);
    }

    #[test]
    fn a_part_that_the_route_does_not_have_is_a_failure() {
        let form = Form { params: vec![("reference".into(), "INC-2026-0001".into())], ..Form::default() };
        assert!(matches!(form.param("reference"), Ok("INC-2026-0001")));
        assert!(matches!(form.param("refrence"), Err(holdfast_actions::Error::Failed(_))));
    }

    #[test]
    fn line_breaks_are_kept_as_they_were_typed() {
        assert_eq!(form(&[("summary", "one\r\ntwo")]).text("summary"), "one\ntwo");
    }

    #[test]
    fn ticked_boxes_and_repeated_fields_are_told_apart() {
        let form = form(&[("roles", "lead"), ("roles", "analyst"), ("disabled", "on"), ("reason", "  ")]);
        assert_eq!(form.all("roles").collect::<Vec<_>>(), ["lead", "analyst"]);
        assert!(form.has("disabled") && !form.has("restricted"));
        assert_eq!(form.opt("reason"), None);
    }
}
