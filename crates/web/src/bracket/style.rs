//! The classes of the style sheet that numbers need: rows, columns, spans, and the paths of entrants.
//!
//! The content security policy allows no style attribute, so what a drawing counts stands in classes.

use std::fmt::Write as _;

/// Powers of two that rows can be: 65,536 entrants.
const POWERS: u32 = 16;
/// Columns that a double elimination of so many can have.
const COLUMNS: u32 = 36;
/// Entrants whose path the style sheet itself lights up; beyond, the script does.
const PATHS: u32 = 64;

/// The rules, as text of a style sheet.
pub(crate) fn rules() -> String {
    let mut css = String::from("\n");
    for power in 0..=POWERS {
        let rows = 1u32 << power;
        let _ = write!(css, ".n{power}{{--rows:{rows}}}.u{power}{{--upper:{rows}}}.l{power}{{--lower:{rows}}}");
    }
    css.push_str("\n@media (min-width:46.01rem){");
    for column in 0..COLUMNS {
        let _ = write!(
            css,
            ".a{column}{{grid-column-start:{}}}.s{column}{{grid-column-end:span {}}}",
            column + 1,
            column.max(1)
        );
    }
    css.push_str("}\n");
    for seed in 1..=PATHS {
        let comma = if seed > 1 { "," } else { "" };
        let _ = write!(css, "{comma}.drawing:has(.e{seed}:hover,a:focus-visible .e{seed}) .e{seed}");
    }
    css.push_str(",.drawing .lit{background:var(--lit);color:var(--text)}\n");
    css
}
