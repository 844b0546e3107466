//! Rows of tasks, metrics and issued reports: what is found, for whom, and by which index.

use holdfast_domain::{
    ReportId, TaskId,
    event::EventOrigin,
    lifecycle::{Milestone, Stated},
    marking::Tlp,
    metric::MEASURED,
    person::{Role, Roles},
    report::{IssuedKind, Recipients},
    task::{TaskFields, TaskStatus},
};
use holdfast_store::{
    Db, incident, metric,
    report::{self, NewReport},
    task::{self, NewTask},
};

use super::plans::{Bind, analyze, plan};
use crate::support::{NOW, Office, catalogue, committed, id, on_both};

const SOURCES: &str = concat!(
    include_str!("../../src/task.rs"),
    include_str!("../../src/metric.rs"),
    include_str!("../../src/report.rs"),
    include_str!("../../src/incident.rs")
);
const CASES: &str = "SELECT i.id, i.created_at AS opened_at, i.severity, i.category, i.status, i.disposition,
    i.is_exercise, i.merged_into_id IS NOT NULL AS merged, i.restricted, i.detected_at AS detect,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'start') AS start,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'exfiltration') AS exfiltration,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'acknowledge') AS acknowledge,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'identify') AS identify,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'contain') AS contain,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'eradicate') AS eradicate,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'recovery-start') AS recovery_start,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'recover') AS recover,
    (SELECT t.at FROM incident_times t WHERE t.incident_id = i.id AND t.milestone = 'resolve') AS resolve
    FROM incidents i";
const VISIBLE: &str = "i.org_id = $1 AND (i.restricted = false OR EXISTS (
    SELECT 1 FROM incident_members m WHERE m.incident_id = i.id AND m.person_id = $2))";

async fn add(db: &Db, office: &Office, incident: u128, n: u128, change: impl FnOnce(&mut TaskFields)) -> TaskId {
    let mut fields = TaskFields::bare(&format!("Task {n}"));
    change(&mut fields);
    let new =
        NewTask { id: TaskId(id(0x7000_0000 + n)), fields: &fields, origin: EventOrigin::Person, finished_at: None };
    committed(db, async |tx| task::insert(tx, &office.ada, office.incident_id(incident), &new, NOW).await).await;
    new.id
}

on_both! {
    async fn a_persons_tasks_are_those_of_open_incidents_they_may_see((db, office): (Db, Office)) {
        office.incident(&db, 1, |_| {}).await;
        office.incident(&db, 2, |draft| draft.restricted = true).await;
        let ben = office.ben.person_id;
        let later = add(&db, &office, 1, 1, |task| task.people = vec![ben]).await;
        let due = add(&db, &office, 1, 2, |task| { task.people = vec![ben]; task.due_at = Some(NOW); }).await;
        add(&db, &office, 1, 3, |task| { task.people = vec![ben]; task.status = TaskStatus::Done; }).await;
        add(&db, &office, 2, 4, |task| task.people = vec![ben]).await;
        let mine = task::mine(&db, &office.ben, 10).await.unwrap();
        // What is due first comes first; what is restricted to others is not told.
        assert_eq!(mine.iter().map(|task| task.id).collect::<Vec<_>>(), [due, later]);
        let late = task::late(&db, &office.ada, NOW.plus_seconds(1), 10).await.unwrap();
        assert_eq!(late.iter().map(|task| task.id).collect::<Vec<_>>(), [due]);
        assert_eq!(task::counts(&db, office.incident_id(1)).await.unwrap(), (3, 0));
    }

    async fn the_order_of_tasks_is_kept_and_a_stale_version_writes_nothing((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await;
        for n in 1..=4 {
            add(&db, &office, 1, n, |_| {}).await;
        }
        let ids: Vec<TaskId> = task::list(&db, incident.id).await.unwrap().iter().map(|task| task.id).collect();
        let mut tx = db.write().await.unwrap();
        assert!(task::place(&mut tx, incident.id, ids[3], Some(ids[1])).await.unwrap());
        assert!(!task::place(&mut tx, incident.id, ids[3], Some(ids[1])).await.unwrap());
        let before = task::find(&mut tx, incident.id, ids[0]).await.unwrap().unwrap();
        let done = TaskFields { status: TaskStatus::Done, ..before.fields.clone() };
        assert!(task::update(&mut tx, &office.ada, incident.id, &before, &done, NOW).await.unwrap());
        assert!(!task::update(&mut tx, &office.ada, incident.id, &before, &done, NOW).await.unwrap());
        tx.commit().await.unwrap();
        let now: Vec<TaskId> = task::list(&db, incident.id).await.unwrap().iter().map(|task| task.id).collect();
        assert_eq!(now, [ids[0], ids[3], ids[1], ids[2]]);
    }

    async fn an_issued_report_is_read_by_whom_it_went_to_and_never_changed((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |draft| draft.restricted = true).await;
        let new = |n: u128, number| NewReport {
            id: ReportId(id(0x8000_0000 + n)), incident: Some(incident.id), kind: IssuedKind::Executive,
            subject: incident.id.to_string(), number, title: "Told".into(), tlp: Tlp::Amber, as_of: NOW,
            sha256: "00".repeat(32), data_sha256: "11".repeat(32), size_bytes: 7,
        };
        let mut tx = db.write().await.unwrap();
        let to = Recipients { executives: true, people: vec![office.cleo.person_id] };
        assert_eq!(report::next_number(&mut tx, &office.ada, IssuedKind::Executive, &incident.id.to_string()).await.unwrap(), 1);
        report::insert(&mut tx, &office.ada, &new(1, 1), &to, NOW).await.unwrap();
        report::insert(&mut tx, &office.ada, &new(2, 2), &to, NOW.plus_seconds(1)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(matches!(report::insert(&mut tx, &office.ada, &new(3, 2), &to, NOW).await, Err(holdfast_store::Error::Taken)));
        drop(tx);

        let mut executive = office.ben.clone();
        executive.roles = Roles::of(&[Role::Executive]);
        for (reader, is_executive, count) in
            [(&office.ada, false, 2), (&office.ben, false, 0), (&office.cleo, false, 2), (&executive, true, 2)]
        {
            let seen = report::list(&db, reader, is_executive, None, None, 10).await.unwrap();
            assert_eq!(seen.len(), count, "{}", reader.name);
        }
        let first = report::list(&db, &office.cleo, false, None, None, 1).await.unwrap().remove(0);
        assert_eq!((first.number, first.latest, first.incident_reference), (2, 2, None));
        let after = Some((first.issued_at, first.id));
        assert_eq!(report::list(&db, &office.cleo, false, None, after, 10).await.unwrap().len(), 1);
        for sql in ["UPDATE reports SET title = 'x'", "DELETE FROM reports", "DELETE FROM report_recipients"] {
            assert!(db.alone(sql).execute().await.is_err(), "{sql}");
        }
    }

    async fn a_closing_is_kept_with_the_reopening_that_followed((db, office): (Db, Office)) {
        let incident = office.incident(&db, 1, |_| {}).await;
        let mut tx = db.write().await.unwrap();
        metric::closed(&mut tx, office.org, incident.id, NOW).await.unwrap();
        metric::reopened(&mut tx, incident.id, NOW.plus_seconds(60)).await.unwrap();
        metric::closed(&mut tx, office.org, incident.id, NOW.plus_seconds(120)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.at_one_instant().await.unwrap();
        let mut kept = metric::closings(&mut tx, office.org).await.unwrap();
        kept.sort_by_key(|one| one.closure.closed_at);
        let reopened = kept.iter().map(|one| one.closure.reopened_at).collect::<Vec<_>>();
        assert_eq!(reopened, [Some(NOW.plus_seconds(60)), None]);
        let mut of_it = metric::closings_of(&mut tx, office.org, &[incident.id]).await.unwrap();
        of_it.sort_by_key(|one| one.closure.closed_at);
        assert_eq!(of_it, kept);
        assert_eq!(metric::closings_of(&mut tx, office.org, &[office.incident_id(7)]).await.unwrap(), []);
    }

    async fn metrics_are_given_each_time_where_it_stands((db, office, other): (Db, Office, Office)) {
        let full = office.incident(&db, 1, |draft| draft.restricted = true).await;
        let bare = office.incident(&db, 2, |_| {}).await;
        let foreign = other.incident(&db, 1, |_| {}).await;
        let at = |milestone: Milestone| NOW.plus_seconds(milestone as i64);
        let mut tx = db.write().await.unwrap();
        for milestone in Milestone::ALL {
            let stated = Stated::by_system(at(*milestone));
            incident::put_time(&mut tx, &office.ada, full.id, *milestone, &stated, None, NOW).await.unwrap();
        }
        incident::clear_time(&mut tx, &office.ada, full.id, Milestone::Recover, NOW).await.unwrap();
        incident::clear_time(&mut tx, &office.ada, bare.id, Milestone::Detect, NOW).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.at_one_instant().await.unwrap();
        let all = metric::cases(&mut tx, office.org).await.unwrap();
        assert_eq!(all.iter().map(|row| (row.id, row.restricted)).collect::<Vec<_>>(), [(full.id, true), (bare.id, false)]);
        for milestone in MEASURED {
            let stands = (milestone != Milestone::Recover).then_some(at(milestone));
            assert_eq!(all[0].time(milestone), stands, "{milestone}");
            assert_eq!(all[1].time(milestone), None, "{milestone}");
        }
        let mut some = metric::cases_of(&mut tx, office.org, &[bare.id, foreign.id, full.id]).await.unwrap();
        some.sort_by_key(|row| row.id);
        assert_eq!(some, all);
        drop(tx);
        // Names are told to those who may see them.
        let named = metric::names(&db, &office.ben, &[full.id, bare.id, foreign.id]).await.unwrap();
        assert_eq!(named, [(bare.id, (bare.reference, bare.fields.title))].into());
    }

    async fn metrics_and_days_are_read_by_index((db, office): (Db, Office)) {
        catalogue::fill(&db, &office, 3_000).await;
        for n in 0..400 {
            add(&db, &office, n, n + 1, |task| task.people = vec![office.cleo.person_id]).await;
        }
        analyze(&db).await;
        let (org, ben) = (Bind::Id(office.org.0), Bind::Id(office.ben.person_id.0));
        let page = [
            CASES, "WHERE i.org_id = $1 AND (i.created_at, i.id) > ($2, $3) ORDER BY i.created_at, i.id LIMIT $4",
        ];
        let binds = [org.clone(), Bind::Time(NOW), Bind::Id(id(0)), Bind::Number(100)];
        let page = plan(&db, SOURCES, &page, &binds).await;
        assert!(page.contains("incidents_by_opened"), "{page}");
        let two = [org.clone(), Bind::Id(office.incident_id(1).0), Bind::Id(office.incident_id(2).0)];
        let some = [CASES, "WHERE", "(i.org_id = $1) IS TRUE AND i.id IN", "($2, $3)"];
        let some = plan(&db, SOURCES, &some, &two).await;
        assert!(some.contains(if db.is_sqlite() { "(id=?)" } else { "incidents_pkey" }), "{some}");
        let closings = [
            "SELECT c.incident_id, c.closed_at, c.reopened_at FROM incident_closures c", "WHERE",
            "(c.org_id = $1) IS TRUE AND c.incident_id IN", "($2, $3)",
        ];
        let closings = plan(&db, SOURCES, &closings, &two).await;
        // PostgreSQL reads a table that is empty as a whole.
        assert!(!db.is_sqlite() || closings.contains("(incident_id=?)"), "{closings}");
        // The columns of the fields, which come between the two, are those that are declared.
        let tasks = [
            "SELECT t.id, i.reference AS incident_reference, i.title AS incident_title, t.position,",
            "t.finished_at, t.comments, t.version, t.created_at, c.display_name AS created_by_name, t.updated_at,
    u.display_name AS updated_by_name
    FROM tasks t JOIN incidents i ON i.id = t.incident_id
    JOIN people c ON c.id = t.created_by JOIN people u ON u.id = t.updated_by",
        ];
        let late = [
            tasks[0], tasks[1], "WHERE", VISIBLE, "AND t.org_id = $1 AND t.open = true AND i.ended = false AND t.due_at < $3",
        ];
        let late = plan(&db, SOURCES, &late, &[org.clone(), ben.clone(), Bind::Time(NOW)]).await;
        // PostgreSQL may read so few tasks as a whole.
        assert!(!db.is_sqlite() || late.contains("tasks_open_by_due"), "{late}");
        let mine = [
            tasks[0], tasks[1],
            "JOIN task_people p ON p.task_id = t.id AND p.person_id = $2 AND p.open = true", "WHERE", VISIBLE,
            "AND i.ended = false",
        ];
        let mine = plan(&db, SOURCES, &mine, &[org, ben]).await;
        assert!(!mine.contains("SCAN t") && !mine.contains("Seq Scan on tasks"), "{mine}");
    }
}
