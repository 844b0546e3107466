//! Metrics that are kept say what metrics made anew would say, on both databases.

use holdfast_actions::{
    Ctx, Error, event, incident,
    metric::{Dashboard, MetricsQuery, dashboard, detail, drop_unused},
    org,
};
use holdfast_domain::{
    Actor, Timestamp,
    event::{EventFields, Lane},
    incident::{Disposition, Incident, IncidentDraft, IncidentEdit, IncidentQuery, Severity},
    lifecycle::{Milestone, PhaseChange, Stated, Status},
    metric::{MetricKind, Targets},
    org::OrgFields,
    person::Role,
    rsit::{Category, RsitClass},
};

async fn seen(ctx: &Ctx, actor: &Actor) -> Dashboard {
    (*dashboard(ctx, actor, &MetricsQuery::default()).await.unwrap()).clone()
}

fn event_fields() -> EventFields {
    EventFields { lane: Lane::Attack, title: "A mail was opened".into(), in_report: false, ..EventFields::default() }
}

story! {
    async fn metrics_are_kept_until_something_they_are_made_of_changes(world) {
        let lead = world.person("Lea", Role::Lead).await;
        let other = world.person("Ole", Role::Lead).await;
        let opened = incident::open(&world.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        let first = seen(&world.ctx, &lead).await;
        assert_eq!(first.counts[0].opened, 1);

        // An event changes no metric: within the minute, what was made is shown again and says as of when.
        world.clock.pass(30);
        event::add(&world.ctx, &lead, &opened.reference, &event_fields()).await.unwrap();
        let again = seen(&world.ctx, &lead).await;
        assert_eq!((again.as_of, again.counts[0].opened), (first.as_of, 1));

        // An incident does, at once and for everybody who may see it.
        let hidden = IncidentDraft { restricted: true, ..IncidentDraft::example() };
        incident::open(&world.ctx, &lead, &hidden, None).await.unwrap();
        let (hers, his) = (seen(&world.ctx, &lead).await, seen(&world.ctx, &other).await);
        assert_eq!((hers.as_of, hers.counts[0].opened), (world.ctx.now(), 2));
        assert_eq!(his.counts[0].opened, 1, "he is not on the team");

        // So does a setting.
        let org = holdfast_actions::org::view(&world.ctx, &world.admin).await.unwrap();
        let fields = OrgFields { time_zone: "Asia/Tokyo".into(), ..OrgFields::from(&org) };
        holdfast_actions::org::edit(&world.ctx, &world.admin, org.version, &fields).await.unwrap();
        assert_eq!(seen(&world.ctx, &lead).await.zone, "Asia/Tokyo");

        // And what is open has lasted longer a minute later.
        world.clock.pass(61);
        let later = seen(&world.ctx, &lead).await;
        assert_eq!(later.as_of, world.ctx.now());
        assert_ne!(later.backlog, hers.backlog);
    }
}

/// Numbers that a seed decides.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(end).unwrap()).unwrap()
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    fn in_ten(&mut self, times: usize) -> bool {
        self.below(10) < times
    }

    /// A time in the last four hundred days, often the very same.
    fn time(&mut self, now: Timestamp) -> Timestamp {
        now.plus_seconds(-(self.one(&[0, 1, 3_600, 86_400]) * i64::try_from(self.below(400)).unwrap()))
    }
}

/// An action by chance on an incident by chance; many are refused, which changes nothing.
async fn random_action(ctx: &Ctx, people: &[Actor], random: &mut Random) -> Result<(), Error> {
    let (now, by) = (ctx.now(), random.one(people));
    if random.in_ten(3) {
        let mut draft = IncidentDraft::example();
        draft.restricted = random.in_ten(3);
        draft.detected = random.in_ten(8).then(|| Stated::by_system(random.time(now)));
        changed(&mut draft.fields, random);
        return incident::open(ctx, &by, &draft, None).await.map(drop);
    }
    let listed = incident::list(ctx, &by, &IncidentQuery { limit: 100, ..IncidentQuery::default() }).await?.rows;
    if listed.is_empty() {
        return Ok(());
    }
    let reference = random.one(&listed).reference;
    let before: Incident = incident::view(ctx, &by, &reference).await?.into_incident();
    match random.below(12) {
        10.. => closed(ctx, &by, before).await,
        0..3 => {
            let mut fields = before.fields.clone();
            changed(&mut fields, random);
            let edit = IncidentEdit { version: before.version, fields, reason: "seen again".into() };
            incident::edit(ctx, &by, &reference, &edit).await.map(drop)
        }
        3..6 => {
            let entered = random.in_ten(3).then(|| Stated::by_system(random.time(now)));
            let to = if before.status.is_ended() { Status::Investigating } else { random.one(Status::ALL) };
            let change = PhaseChange { to, entered, reason: "so it is".into() };
            let target = random.one(&listed).reference;
            incident::change_phase(ctx, &by, &reference, before.version, &change, Some(&target)).await.map(drop)
        }
        6..8 => {
            let stated = random.in_ten(8).then(|| Stated::by_system(random.time(now)));
            let milestone = random.one(Milestone::ALL);
            incident::enter_time(ctx, &by, &reference, before.version, milestone, stated.as_ref(), "the log")
                .await
                .map(drop)
        }
        8 => {
            let team: Vec<_> = people.iter().filter(|_| random.in_ten(4)).map(|person| person.person_id).collect();
            incident::set_access(ctx, &by, &reference, before.version, random.in_ten(5), &team).await.map(drop)
        }
        _ => event::add(ctx, &by, &reference, &event_fields()).await.map(drop),
    }
}

/// Closes an incident with all that closing asks for.
async fn closed(ctx: &Ctx, by: &Actor, before: Incident) -> Result<(), Error> {
    let (reference, mut fields) = (before.reference.clone(), before.fields.clone());
    fields.disposition = Disposition::TruePositive;
    fields.root_cause = "undetermined".into();
    let edit = IncidentEdit { version: before.version, fields, reason: "decided".into() };
    let mut incident = incident::edit(ctx, by, &reference, &edit).await?;
    for to in [Status::Resolved, Status::Closed] {
        let change = PhaseChange { to, entered: None, reason: "done".into() };
        incident = incident::change_phase(ctx, by, &reference, incident.version, &change, None).await?;
    }
    Ok(())
}

fn changed(fields: &mut holdfast_domain::incident::IncidentFields, random: &mut Random) {
    fields.severity = random.one(Severity::ALL);
    fields.category = random.one(&Category::all().collect::<Vec<_>>());
    fields.disposition = random.one(Disposition::ALL);
    fields.is_exercise = random.in_ten(1);
    fields.root_cause = random.one(&["undetermined".to_owned(), String::new()]);
}

/// Everything that everybody may ask for, as text.
async fn everything(ctx: &Ctx, people: &[Actor]) -> Vec<String> {
    let mut told = Vec::new();
    for actor in people {
        let queries = [
            MetricsQuery { period: "12-months".into(), ..MetricsQuery::default() },
            MetricsQuery { severity: Some(Severity::Sev2), ..MetricsQuery::default() },
            MetricsQuery { class: Some(RsitClass::Fraud), ..MetricsQuery::default() },
        ];
        for query in queries {
            let seen = dashboard(ctx, actor, &query).await.unwrap();
            told.push(format!("{} {query:?} {}", actor.name, serde_json::to_string(&*seen).unwrap()));
        }
        for kind in [MetricKind::Mttc, MetricKind::MttrRecover] {
            let query = MetricsQuery { period: "12-months".into(), ..MetricsQuery::default() };
            let seen = detail(ctx, actor, kind, &query).await.unwrap();
            told.push(format!("{} {kind} {}", actor.name, serde_json::to_string(&*seen).unwrap()));
        }
    }
    told
}

story! {
    async fn metrics_counted_on_after_each_change_are_those_counted_from_nothing(world) {
        let mut people = vec![world.person("Lea", Role::Lead).await, world.person("Ole", Role::Lead).await];
        people.push(world.person("Ana", Role::Analyst).await);
        // Two processes on one database; each learns of the other's actions by the ledger alone.
        let processes = [world.ctx.clone(), world.another()];
        let mut readers = people.clone();
        readers.push(world.person("Eve", Role::Executive).await);
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut done = 0;
        for round in 0..40 {
            for _ in 0..random.below(12) {
                let ctx = random.one(&processes);
                match random_action(&ctx, &people, &mut random).await {
                    Ok(()) => done += 1,
                    Err(Error::Refused(_)) => {}
                    Err(error) => panic!("round {round}: {error}"),
                }
            }
            if round == 20 {
                let org = org::view(&world.ctx, &world.admin).await.unwrap();
                let fields = OrgFields { targets: Some(Targets(Targets::default().0.into_iter().take(2).collect())), ..OrgFields::from(&org) };
                org::edit(&world.ctx, &world.admin, org.version, &fields).await.unwrap();
            }
            // Later than a minute, so that no answer is one that was kept whole.
            world.clock.pass(61 + i64::try_from(random.below(3) * 86_400).unwrap());
            let ctx = random.one(&processes);
            let (counted, anew) = (everything(&ctx, &readers).await, everything(&world.another(), &readers).await);
            for (counted, anew) in counted.iter().zip(&anew) {
                assert_eq!(counted, anew, "round {round}");
            }
        }
        assert!(done > 60, "{done} deeds were done");
        let year = MetricsQuery { period: "12-months".into(), ..MetricsQuery::default() };
        let last = dashboard(&world.ctx, &people[0], &year).await.unwrap();
        let told = serde_json::to_string(&*last).unwrap();
        let rate = last.reopened;
        assert!(last.counts[0].closed > 3 && rate.reopened > 0 && rate.pending > 0 && last.undated > 0, "{told}");
        assert!(last.backlog.ages.n > 9 && last.excluded.len() > 3, "{told}");
    }

    async fn metrics_miss_no_deed_of_those_that_are_done_at_once(world) {
        let lead = world.person("Lea", Role::Lead).await;
        let processes = [world.ctx.clone(), world.another()];
        let opened = async |ctx: Ctx| {
            for _ in 0..12 {
                incident::open(&ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
            }
        };
        let asked = async |ctx: Ctx| {
            let mut counts = Vec::new();
            for _ in 0..12 {
                counts.push(seen(&ctx, &lead).await.counts[0].opened);
            }
            assert!(counts.is_sorted(), "{counts:?}");
        };
        let [here, there] = &processes;
        tokio::join!(
            opened(here.clone()), opened(there.clone()), opened(here.clone()), opened(there.clone()),
            asked(here.clone()), asked(there.clone()), asked(here.clone()),
        );
        for ctx in &processes {
            assert_eq!(seen(ctx, &lead).await.counts[0].opened, 48);
        }
        // Let go of, they are read again.
        world.clock.pass(3_600);
        drop_unused(&world.ctx);
        assert_eq!(seen(&world.ctx, &lead).await.counts[0].opened, 48);
    }

    async fn metrics_of_a_ledger_with_another_past_are_counted_from_nothing(world) {
        let lead = world.person("Lea", Role::Lead).await;
        incident::open(&world.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        assert_eq!(seen(&world.ctx, &lead).await.counts[0].opened, 1);
        // As after a restore under a server that runs: other rows, and another entry where the latest was.
        let db = world.ctx.db();
        let undo = if db.is_sqlite() {
            "DROP TRIGGER ledger_entries_no_update"
        } else {
            "ALTER TABLE ledger_entries DISABLE TRIGGER ALL"
        };
        db.alone(undo).execute().await.unwrap();
        db.alone("UPDATE incidents SET is_exercise = true").execute().await.unwrap();
        db.alone("UPDATE ledger_entries SET leaf_hash = $1 WHERE seq = (SELECT MAX(seq) FROM ledger_entries)")
            .bind(vec![7_u8; 32])
            .execute()
            .await
            .unwrap();
        incident::open(&world.ctx, &lead, &IncidentDraft::example(), None).await.unwrap();
        assert_eq!(seen(&world.ctx, &lead).await.counts[0].opened, 1, "the first is an exercise now");
    }
}
