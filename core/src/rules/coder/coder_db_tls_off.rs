//! See [`RULE`].
use crate::model::{Config, SslMode};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The connection to PostgreSQL is not encrypted, or verified by nothing.
    ///
    /// ## Why
    ///
    /// With `disable`, everything in the database crosses the network in plain text. `verify-ca` without `caCert` accepts a certificate of any public CA.
    ///
    /// Source: lib/pq `doc.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// database: {external: {host: db.acme.dev, username: coder, password: {env: P}, sslMode: disable}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// database: {external: {host: db.acme.dev, username: coder, password: {env: P}, sslMode: require}}
    /// ```
    "coder-db-tls-off", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.external_database();
    let Some(external) = external else { return };
    let Some(mode) = external.ssl_mode.spanned() else {
        return;
    };
    let (message, help) = match mode.value {
        SslMode::Disable => (
            "connection to PostgreSQL without TLS",
            "use `require`, or `caCert` with `verify-full`",
        ),
        SslMode::VerifyCa if external.ca_cert.is_missing() => (
            "`verify-ca` without `caCert` accepts any public CA",
            "add `caCert`, or use `verify-full`",
        ),
        SslMode::Require if external.ca_cert.is_written() => {
            ("`require` does not verify `caCert`", "use `verify-full`")
        }
        _ => return,
    };
    report.push(report.found(mode.span, message).help(help));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn connections_in_the_open() {
        check(
            r"
platform: coder
database: {external: {host: db.acme.dev, username: coder, password: {env: P}, sslMode: disable}}
#                                                                                      ^^^^^^^ warning[coder-db-tls-off]: connection to PostgreSQL without TLS
",
        );
    }
}
