//! The list of incidents as a table: all of it, as it was asked for, for those who may see it.

use holdfast_actions::incident;
use holdfast_domain::{incident::IncidentDraft, person::Role, token::Scope};

use crate::world::{World, story};

/// Incidents whose titles count upwards; more than fit a page.
async fn many(world: &World, count: usize) {
    let lead = world.actor(Role::Lead).await;
    for number in 0..count {
        let mut draft = IncidentDraft::example();
        draft.fields.title = format!("Number {number}");
        draft.fields.category = if number % 2 == 0 { "fraud/phishing" } else { "other" }.parse().unwrap();
        incident::open(&world.ctx, &lead, &draft, None).await.unwrap();
        world.clock.pass(1);
    }
}

#[story]
async fn a_list_is_saved_whole_in_its_order_and_without_formulas(world: World) {
    many(&world, 205).await;
    let lead = world.actor(Role::Lead).await;
    let mut draft = IncidentDraft::example();
    draft.fields.title = "=HYPERLINK(\"http://x\")".into();
    draft.restricted = true;
    incident::open(&world.ctx, &lead, &draft, None).await.unwrap();

    let token = world.token(Role::Lead, &[Scope::IncidentsRead]).await;
    let get = async |query: &str| world.read(&token, &format!("/api/v1/incidents.csv{query}")).await;
    let all = get("?sort=opened&direction=asc").await.is(200);
    assert_eq!(all.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(all.header("content-disposition"), "attachment; filename=\"incidents.csv\"");
    let text = all.text();
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("id,reference,title,status,severity,category,"), "{}", lines[0]);
    assert_eq!(lines.len(), 1 + 206);
    for (number, line) in lines[1..206].iter().enumerate() {
        assert!(line.contains(&format!(",Number {number},new,")), "{line}");
    }
    assert!(lines[206].contains(",\"'=HYPERLINK(\"\"http://x\"\")\",new,"), "{}", lines[206]);
    assert_eq!(get("?category=fraud&text=number").await.text().lines().count(), 1 + 103);
    assert_eq!(get("?category=availability&bom=true").await.text().lines().count(), 1);
    for bad in ["?limit=5", "?after=00", "?sort=version", "?bogus=1"] {
        let answer = get(bad).await;
        assert_eq!((answer.status.as_u16(), answer.problem().as_str()), (422, "invalid"), "{bad}");
    }

    // Whoever is not on its team does not see the restricted one; executives see none.
    let analyst = world.token(Role::Analyst, &[Scope::IncidentsRead]).await;
    let theirs = world.read(&analyst, "/api/v1/incidents.csv").await.text();
    assert!(theirs.lines().count() == 206 && !theirs.contains("HYPERLINK"));
    let executive = world.signed_in(Role::Executive).await;
    assert_eq!(executive.get("/api/v1/incidents.csv").await.status, 403);
}

#[story]
async fn the_page_leads_to_the_table_of_what_it_lists(world: World) {
    let lead = world.signed_in(Role::Lead).await;
    assert!(!lead.get("/incidents").await.text().contains("incidents.csv"), "there is nothing to save");
    many(&world, 4).await;
    let page = lead.get("/incidents?q=phishing&sort=title&dir=desc&col=status").await.text();
    let href = "/incidents.csv?q=phishing&amp;sort=title&amp;dir=desc";
    assert!(page.contains(&format!("href=\"{href}\"")), "{page}");
    let table = lead.get(&href.replace("&amp;", "&")).await.text();
    let titles: Vec<&str> = table.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    assert!(table.starts_with("\u{feff}id,"), "{table}");
    assert_eq!(titles, ["Number 2", "Number 0"]);
    assert_eq!(lead.get("/incidents.csv?owner=me&status=open").await.text().lines().count(), 1);
    lead.get("/incidents.csv?severity=9").await.is(422);
    assert_eq!(world.signed_in(Role::Executive).await.get("/incidents.csv").await.status, 403);
}
