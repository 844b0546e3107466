//! Rows of requests in closed loops.

use std::rc::Rc;

use anyhow::Result;

use crate::{
    fill::{COMMON, RARE},
    load::{self, MakeRequest},
    people::{People, sign_in},
    result::Results,
    row::{
        BenchRow,
        Goal::{self, P50, P99, PerS},
    },
    server::ServerProcess,
};

const USUAL: &[usize] = &[1, 8, 50];

struct Load {
    name: &'static str,
    clients: &'static [usize],
    make: MakeRequest,
    /// What one client should see.
    alone: &'static [Goal],
    /// What eight at once should see.
    eight: &'static [Goal],
}

/// Every load.
pub async fn all(server: &ServerProcess, people: &People, results: &mut Results) -> Result<()> {
    let people = Rc::new(people.clone());
    let mut number = 0;
    for load in pages(&people).into_iter().chain(writes(&people)).chain(others(&people)) {
        if !results.wants(load.name) {
            continue;
        }
        let wanted: Vec<usize> =
            load.clients.iter().copied().filter(|clients| results.wants_clients(*clients)).collect();
        for clients in wanted {
            let (stats, next) = load::run(server.address, clients, results.time(), number, &load.make).await?;
            number = next;
            let limits = match clients {
                1 => load.alone,
                8 => load.eight,
                _ => &[],
            };
            results.add(BenchRow::load(load.name, clients, &stats, limits));
        }
    }
    Ok(())
}

fn page(people: &Rc<People>, path: impl Fn(&People, u64) -> String + 'static) -> MakeRequest {
    let people = Rc::clone(people);
    Rc::new(move |number| people.page(number, &path(&people, number)))
}

fn pages(people: &Rc<People>) -> Vec<Load> {
    const LIST: &[Goal] = &[PerS(1_000.0, 1_400.0), P99(15.0)];
    let browser = Rc::clone(people);
    vec![
        Load {
            name: "fixed answer (/healthz)",
            clients: USUAL,
            make: Rc::new(|_| b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n".to_vec()),
            alone: &[],
            eight: &[],
        },
        Load {
            name: "list, page",
            clients: USUAL,
            make: page(people, |_, _| "/incidents".into()),
            alone: &[P50(1.5)],
            eight: LIST,
        },
        Load {
            name: "list, page, compressed with br",
            clients: &[1, 8],
            make: Rc::new(move |number| {
                let request = browser.page(number, "/incidents");
                let request = String::from_utf8_lossy(&request);
                request.replacen("\r\n\r\n", "\r\naccept-encoding: gzip, br\r\n\r\n", 1).into_bytes()
            }),
            alone: &[],
            eight: &[],
        },
        Load {
            name: "list filtered (open, SEV1), page",
            clients: USUAL,
            make: page(people, |_, _| "/incidents?status=open&severity=sev1".into()),
            alone: &[P50(1.5)],
            eight: LIST,
        },
        Load {
            name: "incident, page",
            clients: USUAL,
            make: page(people, |people, number| format!("/incidents/{}", people.reference(number))),
            alone: &[P50(1.5)],
            eight: &[PerS(800.0, 1_200.0), P99(20.0)],
        },
        Load {
            name: "timeline, page",
            clients: USUAL,
            make: page(people, |people, number| format!("/incidents/{}/timeline", people.reference(number))),
            alone: &[],
            eight: &[],
        },
    ]
}

fn writes(people: &Rc<People>) -> Vec<Load> {
    let (opener, adder) = (Rc::clone(people), Rc::clone(people));
    vec![
        Load {
            name: "open an incident, REST",
            clients: USUAL,
            make: Rc::new(move |number| {
                let summary = "Found by the benchmark on the network. ".repeat(15);
                let json = serde_json::json!({
                    "title": format!("Measured incident {number}"), "summary": summary, "severity": "sev3",
                    "category": "fraud/phishing",
                });
                opener.post(number, "/api/v1/incidents", &json.to_string())
            }),
            alone: &[P50(2.0)],
            eight: &[PerS(680.0, 680.0), P99(40.0)],
        },
        Load {
            name: "add an event, REST",
            clients: USUAL,
            make: Rc::new(move |number| {
                let description = "Seen in the proxy log. ".repeat(12);
                let json = serde_json::json!({
                    "lane": "attack", "title": format!("Measured event {number}"), "description": description,
                });
                let path = format!("/api/v1/incidents/{}/events", adder.reference(number));
                adder.post(number, &path, &json.to_string())
            }),
            alone: &[],
            eight: &[PerS(940.0, 940.0), P99(40.0)],
        },
    ]
}

fn others(people: &Rc<People>) -> Vec<Load> {
    let search = |word: &'static str| {
        let people = Rc::clone(people);
        let make: MakeRequest = Rc::new(move |number| people.get(number, &format!("/api/v1/search?q={word}")));
        make
    };
    let (prover, reader) = (Rc::clone(people), Rc::clone(people));
    vec![
        Load {
            name: "search, word in 1 % of incidents, REST",
            clients: USUAL,
            make: search(RARE),
            alone: &[P50(1.0)],
            eight: &[PerS(2_000.0, 2_000.0)],
        },
        Load {
            name: "search, word in 95 % of incidents, REST",
            clients: &[1, 8],
            make: search(COMMON),
            alone: &[],
            eight: &[P99(100.0)],
        },
        Load {
            name: "metrics of 12 months, page",
            clients: USUAL,
            make: page(people, |_, _| "/metrics?period=12-months".into()),
            alone: &[],
            eight: &[],
        },
        Load {
            name: "metrics of 12 months, REST",
            clients: USUAL,
            make: Rc::new(move |number| reader.get(number, "/api/v1/metrics?period=12-months")),
            alone: &[P50(1.0)],
            eight: &[PerS(2_000.0, 2_000.0), P99(10.0)],
        },
        Load {
            name: "today, page",
            clients: &[1, 8],
            make: page(people, |_, _| "/today".into()),
            alone: &[],
            eight: &[],
        },
        Load { name: "sign-in", clients: &[8], make: Rc::new(sign_in), alone: &[], eight: &[] },
        Load {
            name: "proof of inclusion, REST",
            clients: &[1],
            make: Rc::new(move |number| {
                let entry = crate::random::mixed(number) % prover.entries.max(1);
                prover.get(number, &format!("/api/v1/ledger/proof/{entry}"))
            }),
            alone: &[P50(5.0)],
            eight: &[],
        },
    ]
}
