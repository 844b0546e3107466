//! Notes, keys, checkpoints and proof files against published vectors, and against junk.

use holdfast_ledger::*;
use proptest::prelude::*;

const WORKED: &str = include_str!("../../testdata/checkpoint");
const LOG: &str = "evidence.example/log+96237833+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
const WITNESS: &str = "witness.example/w1+20324abe+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X";

fn key(vkey: &str) -> VerifyingKey {
    vkey.parse().unwrap()
}

fn seed(from: u8) -> [u8; 32] {
    std::array::from_fn(|at| from + at as u8)
}

fn log_key() -> SigningKey {
    SigningKey::from_seed("evidence.example/log", &seed(0)).unwrap()
}

fn witness_key() -> SigningKey {
    SigningKey::from_seed("witness.example/w1", &seed(0x20)).unwrap()
}

#[test]
fn the_worked_checkpoint_is_written_to_the_byte() {
    assert_eq!(log_key().verifying_key(SignatureKind::Note).to_string(), LOG);
    assert_eq!(witness_key().verifying_key(SignatureKind::Cosignature).to_string(), WITNESS);
    let root = root_of((0..5).map(|seq| leaf_hash(format!("{{\"seq\":{seq}}}").as_bytes())));
    let checkpoint = Checkpoint { origin: "evidence.example/log".into(), size: 5, root };
    let mut note = checkpoint.sign(&log_key()).unwrap();
    note.push(witness_key().cosign(note.text(), 1_790_000_000));
    assert_eq!(note.to_string(), WORKED);
}

#[test]
fn the_worked_checkpoint_is_believed_with_its_keys_only() {
    let note = Note::parse(WORKED.as_bytes()).unwrap();
    assert_eq!(note.to_string(), WORKED);
    let (checkpoint, signed) = Checkpoint::open(&note, &key(LOG), &[key(WITNESS)]).unwrap();
    assert_eq!(checkpoint.size, 5);
    assert_eq!(signed.len(), 2);
    assert_eq!((signed[0].unix_s, signed[1].unix_s), (None, Some(1_790_000_000)));
    assert_eq!(note.verify(&[]), Err(NoteError::Unsigned));
    // A witness alone does not make a checkpoint.
    assert!(note.verify(&[key(WITNESS)]).is_ok());
    let other = SigningKey::from_seed("evidence.example/log", &seed(7)).unwrap();
    let other = other.verifying_key(SignatureKind::Note);
    let refused = Checkpoint::open(&note, &other, &[key(WITNESS)]);
    assert_eq!(refused, Err(CheckpointError::Note(NoteError::Unsigned)));
}

#[test]
fn the_standards_own_vector_verifies() {
    let vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let note = Note::parse(note.as_bytes()).unwrap();
    assert_eq!(note.text(), "This is an example message.\n");
    assert_eq!(note.verify(&[key(vkey)]).unwrap()[0].name, "example.com/foo");
    assert_eq!(key(vkey).to_string(), vkey);
}

#[test]
fn a_known_key_with_a_bad_signature_spoils_the_note() {
    let mut note = Note::parse(WORKED.as_bytes()).unwrap();
    let mut bad = note.signatures()[0].clone();
    bad.bytes[10] ^= 1;
    note.push(bad);
    let refused = NoteError::BadSignature("evidence.example/log".into());
    assert_eq!(note.verify(&[key(LOG)]), Err(refused));
    assert!(note.verify(&[key(WITNESS)]).is_ok());

    let mut late = Note::sign("text\n", &log_key()).unwrap();
    let mut cosignature = witness_key().cosign("text\n", 1);
    cosignature.bytes[7] = 2;
    late.push(cosignature);
    let refused = NoteError::BadSignature("witness.example/w1".into());
    assert_eq!(late.verify(&[key(LOG), key(WITNESS)]), Err(refused));
}

#[test]
fn lines_of_unknown_keys_and_types_are_passed_over() {
    let mut note = Note::sign("text\n", &log_key()).unwrap();
    for kind in 0..40_u8 {
        let bytes = vec![kind; usize::from(kind) * 90 + 1];
        note.push(Signature { name: format!("other.example/{kind}"), id: KeyId([kind; 4]), bytes });
    }
    // Same name with another id, and the other way round, are strangers too.
    note.push(Signature { name: "evidence.example/log".into(), id: KeyId([0; 4]), bytes: vec![1] });
    note.push(Signature { name: "a".into(), id: key(LOG).id(), bytes: vec![1] });
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read, note);
    assert_eq!(read.verify(&[key(LOG)]).unwrap().len(), 1);
    for _ in 0..60 {
        note.push(note.signatures()[0].clone());
    }
    assert_eq!(Note::parse(note.to_string().as_bytes()), Err(NoteError::TooLarge));
}

#[test]
fn the_text_ends_at_the_last_blank_line() {
    let text = "one\n\n— not a signature line\n\ntwo\n";
    let note = Note::sign(text, &log_key()).unwrap();
    let read = Note::parse(note.to_string().as_bytes()).unwrap();
    assert_eq!(read.text(), text);
    assert!(read.verify(&[key(LOG)]).is_ok());
}

#[test]
fn malformed_notes_are_refused_with_the_reason() {
    let line = WORKED.lines().nth(4).unwrap();
    for (note, error) in [
        (format!("text\n{line}\n"), NoteError::Layout),
        (format!("text\n\n{line}"), NoteError::Layout),
        ("text\n\n".to_owned(), NoteError::Layout),
        (format!("te\txt\n\n{line}\n"), NoteError::Text),
        (format!("text\r\n\n{line}\n"), NoteError::Text),
        ("text\n\n- name AAAAAAA=\n".to_owned(), NoteError::Line(1)),
        ("text\n\n— na+me AAAAAAA=\n".to_owned(), NoteError::Line(1)),
        ("text\n\n—  AAAAAAA=\n".to_owned(), NoteError::Line(1)),
        ("text\n\n— name AAAAAA==\n".to_owned(), NoteError::Line(1)),
        ("text\n\n— name AAAAAAA\n".to_owned(), NoteError::Line(1)),
        (format!("text\n\n{line}\n— name AAAA AAA=\n"), NoteError::Line(2)),
    ] {
        assert_eq!(Note::parse(note.as_bytes()), Err(error), "{note:?}");
    }
    assert_eq!(Note::parse(b"te\xffxt\n\n"), Err(NoteError::Text));
    assert_eq!(Note::parse(&[b'\n'; (1 << 20) + 1]), Err(NoteError::TooLarge));
    assert_eq!(Note::sign("no line feed", &log_key()), Err(NoteError::Layout));
    assert_eq!(Note::sign("bell\u{7}\n", &log_key()), Err(NoteError::Text));
}

#[test]
fn a_checkpoint_has_one_spelling_and_its_own_origin() {
    let root = "FH3Ed0eaO2miSx/2Abb8YoT98V/VCr/rDPcOqONyLB0=";
    assert!(Checkpoint::parse(&format!("log\n0\n{root}\n")).is_ok());
    assert!(Checkpoint::parse(&format!("log\n5\n{root}\nextension\n")).is_ok());
    for text in [
        format!("log\n05\n{root}\n"),
        format!("log\n+5\n{root}\n"),
        format!("log\n\n{root}\n"),
        format!("log\n18446744073709551616\n{root}\n"),
        format!("log\n5\n{root}"),
        format!("log\n5\n{root}\n\n"),
        format!("\n5\n{root}\n"),
        format!("a log\n5\n{root}\n"),
        "log\n5\nFH3Ed0eaO2miSx/2Abb8YoT98V/VCr/rDPcOqONyLB0\n".to_owned(),
        // The same 32 bytes with stray bits in the last digit.
        "log\n5\nFH3Ed0eaO2miSx/2Abb8YoT98V/VCr/rDPcOqONyLB1=\n".to_owned(),
        "log\n5\n".to_owned(),
    ] {
        assert!(matches!(Checkpoint::parse(&text), Err(CheckpointError::Malformed(_))), "{text:?}");
    }
    let foreign = Checkpoint { origin: "other.example/log".into(), size: 0, root: empty_root() };
    let note = foreign.sign(&log_key()).unwrap();
    let refused = CheckpointError::Origin("other.example/log".into());
    assert_eq!(Checkpoint::open(&note, &key(LOG), &[]), Err(refused));
}

#[test]
fn keys_that_do_not_fit_together_are_refused() {
    for (vkey, error) in [
        ("evidence.example/log+96237834+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", KeyError::Id),
        ("evidence.example/lag+96237833+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", KeyError::Id),
        ("evidence.example/log+9623783+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", KeyError::Format),
        ("evidence.example/log+96237833+AQOhB7/z", KeyError::Format),
        ("evidence.example/log+96237833+", KeyError::Format),
        ("evidence.example/log+96237833", KeyError::Format),
        ("witness+20324ABE+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X", KeyError::Format),
        ("a b+96237833+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", KeyError::Name),
        ("+96237833+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4", KeyError::Name),
        ("x+00000000+AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", KeyError::Kind(2)),
        // A point of small order would verify signatures nobody made.
        ("x+00000000+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", KeyError::Point),
    ] {
        assert_eq!(vkey.parse::<VerifyingKey>(), Err(error), "{vkey}");
    }
    for name in ["", "a b", "a+b", "a\u{a0}b", "a\u{2003}b", "a\nb", "a\u{0}b"] {
        assert_eq!(SigningKey::from_seed(name, &seed(0)).unwrap_err(), KeyError::Name);
    }
    assert!(!format!("{:?}", log_key()).contains("0, 1, 2"));
}

fn proof() -> TlogProof {
    let leaves: Vec<Hash> = (0..5).map(|seq| leaf_hash(format!("{{\"seq\":{seq}}}").as_bytes())).collect();
    let hashes = vec![leaves[3], node_hash(&leaves[0], &leaves[1]), leaves[4]];
    let checkpoint = Note::parse(WORKED.as_bytes()).unwrap();
    TlogProof { extra: None, index: 2, hashes, checkpoint }
}

#[test]
fn a_proof_file_is_written_read_and_believed() {
    let written = proof().to_string();
    let stored = include_str!("../../testdata/entry-2.tlog-proof");
    assert_eq!(written, stored);
    assert_eq!(TlogProof::parse(written.as_bytes()).unwrap(), proof());
    let checkpoint = proof().verify(b"{\"seq\":2}", &key(LOG)).unwrap();
    assert_eq!(checkpoint.size, 5);
    assert_eq!(proof().verify(b"{\"seq\":3}", &key(LOG)), Err(ProofError::NotIncluded(2)));
    let extra = TlogProof { extra: Some(b"anything".to_vec()), ..proof() };
    assert!(extra.to_string().starts_with("c2sp.org/tlog-proof@v1\nextra YW55dGhpbmc=\nindex 2\n"));
    assert_eq!(TlogProof::parse(extra.to_string().as_bytes()).unwrap(), extra);
}

#[test]
fn malformed_proof_files_are_refused() {
    let good = proof().to_string();
    for (from, to) in [
        ("tlog-proof@v1", "tlog-proof@v2"),
        ("index 2", "index 02"),
        ("index 2", "index two"),
        ("index 2\n", ""),
        ("index 2\n", "extra !\nindex 2\n"),
        ("index 2\n", "index 2\nAAAA\n"),
        ("\n\nevidence", "\nevidence"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(TlogProof::parse(bad.as_bytes()).is_err(), "{from:?} -> {to:?}");
    }
    let long = TlogProof { hashes: vec![Hash::ZERO; 64], ..proof() };
    assert_eq!(TlogProof::parse(long.to_string().as_bytes()), Err(ProofError::Malformed("too many hashes")));
}

proptest! {
    #[test]
    fn junk_is_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(Note::parse(&bytes).is_err());
        prop_assert!(TlogProof::parse(&bytes).is_err());
        prop_assert!(Entry::from_bytes(&bytes).is_err());
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(text.parse::<VerifyingKey>().is_err());
        prop_assert!(Checkpoint::parse(&text).is_err());
    }

    #[test]
    fn a_note_with_any_byte_changed_is_never_believed_with_other_text(at in 0..WORKED.len(), bit in 0_u8..8) {
        let mut bytes = WORKED.as_bytes().to_vec();
        bytes[at] ^= 1 << bit;
        let original = Note::parse(WORKED.as_bytes()).unwrap();
        if let Ok(note) = Note::parse(&bytes) && note.verify(&[key(LOG)]).is_ok() {
            prop_assert_eq!(note.text(), original.text());
            prop_assert_eq!(&note.signatures()[0], &original.signatures()[0]);
        }
    }

    #[test]
    fn notes_spliced_from_their_own_pieces_do_not_panic(
        pieces in prop::collection::vec(
            prop::sample::select(vec!["\n", "\n\n", "— ", "evidence.example/log", " ", "AAAAAAAA", "5", "+", "=", "extra ", "index ", "c2sp.org/tlog-proof@v1"]),
            0..30,
        )
    ) {
        let text = pieces.concat();
        if let Ok(note) = Note::parse(text.as_bytes()) {
            prop_assert_eq!(note.to_string(), text.clone());
            prop_assert!(note.verify(&[key(LOG)]).is_err());
        }
        prop_assert!(TlogProof::parse(text.as_bytes()).is_err() || text.starts_with("c2sp.org/tlog-proof@v1\n"));
    }
}
