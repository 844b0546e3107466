//! Files of other tools become incidents. The form carries files, so the server reads it itself and
//! shows this page again with what became of each.

use holdfast_domain::import::{FILE_BYTES_MAX, FILES_BYTES_MAX, FILES_MAX, ImportKind};
use leptos::prelude::*;

use crate::{
    outcome::{ImportedFile, ShownOnce},
    page::Shown,
    request::Request,
    ui::{Choice, FormField, counted, errors, notice, problems},
};

/// The form, and what became of the files just sent.
pub async fn import_page(req: &Request) -> Shown {
    let posted = req.posted();
    let files = match &posted.once {
        Some(ShownOnce::Files(files)) => files.as_slice(),
        _ => &[],
    };
    let kinds: Vec<Choice> = ImportKind::ALL.iter().map(|kind| (kind.to_string(), kind.label().to_owned())).collect();
    let (each, in_all) = (FILE_BYTES_MAX / 1024 / 1024, FILES_BYTES_MAX / 1024 / 1024);
    let hint = format!("At most {FILES_MAX} files of {each} MiB each, {in_all} MiB in all.");
    Ok(view! {
        {req.title("Import")}
        <header class="page-head"><div><h1>"Import"</h1><p class="meta">"Each file becomes an incident, or nothing of it stays."</p></div></header>
        <div class="stack">
            {problems(posted)}
            {files.iter().map(told).collect::<Vec<_>>()}
            <section class="card">
                <form class="form" method="post" enctype="multipart/form-data" action="/import">
                    {FormField::line("kind", "What the files are").value(ImportKind::AttackFlow.to_string()).select(posted, kinds)}
                    <div class="field">
                        <label for="file">"Files"</label>
                        <input class="input" type="file" id="file" name="file" multiple=true accept=".json,application/json" />
                        <p class="hint">{hint}</p>
                        {errors(posted, "file")}
                    </div>
                    <div class="buttons"><button class="btn btn-primary">"Import"</button></div>
                </form>
            </section>
            <section class="card"><h2>"What is taken"</h2><div class="prose">
                <p>"Attack Flow: the trimmed form of the published corpus, or a STIX 2.1 bundle. Each action becomes an event with its technique and tactic; where the file gives no time, the order is kept and the time is marked unknown. Nobody detected anything in such a file, so the incident belongs to no period of the metrics until you enter when it was detected."</p>
                <p>"DFIR-IRIS: the export of one case. Timeline, assets, indicators and tasks with their dates and authors; notes, comments and the records of evidence stand in the summary, since the files themselves are not in an export."</p>
            </div></section>
        </div>
    }
    .into_any())
}

fn told(outcome: &ImportedFile) -> AnyView {
    match &outcome.result {
        Ok(made) => {
            let to = format!("/incidents/{}", made.reference);
            let words = [
                counted(made.events, "event", "events"),
                counted(made.findings, "finding", "findings"),
                counted(made.tasks, "task", "tasks"),
            ];
            let words = format!("{}.", words.join(", "));
            let notes: Vec<AnyView> =
                made.notes.iter().map(|note| view! { <li>{note.clone()}</li> }.into_any()).collect();
            let notes = (!notes.is_empty()).then(|| {
                let words = counted(made.notes.len(), "remark", "remarks");
                view! { <details><summary>{words}</summary><ul>{notes}</ul></details> }
            });
            notice::info(view! {
                <p>{outcome.file.clone()}": "<a href=to><span class="mono">{made.reference.clone()}</span>" "{made.title.clone()}</a>". "{words}</p>
                {notes}
            }.into_any())
        }
        Err(why) => {
            notice::warning(view! { <p>{outcome.file.clone()}": nothing was imported. "{why.clone()}</p> }.into_any())
        }
    }
}
