//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The key of a service account is not the JSON that Google hands out.
    ///
    /// ## Why
    ///
    /// Cloud SQL's proxy, Gitpod's storage and cert-manager read it as Google's own libraries do, and end where it is no JSON or
    /// has no `type`. A key in base64, the file of an OAuth client and a key in the old P12 form look like it and are not.
    ///
    /// Source: Google Cloud docs, "Create and delete service account keys"; gitpod-io/gitpod
    /// `install/installer/pkg/components/cloudsql`.
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
            (None, _) => "is no JSON",
            (_, None) => "has no `type`, so it is no service account's key",
            (Some(key), Some("service_account")) if key.get("client_email").is_none() => {
                "has no `client_email`"
            }
            _ => continue,
        };
        let finding = report
            .found(need.span, format!("`{}` {what}", need.name))
            .help("give the file that `gcloud iam service-accounts keys create` writes, as it is");
        report.push(finding.note("what reads it ends at its start"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn what_is_no_key_is_told() {
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
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: `storage.gcs.serviceAccount` is no JSON
",
            &inputs,
        );
        check_given(
            r"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: c.json}}}
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: `storage.gcs.serviceAccount` has no `type`, so it is no service account's key
",
            &inputs,
        );
        check_given(
            r"
storage: {gcs: {project: acme, region: eu, serviceAccount: {file: d.json}}}
#                                                          ^^^^^^^^^^^^^^ error[service-account-not-json]: `storage.gcs.serviceAccount` has no `client_email`
",
            &inputs,
        );
    }
}
