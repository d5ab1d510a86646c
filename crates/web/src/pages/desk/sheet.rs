//! Tables as files that open in a spreadsheet, where no cell becomes a formula.

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// A table under construction.
#[derive(Default)]
pub(super) struct Sheet(String);

impl Sheet {
    /// One record. Source: RFC 4180, section 2.
    pub(super) fn line<'a>(&mut self, cells: impl IntoIterator<Item = &'a str>) {
        for (at, cell) in cells.into_iter().enumerate() {
            if at > 0 {
                self.0.push(',');
            }
            let cell = safe(cell);
            if cell.contains([',', '"', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
                self.0.push('"');
                self.0.push_str(&cell.replace('"', "\"\""));
                self.0.push('"');
            } else {
                self.0.push_str(&cell);
            }
        }
        self.0.push_str("\r\n");
    }

    /// The file.
    pub(super) fn response(self, name: &str) -> Response {
        download(self.0, "text/csv; charset=utf-8; header=present", name)
    }
}

/// An answer that is kept as a file of this name.
pub(super) fn download(text: String, media: &'static str, name: &str) -> Response {
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(disposition) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// A text that no spreadsheet takes for a formula; numbers stay what they are.
fn safe(text: &str) -> String {
    let formula = |c: char| {
        matches!(
            c,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '|' | '\u{ff1d}' | '\u{ff0b}' | '\u{ff0d}' | '\u{ff20}'
        )
    };
    // What stands before it may be dropped when the file is read.
    let begins = text.trim_start_matches([' ', '\u{a0}', '\u{feff}', '\'', '"']).starts_with(formula)
        || text.starts_with(formula);
    let number = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if begins && !(number && text.len() > 1) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula() {
        for (cell, expected) in [
            ("=1+1", "'=1+1"),
            ("+88 01711", "'+88 01711"),
            ("-1", "-1"),
            ("-", "'-"),
            ("-1+cmd", "'-1+cmd"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (" =1", "'\u{20}=1"),
            ("\"=1", "'\"=1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(safe(cell), expected);
        }
        let mut sheet = Sheet::default();
        sheet.line(["a", "b,c", "d\"e", "f\ng", "=h,i"]);
        assert_eq!(sheet.0, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\"'=h,i\"\r\n");
    }
}
