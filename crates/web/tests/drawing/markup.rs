//! Reading HTML strictly: every tag that needs an end has one, in the right order, and no id stands twice.

use std::collections::HashSet;

use html5gum::{Token, Tokenizer};

const VOID: &[&str] = &["br", "col", "hr", "img", "input", "link", "meta"];

#[derive(Debug)]
pub struct Article {
    pub id: String,
    pub label: String,
}

#[derive(Debug)]
pub struct Link {
    pub href: String,
    pub labelled_by: Option<String>,
}

#[derive(Debug, Default)]
pub struct Page {
    pub articles: Vec<Article>,
    pub links: Vec<Link>,
    pub has_style_or_script: bool,
}

impl Page {
    pub fn read(html: &str, shown: &str) -> Self {
        let mut page = Self::default();
        let mut open: Vec<String> = Vec::new();
        let mut ids = HashSet::new();
        for token in Tokenizer::new(html).flatten() {
            match token {
                Token::StartTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    let attribute = |key: &str| {
                        tag.attributes.get(key.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
                    };
                    if let Some(id) = attribute("id") {
                        assert!(ids.insert(id.clone()), "{shown}: two elements are {id}");
                    }
                    if let Some(other) = attribute("aria-labelledby") {
                        assert!(ids.contains(&other), "{shown}: nothing is {other}");
                    }
                    page.has_style_or_script |= attribute("style").is_some() || name == "style" || name == "script";
                    if name == "article" {
                        let label = attribute("aria-label").unwrap_or_default();
                        page.articles.push(Article { id: attribute("id").unwrap_or_default(), label });
                    }
                    if name == "a" {
                        let href = attribute("href").unwrap_or_default();
                        if href.starts_with("/matches/") {
                            page.links.push(Link { href, labelled_by: attribute("aria-labelledby") });
                        }
                    }
                    if !VOID.contains(&name.as_str()) && !tag.self_closing {
                        open.push(name);
                    }
                }
                Token::EndTag(tag) => {
                    let name = String::from_utf8_lossy(&tag.name).into_owned();
                    assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{shown}: ends in the wrong order\n{html}");
                }
                Token::Error(error) => panic!("{shown}: {error:?}\n{html}"),
                _ => {}
            }
        }
        assert!(open.is_empty(), "{shown}: not ended: {open:?}\n{html}");
        page
    }
}

pub fn well_formed(html: &str, shown: &str) {
    drop(Page::read(html, shown));
}
