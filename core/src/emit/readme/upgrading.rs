//! Newer releases of k3s.

use crate::emit::page::Page;
use crate::emit::upgrade;
use crate::facts::k3s::{UPGRADE_CONTROLLER, UPGRADE_NAMESPACE};
use crate::facts::releases;
use crate::plan::Plan;

/// How running machines are upgraded.
pub(super) fn chapter(out: &mut Page, plan: &Plan) {
    out.line("## Upgrading k3s");
    out.line("");
    out.line("Change `k3s.version` by at most one minor version and build again. New machines start with the new version;");
    out.line("existing ones are upgraded by the system-upgrade-controller, servers first:");
    out.line("");
    if plan.k3s.airgap.is_some() {
        out.line("Before that, fill the mirror and the registries for the new version, as in the steps. Where kubectl has no internet access");
        out.line("either, download the two files of the controller elsewhere.");
        out.line("");
    }
    let controller = format!(
        "{UPGRADE_CONTROLLER}/{}",
        plan.releases.of(&releases::UPGRADE_CONTROLLER)
    );
    out.block(&format!(
        "# once\n\
         kubectl apply -f {controller}/crd.yaml -f {controller}/system-upgrade-controller.yaml\n\
         kubectl apply -f {}\n\
         kubectl -n {UPGRADE_NAMESPACE} get plans,jobs -o wide",
        upgrade::PATH
    ));
}
