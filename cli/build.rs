//! Leaves out what unwinds the stack from a binary that aborts: 640 kB of tables that nothing reads, since it has no symbols either.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=unwind.ld");
    let set = |name: &str, value: &str| std::env::var(name).is_ok_and(|set| set == value);
    // Others than Linux's linkers take no such script, and while debugging the tables are of use. Cargo does not say here whether the
    // profile aborts: that of releases does, and where it did not, a panic would still end the process, since nothing catches it.
    let is_meant = set("CARGO_CFG_TARGET_OS", "linux") && set("PROFILE", "release");
    if let (true, Ok(folder)) = (is_meant, std::env::var("CARGO_MANIFEST_DIR")) {
        println!("cargo::rustc-link-arg-bin=gkc=-Wl,--no-eh-frame-hdr");
        println!("cargo::rustc-link-arg-bin=gkc=-Wl,-T,{folder}/unwind.ld");
    }
}
