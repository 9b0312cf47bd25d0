//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A token is one that k3s made, with the checksum of its own CA in it.
    ///
    /// ## Why
    ///
    /// A token that begins with `K10` names the CA of a cluster that is there already. The first server makes its CA as it starts,
    /// so it refuses such a token, and the cluster is never founded. The password alone is what stands behind the last `:` of it.
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
                .found(need.span, format!("`{name}` is a token of a cluster that exists, with the checksum of its CA"))
                .help("give the password alone, which stands behind the last `:`, or let `gkc secrets generate` make a new one");
            report.push(
                finding.note(
                    "the first server makes its CA as it starts, and refuses a token that names another",
                ),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn full_tokens_are_refused_wherever_they_come_from() {
        let inputs = TestInputs {
            vars: vec![("FULL", "K10abc::server:x"), ("K3S_AGENT_TOKEN", "a-word")],
            ..Default::default()
        };
        check_given(
            r"
k3s: {token: {env: FULL}}
#            ^^^^^^^^^^^ error[k3s-token-full]: `k3s.token` is a token of a cluster that exists, with the checksum of its CA
",
            &inputs,
        );
    }
}
