//! Forms that carry a file, as browsers send them: fields first, then the bytes, which go to the blobs
//! as they come.

use std::{
    sync::{Arc, Mutex},
    task::Poll,
};

use axum::{
    body::{Body, Bytes},
    extract::{
        DefaultBodyLimit, FromRequest as _, Multipart, Request,
        multipart::{Field, MultipartError},
    },
};
use futures::{Stream, StreamExt as _, stream};
use holdfast_actions::storage::{BlobHash, Stored};
use holdfast_domain::{PersonId, Refusal};
use http::StatusCode;
use tokio::time::timeout;

use crate::{
    body,
    problem::Problem,
    state::Server,
    upload::{DRAIN_BYTES_MAX, DRAIN_TIME_MAX, Incoming, incoming, slot, worded},
};

/// Fields beside the file, all together.
const FIELDS_BYTES_MAX: usize = 1024 * 1024;
const FIELDS_MAX: usize = 200;

/// A form with a file.
#[derive(Debug, Default)]
pub struct UploadForm {
    /// Its fields, in the order sent.
    pub values: Vec<(String, String)>,
    /// The file; `None` when none was chosen.
    pub file: Option<SentFile>,
}

/// The file of a form.
#[derive(Debug)]
pub struct SentFile {
    /// The name it had where it came from, without its folders.
    pub name: String,
    /// Its bytes.
    pub stored: Stored,
}

/// Takes somebody's form of fields and one file, named `file`. A field `sha256` before it must be its hash.
///
/// # Errors
/// As [`crate::upload::raw`], and when the form cannot be read; with the fields read until then.
pub async fn read(
    server: &Server,
    sender: PersonId,
    request: Request,
) -> Result<UploadForm, (Vec<(String, String)>, Problem)> {
    let mut sent = UploadForm::default();
    let taken = async {
        let _slot = slot(&server.uploads, sender)?;
        let mut reader = FormReader::open(server, request).await?;
        let taken = reader.take(server, &mut sent).await;
        if taken.is_err() {
            // What is not drained in time is cut.
            let _ = timeout(DRAIN_TIME_MAX, reader.drain()).await;
        }
        taken
    };
    match taken.await {
        Ok(()) => Ok(sent),
        Err(problem) => Err((sent.values, problem)),
    }
}

/// A form whose files are small enough to be held in memory.
#[derive(Debug, Default)]
pub struct Small {
    /// Its fields, in the order sent.
    pub values: Vec<(String, String)>,
    /// The files of the field `file`: name and bytes. Fields without a chosen file are left out.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What the files of a form may be at most, since they are held in memory.
#[derive(Clone, Copy, Debug)]
pub struct SmallMax {
    /// How many.
    pub files: usize,
    /// Bytes of each.
    pub bytes_each: usize,
    /// Bytes of all together.
    pub bytes_in_all: usize,
}

/// Takes a form of fields and few, small files. The caller has taken a slot for them.
///
/// # Errors
/// When it is too large, too slow, breaks off or cannot be read; with the fields read until then.
pub async fn read_small(
    server: &Server,
    request: Request,
    max: SmallMax,
) -> Result<Small, (Vec<(String, String)>, Problem)> {
    let mut small = Small::default();
    let taken = async {
        let mut reader = FormReader::open(server, request).await?;
        let taken = reader.take_small(&mut small, max).await;
        if taken.is_err() {
            let _ = timeout(DRAIN_TIME_MAX, reader.drain()).await;
        }
        taken
    };
    match taken.await {
        Ok(()) => Ok(small),
        Err(problem) => Err((small.values, problem)),
    }
}

/// Why the body stopped, which the reader of forms would word in its own way.
#[derive(Clone, Default)]
struct Stopped(Arc<Mutex<Option<Problem>>>);

impl Stopped {
    fn note(&self, problem: Problem) -> std::io::Error {
        if let Ok(mut stopped) = self.0.lock() {
            *stopped = Some(problem);
        }
        std::io::Error::other("stopped")
    }

    fn problem(&self, error: &MultipartError) -> Problem {
        let stopped = self.0.lock().ok().and_then(|mut stopped| stopped.take());
        stopped.unwrap_or_else(|| Problem::unreadable(format!("The form cannot be read: {}.", error.body_text())))
    }
}

/// Takes a field, where it can be kept.
fn keep(values: &mut Vec<(String, String)>, name: String, text: String) -> Result<(), Problem> {
    if name.contains('\0') || text.contains('\0') {
        return Err(body::zero());
    }
    if name == "file" && !text.is_empty() {
        // It came without a name that can be read: taken for a text, its bytes would be lost.
        let words = "The name of this file cannot be read. Give it another one and send it again.";
        return Err(Refusal::field("file", words).into());
    }
    if values.len() >= FIELDS_MAX {
        return Err(Refusal::TooLarge(format!("{FIELDS_MAX} fields")).into());
    }
    values.push((name, text));
    Ok(())
}

struct FormReader {
    form: Multipart,
    stopped: Stopped,
}

impl FormReader {
    async fn open(server: &Server, request: Request) -> Result<Self, Problem> {
        let (head, body) = request.into_parts();
        let stopped = Stopped::default();
        let noting = stopped.clone();
        let bytes = one_at_a_time(incoming(server.web.upload_max, &head.headers, body)?);
        let bytes = bytes.map(move |piece| piece.map_err(|problem| noting.note(problem)));
        let mut request = Request::from_parts(head, Body::from_stream(bytes));
        // `incoming` is the limit.
        DefaultBodyLimit::disable().apply(&mut request);
        let form = Multipart::from_request(request, &()).await.map_err(|_| {
            let title = "Send a form with a file as multipart/form-data.";
            Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", title)
        })?;
        Ok(Self { form, stopped })
    }

    async fn take(&mut self, server: &Server, sent: &mut UploadForm) -> Result<(), Problem> {
        let stopped = &self.stopped;
        let mut left = FIELDS_BYTES_MAX;
        while let Some(field) = self.form.next_field().await.map_err(|error| stopped.problem(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            if field.file_name().is_some() {
                if name != "file" || sent.file.is_some() {
                    return Err(Refusal::field("file", "Send one file, in the field “file”.").into());
                }
                sent.file = file_of(server, field, declared(&sent.values)?, stopped).await?;
                continue;
            }
            let text = text_of(field, left, stopped).await?;
            left -= text.len();
            keep(&mut sent.values, name, text)?;
        }
        Ok(())
    }

    async fn take_small(&mut self, small: &mut Small, max: SmallMax) -> Result<(), Problem> {
        let stopped = &self.stopped;
        let (mut left, mut room) = (FIELDS_BYTES_MAX, max.bytes_in_all);
        while let Some(mut field) = self.form.next_field().await.map_err(|error| stopped.problem(&error))? {
            let name = field.name().unwrap_or_default().to_owned();
            let Some(file) = field.file_name().map(base_name) else {
                let text = text_of(field, left, stopped).await?;
                left -= text.len();
                keep(&mut small.values, name, text)?;
                continue;
            };
            let mut bytes = Vec::new();
            while let Some(piece) = field.chunk().await.map_err(|error| stopped.problem(&error))? {
                bytes.extend_from_slice(&piece);
                if bytes.len() > max.bytes_each {
                    return Err(Refusal::TooLarge(format!("{} MiB for each file", max.bytes_each >> 20)).into());
                }
                if bytes.len() > room {
                    return Err(Refusal::TooLarge(format!("{} MiB for all files", max.bytes_in_all >> 20)).into());
                }
            }
            if bytes.is_empty() && file.is_empty() {
                continue;
            }
            if small.files.len() >= max.files {
                return Err(Refusal::TooLarge(format!("{} files at once", max.files)).into());
            }
            room -= bytes.len();
            small.files.push((file, bytes));
        }
        Ok(())
    }

    /// Reads on for a while, so that a client that reads only at the end sees the answer.
    async fn drain(&mut self) {
        let mut count = 0;
        while let Ok(Some(mut field)) = self.form.next_field().await {
            while let Ok(Some(piece)) = field.chunk().await {
                count += piece.len();
                if count > DRAIN_BYTES_MAX {
                    return;
                }
            }
        }
    }
}

/// The same pieces, but never two in one go: the reader of forms would gather all that it can get
/// before it hands any on, and a fast client has gigabytes.
fn one_at_a_time(mut bytes: Incoming) -> impl Stream<Item = Result<Bytes, Problem>> + Send {
    let mut gave = false;
    stream::poll_fn(move |context| {
        if gave {
            gave = false;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = bytes.poll_next_unpin(context);
        gave = piece.is_ready();
        piece
    })
}

async fn file_of(
    server: &Server,
    mut field: Field<'_>,
    declared: Option<BlobHash>,
    stopped: &Stopped,
) -> Result<Option<SentFile>, Problem> {
    let name = field.file_name().map(base_name).unwrap_or_default();
    let problem = |error: MultipartError| stopped.problem(&error);
    let mut first = field.chunk().await.map_err(problem)?;
    while first.as_ref().is_some_and(Bytes::is_empty) {
        first = field.chunk().await.map_err(problem)?;
    }
    if first.is_none() && name.is_empty() {
        // So a browser says that no file was chosen.
        return Ok(None);
    }
    let rest = field.map(|piece| piece.map_err(problem));
    let pieces = stream::iter(first.map(Ok)).chain(rest);
    let stored = server.ctx.blobs().put(pieces, declared).await.map_err(worded)?;
    Ok(Some(SentFile { name, stored }))
}

async fn text_of(mut field: Field<'_>, left: usize, stopped: &Stopped) -> Result<String, Problem> {
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| stopped.problem(&error))? {
        text.extend_from_slice(&piece);
        if text.len() > left {
            return Err(Refusal::TooLarge(format!("{} KiB of fields", FIELDS_BYTES_MAX / 1024)).into());
        }
    }
    String::from_utf8(text).map_err(|_| Problem::unreadable("The form is not UTF-8."))
}

fn declared(values: &[(String, String)]) -> Result<Option<BlobHash>, Problem> {
    let text = values.iter().find(|(name, _)| name == "sha256").map_or("", |(_, text)| text.trim());
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = |_| Refusal::field("sha256", "Write the SHA-256 as 64 hex digits, or leave it empty.").into();
    text.parse().map(Some).map_err(wrong)
}

/// The last part of a name that may have folders, as some browsers and scripts send it. It is only
/// ever shown: nothing on the disk is called so.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(255).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_lose_their_folders_and_what_steers_a_terminal() {
        for (sent, kept) in [
            ("a.exe", "a.exe"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\b.dd", "b.dd"),
            ("a\r\nb\0.bin", "ab.bin"),
            ("", ""),
            ("..", ".."),
        ] {
            assert_eq!(base_name(sent), kept);
        }
        assert_eq!(base_name(&"x".repeat(4096)).len(), 255);
    }

    #[tokio::test]
    async fn no_two_pieces_come_in_one_go() {
        let all = stream::iter((0..5).map(|_| Ok(Bytes::from_static(b"x")))).boxed();
        let mut bytes = Box::pin(one_at_a_time(all));
        let mut runs = Vec::new();
        loop {
            match futures::poll!(bytes.next()) {
                Poll::Ready(None) => break,
                polled => runs.push(polled.is_ready()),
            }
        }
        assert!(runs.windows(2).all(|pair| pair != [true, true]), "{runs:?}");
        assert_eq!(runs.iter().filter(|is_ready| **is_ready).count(), 5);
    }
}
