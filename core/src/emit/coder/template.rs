//! The first template: Terraform that the server runs for each workspace. What is chosen in the configuration is in a file of variables
//! beside it, which `coder templates push` reads (coder/coder codersdk/templatevariables.go).

use super::secrets::REGISTRY;
use crate::emit::data::{Data, map, seq};
use crate::emit::document::{Document, DocumentKind};
use crate::emit::json;
use crate::emit::kubernetes::{metadata, object};
use crate::emit::written::Written;
use crate::facts::coder::{INNER_URL, NAMESPACE, WORKSPACES_LABEL};
use crate::model::{Platform, TemplateKind};
use crate::plan::platform::coder::Coder;
use crate::plan::{Airgap, Plan};
use crate::text::Text;

/// The folder that is pushed.
pub(super) const FOLDER: &str = "coder/template";
/// The map with Terraform's configuration where there is no world outside, and where the server finds it.
const PROVIDERS: &str = "coder-terraform";
/// See [`PROVIDERS`].
const PROVIDERS_FOLDER: &str = "/etc/coder-terraform";
/// See [`PROVIDERS`].
pub(super) const PROVIDERS_FILE: &str = "/etc/coder-terraform/terraformrc";

/// The template with its variables; nothing where none is asked for.
pub(super) fn documents(plan: &Plan, coder: &Coder) -> Vec<Document> {
    let text = match coder.workspaces.template {
        TemplateKind::Kubernetes => include_str!("template/kubernetes.tf"),
        TemplateKind::Envbox => include_str!("template/envbox.tf"),
        TemplateKind::None => return Vec::new(),
    };
    let kind = DocumentKind::PlatformFile(Platform::Coder);
    let text = Written::of(Text::lit(text), None);
    vec![
        Document::new(kind, format!("{FOLDER}/main.tf"), text),
        Document::new(
            kind,
            format!("{FOLDER}/gkc.auto.tfvars.json"),
            json::pretty(&variables(plan, coder)),
        ),
    ]
}

fn variables(plan: &Plan, coder: &Coder) -> Data {
    let workspaces = &coder.workspaces;
    let url = match coder.agents_stay_inside() {
        true => INNER_URL.replace("cluster.local", plan.k3s.cluster_domain()),
        false => String::new(),
    };
    let pull_secrets = coder.registry.iter().map(|_| REGISTRY);
    map([
        ("home_size", Data::from(&workspaces.home_size)),
        ("image", Data::from(&workspaces.image)),
        ("limit_cpu", Data::from(&workspaces.limits.cpu)),
        ("limit_memory", Data::from(&workspaces.limits.memory)),
        ("namespace", Data::from(&workspaces.namespace)),
        ("node_label", Data::from(WORKSPACES_LABEL)),
        ("pull_secrets", seq(pull_secrets)),
        ("request_cpu", Data::from(&workspaces.requests.cpu)),
        ("request_memory", Data::from(&workspaces.requests.memory)),
        (
            "storage_class",
            Data::from(workspaces.storage_class.as_deref().unwrap_or("")),
        ),
        ("url", Data::from(url)),
    ])
}

/// Terraform's configuration without the world outside: its providers come from the mirror (developer.hashicorp.com, "Provider Network Mirror
/// Protocol").
pub(super) fn providers(mirror: &Airgap) -> Data {
    let text = format!(
        "provider_installation {{\n  network_mirror {{\n    url = \"{}/providers/\"\n  }}\n}}\n",
        mirror.url
    );
    let data = map([("terraformrc", Data::from(text))]);
    object(
        "v1",
        "ConfigMap",
        metadata(PROVIDERS, Some(NAMESPACE)),
        [("data", data)],
    )
}

/// The volume and the mount with it.
pub(super) fn providers_volume(plan: &Plan) -> Option<(Data, Data)> {
    plan.k3s.airgap.as_ref()?;
    let volume = map([
        ("name", Data::from(PROVIDERS)),
        ("configMap", metadata(PROVIDERS, None)),
    ]);
    Some((volume, super::database::read_only(PROVIDERS, PROVIDERS_FOLDER)))
}
