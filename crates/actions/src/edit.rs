//! The one way in which something with a version is edited or archived: permission, lookup within the
//! transaction, check, the version that the editor saw, rows, ledger record, commit. The one who comes too
//! late gets both texts and loses nothing, also when the other commit came in between.

use std::future::Future;

use holdfast_domain::{
    Actor, CheckContext, FieldText, Fields, Object, Permission, Refusal, Timestamp,
    incident::Incident,
    noun::Noun,
    refusal::{Conflict, ConflictField},
    time::is_zone,
};
use holdfast_store::Error as StoreError;

use crate::{
    Ctx, Error, Record, Result, UnitOfWork,
    ledger_sentence::quoted,
    permit,
    undo::{self, UndoKind, Undoing, Undone},
};

/// A thing as it is now.
pub(crate) struct Now<'a> {
    pub(crate) version: i64,
    pub(crate) changed_by: &'a str,
    pub(crate) changed_at: Timestamp,
}

/// Something with fields and a version.
pub(crate) trait Versioned: Send + Sync {
    /// What a person edits of it.
    type Fields: Noun;
    fn fields(&self) -> &Self::Fields;
    fn now(&self) -> Now<'_>;
}

/// A thing with the incident in which it was found.
pub(crate) struct Within<T> {
    pub(crate) incident: Incident,
    pub(crate) thing: T,
}

impl<T: Versioned> Versioned for Within<T> {
    type Fields = T::Fields;
    fn fields(&self) -> &T::Fields {
        self.thing.fields()
    }
    fn now(&self) -> Now<'_> {
        self.thing.now()
    }
}

/// How one thing of a kind is found, and what allows changing it.
pub(crate) trait Lookup: Sync {
    /// The thing.
    type Thing: Versioned;
    /// What allows changing it.
    const PERMISSION: Permission;

    /// The thing as the actor sees it now.
    fn find(&self, work: &mut UnitOfWork<'_>) -> impl Future<Output = Result<Self::Thing>> + Send;
}

/// How one thing of a kind is edited.
pub(crate) trait Edit: Lookup {
    /// Refuses what the fields alone cannot tell.
    fn check(
        &self,
        _work: &mut UnitOfWork<'_>,
        _before: &Self::Thing,
        _fields: &<Self::Thing as Versioned>::Fields,
    ) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Writes the fields when the version is still that of `before`; says whether it was.
    fn write(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Self::Thing,
        fields: &<Self::Thing as Versioned>::Fields,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Writes the fields as they were before an edit that is undone, and what else followed from it.
    fn write_back(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Self::Thing,
        fields: &<Self::Thing as Versioned>::Fields,
        _undoing: &Undoing,
    ) -> impl Future<Output = Result<bool>> + Send {
        self.write(work, before, fields)
    }

    /// What the ledger says of it, without the changes.
    fn record(&self, before: &Self::Thing, fields: &<Self::Thing as Versioned>::Fields) -> Record;
}

/// What the fields of a noun are checked with.
pub(crate) fn check_context(now: Timestamp) -> CheckContext {
    CheckContext { now, is_zone }
}

/// Edits a thing; without a difference nothing is done.
///
/// # Errors
/// [`Refusal::Conflict`] with both texts when the version is stale; a refusal when the role does not
/// allow it or a field is not acceptable.
pub(crate) async fn edit<E: Edit>(
    ctx: &Ctx,
    actor: &Actor,
    edit: &E,
    version: i64,
    fields: &<E::Thing as Versioned>::Fields,
) -> Result<E::Thing> {
    permit(ctx, actor, E::PERMISSION, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = edit.find(&mut work).await?;
    let fields = fields.checked(check_context(work.now))?;
    if version != before.now().version {
        return settled(before, &fields);
    }
    if fields == *before.fields() {
        return Ok(before);
    }
    edit.check(&mut work, &before, &fields).await?;
    if !edit.write(&mut work, &before, &fields).await? {
        work.give_up().await;
        let mut work = UnitOfWork::begin(ctx, actor).await?;
        let after = edit.find(&mut work).await?;
        work.give_up().await;
        return settled(after, &fields);
    }
    let record = edit.record(&before, &fields).with("version", version + 1);
    let record = record.with_text(undo::WAS, &undo::beyond_texts(before.fields(), &fields).unwrap_or_default());
    work.record(record.with_changes(Some(&before.fields().as_text()), &fields.as_text()));
    let after = edit.find(&mut work).await?;
    work.commit().await?;
    Ok(after)
}

/// Undoes an edit. What was accepted then is not checked again.
///
/// # Errors
/// A refusal when the role does not allow it or the thing was changed since.
pub(crate) async fn undo_edit<E: Edit>(ctx: &Ctx, actor: &Actor, edit: &E, undoing: &Undoing) -> Result<Undone> {
    permit(ctx, actor, E::PERMISSION, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = edit.find(&mut work).await?;
    undoing.check_unchanged(actor, &before.now())?;
    let fields = undoing.restored(before.fields())?;
    if !edit.write_back(&mut work, &before, &fields, undoing).await? {
        work.give_up().await;
        return Err(undoing.changed(actor, &before.now()));
    }
    let record = edit.record(&before, &fields).undoing(undoing).with("version", before.now().version + 1);
    work.record(record.with_changes(Some(&before.fields().as_text()), &fields.as_text()));
    work.commit().await?;
    Ok(undoing.done::<<E::Thing as Versioned>::Fields>())
}

/// How one thing of a kind is archived.
pub(crate) trait Archive: Lookup {
    /// Whether it is.
    fn is_archived(thing: &Self::Thing) -> bool;

    /// Archives it or takes it back when the version is still that of `before`; says whether it was.
    fn write_archived(
        &self,
        work: &mut UnitOfWork<'_>,
        before: &Self::Thing,
        archived: bool,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// What the ledger says of it, once for each subject; `verb` is `archived` or what the noun says
    /// instead, or `restored`.
    fn archive_records(&self, before: &Self::Thing, verb: &str) -> Vec<Record>;
}

/// Archives a thing, so that it is out of the lists but kept, or takes it back.
///
/// # Errors
/// [`Refusal::Conflict`] when the version is stale; a refusal when the role does not allow it or the
/// incident has the same once more.
pub(crate) async fn set_archived<E: Archive>(
    ctx: &Ctx,
    actor: &Actor,
    edit: &E,
    version: i64,
    archived: bool,
) -> Result<E::Thing> {
    permit(ctx, actor, E::PERMISSION, Object::None).await?;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = edit.find(&mut work).await?;
    let is_archived = E::is_archived(&before);
    if version != before.now().version {
        return archived_meanwhile(before, is_archived, archived);
    }
    if is_archived == archived {
        return Ok(before);
    }
    if !edit.write_archived(&mut work, &before, archived).await? {
        work.give_up().await;
        let mut work = UnitOfWork::begin(ctx, actor).await?;
        let after = edit.find(&mut work).await?;
        work.give_up().await;
        let is_archived = E::is_archived(&after);
        return archived_meanwhile(after, is_archived, archived);
    }
    record_archived(&mut work, edit, &before, archived, None);
    let after = edit.find(&mut work).await?;
    work.commit().await?;
    Ok(after)
}

type FieldsOf<E> = <<E as Lookup>::Thing as Versioned>::Fields;

fn record_archived<E: Archive>(
    work: &mut UnitOfWork<'_>,
    edit: &E,
    before: &E::Thing,
    archived: bool,
    undoing: Option<&Undoing>,
) {
    let verb = if archived { FieldsOf::<E>::ARCHIVED } else { "restored" };
    let title = FieldsOf::<E>::TITLE;
    for record in edit.archive_records(before, verb) {
        let record = undoing.into_iter().fold(record, Record::undoing).with("version", before.now().version + 1);
        work.record(record.with_text(&format!("after.{title}"), &before.fields().text(title)));
    }
}

/// Undoes that a thing was added, archived or taken back.
///
/// # Errors
/// A refusal when the role does not allow it or the thing was changed since.
pub(crate) async fn undo_archived<E: Archive>(ctx: &Ctx, actor: &Actor, edit: &E, undoing: &Undoing) -> Result<Undone> {
    permit(ctx, actor, E::PERMISSION, Object::None).await?;
    let archived = undoing.undo() != UndoKind::Archived;
    let mut work = UnitOfWork::begin(ctx, actor).await?;
    let before = edit.find(&mut work).await?;
    undoing.check_unchanged(actor, &before.now())?;
    if E::is_archived(&before) == archived || !edit.write_archived(&mut work, &before, archived).await? {
        work.give_up().await;
        return Err(undoing.changed(actor, &before.now()));
    }
    record_archived(&mut work, edit, &before, archived, Some(undoing));
    work.commit().await?;
    Ok(undoing.done::<FieldsOf<E>>())
}

/// A refusal because it was archived, taken back or changed in the meantime.
fn archived_meanwhile<T: Versioned>(thing: T, is_archived: bool, wanted: bool) -> Result<T> {
    let words = |archived| if archived { "archived" } else { "listed" }.to_owned();
    let field = ConflictField {
        field: "archived".into(),
        label: "State".into(),
        yours: words(wanted),
        theirs: words(is_archived),
    };
    Err(conflict(&thing.now(), object(thing.fields()), vec![field]))
}

/// The refusal of an edit that came too late; when both say the same, there is nothing to refuse.
fn settled<T: Versioned>(now: T, yours: &T::Fields) -> Result<T> {
    let fields = differing(yours.as_text(), now.fields().as_text());
    if fields.is_empty() { Ok(now) } else { Err(conflict(&now.now(), object(now.fields()), fields)) }
}

/// The fields whose texts differ, of two lists of the same fields.
pub(crate) fn differing(yours: Vec<FieldText>, theirs: Vec<FieldText>) -> Vec<ConflictField> {
    let pairs = yours.into_iter().zip(theirs).filter(|(yours, theirs)| yours.text != theirs.text);
    let field = |(yours, theirs): (FieldText, FieldText)| ConflictField {
        field: yours.name.into(),
        label: yours.label.into(),
        yours: yours.text,
        theirs: theirs.text,
    };
    pairs.map(field).collect()
}

/// A thing as a sentence names it: `task “Rebuild fs-log-02”`.
pub(crate) fn object<F: Noun>(fields: &F) -> String {
    let title = fields.text(F::TITLE);
    match F::NAME {
        // Its title is one of its texts.
        "narrative" => "the report texts".to_owned(),
        _ if title.trim().is_empty() => F::ONE.to_owned(),
        name => format!("{name} {}", quoted(&title)),
    }
}

/// A refusal because it was changed since it was read.
pub(crate) fn conflict(now: &Now<'_>, object: String, fields: Vec<ConflictField>) -> Error {
    Refusal::Conflict(Box::new(Conflict {
        object,
        version: now.version,
        changed_by: now.changed_by.to_owned(),
        changed_at: now.changed_at,
        fields,
    }))
    .into()
}

/// The same thing is in the incident already.
pub(crate) fn taken<F: Noun>() -> Error {
    Refusal::field(F::TITLE, "This incident has it already.").into()
}

/// A write whose row would be there twice, as a refusal of the field that says which one it is.
pub(crate) fn written<F: Noun>(result: holdfast_store::Result<bool>) -> Result<bool> {
    match result {
        Err(StoreError::Taken) => Err(taken::<F>()),
        other => Ok(other?),
    }
}
