//! Routes that say who may use them. There is no other way to add one.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodRouter, get},
};

/// Who may use a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody on the internet.
    Public,
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
}

/// Doors with the router behind them; the list is what tests compare with the OpenAPI document.
#[derive(Debug)]
pub struct Doors<S = ()> {
    router: Router<S>,
    list: Vec<Door>,
}

impl<S: Clone + Send + Sync + 'static> Doors<S> {
    /// No doors yet.
    #[must_use]
    pub fn new() -> Self {
        Self { router: Router::new(), list: Vec::new() }
    }

    /// A door for reading.
    #[must_use]
    pub fn get<H, T>(self, access: Access, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, S>,
        T: 'static,
    {
        self.add(access, "GET", path, get(handler))
    }

    fn add(
        mut self,
        access: Access,
        method: &'static str,
        path: &'static str,
        route: MethodRouter<S>,
    ) -> Self {
        let route = match access {
            Access::Public => route,
            Access::Operator => route.layer(axum::middleware::from_fn(super::layers::operator_only)),
        };
        self.router = self.router.route(path, route);
        self.list.push(Door { method, path, access });
        self
    }

    /// Closes the doors over their state.
    pub fn with_state(self, state: S) -> Doors {
        Doors { router: self.router.with_state(state), list: self.list }
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
