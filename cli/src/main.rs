//! The `gkc` command.
fn main() {}
