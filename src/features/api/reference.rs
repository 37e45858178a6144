//! The document of the interface, and a page to read it on: made from the document, with no script.

use askama::Template;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::sync::LazyLock;

use super::openapi::{self, Table};
use super::problem::Kind;
use super::table;
use crate::kernel::auth::Outside;
use crate::kernel::error::Problem;
use crate::kernel::page::Page;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut table = Table::default();
    table::all(&mut table);
    openapi::document(&table)
});

/// The document (OpenAPI 3.1).
pub fn document() -> &'static Value {
    &DOCUMENT
}

pub async fn file(_: Outside) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "public, max-age=300")];
    (headers, DOCUMENT.to_string()).into_response()
}

/// A field or a parameter in a table.
struct Row {
    name: String,
    kind: String,
    needed: bool,
    about: String,
}

struct Answer {
    status: String,
    about: String,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    write: bool,
    parameters: Vec<Row>,
    body: Vec<Row>,
    answers: Vec<Answer>,
}

struct Section {
    tag: String,
    operations: Vec<Operation>,
}

struct Shape {
    name: String,
    about: String,
    fields: Vec<Row>,
}

#[derive(Template)]
#[template(path = "api/reference.html")]
struct ReferencePage {
    p: Page,
    introduction: String,
    sections: Vec<Section>,
    shapes: Vec<Shape>,
    problems: Vec<(&'static str, u16, String)>,
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A kind of value in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    let any = list(schema, "anyOf");
    if !any.is_empty() {
        return any.iter().map(kind).collect::<Vec<_>>().join(" | ");
    }
    let values = list(schema, "enum");
    if !values.is_empty() {
        return values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ");
    }
    let named = text(schema, "type");
    match (named.as_str(), schema.get("format").and_then(Value::as_str), schema.get("pattern")) {
        ("array", ..) => format!("[{}]", schema.get("items").map(kind).unwrap_or_default()),
        ("object", ..) => {
            let fields = schema.get("properties").and_then(Value::as_object);
            let names = fields.into_iter().flatten().map(|(name, of)| format!("{name}: {}", kind(of)));
            format!("{{ {} }}", names.collect::<Vec<_>>().join(", "))
        }
        (_, Some(format), _) => format.to_owned(),
        (_, None, Some(pattern)) if pattern == super::shape::DATE => "2027 | 2027-03 | 2027-03-17".to_owned(),
        (_, None, Some(pattern)) if pattern.as_str().is_some_and(|p| p.starts_with("^-?[0-9]")) => {
            "\"1250.50\"".to_owned()
        }
        _ => named,
    }
}

fn fields(schema: &Value) -> Vec<Row> {
    let required: Vec<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let row = |(name, of): (&String, &Value)| Row {
        needed: required.contains(&name.as_str()),
        kind: kind(of),
        about: text(of, "description"),
        name: name.clone(),
    };
    properties.into_iter().flatten().map(row).collect()
}

fn operation(path: &str, method: &str, said: &Value) -> Operation {
    let parameter = |p: &Value| Row {
        name: text(p, "name"),
        kind: p.get("schema").map(kind).unwrap_or_default(),
        needed: p.get("required").and_then(Value::as_bool).unwrap_or_default(),
        about: text(p, "description"),
    };
    let content = said.pointer("/requestBody/content").and_then(Value::as_object);
    let body = content.and_then(|kinds| kinds.get("application/json")).and_then(|kind| kind.get("schema"));
    let answers = said.get("responses").and_then(Value::as_object);
    let answer = |(status, answer): (&String, &Value)| Answer {
        status: status.clone(),
        about: match answer.get("$ref").and_then(Value::as_str).and_then(|name| name.rsplit('/').next()) {
            Some(name) => name.replace('-', " "),
            None => {
                let shape = answer.pointer("/content/application~1json/schema").map(kind).unwrap_or_default();
                format!("{} {shape}", text(answer, "description"))
            }
        },
    };
    Operation {
        id: text(said, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(said, "summary"),
        about: text(said, "description"),
        write: method != "get",
        parameters: list(said, "parameters").iter().map(parameter).collect(),
        body: body.map(fields).unwrap_or_default(),
        answers: answers.into_iter().flatten().map(answer).collect(),
    }
}

/// The operations of the document by their tags, in the order in which these first come.
fn sections(document: &Value) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, said) in methods.as_object().into_iter().flatten() {
            let tag = list(said, "tags").first().and_then(Value::as_str).unwrap_or_default().to_owned();
            let one = operation(path, method, said);
            match sections.iter_mut().find(|section| section.tag == tag) {
                Some(section) => section.operations.push(one),
                None => sections.push(Section { tag, operations: vec![one] }),
            }
        }
    }
    sections
}

fn shapes(document: &Value) -> Vec<Shape> {
    let all = document.pointer("/components/schemas").and_then(Value::as_object);
    let shape = |(name, schema): (&String, &Value)| Shape {
        name: name.clone(),
        about: text(schema, "description"),
        fields: fields(schema),
    };
    all.into_iter().flatten().map(shape).collect()
}

pub async fn page(outside: Outside) -> Result<Response, Problem> {
    let p = outside.page;
    let problems = Kind::ALL.into_iter().map(|k| (k.name(), k.status().as_u16(), p.t(&k.title_key()))).collect();
    let page = ReferencePage {
        introduction: document().pointer("/info/description").and_then(Value::as_str).unwrap_or_default().to_owned(),
        sections: sections(document()),
        shapes: shapes(document()),
        problems,
        p,
    };
    Ok(Html(page.render()?).into_response())
}
