//! What server and worker say to each other over pipes: a request is a JSON head and the data, an
//! answer a JSON head, the PDF and the pages asked for as images; each part has its length (four bytes, big-endian) in front. A
//! length over the limit ends the conversation before anything is allocated.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use crate::{error::Limit, kind::Template};

/// Most bytes of a part that goes to the worker.
pub const INPUT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most bytes of one PDF.
pub const OUTPUT_BYTES_MAX: usize = 100 * 1024 * 1024;

/// The head of a request.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RenderRequest {
    /// What to compile.
    pub template: Template,
    /// Seconds since 1970.
    pub as_of: i64,
    /// How many of its first pages are wanted as PNG images besides.
    #[serde(default)]
    pub images: usize,
}

/// The head of an answer; the PDF follows, empty unless `Done`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenderReply {
    /// The PDF follows.
    Done {
        /// How many pages it has.
        page_count: usize,
        /// How many images follow the PDF, a part each.
        image_count: usize,
    },
    /// The template does not compile with this data.
    Template(String),
    /// The data cannot be used.
    Data(String),
    /// The render needed more than it may have.
    Limit(Limit),
}

/// Reads one part; `None` when the other side has closed the pipe between two parts.
///
/// # Errors
/// When the pipe fails or closes within the part, or the part is longer than `most`.
pub fn read_part(from: &mut impl Read, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut part = vec![0; checked_length(length, most)?];
    from.read_exact(&mut part)?;
    Ok(Some(part))
}

/// Writes one part.
///
/// # Errors
/// When the pipe fails.
pub fn write_part(to: &mut impl Write, part: &[u8]) -> io::Result<()> {
    to.write_all(&length_of(part)?)?;
    to.write_all(part)
}

/// The server's side of [`read_part`]; a closed pipe is an error here, for an answer is due.
///
/// # Errors
/// When the pipe fails or closes, or the part is longer than `most`.
pub async fn receive_part(from: &mut (impl AsyncRead + Unpin), most: usize) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    from.read_exact(&mut length).await?;
    let mut part = vec![0; checked_length(length, most)?];
    from.read_exact(&mut part).await?;
    Ok(part)
}

/// The server's side of [`write_part`].
///
/// # Errors
/// When the pipe fails.
pub async fn send_part(to: &mut (impl AsyncWrite + Unpin), part: &[u8]) -> io::Result<()> {
    to.write_all(&length_of(part)?).await?;
    to.write_all(part).await?;
    to.flush().await
}

fn length_of(part: &[u8]) -> io::Result<[u8; 4]> {
    let length = u32::try_from(part.len()).map_err(io::Error::other)?;
    Ok(length.to_be_bytes())
}

fn checked_length(length: [u8; 4], most: usize) -> io::Result<usize> {
    let length = usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)?;
    if length > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a part is longer than allowed"));
    }
    Ok(length)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parts_are_read_as_they_were_written_and_no_longer_than_allowed() {
        let mut pipe = Vec::new();
        write_part(&mut pipe, b"head").unwrap();
        write_part(&mut pipe, b"").unwrap();
        let mut from = pipe.as_slice();
        assert_eq!(read_part(&mut from, 4).unwrap().unwrap(), b"head");
        assert_eq!(read_part(&mut from, 4).unwrap().unwrap(), b"");
        assert!(read_part(&mut from, 4).unwrap().is_none());
        assert!(read_part(&mut pipe.as_slice(), 3).is_err());
    }
}
