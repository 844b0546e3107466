//! The one list of routes, and the layers around them. Pages and forms come from the
//! application's own lists, REST from the handlers' own descriptions; each is added together
//! with who may ask for it, in the router and in the table of access at once.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, get, post},
};
use futures::FutureExt;
use holdfast_app::pages::{FORMS, PAGES, Requirement};
use holdfast_domain::Permission;
use http::Method;
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer, Predicate,
        predicate::{NotForContentType, SizeAbove},
    },
};
use utoipa::openapi::OpenApi;

use crate::{
    answer,
    api::{
        self,
        describe::ApiRoute,
        once::{self, Takes},
    },
    connections, csrf, evidence, files,
    guard::{self, Gate, Kind},
    headers, import, log, logo, pages, probes,
    problem::Problem,
    rate_limit::Cost,
    session,
    state::Server,
};

/// A row of the table of access.
#[derive(Clone, Debug)]
pub struct AccessRow {
    /// The method.
    pub method: Method,
    /// The path, variable parts in braces.
    pub path: String,
    /// What stands before it.
    pub gate: Gate,
}

/// The routes while they are gathered.
pub struct Routes {
    server: Server,
    router: Router<Server>,
    table: Vec<AccessRow>,
    openapi: OpenApi,
}

impl Routes {
    /// Adds a route for one method.
    fn add(&mut self, method: Method, path: &str, gate: Gate, handler: MethodRouter<Server>) {
        let guarded = handler.route_layer(middleware::from_fn_with_state((self.server.clone(), gate), guard::pass));
        self.router = std::mem::take(&mut self.router).route(path, guarded);
        self.table.push(AccessRow { method, path: path.to_owned(), gate });
    }

    /// Adds REST handlers of one path, as they describe themselves.
    fn rest(&mut self, route: ApiRoute) {
        let (schemas, paths, mut handler) = route.described;
        let gate = Gate { kind: Kind::Api, may: route.may, cost: route.cost };
        let posted = paths.paths.values().find_map(|item| item.post.as_ref());
        let takes = Takes::of(posted, route.cost == Cost::Upload);
        handler = handler.route_layer(middleware::from_fn_with_state(takes, once::read));
        handler = handler.route_layer(middleware::from_fn_with_state((self.server.clone(), gate), guard::pass));
        for (path, item) in paths.paths {
            for method in api::openapi::methods(&item) {
                self.table.push(AccessRow { method, path: path.clone(), gate });
            }
            self.router = std::mem::take(&mut self.router).route(&path, handler.clone());
            match self.openapi.paths.paths.get_mut(&path) {
                Some(known) => known.merge_operations(item),
                None => _ = self.openapi.paths.paths.insert(path, item),
            }
        }
        self.openapi.components.get_or_insert_default().schemas.extend(schemas);
    }

    fn file(&mut self, path: &str, needs: Permission, cost: Cost, handler: MethodRouter<Server>) {
        self.add(Method::GET, path, Gate { kind: Kind::File, may: Requirement::Permission(needs), cost }, handler);
    }

    fn open(&mut self, path: &str, handler: MethodRouter<Server>) {
        self.add(Method::GET, path, Gate { kind: Kind::Open, may: Requirement::Public, cost: Cost::Cheap }, handler);
    }

    fn application(&mut self) {
        let gate = |kind, may| Gate { kind, may, cost: Cost::Cheap };
        self.add(Method::GET, "/", gate(Kind::Page, Requirement::SignedIn), get(pages::home));
        for page in PAGES {
            let handler = get(move |server: State<Server>, params, request| pages::show(server, params, page, request));
            self.add(Method::GET, page.path, gate(Kind::Page, page.may), handler);
        }
        for (path, needs, handler) in [
            (evidence::NEW, Permission::HandleEvidence, post(evidence::register)),
            (import::PATH, Permission::Import, post(import::run)),
            (logo::PATH, Permission::EditSettings, post(logo::run)),
        ] {
            let gate = Gate { kind: Kind::Form, may: Requirement::Permission(needs), cost: Cost::Upload };
            self.add(Method::POST, path, gate, handler);
        }
        for form in FORMS {
            let handler = form.handler;
            let page = PAGES.iter().find(|page| page.path == form.path);
            self.add(
                Method::POST,
                form.path,
                Gate { kind: Kind::Form, may: form.may, cost: form.cost },
                post(move |server: State<Server>, params, request| {
                    pages::posted(server, params, handler, page, request)
                }),
            );
        }
    }

    fn files(&mut self) {
        use Cost::{Cheap, Export, Report};
        use Permission::{
            EditSettings, ExportEvidenceLog, IssueReport, ListIncidents, ReadReports, RenderReport, ViewEvidence,
            ViewLedger, ViewMetrics,
        };
        use api::{evidence_log as log, report};

        self.file("/incidents.csv", ListIncidents, Export, get(api::incident_export::page_csv));
        self.file("/incidents/{reference}/report.pdf", RenderReport, Report, get(files::incident_report));
        let evidence = get(evidence::file);
        self.file("/incidents/{reference}/evidence/{label}/download", ViewEvidence, Export, evidence);
        self.file("/incidents/{reference}/evidence/log.json", ExportEvidenceLog, Export, get(log::json));
        self.file("/incidents/{reference}/evidence/log.csv", ExportEvidenceLog, Export, get(log::csv));
        self.file("/incidents/{reference}/evidence/log.pdf", ExportEvidenceLog, Report, get(log::pdf));
        self.file("/incidents/{reference}/evidence/custody-form.pdf", ExportEvidenceLog, Report, get(log::form));
        self.file("/evidence/log.json", ExportEvidenceLog, Export, get(log::period_json));
        self.file("/evidence/log.csv", ExportEvidenceLog, Export, get(log::period_csv));
        self.file("/evidence/log.pdf", ExportEvidenceLog, Report, get(log::period_pdf));
        self.file("/incidents/{reference}/reports/draft/{kind}", RenderReport, Report, get(report::draft_of_kind));
        let (of, metrics) = ("/incidents/{reference}/reports/issue/preview/{file}", "/metrics/issue/preview/{file}");
        self.file(of, IssueReport, Cheap, get(report::preview));
        self.file(metrics, IssueReport, Cheap, get(report::preview_metrics));
        self.file("/metrics/report.pdf", ViewMetrics, Report, get(report::metrics_draft));
        self.file("/reports/{id}/pdf", ReadReports, Export, get(report::open));
        self.file("/ledger.csv", ViewLedger, Export, get(api::ledger_entry::page_csv));
        self.file("/ledger/checkpoint", ViewLedger, Export, get(files::checkpoint));
        self.file("/ledger/vkey", ViewLedger, Cheap, get(files::vkey));
        self.file("/ledger/entries", ViewLedger, Export, get(files::entries));
        self.file("/ledger/proof/{seq}", ViewLedger, Export, get(files::proof));
        self.file("/settings/logo.png", EditSettings, Cheap, get(api::org::logo));
        self.file("/ledger/verify.sh", ViewLedger, Cheap, get(files::verify_script));
    }

    fn open_to_all(&mut self) {
        self.open("/pkg/{file}", get(pages::asset));
        self.open("/favicon.svg", get(pages::icon));
        self.open("/healthz", get(probes::health));
        self.open("/readyz", get(probes::ready));
        let gate = Gate { kind: Kind::Open, may: Requirement::Public, cost: Cost::Notice };
        self.add(Method::POST, headers::REPORTS_PATH, gate, post(probes::policy_report));
    }

    /// Every route there is.
    #[must_use]
    pub fn all(server: Server) -> Self {
        let openapi = api::openapi::description(&server.web.public_url);
        let mut routes = Self { server, router: Router::new(), table: Vec::new(), openapi };
        routes.application();
        routes.files();
        routes.open_to_all();
        api::routes::each(&mut |route| routes.rest(route));
        routes
    }

    /// The table of access: each route with who may ask for it.
    #[must_use]
    pub fn table(&self) -> &[AccessRow] {
        &self.table
    }

    /// The description of REST.
    #[must_use]
    pub const fn openapi(&self) -> &OpenApi {
        &self.openapi
    }

    /// The router with every layer, ready to serve.
    pub fn finish(self) -> Router {
        let Self { server, router, openapi, .. } = self;
        let unknown = Gate { kind: Kind::Page, may: Requirement::Public, cost: Cost::Cheap };
        let router = router
            .fallback_service(
                any(pages::unknown)
                    .with_state(server.clone())
                    .layer(middleware::from_fn_with_state((server.clone(), unknown), guard::pass)),
            )
            .layer(axum::Extension(Arc::new(api::openapi::Description::of(&openapi))))
            .layer(session::layer(&server))
            .layer(middleware::from_fn_with_state(server.clone(), csrf::check))
            .layer(middleware::from_fn(catch_panic))
            .layer(middleware::from_fn_with_state(server.clone(), connections::count))
            .layer(middleware::from_fn_with_state(server.clone(), answer::word))
            .layer(compression())
            .layer(middleware::from_fn_with_state(server.clone(), headers::set))
            .layer(middleware::from_fn_with_state(server.clone(), log::request));
        router.with_state(server)
    }
}

/// The router, ready to serve.
pub fn router(server: Server) -> Router {
    Routes::all(server).finish()
}

/// Compresses pages and JSON at a quick level. BREACH needs a secret beside text of the attacker's
/// in one body; our pages hold none: no CSRF token, no session id, and the nonce is new each time.
/// Assets were compressed when they were built.
fn compression() -> CompressionLayer<impl Predicate> {
    let worth_it = SizeAbove::new(1024)
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/wasm"))
        // Evidence keeps its length.
        .and(NotForContentType::const_new("application/octet-stream"))
        .and(NotForContentType::const_new("application/zip"));
    CompressionLayer::new().gzip(true).br(true).quality(CompressionLevel::Precise(4)).compress_when(worth_it)
}

/// A panic ends its own request and nothing else.
async fn catch_panic(request: Request, next: Next) -> Response {
    match std::panic::AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().map(ToString::to_string);
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
            Problem::failed(format!("panic: {}", said.unwrap_or_default())).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use tower::ServiceExt as _;

    #[tokio::test]
    async fn a_panic_ends_its_own_request_and_nothing_else() {
        let router: Router = Router::new()
            .route("/bad", get(async || -> &'static str { panic!("on purpose") }))
            .route("/good", get(async || "here"))
            .layer(middleware::from_fn(catch_panic));
        let status = async |path: &str| {
            let request = Request::builder().uri(path).body(axum::body::Body::empty()).unwrap();
            router.clone().oneshot(request).await.unwrap().status().as_u16()
        };
        assert_eq!((status("/bad").await, status("/good").await, status("/bad").await), (500, 200, 500));
    }
}
