//! What each filter lets through, and what a row of the list shows.

use holdfast_domain::{
    Fields as _, IncidentId, Timestamp, Value,
    incident::{FILTERS, IncidentFields, IncidentQuery, OwnerFilter, Severity},
    lifecycle::Status,
    marking::Tlp,
};
use holdfast_store::{Db, Queryable as _, incident};

use crate::support::{NOW, Office, catalogue, catalogue::Known, committed, on_both};

/// The ids that Ada's list shows, in no order.
async fn shown(db: &Db, office: &Office, query: &IncidentQuery) -> Vec<IncidentId> {
    let query = IncidentQuery { limit: 200, ..query.clone() };
    let page = incident::list(db, &office.ada, &query, None).await.unwrap();
    let mut ids: Vec<_> = page.rows.into_iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids
}

/// Checks a filter against the model. A filter that lets through all or nothing tests little, so
/// that is a mistake here.
async fn check(db: &Db, office: &Office, known: &[Known], query: IncidentQuery, is_wanted: impl Fn(&Known) -> bool) {
    let wanted: Vec<_> = known.iter().filter(|one| is_wanted(one)).map(|one| one.id).collect();
    assert!(!wanted.is_empty() && wanted.len() < known.len(), "{query:?}");
    assert_eq!(shown(db, office, &query).await, wanted, "{query:?}");
}

fn all() -> IncidentQuery {
    IncidentQuery::default()
}

on_both! {
    async fn states_are_filtered_by_one_by_several_and_by_all_that_are_open((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 72).await;
        for status in Status::ALL {
            check(&db, &office, &known, IncidentQuery { statuses: vec![*status], ..all() }, |one| one.status == *status).await;
        }
        let open: Vec<_> = Status::ALL.iter().copied().filter(|status| !status.is_ended()).collect();
        for statuses in [open, vec![Status::Closed, Status::New], vec![Status::Merged, Status::Rejected, Status::Closed]] {
            let query = IncidentQuery { statuses: statuses.clone(), ..all() };
            check(&db, &office, &known, query, |one| statuses.contains(&one.status)).await;
        }
        let every = IncidentQuery { statuses: Status::ALL.to_vec(), ..all() };
        assert_eq!(shown(&db, &office, &every).await.len(), known.len());
        let twice = IncidentQuery { statuses: vec![Status::New, Status::New], ..all() };
        check(&db, &office, &known, twice, |one| one.status == Status::New).await;
    }

    async fn every_choice_is_filtered_by_one_value_and_by_several((db, office): (Db, Office)) {
        let choices = || FILTERS.iter().filter_map(|filter| filter.field()).filter(|field| field.name != "severity");
        for n in 0..12 {
            office.incident(&db, n, |draft| {
                for (shift, field) in choices().enumerate() {
                    let place = (usize::try_from(n).unwrap() + shift) % field.choices.len();
                    draft.fields.set(field.name, Value::Text(field.choices[place].0.into())).unwrap();
                }
            })
            .await;
        }
        let has = |shift: usize, of: usize, places: &[usize]| -> Vec<IncidentId> {
            let is_wanted = |n: &u128| places.contains(&((usize::try_from(*n).unwrap() + shift) % of));
            (0..12).filter(is_wanted).map(|n| office.incident_id(n)).collect()
        };
        for (shift, field) in choices().enumerate() {
            let (values, of) = (field.choices, field.choices.len());
            for places in [&[0][..], &[2], &[1, of - 1]] {
                let chosen = places.iter().map(|place| values[*place].0).collect();
                let query = IncidentQuery { choices: [(field.name, chosen)].into(), ..all() };
                assert_eq!(shown(&db, &office, &query).await, has(shift, of, places), "{query:?}");
            }
        }
        let both = [("attack_vector", vec!["not-assessed"]), ("detection_source", vec!["own-staff"])];
        assert_eq!(shown(&db, &office, &IncidentQuery { choices: both.into(), ..all() }).await, Vec::new());
        let both = [("attack_vector", vec!["web", "email"]), ("detection_source", vec!["public"])];
        assert_eq!(shown(&db, &office, &IncidentQuery { choices: both.into(), ..all() }).await, [office.incident_id(3)]);
    }

    async fn a_service_is_found_by_its_whole_name_whatever_the_case((db, office): (Db, Office)) {
        let lists: &[&[&str]] = &[
            &["VPN", "Mail"],
            &["VPN gateway"],
            &["Mail", "Old VPN", "100 %"],
            &["1000", "100 x", "a_b"],
            &["axb", "ÜBERSETZER", "back\\slash"],
            &["[\"VPN\"]", "vpn,mail", "a"],
            &[],
        ];
        for (n, names) in (0..).zip(lists) {
            let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
            office.incident(&db, n, |draft| draft.fields.services = names.into()).await;
        }
        let cases: &[(&str, &[u128])] = &[
            ("vpn", &[0]),
            (" Vpn ", &[0]),
            ("VPN gateway", &[1]),
            ("old vpn", &[2]),
            ("mail", &[0, 2]),
            ("100 %", &[2]),
            ("100%", &[]),
            ("%", &[]),
            ("_", &[]),
            ("A_B", &[3]),
            ("axb", &[4]),
            ("übersetzer", &[4]),
            ("back\\slash", &[4]),
            ("backslash", &[]),
            ("\\", &[]),
            ("VPN,Mail", &[5]),
            ("[\"vpn\"]", &[5]),
            ("a", &[5]),
            ("a\nb", &[]),
        ];
        for (name, wanted) in cases {
            let query = IncidentQuery { service: Some((*name).to_owned()), ..all() };
            let wanted: Vec<_> = wanted.iter().map(|n| office.incident_id(*n)).collect();
            assert_eq!(shown(&db, &office, &query).await, wanted, "{name}");
        }
        // An edit takes names away and adds others.
        let before = office.seen(&db, office.incident_id(0)).await;
        let fields = IncidentFields { services: vec!["Mail".into(), "Payroll".into()].into(), ..before.fields.clone() };
        assert!(committed(&db, async |tx| incident::update(tx, &office.ada, &before, &fields, NOW).await).await);
        for (name, wanted) in [("vpn", vec![]), ("payroll", vec![before.id])] {
            let query = IncidentQuery { service: Some(name.into()), ..all() };
            assert_eq!(shown(&db, &office, &query).await, wanted, "{name}");
        }
        let rows = incident::list(&db, &office.ada, &IncidentQuery { service: Some("payroll".into()), ..all() }, None).await;
        assert_eq!(rows.unwrap().rows[0].services, fields.services);
    }

    async fn severities_are_filtered_by_one_and_by_several((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 45).await;
        for severities in [vec![Severity::Sev1], vec![Severity::Sev5], vec![Severity::Sev4, Severity::Sev2]] {
            let query = IncidentQuery { severities: severities.clone(), ..all() };
            check(&db, &office, &known, query, |one| severities.contains(&one.severity)).await;
        }
    }

    async fn owners_are_filtered_by_person_and_by_nobody((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 45).await;
        let ben = office.ben.person_id;
        let of_ben = IncidentQuery { owner: Some(OwnerFilter::Person(ben)), ..all() };
        check(&db, &office, &known, of_ben, |one| one.owner == Some(ben)).await;
        let of_nobody = IncidentQuery { owner: Some(OwnerFilter::Nobody), ..all() };
        check(&db, &office, &known, of_nobody, |one| one.owner.is_none()).await;
    }

    async fn changes_since_a_time_include_that_very_time((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 45).await;
        let since = known[20].updated;
        check(&db, &office, &known, IncidentQuery { updated_since: Some(since), ..all() }, |one| one.updated >= since).await;
        let never = IncidentQuery { updated_since: Some(Timestamp::from_micros(i64::MAX)), ..all() };
        assert_eq!(shown(&db, &office, &never).await, []);
    }

    async fn categories_are_filtered_by_type_and_by_class_and_days_of_detection_by_their_bounds((db, office): (Db, Office)) {
        let mut ids = Vec::new();
        let categories = ["fraud", "fraud/phishing", "fraud/phishing", "intrusions", "other"];
        for ((number, later), category) in (1_u128..).zip((0_i64..).step_by(100)).zip(categories) {
            let one = office.incident(&db, number, |draft| draft.fields.category = category.parse().unwrap()).await;
            let mut tx = db.write().await.unwrap();
            tx.query("UPDATE incidents SET detected_at = $1 WHERE id = $2")
                .bind(NOW.plus_seconds(later))
                .bind(one.id)
                .execute().await.unwrap();
            tx.commit().await.unwrap();
            ids.push(one.id);
        }
        let of = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect::<Vec<_>>();
        for (categories, wanted) in [
            (of(&["fraud"]), vec![0, 1, 2]), (of(&["fraud/phishing"]), vec![1, 2]), (of(&["intrusions", "other"]), vec![3, 4]),
            (of(&["availability"]), vec![]),
        ] {
            let query = IncidentQuery { categories, ..all() };
            let wanted: Vec<_> = wanted.into_iter().map(|at: usize| ids[at]).collect();
            assert_eq!(shown(&db, &office, &query).await, wanted, "{query:?}");
        }
        let at = |number: i64| Some(NOW.plus_seconds(number * 100));
        for (detected_since, detected_before, wanted) in
            [(at(2), None, vec![2, 3, 4]), (None, at(2), vec![0, 1]), (at(1), at(3), vec![1, 2]), (at(3), at(3), vec![])]
        {
            let query = IncidentQuery { detected_since, detected_before, ..all() };
            let wanted: Vec<_> = wanted.into_iter().map(|at: usize| ids[at]).collect();
            assert_eq!(shown(&db, &office, &query).await, wanted, "{query:?}");
        }
    }

    async fn a_text_finds_what_a_category_is_called_as_well_as_what_was_written((db, office): (Db, Office)) {
        let mut ids = Vec::new();
        for (number, (category, title)) in (1_u128..).zip([
            ("fraud/phishing", "A mail to the finance team"),
            ("fraud", "An invoice nobody ordered"),
            ("intrusions", "Phishing led to a sign-in"),
            ("malicious-code/infected-system", "A loader at the front desk"),
        ]) {
            let one = office.incident(&db, number, |draft| {
                draft.fields.category = category.parse().unwrap();
                draft.fields.title = title.into();
            }).await;
            ids.push(one.id);
        }
        for (text, wanted) in [
            ("phishing", vec![0, 2]), ("PHISH", vec![0, 2]), ("fraud", vec![0, 1]), ("phishing finance", vec![0]),
            ("phishing sign-in", vec![2]), ("infected system", vec![3]), ("infected-system", vec![3]), ("loader", vec![3]),
            ("malicious loader", vec![3]), ("burglary invoice", vec![]), ("sabotage", vec![]), ("hishing", vec![]),
        ] {
            let query = IncidentQuery { text: text.into(), ..all() };
            let mut found = shown(&db, &office, &query).await;
            found.sort_by_key(|id| ids.iter().position(|known| known == id));
            let wanted: Vec<_> = wanted.into_iter().map(|at: usize| ids[at]).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    async fn filters_together_let_through_what_each_lets_through((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 160).await;
        let (ben, since) = (office.ben.person_id, NOW.plus_seconds(1_000_005));
        let open: Vec<_> = Status::ALL.iter().copied().filter(|status| !status.is_ended()).collect();
        let query = IncidentQuery {
            statuses: open.clone(),
            severities: vec![Severity::Sev1, Severity::Sev3, Severity::Sev4],
            owner: Some(OwnerFilter::Person(ben)),
            text: "host4 Berlin".into(),
            updated_since: Some(since),
            ..all()
        };
        let severities = query.severities.clone();
        check(&db, &office, &known, query, |one| {
            open.contains(&one.status) && severities.contains(&one.severity) && one.owner == Some(ben)
                && one.summary.contains("host4") && one.updated >= since
        }).await;
        let several = IncidentQuery {
            statuses: vec![Status::Closed, Status::Triage], severities: vec![Severity::Sev2],
            owner: Some(OwnerFilter::Nobody), ..all()
        };
        check(&db, &office, &known, several, |one| {
            [Status::Closed, Status::Triage].contains(&one.status) && one.severity == Severity::Sev2 && one.owner.is_none()
        }).await;
    }

    async fn a_row_shows_what_the_incident_says((db, office): (Db, Office)) {
        let found = office.incident(&db, 1, |draft| {
            draft.restricted = true;
            draft.fields.owner_id = Some(office.cleo.person_id);
            draft.fields.tlp = Tlp::Red;
            draft.fields.on_hold = true;
            draft.fields.is_exercise = true;
        }).await;
        let page = incident::list(&db, &office.ada, &all(), None).await.unwrap();
        let row = &page.rows[0];
        assert_eq!((row.id, &row.reference, &row.title), (found.id, &found.reference, &found.fields.title));
        assert_eq!((row.status, row.severity, &row.category), (found.status, found.fields.severity, &found.fields.category));
        assert_eq!((row.tlp, row.owner_name.as_deref()), (Tlp::Red, Some("Cleo")));
        assert_eq!((row.restricted, row.on_hold, row.is_exercise), (true, true, true));
        assert_eq!((row.detected_at, row.created_at, row.updated_at), (Some(NOW), NOW, NOW));
    }
}
