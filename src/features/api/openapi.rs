//! The document of the interface (OpenAPI 3.1), made from the table that its routes are made from: what is not in it cannot be
//! called, and what can be called is in it.

use axum::handler::Handler;
use axum::http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::body::{self, Member};
use super::problem::{self, Kind};
use super::shape::{Schemas, Shape, about};
use crate::kernel::db::Intent;
use crate::kernel::permit::Permission;
use crate::kernel::route::{Access, Routes};
use crate::kernel::state::App;

/// Where everything of this version is.
pub const BASE: &str = "/api/v1";

/// A parameter in the query.
#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: &'static str,
    pub about: &'static str,
    pub schema: Value,
    /// It can be given several times.
    pub several: bool,
}

impl Parameter {
    pub fn new(name: &'static str, about: &'static str, schema: Value) -> Self {
        Self { name, about, schema, several: false }
    }
    pub fn several(self) -> Self {
        Self { several: true, ..self }
    }
}

/// What is answered where all goes well.
pub struct Answer {
    pub status: StatusCode,
    pub about: &'static str,
    pub schema: fn(&mut Schemas) -> Value,
}

/// One thing that can be asked for.
pub struct Operation {
    pub method: Method,
    /// With the beginning that all have.
    pub path: &'static str,
    pub id: &'static str,
    pub tag: &'static str,
    pub summary: &'static str,
    pub about: &'static str,
    pub permission: Permission,
    pub intent: Intent,
    pub parameters: Vec<Parameter>,
    pub body: Option<&'static [Member]>,
    /// Whether every field of the body may be left out.
    pub partial: bool,
    pub answers: Vec<Answer>,
    /// A single record that has an entity tag.
    pub tagged: bool,
    /// A change that is made from the state with that tag.
    pub matched: bool,
    /// What can come of it besides what can come of everything.
    pub faults: &'static [Kind],
}

impl Operation {
    pub fn get(path: &'static str, id: &'static str, tag: &'static str, permission: Permission) -> Self {
        Self {
            method: Method::GET,
            path,
            id,
            tag,
            summary: "",
            about: "",
            permission,
            intent: Intent::Read,
            parameters: Vec::new(),
            body: None,
            partial: false,
            answers: Vec::new(),
            tagged: false,
            matched: false,
            faults: &[],
        }
    }

    pub fn write(
        method: Method,
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        permission: Permission,
        body: &'static [Member],
    ) -> Self {
        let partial = method == Method::PATCH;
        Self { method, body: Some(body), partial, intent: Intent::Write, ..Self::get(path, id, tag, permission) }
    }

    /// A write that says nothing but itself.
    pub fn bare(
        method: Method,
        path: &'static str,
        id: &'static str,
        tag: &'static str,
        permission: Permission,
    ) -> Self {
        Self { method, intent: Intent::Write, ..Self::get(path, id, tag, permission) }
    }

    /// A change whose body names what it has to.
    pub fn whole(self) -> Self {
        Self { partial: false, ..self }
    }

    pub fn says(self, summary: &'static str, about: &'static str) -> Self {
        Self { summary, about, ..self }
    }
    pub fn begins(self, intent: Intent) -> Self {
        Self { intent, ..self }
    }
    pub fn takes(self, parameters: Vec<Parameter>) -> Self {
        Self { parameters, ..self }
    }
    pub fn answers<T: Shape>(mut self, status: StatusCode, about: &'static str) -> Self {
        self.answers.push(Answer { status, about, schema: T::schema });
        self
    }
    pub fn tagged(self) -> Self {
        Self { tagged: true, ..self }
    }
    pub fn matched(self) -> Self {
        Self { matched: true, ..self }
    }
    pub fn fails(self, faults: &'static [Kind]) -> Self {
        Self { faults, ..self }
    }

    fn reads(&self) -> bool {
        self.method == Method::GET
    }

    /// Every kind of problem that can come of it.
    pub fn kinds(&self) -> Vec<Kind> {
        let mut kinds = vec![
            Kind::BadRequest,
            Kind::Unauthorized,
            Kind::Forbidden,
            Kind::TooMany,
            Kind::Internal,
            Kind::Unavailable,
        ];
        if self.path.contains('{') {
            kinds.push(Kind::NotFound);
        }
        if !self.parameters.is_empty() || self.body.is_some() {
            kinds.push(Kind::Invalid);
        }
        if self.body.is_some() {
            kinds.extend([Kind::TooLarge, Kind::UnsupportedMediaType, Kind::Conflict]);
        }
        if self.matched {
            kinds.extend([Kind::PreconditionFailed, Kind::PreconditionRequired]);
        }
        kinds.extend(self.faults.iter().filter(|kind| !kinds.contains(kind)).copied().collect::<Vec<_>>());
        kinds.sort_by_key(|kind| kind.status().as_u16());
        kinds
    }
}

/// What takes the table: the router, and the document.
pub trait Takes {
    fn on<H, T>(&mut self, operation: Operation, handler: H)
    where
        H: Handler<T, App>,
        T: 'static;
}

impl Takes for Routes {
    fn on<H, T>(&mut self, operation: Operation, handler: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.program(operation.method, operation.path, Access::Token(operation.permission), operation.intent, handler);
    }
}

/// The table as data, for the document and the page that shows it.
#[derive(Default)]
pub struct Table(pub Vec<Operation>);

impl Takes for Table {
    fn on<H, T>(&mut self, operation: Operation, _: H)
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.0.push(operation);
    }
}

fn in_query(parameter: &Parameter) -> Value {
    let schema = match parameter.several {
        true => json!({ "type": "array", "items": parameter.schema }),
        false => parameter.schema.clone(),
    };
    json!({
        "name": parameter.name, "in": "query", "required": false, "description": parameter.about, "schema": schema,
        "style": "form", "explode": true,
    })
}

fn in_header(name: &str, about: &str, required: bool) -> Value {
    json!({ "name": name, "in": "header", "required": required, "description": about, "schema": { "type": "string" } })
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).map(|name| {
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string", "format": "uuid" } })
    });
    let mut all: Vec<Value> = in_path.chain(operation.parameters.iter().map(in_query)).collect();
    if operation.tagged && operation.reads() {
        all.push(in_header("If-None-Match", "An entity tag: where the record still has it, 304 is answered.", false));
    }
    if operation.matched {
        let about = "The entity tag of the state that the change was made from, or `*`.";
        // it is needed, and its lack is answered with a status of its own
        all.push(in_header("If-Match", about, false));
    }
    if !operation.reads() {
        all.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "Sent again with the same key within a day, the request is answered alike and not done twice.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" },
        }));
    }
    all
}

fn headers(operation: &Operation, status: StatusCode) -> Value {
    let mut headers = Map::new();
    let reference = |name: &str| json!({ "$ref": format!("#/components/headers/{name}") });
    for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
        headers.insert(name.to_owned(), reference(name));
    }
    if operation.tagged {
        headers.insert("ETag".to_owned(), reference("ETag"));
    }
    if status == StatusCode::CREATED {
        headers.insert("Location".to_owned(), reference("Location"));
    }
    Value::Object(headers)
}

fn responses(operation: &Operation, schemas: &mut Schemas) -> Value {
    let mut all = Map::new();
    for answer in &operation.answers {
        let schema = (answer.schema)(schemas);
        all.insert(
            answer.status.as_str().to_owned(),
            json!({
                "description": answer.about, "headers": headers(operation, answer.status),
                "content": { "application/json": { "schema": schema } },
            }),
        );
    }
    if operation.tagged && operation.reads() {
        all.insert("304".to_owned(), json!({ "description": "The record still has the tag that was sent." }));
    }
    for kind in operation.kinds() {
        let name = format!("#/components/responses/{}", kind.name());
        all.insert(kind.status().as_str().to_owned(), json!({ "$ref": name }));
    }
    Value::Object(all)
}

fn described(operation: &Operation, schemas: &mut Schemas) -> Value {
    let scope = if operation.reads() { "read" } else { "write" };
    let mut all = json!({
        "operationId": operation.id, "tags": [operation.tag], "summary": operation.summary,
        "parameters": parameters(operation), "responses": responses(operation, schemas),
        "security": [{ "token": [scope] }],
    });
    if let Some(all) = all.as_object_mut() {
        if !operation.about.is_empty() {
            all.insert("description".to_owned(), json!(operation.about));
        }
        if let Some(members) = operation.body {
            let schema = body::schema(members, operation.partial);
            let content = match operation.partial {
                true => {
                    json!({ "application/merge-patch+json": { "schema": schema }, "application/json": { "schema": schema } })
                }
                false => json!({ "application/json": { "schema": schema } }),
            };
            all.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        }
    }
    all
}

fn problem_schema() -> Value {
    about(
        json!({
            "type": "object",
            "properties": {
                "type": { "type": "string", "format": "uri-reference" },
                "title": { "type": "string" },
                "status": { "type": "integer" },
                "detail": { "type": "string" },
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "pointer": { "type": "string", "description": "A JSON pointer into the body, as a fragment." },
                            "parameter": { "type": "string", "description": "A parameter of the query." },
                            "header": { "type": "string", "description": "A header." },
                            "detail": { "type": "string" },
                        },
                        "required": ["detail"],
                    },
                },
                "current": { "type": "object", "description": "The record as it stands, where a change was made from an older state." },
            },
            "required": ["type", "title", "status", "detail"],
        }),
        "What went wrong (RFC 9457).",
    )
}

const INTRODUCTION: &str = "Everything is asked with a token (`Authorization: Bearer …`), which acts as one membership of one \
    process: what its member may see and do on the pages, it may see and do here, and nothing else. Lists come in stretches: \
    `limit` says how many, `next` where the following begin (`cursor`). Dates are as precise as they are stated (`2027`, \
    `2027-03`, `2027-03-17`), amounts are decimal numbers as text, what is not stated is null.";

/// The document.
pub fn document(table: &Table) -> Value {
    let mut schemas = Schemas::default();
    let mut paths: Map<String, Value> = Map::new();
    for operation in &table.0 {
        let described = described(operation, &mut schemas);
        let path = paths.entry(operation.path.to_owned()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.as_str().to_lowercase(), described);
        }
    }
    schemas.0.insert("Problem", problem_schema());
    let responses: Map<String, Value> = Kind::ALL
        .into_iter()
        .map(|kind| {
            let mut answer = json!({
                "description": crate::kernel::i18n::text(&crate::kernel::i18n::Locale::default(), &kind.title_key()),
                "content": { (problem::MEDIA_TYPE): { "schema": { "$ref": "#/components/schemas/Problem" } } },
            });
            if let (Kind::TooMany | Kind::Unauthorized, Some(answer)) = (kind, answer.as_object_mut()) {
                let name = if kind == Kind::TooMany { "Retry-After" } else { "WWW-Authenticate" };
                let header = json!({ (name): { "$ref": format!("#/components/headers/{name}") } });
                answer.insert("headers".to_owned(), header);
            }
            (kind.name().to_owned(), answer)
        })
        .collect();
    let header = |about: &str, kind: &str| json!({ "description": about, "schema": { "type": kind } });
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Concert", "version": "1", "description": INTRODUCTION },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas.0,
            "responses": responses,
            "headers": {
                "RateLimit-Limit": header("Requests that a token may send in a minute.", "integer"),
                "RateLimit-Remaining": header("What is left of them.", "integer"),
                "RateLimit-Reset": header("Seconds until the next minute begins.", "integer"),
                "Retry-After": header("Seconds to wait.", "integer"),
                "WWW-Authenticate": header("How to authenticate.", "string"),
                "ETag": header("What stands for this state of the record.", "string"),
                "Location": header("The address of what was made.", "string"),
            },
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer", "description": "A token of a member or of an organisation." } },
        },
    })
}
