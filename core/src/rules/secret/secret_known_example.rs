//! See [`RULE`].

use super::examples::is_known;
use super::secret_literal;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A secret has a publicly known value.
    ///
    /// ## Why
    ///
    /// Words such as `changeme` and the passwords in upstream's sources are the first an attacker tries. The value is not shown
    /// here.
    ///
    /// Source: the documents and the default values of platforms, and the values of examples.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {token: changeme}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {token: {env: K3S_TOKEN}}
    /// ```
    "secret-known-example", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check), silences secret_literal::RULE.rule
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for need in &plan.secrets {
        if !store.get(&need.name).is_some_and(is_known) {
            continue;
        }
        let help = match need.generate {
            Some(_) => "remove the value and run `gkc secrets generate`",
            None => "choose a random value, and change it wherever it is used",
        };
        let message = format!("`{}` has a publicly known value", need.name);
        report.push(
            report
                .found(need.span, message)
                .help(help)
                .note("attackers try such values first"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given, findings};

    #[test]
    fn known_values_from_any_source_are_never_shown() {
        let inputs = TestInputs {
            vars: vec![("TOKEN", "PHejMfsLvfLcG1Drs40h"), ("FINE", "6f2d8a51c3e94b07")],
            files: vec![("p.txt", "ChangeMe\n")],
            ..Default::default()
        };
        check_given(
            r"
k3s: {token: {env: TOKEN}, agentToken: {env: FINE}}
#            ^^^^^^^^^^^^ error[secret-known-example]: `k3s.token` has a publicly known value
secrets:
  pull: {password: {file: p.txt}, other: supersecret}
#                  ^^^^^^^^^^^^^ error[secret-known-example]: `secrets.pull.password` has a publicly known value
#                  ^^^^^^^^^^^^^ info[secret-trailing-newline]: trailing newline of `p.txt` is not part of the secret
#                                        ^^^^^^^^^^^ error[secret-known-example]: `secrets.pull.other` has a publicly known value
",
            &inputs,
        );
        let text =
            "k3s: {token: {env: TOKEN}}\nsecrets: {pull: {password: {file: p.txt}, other: supersecret}}\n";
        let (_, found) = findings(text, &inputs);
        let shown = format!("{found:?}");
        assert!(!shown.contains("PHejMfs") && !shown.contains("hangeMe") && !shown.contains("supersecret"));
    }

    #[test]
    fn database_encryption_keys_have_their_own_rule() {
        check_given(
            r"
database: {external: {host: db, username: g, password: {env: P}, encryptionKeys: [{material: {env: K}}]}}
#                                                                                            ^^^^^^^^ error[db-encryption-key-public-default]: the encryption key in `database.external.encryptionKeys.0.material` is published in Gitpod's documentation or source
",
            &TestInputs {
                vars: vec![("K", "4uGh1q8y2DYryJwrVMHs0kWXJlqvHWWt/KJuNi04edI=")],
                ..Default::default()
            },
        );
    }
}
