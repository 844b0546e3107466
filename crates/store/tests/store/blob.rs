//! Blobs in a folder: whole or not at all, named by what they hold, and told when the disk is full.

use std::{fs, os::unix::fs::PermissionsExt as _};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use holdfast_store::{
    BlobHash, Blobs, Error,
    blob::{Opened, PutError, whole},
};
use holdfast_testing::{SmallDisk, files_below as files};
use sha2::{Digest as _, Sha256};

pub fn hash(bytes: &[u8]) -> BlobHash {
    BlobHash(Sha256::digest(bytes).into())
}

/// Bytes that repeat late, so that a piece in the wrong place shows.
pub fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at ^ (at >> 8) ^ (at >> 16)) as u8).collect()
}

pub fn pieces(bytes: &[u8], size: usize) -> impl futures::Stream<Item = Result<Bytes, String>> + use<> {
    let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
    stream::iter(pieces)
}

pub async fn read(opened: Opened) -> Vec<u8> {
    opened.bytes.map(|piece| piece.unwrap()).collect::<Vec<_>>().await.concat()
}

fn in_folder() -> (tempfile::TempDir, Blobs) {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
    (folder, blobs)
}

#[tokio::test]
async fn what_was_put_is_there_under_its_hash_and_can_be_read_in_parts() {
    let (folder, blobs) = in_folder();
    let sent = bytes(1_000_003);
    let stored = blobs.put(pieces(&sent, 7_001), Some(hash(&sent))).await.unwrap();
    assert_eq!((stored.sha256, stored.size), (hash(&sent), 1_000_003));
    let name = stored.sha256.to_string();
    let path = folder.path().join("blobs").join(&name[..2]).join(&name[2..4]).join(&name);
    assert_eq!(files(&folder.path().join("blobs")), std::slice::from_ref(&path));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o400);

    let opened = blobs.open(stored.sha256, None).await.unwrap().unwrap();
    assert_eq!(opened.size, 1_000_003);
    assert!(read(opened.checked(stored.sha256)).await == sent);
    for (range, expected) in [
        (0..1, &sent[..1]),
        (999_000..1_000_003, &sent[999_000..]),
        (300_000..900_000, &sent[300_000..900_000]),
        (1_000_000..2_000_000, &sent[1_000_000..]),
        (5..5, &[]),
    ] {
        let part = blobs.open(stored.sha256, Some(range)).await.unwrap().unwrap();
        assert_eq!(part.size, 1_000_003);
        assert!(read(part).await == expected);
    }
    assert!(blobs.open(hash(b"never put"), None).await.unwrap().is_none());
}

#[tokio::test]
async fn nothing_is_left_of_what_broke_off_or_was_not_what_it_said() {
    let (folder, blobs) = in_folder();
    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err("cut")]);
    assert!(matches!(blobs.put(broken, None).await, Err(PutError::Source("cut"))));
    let other = blobs.put(whole(&b"one thing"[..]), Some(hash(b"another"))).await;
    assert!(
        matches!(other, Err(PutError::Mismatch { declared, found }) if declared == hash(b"another") && found == hash(b"one thing"))
    );
    assert!(files(folder.path()).is_empty());
    assert!(blobs.open(hash(b"one thing"), None).await.unwrap().is_none());
}

#[tokio::test]
async fn an_upload_that_is_dropped_half_way_is_removed() {
    let (folder, blobs) = in_folder();
    let half = stream::iter([Ok::<_, String>(Bytes::from_static(b"half"))]).chain(stream::pending());
    let putting = tokio::spawn({
        let blobs = blobs.clone();
        async move { blobs.put(half, None).await.map(drop) }
    });
    while files(folder.path()).is_empty() {
        tokio::task::yield_now().await;
    }
    putting.abort();
    assert!(putting.await.unwrap_err().is_cancelled());
    // The writer is told by the closed channel, on its own thread.
    while !files(folder.path()).is_empty() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_start_sweeps_what_a_killed_process_left_and_nothing_else() {
    let (folder, blobs) = in_folder();
    let kept = blobs.put(whole(&b"kept"[..]), None).await.unwrap();
    fs::write(folder.path().join("blobs/tmp/1-0"), b"torn").unwrap();
    assert_eq!(blobs.sweep().unwrap(), 1);
    assert_eq!(files(folder.path()).len(), 1);
    assert!(blobs.verify(kept.sha256).await.unwrap().unwrap().is_intact);
}

#[tokio::test]
async fn the_same_bytes_at_once_are_kept_once() {
    let (folder, blobs) = in_folder();
    let sent = bytes(300_000);
    let put = || blobs.put(pieces(&sent, 10_000), None);
    let (a, b, c, d) = tokio::join!(put(), put(), put(), put());
    for stored in [a, b, c, d] {
        assert_eq!(stored.unwrap().sha256, hash(&sent));
    }
    assert_eq!(files(folder.path()).len(), 1);
    let empty = blobs.put(pieces(&[], 1), None).await.unwrap();
    assert_eq!((empty.sha256, empty.size), (hash(b""), 0));
}

#[tokio::test]
async fn a_changed_byte_is_found() {
    let (folder, blobs) = in_folder();
    let stored = blobs.put(whole(bytes(70_000)), None).await.unwrap();
    let path = files(folder.path()).remove(0);
    let mut changed = bytes(70_000);
    changed[69_999] ^= 1;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, &changed).unwrap();
    let verified = blobs.verify(stored.sha256).await.unwrap().unwrap();
    assert!(!verified.is_intact);
    assert_eq!((verified.found, verified.size), (hash(&changed), 70_000));
    let opened = blobs.open(stored.sha256, None).await.unwrap().unwrap().checked(stored.sha256);
    let pieces: Vec<_> = opened.bytes.collect().await;
    assert!(pieces.last().unwrap().is_err(), "whoever reads it does not get to its end");
    assert!(pieces.iter().flatten().map(Bytes::len).sum::<usize>() < 70_000);
    assert_eq!(blobs.verify(hash(b"never put")).await.unwrap(), None);
    // Nor does whoever reads one that was emptied.
    fs::write(&path, b"").unwrap();
    let opened = blobs.open(stored.sha256, None).await.unwrap().unwrap().checked(stored.sha256);
    let read: Vec<_> = opened.bytes.collect().await;
    assert_eq!(read.iter().map(Result::is_err).collect::<Vec<_>>(), [true]);
    // The same upload heals it, and one that was changed without becoming shorter.
    for damaged in [Vec::new(), changed] {
        fs::write(&path, damaged).unwrap();
        blobs.put(whole(bytes(70_000)), None).await.unwrap();
        assert!(blobs.verify(stored.sha256).await.unwrap().unwrap().is_intact);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
    let nothing = blobs.put(whole(Vec::new()), None).await.unwrap();
    let opened = blobs.open(nothing.sha256, None).await.unwrap().unwrap().checked(nothing.sha256);
    assert!(opened.bytes.collect::<Vec<_>>().await.is_empty());
}

#[tokio::test]
async fn a_file_that_was_cut_short_is_healed_by_the_same_upload() {
    let (folder, blobs) = in_folder();
    let stored = blobs.put(whole(bytes(70_000)), None).await.unwrap();
    let path = files(folder.path()).remove(0);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, b"short").unwrap();
    blobs.put(whole(bytes(70_000)), None).await.unwrap();
    assert!(blobs.verify(stored.sha256).await.unwrap().unwrap().is_intact);
}

#[tokio::test]
async fn a_blob_goes_only_when_nothing_names_it_and_not_while_one_is_stored() {
    let (_folder, blobs) = in_folder();
    let stored = blobs.put(whole(&b"evidence"[..]), None).await.unwrap();
    let name = stored.sha256;
    let deleting = tokio::spawn({
        let blobs = blobs.clone();
        async move { blobs.delete(name, async { Ok::<_, Error>(false) }).await }
    });
    tokio::task::yield_now().await;
    assert!(!deleting.is_finished(), "a blob whose row is not written yet cannot be deleted");
    assert!(blobs.open(name, None).await.unwrap().is_some());
    drop(stored);
    assert!(deleting.await.unwrap().unwrap());
    assert!(blobs.open(name, None).await.unwrap().is_none());

    let again = blobs.put(whole(&b"evidence"[..]), None).await.unwrap();
    drop(again);
    assert!(!blobs.delete(name, async { Ok::<_, Error>(true) }).await.unwrap());
    assert!(blobs.open(name, None).await.unwrap().is_some());
}

#[tokio::test]
async fn a_full_disk_says_so_leaves_nothing_and_takes_more_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_disk) = SmallDisk::mount(folder.path(), "8m") else { return };
    let blobs = Blobs::in_folder(&folder.path().join("blobs")).unwrap();
    let small = blobs.put(pieces(&bytes(4_000_000), 65_536), None).await.unwrap().sha256;
    let full = blobs.put(pieces(&bytes(6_000_000), 65_536), None).await;
    assert!(matches!(full, Err(PutError::Store(Error::Full))), "{full:?}");
    assert_eq!(files(folder.path()).len(), 1, "nothing is left of it");
    assert!(blobs.verify(small).await.unwrap().unwrap().is_intact, "reads go on");
    assert!(blobs.delete(small, async { Ok::<_, Error>(false) }).await.unwrap());
    let stored = blobs.put(pieces(&bytes(6_000_000), 65_536), None).await.unwrap();
    assert!(blobs.verify(stored.sha256).await.unwrap().unwrap().is_intact);
}
