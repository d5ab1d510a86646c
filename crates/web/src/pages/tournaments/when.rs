//! Times as people read them: the moment in UTC, and how far away it is.

use chrono::{DateTime, TimeDelta, Utc};

use crate::layout::{machine, moment};

/// A time in a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct When {
    /// `23 Nov 2026, 14:05 UTC`
    pub(crate) text: String,
    /// For the attribute of a `time` element.
    pub(crate) machine: String,
    /// `in 3 days`, `12 min ago`
    pub(crate) relative: String,
}

impl When {
    pub(crate) fn new(at: &DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self { text: moment(at), machine: machine(at), relative: relative(at, now) }
    }
}

/// How far away a moment is.
pub(crate) fn relative(at: &DateTime<Utc>, now: DateTime<Utc>) -> String {
    let distance = *at - now;
    let length = span(distance.abs());
    match length {
        None => "now".to_owned(),
        Some(length) if distance > TimeDelta::zero() => format!("in {length}"),
        Some(length) => format!("{length} ago"),
    }
}

/// A length of time, in the two largest units that matter; nothing below a minute.
pub(crate) fn span(length: TimeDelta) -> Option<String> {
    let minutes = length.num_minutes();
    let (hours, days) = (minutes / 60, minutes / 1440);
    let some = |count: i64, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    Some(match minutes {
        ..1 => return None,
        1..60 => format!("{minutes} min"),
        60..360 if minutes % 60 > 0 => format!("{hours} h {} min", minutes % 60),
        60..1440 => format!("{hours} h"),
        1440..4320 if hours % 24 > 0 => format!("{} {} h", some(days, "day", "days"), hours % 24),
        1440..86_400 => some(days, "day", "days"),
        86_400..1_051_200 => some(days / 30, "month", "months"),
        _ => some(days / 365, "year", "years"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_in_words() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (minutes, text) in [
            (0, "now"),
            (1, "in 1 min"),
            (-1, "1 min ago"),
            (59, "in 59 min"),
            (60, "in 1 h"),
            (95, "in 1 h 35 min"),
            (-95, "1 h 35 min ago"),
            (359, "in 5 h 59 min"),
            (361, "in 6 h"),
            (23 * 60 + 59, "in 23 h"),
            (1440, "in 1 day"),
            (1440 + 120, "in 1 day 2 h"),
            (2 * 1440, "in 2 days"),
            (-4 * 1440 - 700, "4 days ago"),
            (59 * 1440, "in 59 days"),
            (61 * 1440, "in 2 months"),
            (800 * 1440, "in 2 years"),
        ] {
            assert_eq!(relative(&(now + TimeDelta::minutes(minutes)), now), text, "{minutes}");
        }
        assert_eq!(relative(&(now + TimeDelta::seconds(59)), now), "now");
    }
}
