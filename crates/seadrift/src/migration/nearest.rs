//! The nearest spelling, for "did you mean".

/// The candidate that is spelt most like `wrong`, if any is like it at all: at most one change in
/// three letters, where swapping two neighbours is one change. Of equals the first.
pub(crate) fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let longer = wrong.chars().count().max(candidate.chars().count());
        let distance = strsim::osa_distance(wrong, candidate);
        if distance * 3 <= longer.max(3) && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_what_was_meant() {
        let words = ["tournaments", "teams", "accounts", "economy"];
        let cases = [
            ("tournament", Some("tournaments")),
            ("tuornaments", Some("tournaments")),
            ("temas", Some("teams")),
            ("economics", Some("economy")),
            ("wallet", None),
            ("", None),
        ];
        for (wrong, meant) in cases {
            assert_eq!(nearest(wrong, words), meant, "{wrong}");
        }
    }
}
