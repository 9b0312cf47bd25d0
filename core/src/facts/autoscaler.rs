//! The Kubernetes cluster autoscaler and the providers' controllers that go with it.
//!
//! The autoscaler takes machines away and leaves their nodes (kubernetes/autoscaler#27, #1068), and k3s's own controller never
//! removes one, so of the provider's controller the part runs that does.

use super::charts::Chart;
use super::releases::{self, Product};

/// Makes machines when pods wait for room, and takes away what nobody needs.
pub const CLUSTER_AUTOSCALER: Chart = Chart {
    name: "cluster-autoscaler",
    repo: "https://kubernetes.github.io/autoscaler",
    product: &releases::CLUSTER_AUTOSCALER_CHART,
    namespace: "kube-system",
};

/// The image that its chart takes (kubernetes/autoscaler `charts/cluster-autoscaler/values.yaml`), where the tag is the tree's.
pub const CLUSTER_AUTOSCALER_IMAGE: &str = "registry.k8s.io/autoscaling/cluster-autoscaler";

/// Hetzner's controller. Source of the chart: hetznercloud/hcloud-cloud-controller-manager `chart/`.
pub const HETZNER_CONTROLLER: Chart = Chart {
    name: "hcloud-cloud-controller-manager",
    repo: "https://charts.hetzner.cloud",
    product: &releases::HETZNER_CONTROLLER,
    namespace: "kube-system",
};

/// A controller without a chart that can run in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Controller {
    /// Its releases, which are the tags of its image.
    pub product: &'static Product,
    /// The image.
    pub image: &'static str,
    /// The program in it.
    pub program: &'static str,
    /// The provider's name for `--cloud-provider`.
    pub provider: &'static str,
}

/// Azure's (kubernetes-sigs/cloud-provider-azure, `helm/cloud-provider-azure`, which starts every controller but one). Its images are in
/// `oss/v2` from 1.32 on.
pub fn azure_controller(kubernetes_minor: u32) -> Controller {
    Controller {
        product: &releases::AZURE_CONTROLLER,
        image: match kubernetes_minor {
            ..=31 => "mcr.microsoft.com/oss/kubernetes/azure-cloud-controller-manager",
            _ => "mcr.microsoft.com/oss/v2/kubernetes/azure-cloud-controller-manager",
        },
        program: "cloud-controller-manager",
        provider: "azure",
    }
}

/// Google's (kubermatic/kubeone `addons/ccm-gcp/ccm-gcp.yaml`, which has the program's path).
pub const GCP_CONTROLLER: Controller = Controller {
    product: &releases::GCP_CONTROLLER,
    image: "registry.k8s.io/cloud-provider-gcp/cloud-controller-manager",
    program: "/cloud-controller-manager",
    provider: "gce",
};

/// The controller that removes nodes whose machines are gone, by the name that every provider's program knows
/// (k8s.io/cloud-provider `names/controller_names.go`).
pub const NODE_LIFECYCLE: &str = "cloud-node-lifecycle-controller";
