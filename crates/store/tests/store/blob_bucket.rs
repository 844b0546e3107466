//! Blobs in an S3-compatible store: whatever answers at `HOLDFAST_TEST_S3`, where xtask starts moto.

use holdfast_store::{
    Blobs, Error,
    blob::{BucketSettings, PutError, whole},
};

use super::blob::{bytes, hash, pieces, read};

/// A store with a bucket `evidence`, which xtask made; `None` where there is no store.
fn in_bucket(prefix: &str, folder: &std::path::Path) -> Option<Blobs> {
    let endpoint = holdfast_testing::named("HOLDFAST_TEST_S3")?;
    let settings = BucketSettings {
        url: format!("s3://evidence/{prefix}"),
        endpoint: Some(endpoint),
        region: None,
        access_key_id: "test".into(),
        secret: "test".into(),
    };
    Some(Blobs::in_bucket(&settings, folder).unwrap())
}

#[tokio::test]
async fn small_and_large_blobs_come_back_as_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let Some(blobs) = in_bucket("sizes", folder.path()) else { return };
    for count in [0, 1, 70_000, 8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 20_000_001] {
        let sent = bytes(count);
        let stored = blobs.put(pieces(&sent, 65_536), Some(hash(&sent))).await.unwrap();
        assert_eq!((stored.sha256, stored.size), (hash(&sent), count as u64));
        assert!(read(blobs.open(stored.sha256, None).await.unwrap().unwrap()).await == sent, "{count}");
        assert!(blobs.verify(stored.sha256).await.unwrap().unwrap().is_intact);
        let again = blobs.put(pieces(&sent, 65_536), None).await.unwrap();
        assert_eq!(again.sha256, stored.sha256, "putting it again changes nothing");
    }
    let part = blobs.open(hash(&bytes(70_000)), Some(100..200)).await.unwrap().unwrap();
    assert_eq!(part.size, 70_000);
    assert!(read(part).await == bytes(70_000)[100..200]);
    assert_eq!(std::fs::read_dir(folder.path().join("tmp")).unwrap().count(), 0, "the spool is empty");
}

#[tokio::test]
async fn what_is_not_what_it_said_never_reaches_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let Some(blobs) = in_bucket("mismatch", folder.path()) else { return };
    let refused = blobs.put(whole(&b"one thing"[..]), Some(hash(b"another"))).await;
    assert!(matches!(refused, Err(PutError::Mismatch { .. })));
    assert!(blobs.open(hash(b"one thing"), None).await.unwrap().is_none());
}

#[tokio::test]
async fn two_replicas_that_store_the_same_bytes_both_succeed() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (Some(one), Some(two)) = (in_bucket("replicas", one.path()), in_bucket("replicas", two.path())) else { return };
    let sent = bytes(500_000);
    let (first, second) = tokio::join!(one.put(pieces(&sent, 65_536), None), two.put(pieces(&sent, 65_536), None));
    assert_eq!(first.unwrap().sha256, second.unwrap().sha256);
    assert!(two.verify(hash(&sent)).await.unwrap().unwrap().is_intact);
}

#[tokio::test]
async fn a_deleted_blob_is_gone_from_the_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let Some(blobs) = in_bucket("deleted", folder.path()) else { return };
    let stored = blobs.put(whole(&b"evidence"[..]), None).await.unwrap().sha256;
    assert!(blobs.delete(stored, async { Ok::<_, Error>(false) }).await.unwrap());
    assert!(blobs.open(stored, None).await.unwrap().is_none());
    assert!(blobs.verify(stored).await.unwrap().is_none());
}
