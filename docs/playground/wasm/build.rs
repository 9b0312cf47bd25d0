//! Deep configurations take more stack than the megabyte that the linker gives. It costs nothing in the file.

fn main() {
    println!("cargo:rustc-cdylib-link-arg=-zstack-size=4194304");
}
