//! Stories of evidence and its custody, on both databases.

use futures::StreamExt as _;
use holdfast_actions::{
    Ctx,
    evidence::{self, Happening, RegisterFilter, Registration},
    incident, ledger,
};
use holdfast_domain::{
    Actor, Refusal, Timestamp,
    custody::CustodyKind,
    evidence::{Details, Evidence, EvidenceFields, EvidenceStatus},
    incident::{Incident, IncidentDraft},
    person::Role,
};
use holdfast_store::blob::whole;
use serde_json::json;

use crate::world::{refusal, seen, timeline};

fn fields(malicious: bool) -> EvidenceFields {
    let given = json!({ "kind": "log-export", "title": "Proxy log of the week", "original_filename": "proxy.log",
        "source_host": "proxy-01", "tlp": "amber", "malicious": malicious, "contains_personal_data": true,
        "method": "log-export", "authority": "policy 7" });
    serde_json::from_value(given).unwrap()
}

async fn registered(ctx: &Ctx, actor: &Actor, incident: &Incident, malicious: bool) -> Evidence {
    let stored = ctx.blobs().put(whole("GET / 200\n"), None).await.unwrap();
    let new = Registration {
        fields: &fields(malicious),
        collected: None,
        location: "safe 2",
        file: Some(&stored),
        copy_of: "",
    };
    evidence::register(ctx, actor, &incident.reference, new).await.unwrap()
}

fn happening(kind: CustodyKind, details: Details) -> Happening {
    Happening { kind, occurred_at: None, details }
}

async fn bytes(download: evidence::Download) -> Vec<u8> {
    let pieces: Vec<_> = download.opened.bytes.collect().await;
    pieces.into_iter().flat_map(|piece| piece.unwrap().to_vec()).collect()
}

story! {
    async fn an_item_is_handed_over_only_when_the_receiver_accepts(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let (mina, omar) = (world.person("Mina", Role::Analyst).await, world.person("Omar", Role::Analyst).await);
        let item = registered(ctx, &mina, &incident, false).await;
        assert_eq!((item.label.as_str(), item.events, item.location.as_str()), ("EV-0001", 2, "safe 2"));
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        let offer = Details {
            received_by: Some(omar.person_id),
            reason: "analysis".into(),
            method: "in person".into(),
            ..Details::default()
        };
        // Nobody is offered what they could never accept.
        for role in [Role::Auditor, Role::Executive, Role::Administrator] {
            let cannot = world.person(&format!("Somebody {role}").replace(' ', "-"), role).await;
            let offer = Details { received_by: Some(cannot.person_id), ..offer.clone() };
            let wrong = evidence::happen(ctx, &mina, reference, label, happening(CustodyKind::Offered, offer)).await;
            assert!(matches!(refusal(wrong), Refusal::Invalid(_)), "{role}");
        }
        // Only the holder offers.
        let wrong = evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::Offered, offer.clone())).await;
        assert!(matches!(refusal(wrong), Refusal::Rule(_)));
        let offered = evidence::happen(ctx, &mina, reference, label, happening(CustodyKind::Offered, offer)).await.unwrap();
        assert_eq!(offered.evidence.holder_id, Some(mina.person_id));
        assert_eq!(evidence::offered_to_me(ctx, &omar).await.unwrap().len(), 1);
        // Only the receiver accepts.
        let accept = || happening(CustodyKind::Accepted, Details::default());
        assert!(matches!(refusal(evidence::happen(ctx, &lead, reference, label, accept()).await), Refusal::Rule(_)));
        let taken = evidence::happen(ctx, &omar, reference, label, accept()).await.unwrap();
        assert_eq!((taken.evidence.holder_id, taken.intervals.len()), (Some(omar.person_id), 2));
        assert!(taken.faults.is_empty());
        let history = incident::history(ctx, &lead, &seen(ctx, &lead, reference).await, None, 1).await.unwrap();
        assert_eq!(history.rows[0].kind, "custody.transferred");
        let timeline = timeline(ctx, &lead, reference).await;
        assert!(timeline.iter().any(|entry| entry.title == "EV-0001 transfer accepted"));
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn a_file_is_verified_downloaded_on_record_and_disposed_of_by_two(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let (mina, auditor) = (world.person("Mina", Role::Analyst).await, world.person("Otto", Role::Auditor).await);
        let item = registered(ctx, &mina, &incident, false).await;
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        assert!(!evidence::verify(ctx, &mina, reference, label).await.unwrap().evidence.altered);
        let taken = evidence::download(ctx, &auditor, reference, label).await.unwrap();
        assert_eq!(taken.name, "INC-2026-0001-EV-0001.bin");
        assert_eq!(bytes(taken).await, b"GET / 200\n");
        let told = evidence::item(ctx, &lead, &seen(ctx, &lead, reference).await, label).await.unwrap();
        let kinds: Vec<CustodyKind> = told.entries.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds[2..], [CustodyKind::Verified, CustodyKind::Downloaded, CustodyKind::Accessed]);

        let matter = || Details { matter_no: "M-17".into(), reason: "ended".into(), ..Details::default() };
        evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::HoldPlaced, matter())).await.unwrap();
        let ask = || {
            let details = Details { reason: "no longer needed".into(), method: "purge".into(), ..Details::default() };
            happening(CustodyKind::DisposalRequested, details)
        };
        let held = refusal(evidence::happen(ctx, &lead, reference, label, ask()).await);
        assert!(held.to_string().contains("legal hold"), "{held}");
        evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::HoldReleased, matter())).await.unwrap();
        evidence::happen(ctx, &lead, reference, label, ask()).await.unwrap();
        let approve = || happening(CustodyKind::Disposed, Details { witness: "Omar".into(), ..Details::default() });
        let alone = refusal(evidence::happen(ctx, &lead, reference, label, approve()).await);
        assert!(alone.to_string().contains("Somebody else"), "{alone}");
        let other = world.person("Lotte", Role::Lead).await;
        let gone = evidence::happen(ctx, &other, reference, label, approve()).await.unwrap();
        assert_eq!(gone.evidence.status, EvidenceStatus::Disposed);
        let hash = gone.evidence.sha256.unwrap().parse().unwrap();
        assert!(ctx.blobs().open(hash, None).await.unwrap().is_none());
        // Bytes that a crash left behind go at the next sweep.
        ctx.blobs().put(whole("GET / 200\n"), None).await.unwrap();
        assert_eq!(evidence::sweep(ctx).await.unwrap(), 1);
        assert!(ctx.blobs().open(hash, None).await.unwrap().is_none());
        assert!(matches!(refusal(evidence::download(ctx, &lead, reference, label).await), Refusal::Rule(_)));
    }

    async fn a_history_that_breaks_a_rule_is_shown_with_its_fault_and_grows_no_more(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let item = registered(ctx, &lead, &incident, false).await;
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        // Somebody with the database in hand lets a seal be broken that was never there.
        ctx.db()
            .alone(
                "INSERT INTO custody_events (id, org_id, incident_id, evidence_id, seq, kind, actor_id, occurred_at,
                     recorded_at, details) VALUES ($1, $2, $3, $4, 3, 'unsealed', $5, $6, $6, '{}')",
            )
            .bind(uuid::Uuid::from_u128(7))
            .bind(lead.org_id)
            .bind(incident.id)
            .bind(item.id)
            .bind(lead.person_id)
            .bind(ctx.now())
            .execute()
            .await
            .unwrap();
        let shown = evidence::item(ctx, &lead, &seen(ctx, &lead, reference).await, label).await.unwrap();
        assert!(shown.is_broken());
        assert_eq!((shown.faults[0].seq, shown.entries.len(), shown.state.holder), (3, 3, Some(lead.person_id)));
        let seal = Details { seal_no: "A-1".into(), ..Details::default() };
        let refused = refusal(evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::Sealed, seal)).await);
        assert!(refused.to_string().contains("breaks a rule"), "{refused}");
    }

    async fn each_deed_of_custody_does_what_its_name_says(world) {
        use CustodyKind as K;
        let (ctx, lead, incident) = world.with_an_incident().await;
        let (mina, omar) = (world.person("Mina", Role::Analyst).await, world.person("Omar", Role::Analyst).await);
        let item = registered(ctx, &mina, &incident, false).await;
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        let say = |text: &str| Details {
            seal_no: text.into(),
            reason: text.into(),
            tool: text.into(),
            recipient: text.into(),
            legal_basis: text.into(),
            method: text.into(),
            correction: text.into(),
            refers_to: Some(1),
            ..Details::default()
        };
        let tell = async |who: &Actor, kind| evidence::happen(ctx, who, reference, label, happening(kind, say("S-1"))).await;
        assert_eq!(tell(&mina, K::Sealed).await.unwrap().evidence.seal_no.as_deref(), Some("S-1"));
        assert!(matches!(refusal(tell(&mina, K::Sealed).await), Refusal::Rule(_)));
        assert_eq!(tell(&mina, K::Unsealed).await.unwrap().evidence.seal_no, None);
        let lent = tell(&omar, K::CheckedOut).await.unwrap();
        assert_eq!((lent.evidence.holder_id, lent.evidence.checked_out), (Some(omar.person_id), true));
        // Neither the lender nor another analyst brings it back; the borrower or a lead does.
        assert!(matches!(refusal(tell(&mina, K::CheckedIn).await), Refusal::Rule(_)));
        let back = tell(&lead, K::CheckedIn).await.unwrap();
        assert_eq!((back.evidence.holder_id, back.evidence.checked_out), (Some(mina.person_id), false));
        for kind in [K::Analysed, K::Disclosed, K::Corrected] {
            assert_eq!(tell(&mina, kind).await.unwrap().evidence.holder_id, Some(mina.person_id), "{kind}");
        }
        let gone = tell(&mina, K::Returned).await.unwrap();
        assert_eq!((gone.evidence.status, gone.evidence.holder_id), (EvidenceStatus::Returned, None));
        let Refusal::Rule(words) = refusal(evidence::download(ctx, &lead, reference, label).await) else { panic!() };
        assert!(words.contains("back to its owner"), "{words}");
        assert!(matches!(refusal(tell(&mina, K::Sealed).await), Refusal::Rule(_)));
        assert!(tell(&mina, K::Corrected).await.unwrap().faults.is_empty());
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn what_could_do_harm_leaves_inside_a_zip_and_strangers_find_nothing(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let executive = world.person("Elena", Role::Executive).await;
        let other = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let item = registered(ctx, &lead, &incident, true).await;
        let taken = evidence::download(ctx, &lead, &incident.reference, &item.label).await.unwrap();
        assert!(taken.name.ends_with("EV-0001.zip"));
        assert_eq!(bytes(taken).await[..2], *b"PK");
        let nested = refusal(evidence::item(ctx, &lead, &seen(ctx, &lead, &other.reference).await, &item.label).await);
        assert_eq!(nested, Refusal::NotFound("piece of evidence".into()));
        assert!(matches!(refusal(evidence::list(ctx, &executive, &seen(ctx, &lead, &incident.reference).await).await), Refusal::Forbidden(_)));
        let server_told = happening(CustodyKind::Verified, Details { hash_ok: Some(true), ..Details::default() });
        let told = evidence::happen(ctx, &lead, &incident.reference, &item.label, server_told).await;
        assert!(matches!(refusal(told), Refusal::Rule(_)));
        assert_eq!(evidence::register_page(ctx, &lead, RegisterFilter { in_custody: true, ..RegisterFilter::default() }, None).await.unwrap().rows.len(), 1);
    }

    async fn what_is_lent_says_when_it_is_expected_back_and_never_before_it_is_lent(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let item = registered(ctx, &lead, &incident, false).await;
        let lent = |due| Details { expected_return: Some(due), reason: "imaging".into(), ..Details::default() };
        let early = happening(CustodyKind::CheckedOut, lent(ctx.now().plus_seconds(-60)));
        let refused = refusal(evidence::happen(ctx, &lead, &incident.reference, &item.label, early).await);
        assert!(matches!(refused, Refusal::Invalid(errors) if errors[0].field == "expected_return"));
        let due = ctx.now().plus_seconds(3_600);
        let lent = happening(CustodyKind::CheckedOut, lent(due));
        let item = evidence::happen(ctx, &lead, &incident.reference, &item.label, lent).await.unwrap();
        assert_eq!(item.entries.last().unwrap().details.expected_return, Some(due));
        let report = ledger::verify(ctx, lead.org_id).await.unwrap();
        assert!(report.ok(), "{report}");
    }

    async fn an_offer_and_a_request_are_taken_back_by_who_may(world) {
        use CustodyKind as K;
        let (ctx, lead, incident) = world.with_an_incident().await;
        let (mina, omar) = (world.person("Mina", Role::Analyst).await, world.person("Omar", Role::Analyst).await);
        let item = registered(ctx, &mina, &incident, false).await;
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        let say = || Details {
            received_by: Some(omar.person_id),
            reason: "as agreed".into(),
            method: "in person".into(),
            ..Details::default()
        };
        let tell = async |who: &Actor, kind| evidence::happen(ctx, who, reference, label, happening(kind, say())).await;
        assert!(matches!(refusal(tell(&mina, K::Withdrawn).await), Refusal::Rule(_)));
        tell(&mina, K::Offered).await.unwrap();
        assert!(matches!(refusal(tell(&omar, K::Withdrawn).await), Refusal::Rule(_)));
        let kept = tell(&mina, K::Withdrawn).await.unwrap();
        assert_eq!((kept.evidence.holder_id, kept.evidence.offered_to_id), (Some(mina.person_id), None));
        assert!(matches!(refusal(tell(&omar, K::Accepted).await), Refusal::Rule(_)));

        tell(&mina, K::DisposalRequested).await.unwrap();
        assert!(matches!(refusal(tell(&omar, K::DisposalWithdrawn).await), Refusal::Rule(_)));
        let kept = tell(&lead, K::DisposalWithdrawn).await.unwrap();
        assert_eq!((kept.state.disposal_by, kept.entries.last().unwrap().details.as_lead), (None, true));
        tell(&mina, K::DisposalRequested).await.unwrap();
        assert!(!tell(&mina, K::DisposalWithdrawn).await.unwrap().entries.last().unwrap().details.as_lead);
        assert!(ledger::verify(ctx, lead.org_id).await.unwrap().ok());
    }

    async fn a_copy_is_told_by_its_original_and_is_what_is_worked_on(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let other = incident::open(ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let item = registered(ctx, &lead, &incident, false).await;
        let (reference, label) = (incident.reference.as_str(), item.label.as_str());
        let stored = ctx.blobs().put(whole("GET / 200\n"), None).await.unwrap();
        let fields = fields(false);
        let new = Registration { fields: &fields, collected: None, location: "", file: Some(&stored), copy_of: label };
        let elsewhere = refusal(evidence::register(ctx, &lead, &other.reference, new).await);
        assert!(matches!(elsewhere, Refusal::Invalid(_)), "{elsewhere:?}");
        let copy = evidence::register(ctx, &lead, reference, new).await.unwrap();
        assert_eq!(copy.copy_of.as_deref(), Some("EV-0001"));
        let told = evidence::item(ctx, &lead, &seen(ctx, &lead, reference).await, label).await.unwrap();
        let last = told.entries.iter().find(|entry| entry.kind == CustodyKind::Copied).unwrap();
        assert_eq!((last.details.copy.as_str(), last.details.hash_ok), ("EV-0002", Some(true)));
        // An original is analysed for a reason, or in the shape of its copy.
        let analysed = async |label: &str, details: Details| {
            let details = Details { tool: "Zeek 7".into(), ..details };
            evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::Analysed, details)).await
        };
        let with = |copy: &str| Details { copy: copy.into(), ..Details::default() };
        assert!(matches!(refusal(analysed(label, with("")).await), Refusal::Invalid(_)));
        assert!(matches!(refusal(analysed(label, with("EV-0009")).await), Refusal::Invalid(_)));
        analysed(label, with("EV-0002")).await.unwrap();
        analysed("EV-0002", with("")).await.unwrap();
        // Only the server tells of copies.
        let told = evidence::happen(ctx, &lead, reference, label, happening(CustodyKind::Imaged, with("EV-0002"))).await;
        assert!(matches!(refusal(told), Refusal::Rule(_)));
    }

    async fn a_file_that_nothing_names_is_swept_once_it_is_old(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let item = registered(ctx, &lead, &incident, false).await;
        let refused = ctx.blobs().put(whole("of a form that was refused"), None).await.unwrap().sha256;
        let (long_ago, by_and_by) = (Timestamp::from_micros(0), Timestamp::from_micros(i64::MAX));
        assert_eq!(evidence::sweep_unnamed(ctx, long_ago).await.unwrap(), 0);
        assert_eq!(evidence::sweep_unnamed(ctx, by_and_by).await.unwrap(), 1);
        assert!(ctx.blobs().size(refused).await.unwrap().is_none());
        assert!(!evidence::verify(ctx, &lead, &incident.reference, &item.label).await.unwrap().evidence.altered);
    }

    async fn the_room_says_what_is_not_what_it_was_until_it_is_put_right(world) {
        let (ctx, lead, incident) = world.with_an_incident().await;
        let item = registered(ctx, &lead, &incident, false).await;
        let reference = incident.reference.as_str();
        let name = item.sha256.unwrap().parse().unwrap();
        let unused = async { Ok::<_, holdfast_store::Error>(false) };
        assert!(ctx.blobs().delete(name, unused).await.unwrap());
        assert!(evidence::verify(ctx, &lead, reference, &item.label).await.unwrap().evidence.altered);
        assert_eq!(incident::room(ctx, &lead, seen(ctx, &lead, reference).await).await.unwrap().altered, ["EV-0001"]);
        let _stored = ctx.blobs().put(whole("GET / 200\n"), None).await.unwrap();
        assert!(!evidence::verify(ctx, &lead, reference, &item.label).await.unwrap().evidence.altered);
        assert!(incident::room(ctx, &lead, seen(ctx, &lead, reference).await).await.unwrap().altered.is_empty());
    }
}
