//! Pages of what the stages of the pipeline report on their way: parsing, decoding, looking secrets up, suppression comments.

macro_rules! stage_rule {
    ($(#[doc = $doc:literal])+ $const:ident, $name:literal, $severity:ident, fix $fix:ident) => {
        $(#[doc = $doc])+
        pub static $const: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            severity: crate::diagnostic::Severity::$severity,
            since: "0.1.0",
            fix: $crate::rules::FixClass::$fix,
            suppressible: false,
            reads: $crate::rules::Reads::Stage,
            docs: concat!($($doc, "\n"),+),
        };
    };
}
pub(super) use stage_rule;

stage_rule! {
    /// What would be written does not pass its consumer's own checks.
    ///
    /// ## Why
    ///
    /// Everything is read back before it is written: Kubernetes objects by their types, custom resources by schemas, the
    /// Installer's config by the schema of its release, and every reference is looked up. Where this is found, a value that is handed
    /// through untyped is wrong, or gkc is.
    ARTIFACT_REJECTED, "artifact-rejected", Error, fix None
}

stage_rule! {
    /// The Installer of the release that is aimed at would refuse `gitpod.configPatch`.
    ///
    /// ## Why
    ///
    /// It parses strictly, and keys come and go between releases: one that it does not know ends the installation (gitpod-io/gitpod
    /// `install/installer/cmd/root.go:42`).
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
    CONFIG_PATCH_REJECTED, "config-patch-rejected", Error, fix None
}

stage_rule! {
    /// The file is not valid YAML here.
    ///
    /// ## Why
    ///
    /// The rest of the file is read all the same, so that one slip does not hide the next, but nothing is built.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    SYNTAX, "syntax", Error, fix None
}

stage_rule! {
    /// The file is too large, too deep, or means too much to be a configuration.
    ///
    /// ## Why
    ///
    /// A few lines of YAML can stand for billions of values. Bounds on size, depth, values and repeated errors keep a wrong or
    /// hostile file from taking the machine with it.
    LIMIT, "limit", Error, fix None
}

stage_rule! {
    /// A mapping has the same key twice.
    ///
    /// ## Why
    ///
    /// Readers of YAML disagree on which of the two holds: most take the last without a word.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// domain_passlist: [acme.com]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev, acme.com]
    /// ```
    DUPLICATE_KEY, "duplicate-key", Error, fix None
}

stage_rule! {
    /// A key that the language does not have.
    ///
    /// ## Why
    ///
    /// A misspelt key that is silently left out is found half an hour later, on a machine that hangs.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domainPaslist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    UNKNOWN_KEY, "unknown-key", Error, fix Safe
}

stage_rule! {
    /// A value is of another type than its key wants.
    ///
    /// ## Why
    ///
    /// Nothing is converted by guess: `yes` is no boolean, and a quoted number is a string.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// blockNewUsers: yes
    /// domain_passlist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: [acme.dev]
    /// ```
    WRONG_TYPE, "wrong-type", Error, fix Safe
}

stage_rule! {
    /// A key that is needed here is absent, or empty.
    ///
    /// ## Why
    ///
    /// There is no default that could work.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    MISSING_KEY, "missing-key", Error, fix Safe
}

stage_rule! {
    /// Keys that exclude each other are written together.
    ///
    /// ## Why
    ///
    /// Upstream takes one of them and forgets the other, without a word: an external database beside `inCluster: true` is
    /// silently not used (gitpod-io/gitpod `pkg/components/database/objects.go`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   inCluster: true
    ///   gcs: {project: acme, region: europe-west1, serviceAccount: {file: sa.json}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   gcs: {project: acme, region: europe-west1, serviceAccount: {file: sa.json}}
    /// ```
    CONFLICTING_KEYS, "conflicting-keys", Error, fix None
}

stage_rule! {
    /// A value is none of those that its key can have.
    ///
    /// ## Why
    ///
    /// What cannot work is an error at the key that causes it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: hetzer}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: hetzner}
    /// ```
    INVALID_VALUE, "invalid-value", Error, fix Safe
}

stage_rule! {
    /// A key that the language has and this release does not compile yet.
    ///
    /// ## Why
    ///
    /// Nothing that is written is silently left out. `docs/not-compiled.md` lists these keys.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// ```
    NOT_COMPILED, "not-compiled", Error, fix None
}

stage_rule! {
    /// A secret has no value: its variable is not set, its file is not there, or it is empty.
    ///
    /// ## Why
    ///
    /// `gkc check` never needs a secret, so this is only told there. `gkc build` writes the value, so there it is an error: an
    /// empty secret would make Gitpod fall back to values that everybody knows.
    SECRET_UNRESOLVED, "secret-unresolved", Info, fix None
}

stage_rule! {
    /// A file with a secret ends in a newline, which is left out.
    ///
    /// ## Why
    ///
    /// Editors end every file with a newline. As part of a password or a port it breaks the login in ways that are hard to see.
    /// Files of several lines, such as PEM, keep it.
    SECRET_TRAILING_NEWLINE, "secret-trailing-newline", Info, fix None
}

stage_rule! {
    /// A comment hides a rule that does not exist.
    ///
    /// ## Why
    ///
    /// A misspelt name would hide nothing and look as if it did.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # gkc: ignore[pass-list-uppercase] they asked for it
    /// domain_passlist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    SUPPRESSION_UNKNOWN_RULE, "suppression-unknown-rule", Error, fix Safe
}

stage_rule! {
    /// A comment hides nothing.
    ///
    /// ## Why
    ///
    /// It was needed once. Left in place it would hide the next mistake of that kind.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// # gkc: ignore[passlist-uppercase] no longer so
    /// domain_passlist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    SUPPRESSION_UNUSED, "suppression-unused", Warning, fix Safe
}
