//! Paging by key: every row once, forwards and backwards, in every order.

use holdfast_domain::{
    Actor, IncidentId,
    incident::{Direction, IncidentQuery, IncidentSort, PAGE_ROWS_MAX},
    lifecycle::Status,
};
use holdfast_store::{
    Db,
    incident::{self, Cursor, StatusUpdate},
};

use crate::support::{NOW, Office, catalogue, on_both};

fn orders() -> impl Iterator<Item = (IncidentSort, Direction)> {
    let directions =
        |sort: &IncidentSort| Direction::ALL.iter().map(|direction| (*sort, *direction)).collect::<Vec<_>>();
    IncidentSort::ALL.iter().flat_map(directions)
}

/// One page: its ids and its neighbours' cursors.
async fn page(
    db: &Db,
    actor: &Actor,
    query: &IncidentQuery,
    after: Option<&str>,
) -> (Vec<IncidentId>, [Option<String>; 2]) {
    let cursor = after.map(|text| text.parse::<Cursor>().unwrap());
    let page = incident::list(db, actor, query, cursor.as_ref()).await.unwrap();
    (page.rows.into_iter().map(|row| row.id).collect(), [page.next, page.previous])
}

/// All pages from the first to the last, and then all from there back to the first.
async fn walk(db: &Db, actor: &Actor, query: &IncidentQuery) -> [Vec<Vec<IncidentId>>; 2] {
    let (first, [mut next, previous]) = page(db, actor, query, None).await;
    assert_eq!(previous, None, "nothing before the first page");
    let (mut forth, mut back) = (vec![first], Vec::new());
    let mut before = None;
    while let Some(after) = next {
        let (ids, neighbours) = page(db, actor, query, Some(&after)).await;
        [next, before] = neighbours;
        forth.push(ids);
    }
    back.push(forth[forth.len() - 1].clone());
    while let Some(at) = before {
        let (ids, neighbours) = page(db, actor, query, Some(&at)).await;
        assert!(neighbours[0].is_some(), "the page one came from follows");
        [_, before] = neighbours;
        back.insert(0, ids);
    }
    [forth, back]
}

on_both! {
    async fn every_order_gives_every_row_once_forwards_and_backwards((db, office, other): (Db, Office, Office)) {
        let known = catalogue::fill(&db, &office, 66).await;
        catalogue::fill(&db, &other, 20).await;
        for (sort, direction) in orders() {
            for actor in [&office.ada, &office.ben] {
                let seen: Vec<_> =
                    known.iter().filter(|one| !one.restricted || actor.person_id == office.ada.person_id).collect();
                let wanted = catalogue::sorted(&seen, sort, direction);
                let query = IncidentQuery { sort, direction, limit: 7, ..IncidentQuery::default() };
                let [forth, back] = walk(&db, actor, &query).await;
                assert_eq!(forth.concat(), wanted, "{sort} {direction} forwards for {}", actor.name);
                assert_eq!(back.concat(), wanted, "{sort} {direction} backwards for {}", actor.name);
            }
        }
    }

    async fn pages_that_end_exactly_with_the_list_have_no_empty_page_after_them((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 12).await;
        for limit in [1, 4, 6, 12, 13] {
            let query = IncidentQuery { limit, ..IncidentQuery::default() };
            let [forth, _] = walk(&db, &office.ada, &query).await;
            assert!(forth.iter().all(|page| !page.is_empty()), "{limit} a page");
            assert_eq!(forth.len(), known.len().div_ceil(usize::try_from(limit).unwrap()));
        }
    }

    async fn filters_hold_on_every_page((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 66).await;
        let closed: Vec<_> = known.iter().filter(|one| one.status == Status::Closed).collect();
        assert!(closed.len() > 21);
        for (sort, direction) in orders() {
            let query = IncidentQuery {
                statuses: vec![Status::Closed], text: "BERLIN".into(), sort, direction, limit: 7, ..IncidentQuery::default()
            };
            let [forth, back] = walk(&db, &office.ada, &query).await;
            let wanted = catalogue::sorted(&closed, sort, direction);
            assert_eq!((forth.concat(), back.concat()), (wanted.clone(), wanted), "{sort} {direction}");
        }
    }

    async fn a_row_that_moves_between_two_pages_is_not_shown_twice_nor_are_others_lost((db, office): (Db, Office)) {
        let known = catalogue::fill(&db, &office, 20).await;
        let all: Vec<_> = known.iter().collect();
        let wanted = catalogue::sorted(&all, IncidentSort::Updated, Direction::Descending);
        let query = IncidentQuery { limit: 5, ..IncidentQuery::default() };
        let (first, [next, _]) = page(&db, &office.ada, &query, None).await;
        assert_eq!(first, wanted[..5]);
        // The last row of the page becomes the newest of all.
        let found = office.seen(&db, first[4]).await;
        let update = StatusUpdate { version: found.version, to: Status::Triage, merged_into: None, reopened: 0 };
        let mut tx = db.write().await.unwrap();
        let later = NOW.plus_seconds(2_000_000);
        assert!(incident::set_status(&mut tx, &office.ada, found.id, update, later).await.unwrap());
        tx.commit().await.unwrap();
        let (second, _) = page(&db, &office.ada, &query, next.as_deref()).await;
        assert_eq!(second, wanted[5..10]);
    }

    async fn a_page_is_never_empty_by_its_limit_nor_longer_than_allowed((db, office): (Db, Office)) {
        catalogue::fill(&db, &office, 230).await;
        let wanted = usize::try_from(PAGE_ROWS_MAX).unwrap();
        for (limit, rows) in [(-1, 1), (0, 1), (1, 1), (25, 25), (PAGE_ROWS_MAX, wanted), (i64::MAX, wanted)] {
            let query = IncidentQuery { limit, ..IncidentQuery::default() };
            let (ids, _) = page(&db, &office.ada, &query, None).await;
            assert_eq!(ids.len(), rows, "limit {limit}");
        }
    }

    async fn the_longest_titles_still_make_cursors_that_are_read_back((db, office): (Db, Office)) {
        for n in 0..4 {
            office.incident(&db, n, |draft| draft.fields.title = format!("{}{n}", "\u{10400}".repeat(199))).await;
        }
        let query = IncidentQuery { sort: IncidentSort::Title, limit: 1, ..IncidentQuery::default() };
        let [forth, back] = walk(&db, &office.ada, &query).await;
        assert_eq!(forth.len(), 4);
        assert_eq!(forth, back);
    }
}
