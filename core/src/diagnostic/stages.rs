//! Pages of what the pipeline's stages report: parsing, decoding, secrets, suppression comments.

use super::declare_stage;

declare_stage! {
    /// An artifact fails its consumer's own checks.
    ///
    /// ## Why
    ///
    /// gkc reads everything back before it writes it: Kubernetes objects by their types, custom resources and the Installer's
    /// config by their schemas, and every reference. If this is found, a passthrough value is wrong, or gkc is.
    ARTIFACT_REJECTED, "artifact-rejected", Error, fix None
}

declare_stage! {
    /// A list has the same value twice.
    ///
    /// ## Why
    ///
    /// The second one changes nothing, so that another one was probably meant.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {api: {host: k3s.acme.dev, sans: [k3s.acme.dev, k3s-a.acme.dev, k3s-a.acme.dev]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {api: {host: k3s.acme.dev, sans: [k3s.acme.dev, k3s-a.acme.dev, k3s-b.acme.dev]}}
    /// ```
    DUPLICATE_ITEM, "duplicate-item", Warning, fix None, suppressible comments
}

declare_stage! {
    /// A connection that the cluster needs does not get through.
    ///
    /// ## Why
    ///
    /// A value that is passed to k3s moves a service to a port or an address that the others do not use or the firewall does not
    /// open, or chooses a way for packets that the network does not have. Machines do not join then, or pods on different machines do
    /// not reach each other. `gkc plan --flows` lists every connection with what stops it.
    ///
    /// Source: k3s docs, "Requirements", inbound rules.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {advertise-address: 203.0.113.10}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {advertise-address: 10.2.0.10}}
    /// ```
    FLOW_BLOCKED, "flow-blocked", Error, fix None, suppressible comments
}

declare_stage! {
    /// The file is not valid YAML.
    ///
    /// ## Why
    ///
    /// gkc still reads the rest of the file, so that one mistake does not hide the next, but builds nothing.
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
    SYNTAX, "syntax", Error, fix Safe, loses text
}

declare_stage! {
    /// The file is too large, too deep, has too long a list, or expands to too many values.
    ///
    /// ## Why
    ///
    /// A few lines of YAML can expand to billions of values. Limits on size, depth, values, entries of a list and repeated errors keep
    /// a broken or hostile file from exhausting the machine. Of a list or a mapping 20,000 entries are read, and of `nodes` and `pools`
    /// 5,000.
    ///
    /// Source: Kubernetes, "Considerations for large clusters": no more than 5,000 nodes.
    LIMIT, "limit", Error, fix None, loses text
}

declare_stage! {
    /// A key or a value starts or ends with a character that nobody sees.
    ///
    /// ## Why
    ///
    /// No-break spaces and characters without a width come with text that is copied from a web page or a chat. YAML keeps them: a
    /// host name that ends in one does not resolve, and looks right wherever it is shown. Inside double quotes they can be written
    /// as an escape, such as `\u00A0`.
    ///
    /// Source: YAML 1.2.2, "White Space Characters": only the space and the tab.
    INVISIBLE_CHARACTER, "invisible-character", Error, fix Safe
}

declare_stage! {
    /// A mapping has a duplicate key.
    ///
    /// ## Why
    ///
    /// YAML readers disagree on which of the two wins: most silently take the last.
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
    DUPLICATE_KEY, "duplicate-key", Error, fix None, doubles key
}

declare_stage! {
    /// A key is unknown.
    ///
    /// ## Why
    ///
    /// A misspelled key that is silently ignored shows half an hour later, on a machine that hangs.
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

declare_stage! {
    /// A value has the wrong type.
    ///
    /// ## Why
    ///
    /// gkc does not guess conversions: `yes` is not a boolean, and a quoted number is a string.
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

declare_stage! {
    /// A required key is missing or empty.
    ///
    /// ## Why
    ///
    /// It has no default that could work.
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

declare_stage! {
    /// Mutually exclusive keys are set together.
    ///
    /// ## Why
    ///
    /// Upstream silently uses one and ignores the other: an external database next to `inCluster: true` is not used. A key that the
    /// platform does not read would be ignored altogether; the fix removes it.
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
    CONFLICTING_KEYS, "conflicting-keys", Error, fix Unsafe
}

declare_stage! {
    /// A value is not one of those that its key accepts.
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

declare_stage! {
    /// A key is part of the language but not supported by this release yet.
    ///
    /// ## Why
    ///
    /// Nothing that is written is silently ignored. `docs/not-compiled.md` lists these keys.
    NOT_COMPILED, "not-compiled", Error, fix None
}

declare_stage! {
    /// A secret has no value: its variable is not set, its file is missing, or it is empty.
    ///
    /// ## Why
    ///
    /// `gkc check` needs no secrets, so this is an info there. `gkc build` writes the value, so it is an error there: with an empty
    /// secret a platform falls back to publicly known values.
    SECRET_UNRESOLVED, "secret-unresolved", Info, fix None
}

declare_stage! {
    /// The trailing newline of a secret's file is removed.
    ///
    /// ## Why
    ///
    /// Editors end files with a newline. In a password or token it breaks the login in ways that are hard to see. Files of several
    /// lines, such as PEM, keep it.
    SECRET_TRAILING_NEWLINE, "secret-trailing-newline", Info, fix None
}

declare_stage! {
    /// A suppression comment names an unknown rule.
    ///
    /// ## Why
    ///
    /// A misspelled name would suppress nothing, but look as if it did.
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
    SUPPRESSION_UNKNOWN_RULE, "suppression-unknown-rule", Error, fix Unsafe
}

declare_stage! {
    /// A suppression comment has no effect.
    ///
    /// ## Why
    ///
    /// It is no longer needed, and would suppress the next mistake of the same kind.
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
    SUPPRESSION_UNUSED, "suppression-unused", Warning, fix Safe, tagged Unused
}
