//! Leaves out what the linker adds to a release and nothing needs: what unwinds the stack, 640 kB of tables that nothing reads in a binary
//! that aborts and has no symbols, and what moves the program to another address each time, 550 kB that are worked off at each start.

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
        // A static program is linked in another way, which does not go with this one.
        let features = std::env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
        if !features.split(',').any(|feature| feature == "crt-static") {
            println!("cargo::rustc-link-arg-bin=gkc=-no-pie");
        }
    }
}
