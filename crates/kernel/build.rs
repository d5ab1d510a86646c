//! Embedded migrations are part of the crate: a new file must rebuild it.
fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
