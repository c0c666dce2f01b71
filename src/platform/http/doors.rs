//! Routes that say who may use them. There is no other way to add one.

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    handler::Handler,
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, on},
};

use super::{BaseUrl, Failure};
use crate::platform::{
    Ctx,
    access::{Level, Permission, Via},
    ctx::Who,
};

/// Most bytes that a door takes unless it says otherwise.
const USUAL_BODY_BYTES: usize = 64 * 1024;

/// Who may use a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody on the internet.
    Public,
    /// Any member of the staff.
    SignedIn,
    /// Anybody who is signed in, staff or resident.
    Person,
    /// A resident of at least this level.
    Resident(Level),
    /// Staff who hold a permission, be it for some kinds only; operations ask again with the kind.
    May(Permission),
    /// The operator: from this machine, or with the metrics token.
    Operator,
}

/// One door: method, path template, who may use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Door {
    /// HTTP method.
    pub method: &'static str,
    /// Path with `{parameters}`.
    pub path: &'static str,
    /// Who may use it.
    pub access: Access,
    /// Most bytes of a body.
    pub most_bytes: usize,
}

/// Doors with the router behind them; the list is what tests compare with the OpenAPI document.
#[derive(Debug)]
pub struct Doors<S = ()> {
    router: Router<S>,
    /// The one that was added last, until it is known how much it takes.
    last: Option<(Door, MethodRouter<S>)>,
    list: Vec<Door>,
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident $filter:ident;)*) => {
        $(
            $(#[$doc])*
            #[must_use]
            pub fn $name<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
            where
                H: Handler<T, S>,
                T: 'static,
            {
                self.add(access, stringify!($filter), path, on(MethodFilter::$filter, handler))
            }
        )*
    };
}

impl<S: Clone + Send + Sync + 'static> Doors<S> {
    /// No doors yet.
    #[must_use]
    pub fn new() -> Self {
        Self { router: Router::new(), last: None, list: Vec::new() }
    }

    methods! {
        /// A door for reading.
        get GET;
        /// A door for adding or doing something.
        post POST;
        /// A door for putting something in a place.
        put PUT;
        /// A door for changing a part.
        patch PATCH;
        /// A door for taking something away.
        delete DELETE;
        /// A door that says what may be done there.
        options OPTIONS;
    }

    /// Lets the door that was added last take so many bytes.
    #[must_use]
    pub fn taking(mut self, most_bytes: usize) -> Self {
        if let Some((door, _)) = &mut self.last {
            door.most_bytes = most_bytes;
        }
        self
    }

    fn add(
        mut self,
        access: Access,
        method: &'static str,
        path: &'static str,
        route: MethodRouter<S>,
    ) -> Self {
        self = self.settled();
        self.last = Some((Door { method, path, access, most_bytes: USUAL_BODY_BYTES }, route));
        self
    }

    fn settled(mut self) -> Self {
        if let Some((door, route)) = self.last.take() {
            let route: MethodRouter<S> = route.layer(DefaultBodyLimit::max(door.most_bytes));
            let route = route.layer(super::layers::patience(door.most_bytes));
            let route = match door.access {
                Access::Operator => route.layer(from_fn(super::layers::operator_only)),
                access => route.layer(from_fn_with_state(access, guard)),
            };
            self.router = self.router.route(door.path, route);
            self.list.push(door);
        }
        self
    }

    /// Closes the doors over their state.
    pub fn with_state(self, state: S) -> Doors {
        let settled = self.settled();
        Doors { router: settled.router.with_state(state), last: None, list: settled.list }
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Doors<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl Doors {
    /// Joins the doors of two slices.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.router = self.router.merge(other.router);
        self.list.extend(other.list);
        self
    }

    /// The router and the list of its doors.
    pub fn into_parts(self) -> (Router, Vec<Door>) {
        (self.router, self.list)
    }
}

/// Lets in whom the door is for. Whoever is not signed in is led to the sign-in from a page, and told so elsewhere.
async fn guard(
    State(access): State<Access>,
    ctx: Ctx,
    base: BaseUrl,
    request: Request,
    next: Next,
) -> Response {
    if !is_from_us(&ctx, &base, &request) {
        return Failure::ForeignForm.into_response();
    }
    let allowed = match (access, &ctx.who) {
        (Access::Public, _) | (_, Who::System(_)) => Ok(()),
        (_, Who::Visitor) => Err(Failure::Unauthorized),
        (Access::May(permission), Who::Staff(staff)) if !staff.grants.may_somewhere(permission) => {
            Err(Failure::Forbidden { permission: permission.name() })
        }
        (Access::Resident(level), Who::Resident(resident)) if resident.level < level => {
            Err(Failure::LevelNeeded { level })
        }
        (Access::Resident(_) | Access::Person, Who::Resident(_)) => Ok(()),
        (Access::SignedIn | Access::May(_) | Access::Person, Who::Staff(_)) => Ok(()),
        (_, Who::Resident(_)) => Err(Failure::Forbidden { permission: "an account of the staff" }),
        (_, Who::Staff(_)) => Err(Failure::Forbidden { permission: "an account of a resident" }),
    };
    match allowed {
        Ok(()) => {
            let mut response = next.run(request).await;
            let headers = response.headers_mut();
            let kept_by_nobody = headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store");
            if ctx.account().is_some() && !kept_by_nobody {
                // What was made for one person must not be kept for another; and a page that only the staff may see must
                // not come back by the button "back" once they have signed out. What residents read stays on their
                // phone until they sign out there, when the browser is told to clear what it keeps; handlers say
                // otherwise where something is secret.
                let is_page = headers.get(header::CONTENT_TYPE).is_some_and(is_html);
                let own = matches!(access, Access::Public | Access::Resident(_));
                let kept = if is_page && !own { "no-store" } else { "private, no-cache" };
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
            }
            response
        }
        Err(Failure::Unauthorized) if wants_page(&request) => {
            see_other(format!("/sign-in?next={}", own_address(&request)))
        }
        Err(Failure::LevelNeeded { level }) if wants_page(&request) => {
            see_other(format!("/account/identity?needs={}&next={}", level.name(), own_address(&request)))
        }
        Err(failure) => failure.into_response(),
    }
}

fn is_html(content_type: &HeaderValue) -> bool {
    content_type.as_bytes().starts_with(b"text/html")
}

fn see_other(address: String) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address)]).into_response()
}

/// Path and query of a request, fit to stand in a query.
fn own_address(request: &Request) -> String {
    let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
    percent_encoding::utf8_percent_encode(here, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn wants_page(request: &Request) -> bool {
    let path = request.uri().path();
    request.method() == Method::GET
        && !["/api/", "/ogc", "/tiles/", "/photos/"].iter().any(|prefix| path.starts_with(prefix))
}

/// Whether a change that a session asks for was asked for by one of our own pages. Browsers say where a request comes
/// from (`Sec-Fetch-Site`, else `Origin`); programs hold tokens and have no session.
fn is_from_us(ctx: &Ctx, base: &BaseUrl, request: &Request) -> bool {
    let in_session = matches!(ctx.via(), Some(Via::Session { .. }));
    if !in_session || matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let said = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => without_scheme(origin) == without_scheme(&base.0),
        (None, None) => false,
    }
}

/// Behind a proxy the service may not know that it is seen as https.
fn without_scheme(address: &str) -> &str {
    address.split_once("://").map_or(address, |(_, rest)| rest)
}
