//! What is changed in rendered objects, by `experimental.overrides`: maps are merged, lists are replaced
//! (gitpod-io/gitpod `install/installer/pkg/postprocess/override.go`).

use super::isolation;
use crate::emit::data::{Data, map, seq};
use crate::facts::gitpod::REGISTRY_TOLERATIONS_BROKEN;
use crate::plan::Plan;
use crate::plan::platform::gitpod::{Gitpod, Registry};

/// The entries, for releases that have the key.
pub(super) fn of(plan: &Plan, gitpod: &Gitpod) -> Vec<Data> {
    // Policies add up, so the Installer's own says the same as ours.
    let egress = map([("spec", map([("egress", isolation::egress(plan))]))]);
    let mut entries = vec![entry(
        "networking.k8s.io/v1",
        "NetworkPolicy",
        isolation::INSTALLERS_POLICY,
        egress,
    )];
    let in_cluster = !matches!(gitpod.registry, Registry::External { .. });
    if in_cluster && gitpod.release >= REGISTRY_TOLERATIONS_BROKEN {
        // A list in the place of the text that the chart gets.
        let tolerations = map([("tolerations", seq::<Data>([]))]);
        let spec = map([("spec", map([("template", map([("spec", tolerations)]))]))]);
        entries.push(entry("apps/v1", "Deployment", "registry", spec));
    }
    entries
}

fn entry(api: &str, kind: &str, name: &str, with: Data) -> Data {
    map([
        ("apiVersion", Data::from(api)),
        ("kind", Data::from(kind)),
        ("metadata", map([("name", Data::from(name))])),
        ("override", with),
    ])
}
