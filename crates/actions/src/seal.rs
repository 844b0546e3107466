//! Puts bytes that could do harm into a ZIP that nothing opens by itself: AES-256, with the password
//! that everybody in the trade knows, so that neither a mail gateway nor a double click runs them.

use std::io::Write as _;

use futures::StreamExt as _;
use holdfast_domain::Refusal;
use holdfast_store::{Blobs, blob::Opened};
use tokio::sync::mpsc;
use zip::{AesMode, CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{Error, Result};

/// The password of every such archive. It keeps no secret.
pub const PASSWORD: &str = "infected";
/// From this size on a ZIP needs its 64-bit fields.
const LARGE_BYTES: u64 = u32::MAX as u64 - 1024 * 1024;

/// The ZIP, made in a file without a name; the bytes are there before the first of them leaves.
///
/// # Errors
/// A refusal when the disk is full; a failure when the bytes cannot be read.
// tidy: no actor, because it only wraps what was read for one
pub async fn seal(blobs: &Blobs, name: &str, mut opened: Opened) -> Result<Opened> {
    let (pieces, mut waiting) = mpsc::channel::<bytes::Bytes>(16);
    let (blobs, name, size) = (blobs.clone(), name.to_owned(), opened.size);
    let writing = tokio::task::spawn_blocking(move || {
        let mut archive = ZipWriter::new(std::io::BufWriter::new(blobs.scratch()?));
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(size >= LARGE_BYTES)
            .unix_permissions(0o400)
            .with_aes_encryption(AesMode::Aes256, PASSWORD);
        archive.start_file(name, options).map_err(failed)?;
        while let Some(piece) = waiting.blocking_recv() {
            archive.write_all(&piece).map_err(|error| failed(ZipError::Io(error)))?;
        }
        let file = archive.finish().map_err(failed)?;
        file.into_inner().map_err(|error| failed(ZipError::Io(error.into_error())))
    });
    let mut broken = None;
    while let Some(piece) = opened.bytes.next().await {
        match piece {
            Ok(piece) => {
                if pieces.send(piece).await.is_err() {
                    // The writer is gone, and says why.
                    break;
                }
            }
            Err(error) => {
                broken = Some(error);
                break;
            }
        }
    }
    drop(pieces);
    let written = writing.await.map_err(|error| Error::failed("sealing", error))?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    Ok(Opened::of_file(written?).await?)
}

fn failed(error: ZipError) -> Error {
    match error {
        ZipError::Io(error) if error.kind() == std::io::ErrorKind::StorageFull => Refusal::StorageFull.into(),
        error => Error::failed("sealing", error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{Cursor, Read as _};

    use holdfast_store::blob::whole;

    use super::*;

    #[tokio::test]
    async fn the_archive_opens_with_the_password_alone() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let bytes: Vec<u8> = (0..300_000_u32).map(|at| (at >> 3) as u8).collect();
        let stored = blobs.put(whole(bytes.clone()), None).await.unwrap();
        let opened = blobs.open(stored.sha256, None).await.unwrap().unwrap();
        let sealed = seal(&blobs, "EV-0001.bin", opened).await.unwrap();
        let size = sealed.size;
        let archive = sealed.bytes.map(|piece| piece.unwrap()).collect::<Vec<_>>().await.concat();
        assert_eq!(archive.len() as u64, size);
        assert!(!archive.windows(64).any(|window| window == &bytes[1_000..1_064]), "nothing lies there in clear");
        let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
        assert!(archive.by_index(0).is_err(), "not without a password");
        let mut file = archive.by_index_decrypt(0, PASSWORD.as_bytes()).unwrap();
        assert_eq!((&*file.name().unwrap(), file.size()), ("EV-0001.bin", 300_000));
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(read == bytes);
    }

    #[tokio::test]
    async fn what_changed_on_the_disk_is_not_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let stored = blobs.put(whole(&b"evidence"[..]), None).await.unwrap();
        let opened = blobs.open(stored.sha256, None).await.unwrap().unwrap();
        let other = holdfast_store::BlobHash([0; 32]);
        assert!(seal(&blobs, "EV-0001.bin", opened.checked(other)).await.is_err());
    }
}
