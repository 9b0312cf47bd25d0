//! See [`RULE`].
use crate::facts::coder::env::{Kind, find};
use crate::facts::cron;
use crate::facts::go::duration;
use crate::facts::timezones::is_zone;
use crate::model::Config;
use crate::rules::hostname::is_mail_address;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::{or, quoted};
use std::borrow::Cow;

declare_rule! {
    /// A variable of the server has a value that the server refuses.
    ///
    /// ## Why
    ///
    /// The server parses its variables when it starts, and stops at the first that it cannot read.
    ///
    /// Source: coder/coder `docs/reference/cli/server.md`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_UPDATE_CHECK: never}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {env: {CODER_UPDATE_CHECK: "false"}}
    /// ```
    "coder-env-value-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    starttls(config, report);
    let variables = config
        .coder
        .get()
        .into_iter()
        .flat_map(|coder| coder.env.entries());
    for (name, value) in variables {
        let Some(variable) = find(&name.value) else {
            continue;
        };
        let text = value.value.trim();
        let (fits, wanted): (bool, Cow<'_, str>) = match variable.kind {
            // As Go's strconv.ParseBool.
            Kind::Flag => (FLAGS.contains(&text), "`true` or `false`".into()),
            Kind::Whole => (text.parse::<i64>().is_ok(), "a whole number".into()),
            Kind::Duration => (duration(text).is_some(), "a duration such as `1h30m`".into()),
            Kind::OneOf(words) => (words.contains(&text), or(&quoted(words.iter().copied())).into()),
            Kind::Schedule => (
                is_schedule(text),
                "a known time zone and five fields, as in `CRON_TZ=Europe/Berlin 0 0 * * *`".into(),
            ),
            Kind::Endpoint => (
                is_endpoint(text),
                "a host and a port, as in `smtp.acme.dev:587`".into(),
            ),
            Kind::Url => (
                is_url(text),
                "a URL with its scheme, as in `https://acme.dev`".into(),
            ),
            Kind::Mail => (
                is_sender(text),
                "a mail address, as in `coder@acme.dev` or `Coder <coder@acme.dev>`".into(),
            ),
            Kind::Text | Kind::Secret => (true, "".into()),
        };
        if !fits {
            let message = format!("invalid value `{text}` for `{}`", name.value);
            report.push(report.found(value.span, message).help(format!("use {wanted}")));
        }
    }
}

/// The port of mail with TLS from the first byte (RFC 8314).
const SUBMISSIONS: &str = ":465";

/// Reports STARTTLS where the connection has TLS already.
fn starttls(config: &Config, report: &mut Report<'_>) {
    let coder = config.coder.get();
    let value = |wanted: &str| {
        let mut entries = coder.into_iter().flat_map(|coder| coder.env.entries());
        entries
            .find(|(name, _)| name.value == wanted)
            .map(|(_, value)| value)
    };
    let (Some(host), Some(on)) = (value("CODER_EMAIL_SMARTHOST"), value("CODER_EMAIL_TLS_STARTTLS")) else {
        return;
    };
    if is_endpoint(&host.value)
        && host.value.ends_with(SUBMISSIONS)
        && ["1", "t", "T", "true", "TRUE", "True"].contains(&on.value.as_str())
    {
        let finding = report
            .found(
                host.span,
                format!("`{}` has TLS from the start, without STARTTLS", host.value),
            )
            .and(on.span, "STARTTLS required here");
        report.push(
            finding
                .help("use port 587, or remove `CODER_EMAIL_TLS_STARTTLS`")
                .note("the server does not offer STARTTLS there, and no mail is sent"),
        );
    }
}

fn is_sender(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((_, rest)) => rest.trim_end_matches('>'),
        None => text,
    };
    text.is_empty() || is_mail_address(address.trim())
}

fn is_endpoint(text: &str) -> bool {
    let parts = text.rsplit_once(':');
    parts.is_some_and(|(host, port)| !host.is_empty() && !host.contains('/') && port.parse::<u16>().is_ok())
}

fn is_url(text: &str) -> bool {
    // The server reads no value as no URL.
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    text.is_empty() || rest.is_some_and(|host| !host.is_empty())
}

fn is_schedule(text: &str) -> bool {
    let (zone, fields) = cron::zone_and_fields(text, &["CRON_TZ="]);
    cron::mistake(fields).is_none() && zone.is_none_or(is_zone)
}

const FLAGS: [&str; 10] = ["1", "t", "T", "true", "TRUE", "True", "0", "f", "false", "FALSE"];

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn mail() {
        check(
            r"
platform: coder
coder: {env: {CODER_EMAIL_SMARTHOST: 'smtp.acme.dev:465', CODER_EMAIL_TLS_STARTTLS: 'true', CODER_EMAIL_FROM: Coder at Acme}}
#                                    ^^^^^^^^^^^^^^^^^^^ error[coder-env-value-invalid]: `smtp.acme.dev:465` has TLS from the start, without STARTTLS
#                                                                                                             ^^^^^^^^^^^^^ error[coder-env-value-invalid]: invalid value `Coder at Acme` for `CODER_EMAIL_FROM`
",
        );
        check(
            r"
platform: coder
coder: {env: {CODER_EMAIL_SMARTHOST: 'smtp.acme.dev:465', CODER_EMAIL_FROM: 'Coder <coder@acme.dev>'}}
",
        );
    }

    #[test]
    fn values_that_the_server_cannot_read() {
        check(
            r"
platform: coder
coder: {env: {CODER_UPDATE_CHECK: never, CODER_PG_CONN_MAX_OPEN: many, CODER_SESSION_DURATION: 1d, CODER_VERBOSE: 'true'}}
#                                 ^^^^^ error[coder-env-value-invalid]: invalid value `never` for `CODER_UPDATE_CHECK`
#                                                                ^^^^ error[coder-env-value-invalid]: invalid value `many` for `CODER_PG_CONN_MAX_OPEN`
#                                                                                              ^^ error[coder-env-value-invalid]: invalid value `1d` for `CODER_SESSION_DURATION`
",
        );
        check(
            r#"
platform: coder
coder: {env: {CODER_SSH_KEYGEN_ALGORITHM: ed448, CODER_QUIET_HOURS_DEFAULT_SCHEDULE: "CRON_TZ=Europe/Berlin 0 2 * *"}}
#                                         ^^^^^ error[coder-env-value-invalid]: invalid value `ed448` for `CODER_SSH_KEYGEN_ALGORITHM`
#                                                                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-env-value-invalid]: invalid value `CRON_TZ=Europe/Berlin 0 2 * *` for `CODER_QUIET_HOURS_DEFAULT_SCHEDULE`
"#,
        );
    }
}
