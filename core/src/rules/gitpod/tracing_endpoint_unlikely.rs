//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The tracing endpoint is one of OpenTelemetry, not of Jaeger.
    ///
    /// ## Why
    ///
    /// Gitpod's components send spans in Jaeger's own format by HTTP. Port 4317 and the path `/v1/traces` expect OTLP: the collector
    /// refuses each batch, and no trace arrives.
    ///
    /// Source: gitpod-io/gitpod `components/common-go/tracing`, `install/installer/pkg/common/common.go`, `TracingEnv`; Jaeger docs, "APIs".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, tracing: {endpoint: "http://tempo.acme.dev:4317"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod, tracing: {endpoint: "http://tempo.acme.dev:14268/api/traces"}}
    /// ```
    "tracing-endpoint-unlikely", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

/// The port of OTLP over gRPC (OpenTelemetry, "OTLP Exporter Configuration"). That over HTTP, 4318, may be a proxy's.
const OTLP: &str = "4317";

fn check(config: &Config, report: &mut Report<'_>) {
    let tracing = config.gitpod.get().and_then(|gitpod| gitpod.tracing.get());
    let Some(endpoint) = tracing.and_then(|tracing| tracing.endpoint.spanned()) else {
        return;
    };
    let written = dissect(&endpoint.value);
    let is_otlp = written.port.is_some_and(|port| port == OTLP) || written.path.ends_with("/v1/traces");
    if written.scheme.is_none() || !is_otlp {
        return;
    }
    let finding = report.found(
        endpoint.span,
        format!("`{}` expects OTLP, not Jaeger's format", endpoint.value),
    );
    let scheme = written.scheme.unwrap_or("http");
    report.push(
        finding
            .help(format!(
                "use `{scheme}://{}:14268/api/traces`, if the collector has it",
                written.host
            ))
            .note("the collector refuses the spans, and no trace arrives"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ports_of_otlp() {
        check(
            r#"
gitpod: {repository: registry.acme.dev/gitpod, tracing: {endpoint: "http://tempo.acme.dev:4318/v1/traces"}}
#                                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[tracing-endpoint-unlikely]: `http://tempo.acme.dev:4318/v1/traces` expects OTLP, not Jaeger's format
"#,
        );
    }
}
