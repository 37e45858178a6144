//! The URL table as data: each route says who may ask, the router is made from it, and a test walks it.

use axum::Router;
use axum::extract::Extension;
use axum::handler::Handler;
use axum::http::Method;
use axum::routing::{MethodFilter, MethodRouter, on};
use std::collections::BTreeSet;
use std::convert::Infallible;

use super::db::Intent;
use super::permit::Permission;
use super::state::App;

/// Who may ask for a route. The extractors read it and refuse; a route without it answers 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anyone: sign-in, help, the list of public processes.
    Anyone,
    /// Anyone, where the process is public.
    PublicProcess,
    /// Whoever is signed in, for their own account.
    Account,
    /// A member of the process whose role can hold this permission; the handler asks for the record itself.
    Member(Permission),
    /// An operator of the installation.
    Operator,
    /// A program with a token, whose member's role can hold this permission; no cookie opens it.
    Token(Permission),
}

#[derive(Debug, Clone)]
pub struct RouteFact {
    pub method: Method,
    pub path: &'static str,
    pub access: Access,
}

/// Whether a route's address can be gone to: there is a page at it. An address that only takes forms is none to come back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HasPage(pub bool);

/// Collects the routes of all features.
#[derive(Default)]
pub struct Routes {
    routes: Vec<(&'static str, MethodRouter<App, Infallible>)>,
    facts: Vec<RouteFact>,
}

impl Routes {
    pub fn get<H, T>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, access, Intent::Read, handler);
    }

    /// A page whose reading is noted in the access log.
    pub fn get_noted<H, T>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, access, Intent::Write, handler);
    }

    /// A page with optional filters.
    pub fn get_filtered<H, T>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::GET, MethodFilter::GET, path, access, Intent::ReadFiltered, handler);
    }

    pub fn post<H, T>(&mut self, path: &'static str, access: Access, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add(Method::POST, MethodFilter::POST, path, access, Intent::Write, handler);
    }

    /// A route for programs. What its method says of reading and writing is the token's scope; `intent` is how its
    /// transaction begins, since a reading can have to be noted.
    pub fn program<H, T>(&mut self, method: Method, path: &'static str, access: Access, intent: Intent, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let filter = match method {
            Method::POST => MethodFilter::POST,
            Method::PATCH => MethodFilter::PATCH,
            Method::DELETE => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        self.add(method, filter, path, access, intent, handler);
    }

    fn add<H, T>(
        &mut self,
        method: Method,
        filter: MethodFilter,
        path: &'static str,
        access: Access,
        intent: Intent,
        handler: H,
    ) where
        H: Handler<T, App>,
        T: 'static,
    {
        self.facts.push(RouteFact { method, path, access });
        let route: MethodRouter<App, Infallible> = on(filter, handler);
        self.routes.push((path, route.layer::<_, Infallible>((Extension(access), Extension(intent)))));
    }

    pub fn facts(&self) -> &[RouteFact] {
        &self.facts
    }

    pub fn into_router(self) -> Router<App> {
        let pages: BTreeSet<&str> = self.facts.iter().filter(|f| f.method == Method::GET).map(|f| f.path).collect();
        self.routes.into_iter().fold(Router::new(), |router, (path, route)| {
            router.route(path, route.layer::<_, Infallible>(Extension(HasPage(pages.contains(path)))))
        })
    }
}
