//! A form of a page, as a browser would send it.
//!
//! Not here: buttons with a name, of which a browser sends the one that was pressed, and fields outside of their form.

use std::collections::BTreeMap;

use html5gum::{Token, Tokenizer};

/// What a form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Names and values in the order of the page, without what is disabled or not ticked.
    pub fields: Vec<(String, String)>,
    /// Whether it is sent in parts (`multipart/form-data`).
    pub multipart: bool,
    /// The name of the first field for a file.
    pub file: Option<String>,
}

/// A list or a text of several lines that is being read.
enum Open {
    Text { name: String, text: String },
    List { name: String, first: Option<String>, chosen: Option<String> },
}

impl Form {
    /// The first form of a page that is sent to this address.
    pub(super) fn read(page: &[u8], action: &str) -> Option<Self> {
        let mut tokens = Tokenizer::new(page).flatten();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let mut form = tokens.find_map(|token| match token {
            Token::StartTag(tag) if *tag.name == *b"form" => {
                let attribute = |name: &str| tag.attributes.get(name.as_bytes()).map(|value| text(value));
                let multipart = attribute("enctype").is_some_and(|kind| kind == "multipart/form-data");
                (attribute("action")? == action).then(|| Self { multipart, ..Self::default() })
            }
            _ => None,
        })?;
        let mut open = None;
        for token in tokens {
            match token {
                Token::StartTag(tag) => {
                    let attributes = tag.attributes.iter().map(|(name, value)| (text(name), text(value))).collect();
                    form.begin(&tag.name, attributes, &mut open);
                }
                Token::String(string) => {
                    if let Some(Open::Text { text: so_far, .. }) = &mut open {
                        so_far.push_str(&text(&string));
                    }
                }
                Token::EndTag(tag) if *tag.name == *b"form" => return Some(form),
                Token::EndTag(tag) if *tag.name == *b"textarea" || *tag.name == *b"select" => form.end(&mut open),
                _ => {}
            }
        }
        Some(form)
    }

    fn begin(&mut self, tag: &[u8], attributes: BTreeMap<String, String>, open: &mut Option<Open>) {
        let has = |name: &str| attributes.contains_key(name);
        let value = |name: &str| attributes.get(name).cloned();
        if tag == b"option" {
            if let Some(Open::List { first, chosen, .. }) = open {
                let option = value("value").unwrap_or_default();
                if has("selected") {
                    *chosen = Some(option.clone());
                }
                first.get_or_insert(option);
            }
            return;
        }
        let Some(name) = value("name").filter(|_| !has("disabled")) else { return };
        match tag {
            b"textarea" => *open = Some(Open::Text { name, text: String::new() }),
            b"select" => *open = Some(Open::List { name, first: None, chosen: None }),
            b"input" => match value("type").unwrap_or_default().as_str() {
                "file" => drop(self.file.get_or_insert(name)),
                "submit" | "button" => {}
                "checkbox" | "radio" if !has("checked") => {}
                "checkbox" | "radio" => self.fields.push((name, value("value").unwrap_or_else(|| "on".to_owned()))),
                _ => self.fields.push((name, value("value").unwrap_or_default())),
            },
            _ => {}
        }
    }

    fn end(&mut self, open: &mut Option<Open>) {
        match open.take() {
            // The first line break only sets the text off from its tag.
            Some(Open::Text { name, text }) => {
                self.fields.push((name, text.strip_prefix('\n').map_or(text.clone(), str::to_owned)));
            }
            Some(Open::List { name, first, chosen }) => {
                self.fields.extend(chosen.or(first).map(|value| (name, value)));
            }
            None => {}
        }
    }

    /// The same with other values for these names; a name that the form does not hold is added.
    #[must_use]
    pub fn with(mut self, changes: &[(&str, &str)]) -> Self {
        for (name, value) in changes {
            self.fields.retain(|(other, _)| other != name);
            self.fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn a_form_is_read_as_a_browser_sends_it() {
        let page = r#"<form action="/other"><input name="not" value="here"></form>
            <form method="post" action="/it" enctype="multipart/form-data"><input type="hidden" name="csrf" value="a&amp;b">
            <input name="off" value="x" disabled><input type="checkbox" name="ticked" checked><input type="checkbox" name="bare">
            <input type="radio" name="way" value="1"><input type="radio" name="way" value="2" checked>
            <input type="file" name="proof"><textarea name="note">
one &#60;two</textarea><select name="list"><option value="a">A</option><option value="b" selected>B</option></select>
            <select name="first"><option value="f">F</option><option value="g">G</option></select><button name="b" value="c">Go</button></form>
            <input name="after" value="it">"#;
        let form = Form::read(page.as_bytes(), "/it").expect("it is there");
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let expected =
            [("csrf", "a&b"), ("ticked", "on"), ("way", "2"), ("note", "one <two"), ("list", "b"), ("first", "f")];
        assert_eq!(fields, expected);
        assert_eq!((form.multipart, form.file.as_deref()), (true, Some("proof")));
        let changed = form.with(&[("way", "1"), ("new", "n")]).fields;
        assert!(changed.contains(&("way".to_owned(), "1".to_owned())) && changed.len() == 7, "{changed:?}");
        assert_eq!(Form::read(page.as_bytes(), "/none"), None);
    }
}
