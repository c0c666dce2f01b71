//! One node of Reeve: all slices, opened in order, with their doors behind one router.

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use metrics_exporter_prometheus::PrometheusHandle;
use sqlx::PgPool;
use tokio::task::JoinSet;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};
use utoipa::OpenApi;

use crate::{
    accounts::{Accounts, Foundations, Providers, identify},
    cemetery::Cemeteries,
    conversations::{self, Conversations},
    desk::Desk,
    dues::Dues,
    finance::Finance,
    front::{Front, say_whose},
    imports::wizard::Imports,
    maps::Maps,
    messages::Messages,
    ogc::Ogc,
    parties::Parties,
    payments::{self, Payments},
    photos::Photos,
    platform::{
        Config, Ctx, Feed, db,
        http::{
            Access, Caller, ConfiguredBaseUrl, Door, Doors, Failure, MetricsToken, Problem, json, typed, wrap,
        },
        secrets::Keys,
    },
    privacy::Privacy,
    registry::{DataPages, KindAdmin, Registry, TownArea},
    routing::Routing,
    statements::Statements,
    surveys::{self, Surveys},
    tax_base::TaxBase,
    town::Town,
    ui::{Here, Nav, Site, html_with, views::ErrorPage},
};

/// A node, opened on a migrated database.
#[derive(Debug, Clone)]
pub struct App {
    /// Settings.
    pub config: Arc<Config>,
    /// Connections.
    pub pool: PgPool,
    /// Connections that keep plans.
    books: PgPool,
    /// Change feed.
    pub feed: Feed,
    /// Registry.
    pub registry: Registry,
    /// Persons and companies.
    pub parties: Parties,
    /// Messages.
    pub messages: Messages,
    /// Accounts.
    pub accounts: Accounts,
    /// What is written to the office.
    pub conversations: Conversations,
    /// What is owed.
    pub dues: Dues,
    /// Statements of bank accounts.
    pub statements: Statements,
    /// The land register against what is declared.
    pub tax_base: TaxBase,
    /// What the town asks residents.
    pub surveys: Surveys,
    /// Payments through operators.
    pub payments: Payments,
    /// The exchange with the finance system.
    pub finance: Finance,
    /// What is kept of whom.
    pub privacy: Privacy,
    /// Photos.
    pub photos: Photos,
    /// Cemeteries.
    pub cemeteries: Cemeteries,
    /// Routing.
    pub routing: Routing,
    /// Imports under way.
    pub imports: Imports,
    maps: Maps,
    town: Town,
    desk: Desk,
    ogc: Ogc,
    site: Site,
    prometheus: Option<PrometheusHandle>,
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Reeve",
        description = "A town's registry on a map. Lists have limits and next links; errors are problem documents (RFC 9457). Every address understands `lang=pl|en`."
    ),
    paths(
        crate::registry::kinds,
        crate::registry::features_in_sight,
        crate::registry::export,
        crate::registry::desk::desk_kinds,
        crate::registry::desk::desk_features,
        crate::registry::desk::desk_feature,
        crate::registry::desk::search,
        crate::registry::desk::coordinates,
        crate::registry::drafts::drafts,
        crate::registry::drafts::draft,
        crate::registry::drafts::put_draft,
        crate::registry::drafts::give_up_draft,
        crate::registry::drafts::check_draft,
        crate::registry::drafts::submit_draft,
        crate::registry::history::asset_history,
        crate::registry::history::change_sets,
        crate::registry::history::change_set,
        crate::registry::history::undo,
        crate::registry::history::undo_version,
        crate::desk::seen,
        crate::desk::walk_list,
        crate::cemetery::search_graves,
        crate::routing::route,
        crate::messages::push_state,
        crate::messages::add_push,
        crate::messages::remove_push,
        crate::messages::sms_report_asked,
        crate::messages::sms_report,
        crate::dues::own_dues,
        crate::tax_base::tax_base_findings,
        crate::payments::notified,
        crate::payments::returned,
        crate::surveys::votes::cast_ballot,
        crate::surveys::votes::take_token,
        crate::surveys::votes::take_token_by_code,
        crate::surveys::votes::urn,
        crate::photos::picture,
        crate::photos::photos,
        crate::photos::add_photo,
        crate::photos::original,
        crate::photos::change_photo,
        crate::photos::remove_photo,
        crate::maps::asset_card,
        crate::maps::tile_json,
        crate::maps::tile,
        crate::imports::wizard::abandon_import,
        crate::imports::wizard::apply_import,
        crate::imports::wizard::begin_import,
        crate::imports::wizard::compare_import,
        crate::imports::wizard::exclude_items,
        crate::imports::wizard::forget_import_mapping,
        crate::imports::wizard::import,
        crate::imports::wizard::import_inspection,
        crate::imports::wizard::import_items,
        crate::imports::wizard::import_mapping,
        crate::imports::wizard::import_mappings,
        crate::imports::wizard::import_rejected,
        crate::imports::wizard::imports,
        crate::imports::wizard::inspect_import,
        crate::imports::wizard::put_import_mapping,
        crate::imports::wizard::save_import_mapping,
        crate::imports::wizard::undo_import,
        crate::imports::wizard::add_file,
        crate::imports::wizard::append_to_file,
        crate::imports::wizard::received_file,
        crate::imports::wizard::remove_file,
        crate::imports::wizard::upload_terms,
        crate::ogc::landing,
        crate::ogc::conformance,
        crate::ogc::collections,
        crate::ogc::collection,
        crate::ogc::queryables,
        crate::ogc::items,
        crate::ogc::item,
        crate::ogc::create,
        crate::ogc::replace,
        crate::ogc::update,
        crate::ogc::delete,
        crate::ogc::project,
        crate::ogc::packed_project,
    )
)]
struct ApiDescription;

impl App {
    /// Opens all slices on a database whose schema is current. Nothing follows the feed yet.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open(config: Config, pool: PgPool) -> anyhow::Result<Self> {
        let config = Arc::new(config);
        let feed = Feed::new(pool.clone()).await?;
        let site = Site::new(config.clone(), feed.clone());
        let area = config.town.area.as_deref().map(TownArea::read).transpose()?;
        let registry = Registry::open(pool.clone(), feed.clone(), area).await?;
        let keys = Arc::new(Keys::new(&config));
        let parties = Parties::new(pool.clone(), &config, keys.clone(), site.clone());
        let messages = Messages::new(pool.clone(), config.clone(), keys.clone(), site.clone())?;
        parties.told_by(messages.clone());
        // Books are asked for by ids.
        let books = db::keeping_plans(&pool);
        let accounts = Accounts::new(Foundations {
            pool: pool.clone(),
            config: config.clone(),
            registry: registry.clone(),
            parties: parties.clone(),
            messages: messages.clone(),
            providers: Providers::new(&config.identity)?,
            keys: keys.clone(),
            site: site.clone(),
        });
        let conversations = Conversations::new(conversations::Foundations {
            pool: pool.clone(),
            registry: registry.clone(),
            parties: parties.clone(),
            messages: messages.clone(),
            accounts: accounts.clone(),
            keys: keys.clone(),
            site: site.clone(),
        })?;
        let dues =
            Dues::new(books.clone(), registry.clone(), parties.clone(), messages.clone(), site.clone());
        let statements = Statements::new(
            books.clone(),
            dues.clone(),
            parties.clone(),
            site.clone(),
            payments::senders(&config)?,
        );
        let tax_base = TaxBase::new(pool.clone(), registry.clone(), site.clone());
        let surveys = Surveys::new(surveys::Foundations {
            pool: pool.clone(),
            config: config.clone(),
            registry: registry.clone(),
            parties: parties.clone(),
            messages: messages.clone(),
            accounts: accounts.clone(),
            keys: keys.clone(),
            site: site.clone(),
        });
        let payments = Payments::new(
            books.clone(),
            config.clone(),
            parties.clone(),
            dues.clone(),
            statements.clone(),
            site.clone(),
        )?;
        let finance = Finance::new(pool.clone(), dues.clone(), site.clone());
        let privacy =
            Privacy::new(pool.clone(), &config, keys, parties.clone(), accounts.clone(), site.clone());
        let photos = Photos::new(pool.clone(), &config, registry.clone(), site.clone());
        let maps = Maps::new(pool.clone(), feed.clone(), registry.clone(), photos.clone(), site.clone());
        let cemeteries = Cemeteries::new(
            pool.clone(),
            feed.clone(),
            registry.clone(),
            maps.clone(),
            photos.clone(),
            site.clone(),
        );
        let routing =
            Routing::new(pool.clone(), feed.clone(), cemeteries.clone(), maps.clone(), site.clone());
        let town = Town::new(pool.clone(), feed.clone(), &config, site.clone());
        let desk = Desk::new(
            pool.clone(),
            feed.clone(),
            registry.clone(),
            maps.clone(),
            photos.clone(),
            town.clone(),
            site.clone(),
        );
        let imports = Imports::new(pool.clone(), &config, registry.clone(), site.clone());
        let ogc = Ogc::new(registry.clone(), feed.clone(), site.clone());
        Ok(Self {
            config,
            pool,
            books,
            feed,
            registry,
            parties,
            messages,
            accounts,
            conversations,
            dues,
            statements,
            tax_base,
            surveys,
            payments,
            finance,
            privacy,
            photos,
            cemeteries,
            routing,
            imports,
            maps,
            town,
            desk,
            ogc,
            site,
            prometheus: None,
        })
    }

    /// Collects metrics in this process; once per process.
    ///
    /// # Errors
    /// When a collector is already installed.
    pub fn with_metrics(mut self) -> anyhow::Result<Self> {
        self.prometheus = Some(metrics_exporter_prometheus::PrometheusBuilder::new().install_recorder()?);
        Ok(self)
    }

    /// Starts everything that follows the database; it ends when the set is dropped.
    pub fn follow(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        tasks.spawn(self.feed.clone().follow());
        if let Some(handle) = self.prometheus.clone() {
            // Figures that nobody fetches must not pile up.
            tasks.spawn(async move {
                let mut ticks = tokio::time::interval(std::time::Duration::from_secs(5));
                loop {
                    ticks.tick().await;
                    handle.run_upkeep();
                }
            });
        }
        tasks.spawn(self.registry.clone().follow());
        tasks.spawn(self.messages.clone().follow());
        tasks.spawn(self.dues.clone().follow());
        tasks.spawn(self.payments.clone().follow());
        tasks.spawn(self.surveys.clone().follow_votes());
        tasks.spawn(self.surveys.clone().follow());
        tasks.spawn(self.accounts.clone().follow());
        tasks.spawn(self.privacy.clone().follow());
        tasks.spawn(self.desk.clone().follow());
        tasks.spawn(self.cemeteries.clone().follow());
        tasks.spawn(self.routing.clone().follow());
        tasks.spawn(self.imports.clone().follow());
        tasks
    }

    /// Brings the feed, the index and the network up to date now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh(&self) -> anyhow::Result<()> {
        self.feed.refresh().await?;
        self.cemeteries.make_index().await?;
        self.routing.make_network().await?;
        Ok(())
    }

    /// The router and the list of its doors.
    pub fn router(&self) -> (Router, Vec<Door>) {
        let own = Doors::new()
            .get(Access::Public, "/api/openapi.json", openapi)
            .get(Access::Public, "/healthz", healthz)
            .get(Access::Public, "/readyz", readyz)
            .get(Access::Operator, "/metrics", metrics)
            .with_state(self.clone());
        let doors = own
            .and(
                Front {
                    registry: self.registry.clone(),
                    cemeteries: self.cemeteries.clone(),
                    site: self.site.clone(),
                    static_dir: self.config.static_dir.clone(),
                }
                .doors(),
            )
            .and(self.registry.doors())
            .and(DataPages::new(self.registry.clone(), self.site.clone()).doors())
            .and(self.messages.doors())
            .and(self.accounts.doors())
            .and(self.parties.doors())
            .and(self.conversations.doors())
            .and(self.dues.doors())
            .and(self.statements.doors())
            .and(self.tax_base.doors())
            .and(self.surveys.doors())
            .and(self.payments.doors())
            .and(self.finance.doors())
            .and(self.privacy.doors())
            .and(self.photos.doors())
            .and(KindAdmin::new(self.registry.clone(), self.site.clone()).doors())
            .and(self.town.doors())
            .and(self.desk.doors())
            .and(self.imports.doors())
            .and(self.cemeteries.doors())
            .and(self.routing.doors())
            .and(self.maps.doors())
            .and(self.ogc.doors());
        let (router, list) = doors.into_parts();
        let files = ServeDir::new(&self.config.static_dir).precompressed_gzip();
        let cached = SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, no-cache"),
        );
        let router = router
            .nest_service("/static", tower::ServiceBuilder::new().layer(cached).service(files))
            .fallback(|| async { Failure::not_found("this page") })
            .method_not_allowed_fallback(|| async { Failure::MethodNotAllowed })
            .layer(from_fn_with_state(self.site.clone(), error_pages))
            .layer(from_fn_with_state(self.config.clone(), say_whose))
            .layer(from_fn_with_state(self.accounts.clone(), identify));
        let router = wrap(router)
            .layer(Extension(ConfiguredBaseUrl(self.config.base_url.as_deref().map(Arc::from))))
            .layer(Extension(MetricsToken {
                token: self.config.metrics_token.as_deref().map(Arc::from),
                // Behind a proxy everybody comes from this machine; who names an outside address has one.
                local: self.config.metrics_token.is_none() && self.config.base_url.is_none(),
            }));
        (router, list)
    }

    /// Serves until `stop` resolves; answers under way are given a few seconds.
    ///
    /// # Errors
    /// When the listener breaks.
    pub async fn serve(
        &self,
        listener: tokio::net::TcpListener,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
        let (router, _) = self.router();
        let service = router.into_make_service_with_connect_info::<Caller>();
        axum::serve(crate::platform::http::PatientListener(listener), service)
            .with_graceful_shutdown(stop)
            .await
    }
}

/// Browsers get a page where programs get a problem document.
async fn error_pages(
    State(site): State<Site>,
    ctx: Ctx,
    here: Here,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let for_programs =
        ["/api/", "/ogc", "/tiles/", "/photos/", "/static/", "/healthz", "/readyz", "/metrics"];
    let wants_page = !for_programs.iter().any(|prefix| path.starts_with(prefix))
        && request.headers().get(header::ACCEPT).is_none_or(|accept| {
            accept.to_str().is_ok_and(|text| text.contains("text/html") || text.contains("*/*"))
        });
    let response = next.run(request).await;
    let Some(problem) = response.extensions().get::<Problem>().filter(|_| wants_page) else {
        return response;
    };
    let t = crate::platform::i18n::texts(ctx.lang);
    let page = ErrorPage {
        page: site.page(&ctx, &here, Nav::Nowhere, ErrorPage::title_of(t, problem.status)),
        t,
        status: problem.status,
        detail: (problem.status == 400).then(|| problem.detail.clone()),
        request_id: ctx.request_id.to_string(),
    };
    match html_with(response.status(), &page) {
        Ok(mut shown) => {
            for name in [header::RETRY_AFTER, header::CACHE_CONTROL] {
                if let Some(value) = response.headers().get(&name) {
                    shown.headers_mut().insert(name, value.clone());
                }
            }
            shown
        }
        Err(_) => response,
    }
}

async fn openapi(params: crate::kernel::Params) -> Result<Response, Failure> {
    params.finish()?;
    json("application/vnd.oai.openapi+json;version=3.1", &ApiDescription::openapi())
}

async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready when the database answers and the node has made its index and network.
async fn readyz(State(app): State<App>) -> Result<Response, Failure> {
    db::answers(&app.pool).await?;
    if app.cemeteries.ready() && app.routing.ready() {
        Ok("ready\n".into_response())
    } else {
        Err(Failure::Busy)
    }
}

async fn metrics(State(app): State<App>) -> Result<Response, Failure> {
    let handle = app.prometheus.as_ref().ok_or_else(|| Failure::not_found("this page"))?;
    metrics::gauge!("reeve_database_connections").set(f64::from(app.pool.size() + app.books.size()));
    metrics::gauge!("reeve_database_connections_idle")
        .set((app.pool.num_idle() + app.books.num_idle()) as f64);
    metrics::counter!("reeve_passwords_hashed_total").absolute(app.accounts.passwords_hashed());
    for (name, state) in &app.feed.now().collections {
        metrics::gauge!("reeve_collection_features", "collection" => name.clone()).set(state.live as f64);
    }
    Ok(typed("text/plain; version=0.0.4", handle.render()))
}

/// The OpenAPI document, for whoever checks it against the doors.
#[must_use]
pub fn openapi_document() -> utoipa::openapi::OpenApi {
    ApiDescription::openapi()
}
