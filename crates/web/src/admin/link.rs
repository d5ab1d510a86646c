//! Addresses: segments of paths, and queries as lists of pairs.

use std::fmt::Write;

/// A text as one segment of a path or one value of a query.
pub(crate) fn segment(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(byte.into());
        } else {
            let _ = write!(out, "%{byte:02X}"); // writing to a String cannot fail
        }
        out
    })
}

/// The pairs of an address's query, in the order in which they stand there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl Pairs {
    /// The pairs of a query; none when it cannot be read.
    pub(crate) fn parse(query: &str) -> Self {
        Self(serde_urlencoded::from_str(query).unwrap_or_default())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// The same without these.
    pub(crate) fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| !names.contains(&key.as_str())).cloned().collect())
    }

    /// The same with this value in place of others of its name.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut pairs = self.without(&[name]);
        pairs.0.push((name.to_owned(), value.to_owned()));
        pairs
    }

    /// `?a=b&c=d`, or `?` alone: a link of only that leads to the page itself, without a query.
    pub(crate) fn query(&self) -> String {
        let pairs: Vec<String> =
            self.0.iter().map(|(key, value)| format!("{}={}", segment(key), segment(value))).collect();
        format!("?{}", pairs.join("&"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_leads_back_to_its_pairs() {
        let pairs = Pairs(vec![("q".into(), "a&b=c é".into()), ("f.x".into(), "1".into())]);
        assert_eq!(pairs.query(), "?q=a%26b%3Dc%20%C3%A9&f.x=1");
        assert_eq!(Pairs::parse(&pairs.query()[1..]), pairs);
        assert_eq!(pairs.with("q", "z").query(), "?f.x=1&q=z");
        assert_eq!(pairs.without(&["q", "f.x"]).query(), "?");
        assert_eq!(segment("a/b?c"), "a%2Fb%3Fc");
    }
}
