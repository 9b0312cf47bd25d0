//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A service account key is not the JSON file from Google.
    ///
    /// ## Why
    ///
    /// The Cloud SQL proxy, the platform's storage and cert-manager read it with Google's libraries and exit if it is not JSON or has no
    /// `type`. Base64, an OAuth client file and the old P12 format are common mistakes.
    ///
    /// Source: Google Cloud docs, "Create and delete service account keys".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme, region: europe-west1, serviceAccount: not-json}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme, region: europe-west1, serviceAccount: {file: service-account.json}}}
    /// ```
    "service-account-not-json", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let accounts = plan
        .secrets
        .iter()
        .filter(|need| need.name.ends_with(".serviceAccount"));
    for need in accounts {
        let Some(value) = store.get(&need.name) else {
            continue;
        };
        let parsed: Option<serde_json::Value> = serde_json::from_slice(value.expose()).ok();
        let kind = parsed
            .as_ref()
            .and_then(|key| key.get("type"))
            .and_then(|kind| kind.as_str());
        let what = match (&parsed, kind) {
            (None, _) => "not valid JSON",
            (_, None) => "missing `\"type\": \"service_account\"`",
            (Some(key), Some("service_account")) if key.get("client_email").is_none() => {
                "missing `client_email`"
            }
            (_, Some("authorized_user")) => "the login of a person",
            _ => continue,
        };
        let finding = report
            .found(
                need.span,
                format!("invalid service account key in `{}`: {what}", need.name),
            )
            .help("use the file that `gcloud iam service-accounts keys create` writes, unchanged");
        report.push(finding.note("programs that read it exit on startup"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn invalid_keys() {
        let inputs = TestInputs {
            files: vec![
                ("a.json", r#"{"type":"service_account","client_email":"a@b"}"#),
                ("b.json", "eyJ0eXBlIjoi"),
                ("c.json", r#"{"installed":{}}"#),
                ("d.json", r#"{"type":"service_account"}"#),
            ],
            ..Default::default()
        };
        check_given(
            r"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: a.json}}}
",
            &inputs,
        );
        check_given(
            r"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: b.json}}}
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: invalid service account key in `storage.gcs.serviceAccount`: not valid JSON
",
            &inputs,
        );
        check_given(
            r#"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: c.json}}}
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: invalid service account key in `storage.gcs.serviceAccount`: missing `"type": "service_account"`
"#,
            &inputs,
        );
        check_given(
            r"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: d.json}}}
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: invalid service account key in `storage.gcs.serviceAccount`: missing `client_email`
",
            &inputs,
        );
    }
}
