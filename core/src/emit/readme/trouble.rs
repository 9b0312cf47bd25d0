//! What to do where something does not answer: the network probe and its report.

use crate::emit::page::{Page, ssh};
use crate::plan::Plan;

/// How the probe runs, in the cluster and on a machine that is not in it.
pub(super) fn chapter(out: &mut Page, plan: &Plan) {
    out.line("## If something does not answer");
    out.line("");
    out.line("The network probe tests every node, and `gkc doctor` names the cause. In the folder with the configuration:");
    out.block(
        "gkc probe --config gitpod-k3s.yaml | kubectl apply -f -\n\
         kubectl -n gkc-probe wait --for=condition=Ready pods --all --timeout=300s\n\
         kubectl -n gkc-probe logs -l app=gkc-probe -c probe --tail=-1 --prefix >REPORT\n\
         gkc doctor REPORT --config gitpod-k3s.yaml\n\
         gkc probe | kubectl delete -f -",
    );
    if plan.k3s.airgap.is_some() {
        out.line("Your registry needs a copy of the probe's image: `gkc probe | grep image:`.");
        out.line("");
    }
    out.line("For a machine whose k3s does not start or does not join:");
    out.block(&format!(
        "gkc probe --machine | {} sudo sh >REPORT\n\
         gkc doctor REPORT --config gitpod-k3s.yaml",
        ssh(plan, "MACHINE")
    ));
}
