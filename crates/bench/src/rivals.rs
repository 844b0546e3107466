//! What other tools took for the same on the same machine, with 100,000 incidents of ten events each:
//! DFIR-IRIS 2.4.20, FIR of August 2026 and Request Tracker 5.0.3 on PostgreSQL 15.

/// A row's beginning, and what the others took with one client and with eight.
const FIGURES: &[(&str, &str, &str)] = &[
    ("fixed answer", "bare axum 0.09", "bare axum 47,400/s"),
    ("list, page", "IRIS 1,369, FIR 150, RT 37 (JSON); RT page 362", "IRIS 1.0/s, FIR 14, RT 50 (JSON); RT page 4.6/s"),
    ("list filtered", "IRIS 1,369, FIR 150, RT 37 (JSON)", "IRIS 1.0/s, FIR 14, RT 50 (JSON)"),
    ("incident, page", "IRIS 14.8, FIR 119, RT 195", "IRIS 120/s, FIR 16, RT 7.0"),
    ("timeline, page", "IRIS 123, FIR 32, RT 18 (JSON, 10 rows)", "IRIS 9.0/s, FIR 56, RT 99 (JSON)"),
    ("open an incident", "IRIS 46, FIR 34, RT 119", "IRIS 34/s, FIR 32, RT 14"),
    ("add an event", "IRIS 139, FIR 21, RT 54", "IRIS 8.6/s, FIR 47, RT 22"),
    ("search, word in 1 %", "IRIS 1,986, FIR 3,139", "IRIS 0.8/s, FIR 0.37"),
    ("metrics", "IRIS 379, FIR 129, RT 116 (one chart)", "IRIS 3.3/s, FIR 14, RT 14.5 (one chart)"),
    ("sign-in, p50", "IRIS 265, FIR 368, RT 255", ""),
    ("start to ready", "IRIS 2,800, FIR 1,800, RT 2,500", ""),
    ("memory, idle", "IRIS 554, FIR 331, RT 285 MB (all processes)", ""),
    ("report, incident of 3,800", "IRIS 70,500 (DOCX, 1,010 events)", ""),
    ("report, incident of usual", "IRIS 480 (DOCX, 10 events)", ""),
];

/// What the others took, where it is known.
pub fn of(name: &str, clients: Option<usize>) -> &'static str {
    let found = FIGURES.iter().find(|(begin, ..)| name.starts_with(begin) && !name.ends_with("again"));
    match (found, clients) {
        (Some((_, one, _)), None | Some(1)) if !name.ends_with("meanwhile") => one,
        (Some((_, _, eight)), Some(8)) => eight,
        _ => "",
    }
}
