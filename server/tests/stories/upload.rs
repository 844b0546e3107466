//! How bodies that are never whole in memory are taken: at their hash, their size, their end.

use axum::{
    body::{Body, Bytes},
    extract::Request,
};
use futures::{StreamExt as _, stream};
use holdfast_domain::{PersonId, Refusal};
use holdfast_server::{problem::Problem, upload, upload_form};
use holdfast_testing::{SmallDisk, files_below};
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

use crate::world::{UPLOAD_MAX, World, story};

const SENDER: PersonId = PersonId(uuid::Uuid::nil());

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at ^ (at >> 8)) as u8).collect()
}

fn body(bytes: &[u8]) -> Body {
    let pieces: Vec<_> =
        bytes.chunks(10_000).map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece))).collect();
    Body::from_stream(stream::iter(pieces))
}

/// A form as a browser sends it: fields, then the file.
fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Request {
    let mut sent = Vec::new();
    for (name, value) in fields {
        sent.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    if let Some((name, bytes)) = file {
        let head = format!("--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
        sent.extend(head.bytes().chain(*b"Content-Type: text/html\r\n\r\n"));
        sent.extend(bytes);
        sent.extend(b"\r\n");
    }
    sent.extend(b"--b--\r\n");
    Request::builder().header("content-type", "multipart/form-data; boundary=b").body(body(&sent)).unwrap()
}

fn status(problem: &Problem) -> u16 {
    problem.status().as_u16()
}

fn kept(world: &World) -> usize {
    files_below(&world.folder.path().join("blobs")).len()
}

#[story]
async fn a_raw_body_is_kept_under_its_hash(world: World) {
    let sent = bytes(2_500_000);
    let mut headers = HeaderMap::new();
    let stored = upload::raw(&world.server, SENDER, &headers, body(&sent)).await.unwrap();
    assert_eq!((stored.size, stored.sha256.0), (2_500_000, Sha256::digest(&sent).into()));
    headers.insert("content-digest", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:".parse().unwrap());
    let other = upload::raw(&world.server, SENDER, &headers, body(b"not nothing")).await.unwrap_err();
    assert_eq!(status(&other), 422);
    assert!(upload::raw(&world.server, SENDER, &headers, Body::empty()).await.is_ok());
    assert_eq!(kept(&world), 2);
}

#[story]
async fn a_body_that_is_too_large_or_breaks_off_leaves_nothing(world: World) {
    let max = usize::try_from(UPLOAD_MAX).unwrap();
    let mut headers = HeaderMap::new();
    let large = upload::raw(&world.server, SENDER, &headers, body(&bytes(max + 1))).await.unwrap_err();
    assert_eq!(status(&large), 413);
    let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err(std::io::Error::other("cut"))]);
    let broken = upload::raw(&world.server, SENDER, &headers, Body::from_stream(broken)).await.unwrap_err();
    assert_eq!(status(&broken), 400);
    // A length that is too large is refused before anything is read.
    headers.insert(header::CONTENT_LENGTH, (max + 1).into());
    let unread = Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
    assert_eq!(status(&upload::raw(&world.server, SENDER, &headers, unread).await.unwrap_err()), 413);
    assert_eq!(kept(&world), 0);
    let whole = upload::raw(&world.server, SENDER, &HeaderMap::new(), body(&bytes(max))).await.unwrap();
    assert_eq!(whole.size, UPLOAD_MAX);
}

#[story]
async fn a_form_gives_its_fields_and_its_file_and_keeps_the_fields_when_it_is_refused(world: World) {
    let sent = bytes(700_000);
    let hash = hex::encode(Sha256::digest(&sent));
    let fields = [("title", "Disk of the file server"), ("sha256", hash.as_str())];
    let read = upload_form::read(&world.server, SENDER, form(&fields, Some(("../../evil.html", &sent)))).await.unwrap();
    assert_eq!(read.values, fields.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let file = read.file.unwrap();
    assert_eq!((file.name.as_str(), file.stored.size), ("evil.html", 700_000));
    drop(file.stored);

    let none = upload_form::read(&world.server, SENDER, form(&fields, Some(("", b"")))).await.unwrap();
    assert!(none.file.is_none(), "no file was chosen");

    let before = kept(&world);
    let wrong = [("title", "Kept"), ("sha256", &*"0".repeat(64))];
    let (values, problem) =
        upload_form::read(&world.server, SENDER, form(&wrong, Some(("a", &sent)))).await.unwrap_err();
    assert_eq!((values[0].1.as_str(), status(&problem)), ("Kept", 422));
    let unreadable = [("sha256", "abc")];
    let (_, problem) =
        upload_form::read(&world.server, SENDER, form(&unreadable, Some(("a", &sent)))).await.unwrap_err();
    assert_eq!(status(&problem), 422);
    let large = bytes(usize::try_from(UPLOAD_MAX).unwrap());
    let (values, problem) =
        upload_form::read(&world.server, SENDER, form(&fields, Some(("a", &large)))).await.unwrap_err();
    assert_eq!((values.len(), status(&problem)), (2, 413));
    assert_eq!(kept(&world), before);
}

#[story]
async fn one_person_leaves_slots_for_uploads_and_imports_of_others(world: World) {
    let (server, other) = (&world.server, PersonId(uuid::Uuid::from_u128(1)));
    for (slots, each, in_all) in [(&server.uploads, 8, 64), (&server.imports, 2, 4)] {
        let own: Vec<_> = (0..each).map(|_| upload::slot(slots, SENDER).unwrap()).collect();
        let more = upload::slot(slots, SENDER).unwrap_err();
        assert_eq!(more.refusal(), Some(&Refusal::Throttled { retry_after_s: 10 }));
        drop(upload::slot(slots, other).unwrap());
        let people = (2..).map(|number| PersonId(uuid::Uuid::from_u128(number)));
        let others: Vec<_> = people.take(in_all - each).map(|person| upload::slot(slots, person).unwrap()).collect();
        let full = upload::slot(slots, other).unwrap_err();
        assert_eq!(full.refusal(), Some(&Refusal::Busy { retry_after_s: 10 }));
        drop((own, others));
    }
    // An upload has its slot until it ends, however it ends.
    let headers = HeaderMap::new();
    let never = || Body::from_stream(stream::pending::<std::io::Result<Bytes>>());
    let mut stuck: Vec<_> = (0..8).map(|_| Box::pin(upload::raw(server, SENDER, &headers, never()))).collect();
    for one in &mut stuck {
        assert!(futures::poll!(one).is_pending());
    }
    assert_eq!(status(&upload::raw(server, SENDER, &headers, body(b"x")).await.unwrap_err()), 429);
    let (_, problem) = upload_form::read(server, SENDER, form(&[], Some(("a", b"x")))).await.unwrap_err();
    assert_eq!(status(&problem), 429);
    assert!(upload::raw(server, other, &headers, body(b"x")).await.is_ok());
    drop(stuck);
    assert!(upload::raw(server, SENDER, &headers, body(b"x")).await.is_ok());
}

#[story]
async fn what_is_no_form_is_refused(world: World) {
    let plain = Request::builder().header("content-type", "text/plain").body(Body::from("x")).unwrap();
    let (_, problem) = upload_form::read(&world.server, SENDER, plain).await.unwrap_err();
    assert_eq!(status(&problem), 415);
    let (_, problem) = upload_form::read(&world.server, SENDER, form(&[("a", "b\0")], None)).await.unwrap_err();
    assert_eq!(status(&problem), 400);
    let (_, problem) =
        upload_form::read(&world.server, SENDER, form(&[("a", &"x".repeat(2_000_000))], None)).await.unwrap_err();
    assert_eq!(status(&problem), 413);
    let torn = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nhalf";
    let torn = Request::builder().header("content-type", "multipart/form-data; boundary=b").body(Body::from(torn));
    let (_, problem) = upload_form::read(&world.server, SENDER, torn.unwrap()).await.unwrap_err();
    assert_eq!(status(&problem), 400);
    assert_eq!(kept(&world), 0);
}

#[story]
async fn a_download_is_saved_never_shown_and_ends_early_when_it_changed(world: World) {
    let stored = upload::raw(&world.server, SENDER, &HeaderMap::new(), body(&bytes(500_000))).await.unwrap();
    let open = async || world.ctx.blobs().open(stored.sha256, None).await.unwrap().unwrap();
    let file = holdfast_server::download::file("application/octet-stream", "EV-0001.bin", open().await);
    let header = |name: &str| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-disposition"), "attachment; filename=\"EV-0001.bin\"");
    assert_eq!((header("content-length"), header("cache-control")), ("500000".into(), "no-store".into()));
    let pieces: Vec<_> = file.into_body().into_data_stream().map(|piece| piece.unwrap()).collect().await;
    assert!(pieces.concat() == bytes(500_000));
    let other = holdfast_store::BlobHash([0; 32]);
    let cut = holdfast_server::download::file("application/zip", "a", open().await.checked(other));
    let pieces: Vec<_> = cut.into_body().into_data_stream().collect().await;
    assert!(pieces.last().unwrap().is_err());
}

#[story]
async fn a_full_disk_is_told_leaves_nothing_and_is_got_over(world: World) {
    let folder = world.folder.path().join("blobs");
    let Some(_disk) = SmallDisk::mount(&folder, "4m") else { return };
    std::fs::create_dir(folder.join("tmp")).unwrap();
    let headers = HeaderMap::new();
    let first = upload::raw(&world.server, SENDER, &headers, body(&bytes(2_500_000))).await.unwrap().sha256;
    let other: Vec<u8> = bytes(2_600_000).into_iter().rev().collect();
    let full = upload::raw(&world.server, SENDER, &headers, body(&other)).await.unwrap_err();
    assert_eq!(status(&full), 507);
    let (values, full) =
        upload_form::read(&world.server, SENDER, form(&[("title", "Kept")], Some(("a", &other)))).await.unwrap_err();
    assert_eq!((values[0].1.as_str(), status(&full)), ("Kept", 507));
    assert_eq!(kept(&world), 1);
    assert!(world.ctx.blobs().verify(first).await.unwrap().unwrap().is_intact);
    assert!(world.ctx.blobs().delete(first, async { Ok::<_, holdfast_store::Error>(false) }).await.unwrap());
    assert!(upload::raw(&world.server, SENDER, &headers, body(&other)).await.is_ok());
}
