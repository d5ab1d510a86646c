//! deltacrown
fn main() {}
