//! Writing HTML by hand, safely: a bracket of thousands of matches is no template's work.

use std::fmt::Write as _;

/// Text, also within a quoted attribute.
pub(super) fn text(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            _ => "&#39;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

/// ` name=value`, with quotes only where they are needed.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push('=');
    let bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_' | b':');
    if !value.is_empty() && value.bytes().all(bare) {
        out.push_str(value);
    } else {
        out.push('"');
        text(out, value);
        out.push('"');
    }
}

/// Anything that shows itself without a character that HTML could mistake.
pub(super) fn plain(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a String does not fail.
    let _ = write!(out, "{value}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_written_becomes_markup() {
        let mut out = String::new();
        text(&mut out, "<b a=\"1\" c='2'>&");
        assert_eq!(out, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;");
    }

    #[test]
    fn attributes_are_quoted_where_it_matters() {
        for (value, written) in [
            ("/m/1", " href=/m/1"),
            ("/m?a=1", " href=\"/m?a=1\""),
            ("", " href=\"\""),
            ("a b", " href=\"a b\""),
            ("a\" onclick=x", " href=\"a&quot; onclick=x\""),
            ("é`", " href=\"é`\""),
        ] {
            let mut out = String::new();
            attribute(&mut out, "href", value);
            assert_eq!(out, written);
        }
    }
}
