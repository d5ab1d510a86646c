//! Small pieces of SVG: escaped text, curves, and the ends of lines in crow's-foot notation.

/// The text as it stands in markup.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A curve that leaves and arrives level.
pub(super) fn curve(from: (i32, i32), to: (i32, i32)) -> String {
    let bend = ((from.0 - to.0).abs() / 2).max(24);
    let away = |x: i32, other: i32| if other < x { x - bend } else { x + bend };
    format!(
        "M{},{}C{},{} {},{} {},{}",
        from.0,
        from.1,
        away(from.0, to.0),
        from.1,
        away(to.0, from.0),
        to.1,
        to.0,
        to.1
    )
}

/// The end at the card that points, which lies to the right: a crow's foot, or a bar where at most one
/// row points.
pub(super) fn many_end((x, y): (i32, i32), single: bool) -> String {
    if single { format!("M{},{}v10", x - 6, y - 5) } else { format!("M{x},{}L{},{y}L{x},{}", y - 5, x - 10, y + 5) }
}

/// The end at the card that is pointed at, which lies to the left: a bar, and a ring where a row may
/// point at nothing.
pub(super) fn one_end((x, y): (i32, i32), optional: bool) -> String {
    let bar = format!("M{},{}v10", x + 6, y - 5);
    if optional { format!("{bar}M{},{y}a4,4 0 1,0 8,0a4,4 0 1,0 -8,0", x + 9) } else { bar }
}
