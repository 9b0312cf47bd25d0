//! See [`RULE`].

use crate::diagnostic::declare_stage;

declare_stage! {
    /// The Installer rejects `gitpod.configPatch`.
    ///
    /// ## Why
    ///
    /// The Installer parses its config strictly, and keys change between releases: an unknown key aborts the installation
    /// (gitpod-io/gitpod `install/installer/cmd/root.go:42`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {telemetry: {}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {disableDefinitelyGp: true}
    /// ```
    RULE, "config-patch-rejected", Error, fix None
}
