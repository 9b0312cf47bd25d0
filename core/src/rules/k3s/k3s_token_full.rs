//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A k3s token includes the CA checksum of an existing cluster.
    ///
    /// ## Why
    ///
    /// A token that starts with `K10` identifies the CA of an existing cluster. The first server creates a new CA on startup, so it
    /// rejects such a token, and the cluster is never created. Only the part after the last `:` is the password.
    ///
    /// Source: k3s docs, "k3s token"; k3s-io/k3s `pkg/clientaccess/token.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {token: "K10a1b2c3::server:a-long-password"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {token: {env: K3S_TOKEN}}
    /// ```
    "k3s-token-full", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for name in ["k3s.token", "k3s.agentToken"] {
        let need = plan.secrets.iter().find(|need| need.name == name);
        let (Some(need), Some(value)) = (need, store.get(name)) else {
            continue;
        };
        if value.expose().starts_with(b"K10") {
            let finding = report
                .found(
                    need.span,
                    format!("`{name}` is the full token of an existing cluster"),
                )
                .help("use only the password after the last `:`, or run `gkc secrets generate`");
            report.push(finding.note(
                "the token includes a CA checksum, and the first server creates a new CA and rejects it",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn full_tokens_from_any_source() {
        let inputs = TestInputs {
            vars: vec![("FULL", "K10abc::server:x"), ("K3S_AGENT_TOKEN", "a-word")],
            ..Default::default()
        };
        check_given(
            r"
k3s: {token: {env: FULL}}
#            ^^^^^^^^^^^ error[k3s-token-full]: `k3s.token` is the full token of an existing cluster
",
            &inputs,
        );
    }
}
