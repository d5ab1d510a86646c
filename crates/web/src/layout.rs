//! What every page has: the head, the bar at the top with the person in it, and the words of numbers and times.

use chrono::{DateTime, Utc};

use crate::{assets, csrf::Csrf, error::Trouble, session::Person, site::Shared};

/// The frame of a page, as the base template wants it.
pub(crate) struct Layout {
    pub(crate) style: &'static str,
    pub(crate) script: &'static str,
    pub(crate) icon: &'static str,
    /// Who is signed in.
    pub(crate) person: Option<Bar>,
    /// Which entry of the navigation this page is.
    pub(crate) here: &'static str,
    /// Where a live page begins to listen.
    pub(crate) news: String,
}

/// The signed-in part of the bar.
pub(crate) struct Bar {
    pub(crate) username: String,
    pub(crate) unread: u64,
    pub(crate) csrf: String,
}

impl Bar {
    /// The number beside the notifications.
    pub(crate) fn unread(&self) -> String {
        let counted = notifications::service::UNREAD_COUNTED;
        if self.unread < counted { self.unread.to_string() } else { format!("{}+", counted - 1) }
    }
}

impl Layout {
    pub(crate) async fn of(
        shared: &Shared,
        person: Option<&Person>,
        csrf: &Csrf,
        here: &'static str,
    ) -> Result<Self, Trouble> {
        let bar = match person {
            None => None,
            Some(Person(signed_in)) => Some(Bar {
                username: signed_in.user.username.clone(),
                unread: notifications::service::count_unread(&shared.db, signed_in.user.id).await?,
                csrf: csrf.token().to_owned(),
            }),
        };
        let (style, script, icon) = (&*assets::STYLE_PATH, &*assets::SCRIPT_PATH, &*assets::ICON_PATH);
        Ok(Self { style, script, icon, person: bar, here, news: csrf.news().to_string() })
    }
}

/// `1,234,567`
pub(crate) fn number(value: impl Into<i128>) -> String {
    let value = value.into();
    let digits = value.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value < 0 { format!("−{text}") } else { text }
}

/// A moment for people: `23 Nov 2026, 14:05 UTC`.
pub(crate) fn moment(at: &DateTime<Utc>) -> String {
    at.format("%-d %b %Y, %H:%M UTC").to_string()
}

/// A moment for programs, in the attribute of a `time` element.
pub(crate) fn machine(at: &DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Whether a link stays on this site: a path, and nothing that a browser would take for a host.
pub(crate) fn is_local(link: &str) -> bool {
    link.starts_with('/')
        && !link.starts_with("//")
        && !link.contains('\\')
        && link.chars().all(|c| c.is_ascii_graphic())
}

/// A position in a list, as it stands in a link: moment in microseconds and id.
pub(crate) fn cursor(position: (DateTime<Utc>, i64)) -> String {
    format!("{}-{}", position.0.timestamp_micros(), position.1)
}

/// The position that a link says; nonsense is the beginning of the list.
pub(crate) fn position(cursor: Option<&str>) -> Option<(DateTime<Utc>, i64)> {
    let (micros, id) = cursor?.rsplit_once('-')?;
    Some((DateTime::from_timestamp_micros(micros.parse().ok()?)?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (value, text) in [(0, "0"), (12, "12"), (999, "999"), (1_000, "1,000"), (-1_234_567, "−1,234,567")] {
            assert_eq!(number(value), text);
        }
        assert_eq!(number(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn only_paths_of_this_site_are_local() {
        for path in ["/", "/wallet", "/wallet?after=1-2", "/a/b#c"] {
            assert!(is_local(path), "{path}");
        }
        for other in ["", "wallet", "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]
        {
            assert!(!is_local(other), "{other}");
        }
        // Browsers remove these before they look for a host.
        for hidden in ["/a\r\nb", "/\t/evil.example", " //evil.example"] {
            assert!(!is_local(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn a_cursor_leads_back_to_its_position() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        assert_eq!(position(Some(&cursor((at, 42)))), Some((at, 42)));
        for nonsense in ["", "-", "x-1", "1-x", "99999999999999999999-1"] {
            assert_eq!(position(Some(nonsense)), None, "{nonsense}");
        }
    }
}
