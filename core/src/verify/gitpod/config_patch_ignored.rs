//! See [`RULE`].

use crate::diagnostic::declare_stage;

declare_stage! {
    /// The Gitpod release ignores a key of `gitpod.configPatch`.
    ///
    /// ## Why
    ///
    /// The Installer accepts every key that its config has, also those whose code was removed: nothing fails, and what the key says
    /// does not happen.
    ///
    /// Source: gitpod-io/gitpod `install/installer`, the uses of each field in 2022.11.2, the main branch of 2023-03, and 4f45d02
    /// (2026-07-24). For a release between these, a key is reported only if the states on both sides ignore it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {objectStorage: {maximumBackupCount: 5}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {objectStorage: {blobQuota: 5368709120}}
    /// ```
    RULE, "config-patch-ignored", Warning, fix None, suppressible comments, tagged Unused
}
