//! A page as a test reads it: its text, its elements, its forms.

use axum::http::StatusCode;
use scraper::{Html, Selector};

/// What came back.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: axum::http::HeaderMap,
    pub body: String,
    /// The body as it came: what is no text.
    pub bytes: axum::body::Bytes,
}

impl Page {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The text of the page's content, spaces folded.
    pub fn text(&self) -> String {
        let html = self.html();
        let main = Selector::parse("main").expect("selector");
        let text: String = match html.select(&main).next() {
            Some(main) => main.text().collect::<Vec<_>>().join(" "),
            None => self.body.clone(),
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn select(&self, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).expect("selector");
        self.html()
            .select(&selector)
            .map(|e| e.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    pub fn value(&self, name: &str) -> Option<String> {
        let selector = Selector::parse(&format!("input[name='{name}']")).expect("selector");
        self.html().select(&selector).next().and_then(|e| e.value().attr("value")).map(str::to_owned)
    }

    /// Address and fields of a form, as a browser would send it untouched.
    pub fn form(&self, action: Option<&str>) -> (Option<String>, Vec<(String, String)>) {
        let html = self.html();
        let forms = Selector::parse("main form[method='post']").expect("selector");
        let form = html
            .select(&forms)
            .find(|f| action.is_none_or(|a| f.value().attr("action").is_some_and(|given| given.ends_with(a))))
            .unwrap_or_else(|| panic!("no form {action:?} in: {}", self.text()));
        let controls = Selector::parse("input, select, textarea").expect("selector");
        let options = Selector::parse("option").expect("selector");
        let mut fields = Vec::new();
        for control in form.select(&controls) {
            let Some(name) = control.value().attr("name") else { continue };
            if control.ancestors().filter_map(scraper::ElementRef::wrap).any(|e| e.value().name() == "template") {
                continue;
            }
            let value = match control.value().name() {
                "textarea" => Some(control.text().collect::<String>()),
                "select" => {
                    let all: Vec<_> = control.select(&options).collect();
                    let chosen = all.iter().find(|o| o.value().attr("selected").is_some()).or(all.first());
                    chosen.map(|o| o.value().attr("value").map_or_else(|| o.text().collect(), str::to_owned))
                }
                _ => match control.value().attr("type") {
                    Some("checkbox" | "radio") if control.value().attr("checked").is_none() => None,
                    Some("submit" | "button" | "reset") => None,
                    Some("checkbox") => Some(control.value().attr("value").unwrap_or("on").to_owned()),
                    _ => Some(control.value().attr("value").unwrap_or_default().to_owned()),
                },
            };
            if let Some(value) = value {
                fields.push((name.to_owned(), value));
            }
        }
        (form.value().attr("action").map(str::to_owned), fields)
    }
}
