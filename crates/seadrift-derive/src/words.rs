//! Error texts that name the words allowed and the nearest of them.

use std::fmt::Display;

/// The candidate nearest to `word`, when it is near enough to be meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + word.len().min(candidate.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `unknown WHAT "word"`, the nearest candidate if there is one, and all of them.
pub fn unknown(what: &str, word: &str, candidates: &[&str]) -> String {
    let all = candidates.join(", ");
    match nearest(word, candidates.iter().copied()) {
        Some(meant) => format!("unknown {what} `{word}`; did you mean `{meant}`? Known: {all}"),
        None => format!("unknown {what} `{word}`; known: {all}"),
    }
}

/// An error at these tokens.
pub fn error(at: &impl quote::ToTokens, text: impl Display) -> syn::Error {
    syn::Error::new_spanned(at, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_near() {
        for (word, meant) in [("lable", Some("label")), ("labels", Some("label")), ("xyz", None), ("wsa", Some("was"))]
        {
            assert_eq!(nearest(word, ["label", "help", "was"]), meant, "{word}");
        }
    }
}
