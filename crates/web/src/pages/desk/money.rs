//! Money and coins as people type and read them. Stored are minor units, a hundredth each; nothing is rounded.

use std::fmt::Write as _;

use ::tournaments::rules::prize::Pool;
use serde_json::{Map, Value, json};

/// `1,500.00`
pub(super) fn show(minor: i64) -> String {
    let sign = if minor < 0 { "−" } else { "" };
    let value = minor.unsigned_abs();
    format!("{sign}{}.{:02}", crate::layout::number(value / 100), value % 100)
}

/// Minor units of what was typed: `1,500.00`, `1500.5`, `1,50,000`.
pub(super) fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole = parse_whole(whole)?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 2 || !digits(fraction) || (fraction.is_empty() && text.contains('.')) {
        return None;
    }
    let cents = format!("{fraction:0<2}").parse::<i64>().ok()?;
    whole.checked_mul(100)?.checked_add(cents)
}

/// A whole number, with commas between its groups if there are any: three digits last, two or three before.
pub(super) fn parse_whole(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
        return None;
    }
    if text.contains(',') {
        let groups: Vec<&str> = text.split(',').collect();
        let (first, rest) = groups.split_first()?;
        let (last, between) = rest.split_last()?;
        let good = (1..=3).contains(&first.len())
            && last.len() == 3
            && between.iter().all(|group| (2..=3).contains(&group.len()));
        if !good {
            return None;
        }
    }
    text.replace(',', "").parse().ok()
}

/// A distribution of prizes as lines: `1: 50%`, `2: 300 coins + 1,000.00`, `3-4: 10%`.
pub(super) fn show_distribution(distribution: &Value, pool: Pool) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (place, share) in distribution.as_object().into_iter().flatten() {
        let first = place.split('-').next().and_then(|first| first.trim().parse().ok()).unwrap_or(usize::MAX);
        lines.push((first, format!("{place}: {}", show_share(share, pool))));
    }
    lines.sort();
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

fn show_share(share: &Value, pool: Pool) -> String {
    let amount = |amount: i64| if pool.money > 0 { show(amount) } else { format!("{amount} coins") };
    match share {
        Value::Object(of) => {
            let part = |name: &str| of.get(name).and_then(Value::as_i64).filter(|part| *part > 0);
            let coins = part("coins").map(|coins| format!("{coins} coins"));
            let money = part("money").map(show);
            let parts: Vec<String> = [coins, money].into_iter().flatten().collect();
            if parts.is_empty() { "0 coins".to_owned() } else { parts.join(" + ") }
        }
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), amount),
        Value::String(text) => match text.parse::<i64>() {
            Ok(number) => amount(number),
            Err(_) => text.clone(),
        },
        other => other.to_string(),
    }
}

/// What was typed as a distribution, a place a line.
pub(super) fn parse_distribution(text: &str, pool: Pool) -> Result<Value, String> {
    let mut shares = Map::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let bad = |why: &str| format!("Line {}: {why}", number + 1);
        let form = "write a place, a colon and its share, such as 1: 50%.";
        let (place, share) = line.split_once(':').ok_or_else(|| bad(form))?;
        let place = place.trim().replace(['–', ' '], "-").replace("--", "-");
        let share = parse_share(share.trim(), pool).ok_or_else(|| {
            let mut why = "write the share as 50%".to_owned();
            if pool.coins > 0 || pool.money == 0 {
                why.push_str(", as 300 coins");
            }
            if pool.money > 0 {
                why.push_str(", as 1,500.00");
            }
            let _ = write!(why, ", or as 300 coins + 1,500.00.");
            bad(&why)
        })?;
        if shares.insert(place.clone(), share).is_some() {
            return Err(bad(&format!("place {place} stands twice.")));
        }
    }
    Ok(Value::Object(shares))
}

fn parse_share(text: &str, pool: Pool) -> Option<Value> {
    if text.ends_with('%') {
        return Some(json!(text.replace(' ', "")));
    }
    let (mut coins, mut money) = (0_i64, 0_i64);
    for part in text.split('+').map(str::trim) {
        let in_coins = part.strip_suffix("coins").or_else(|| part.strip_suffix("coin"));
        match in_coins {
            Some(number) => coins = coins.checked_add(parse_whole(number)?)?,
            // Where there is no money, a bare number can only be coins.
            None if pool.money == 0 && pool.coins > 0 => coins = coins.checked_add(parse_whole(part)?)?,
            None => money = money.checked_add(parse(part)?)?,
        }
    }
    Some(json!({ "coins": coins, "money": money }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_exactly_or_not_at_all() {
        for (text, expected) in [
            ("1,500.00", Some(150_000)),
            ("1500", Some(150_000)),
            (" 1500.5 ", Some(150_050)),
            ("0.01", Some(1)),
            ("1,50,000.00", Some(15_000_000)),
            ("1,234,567.89", Some(123_456_789)),
            ("92,233,720,368,547,758.07", Some(i64::MAX)),
            ("92,233,720,368,547,758.08", None),
            ("1,50", None),
            ("1.505", None),
            ("1.", None),
            ("", None),
            ("-5", None),
            ("+5", None),
            ("1e3", None),
            (",500", None),
            ("1500,000", None),
            ("১০০", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_back() {
        for minor in [0, 1, 10, 99, 100, 150_000, 123_456_789, i64::MAX] {
            assert_eq!(parse(&show(minor)), Some(minor), "{minor}");
        }
        assert_eq!(show(150_000), "1,500.00");
        assert_eq!(show(-5), "−0.05");
    }

    #[test]
    fn distributions_are_read_and_shown() {
        let (both, coins, money) =
            (Pool { coins: 500, money: 100_000 }, Pool { coins: 500, money: 0 }, Pool { coins: 0, money: 100_000 });
        for (pool, text, expected, shown) in [
            (
                both,
                "1: 50%\n2: 30 %\n\n3-4:10%",
                json!({ "1": "50%", "2": "30%", "3-4": "10%" }),
                "1: 50%\n2: 30%\n3-4: 10%",
            ),
            (both, "1: 300 coins + 500.00", json!({ "1": { "coins": 300, "money": 50_000 } }), "1: 300 coins + 500.00"),
            (
                coins,
                "1: 300\n2: 200 coins",
                json!({ "1": { "coins": 300, "money": 0 }, "2": { "coins": 200, "money": 0 } }),
                "1: 300 coins\n2: 200 coins",
            ),
            (
                money,
                "1: 600\n2: 400.50",
                json!({ "1": { "coins": 0, "money": 60_000 }, "2": { "coins": 0, "money": 40_050 } }),
                "1: 600.00\n2: 400.50",
            ),
            (both, "", json!({}), ""),
        ] {
            let read = parse_distribution(text, pool);
            assert_eq!(read.as_ref(), Ok(&expected), "{text}");
            assert_eq!(show_distribution(&expected, pool), shown);
            assert_eq!(parse_distribution(shown, pool), Ok(expected), "{shown}");
        }
        assert_eq!(show_distribution(&json!({ "1": 70_000, "2": "30000" }), money), "1: 700.00\n2: 300.00");
        assert_eq!(show_distribution(&json!({ "10": "5%", "2": "30%" }), both), "2: 30%\n10: 5%");
        for (text, line) in [("first: half", "Line 1"), ("1: 50%\n2", "Line 2"), ("1: 50%\n1: 5%", "twice")] {
            let refused = parse_distribution(text, both).expect_err("it is wrong");
            assert!(refused.contains(line), "{text}: {refused}");
        }
    }
}
