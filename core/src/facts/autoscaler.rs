//! The Kubernetes cluster autoscaler and the providers' controllers that go with it, pinned.
//!
//! The autoscaler takes machines away and leaves their nodes (kubernetes/autoscaler#27, #1068), and k3s's own controller never
//! removes one, so of the provider's controller the part runs that does.

use super::charts::Chart;

/// Makes machines when pods wait for room, and takes away what nobody needs (kubernetes/autoscaler, chart releases of 2025-10).
pub const CLUSTER_AUTOSCALER: Chart = Chart {
    name: "cluster-autoscaler",
    repo: "https://kubernetes.github.io/autoscaler",
    version: "9.52.1",
    namespace: "kube-system",
};

/// Its image for a minor version of Kubernetes, which it is to match. It reads a file with its pools since v1.33, so older clusters
/// get that one (kubernetes/autoscaler `cluster-autoscaler/cloudprovider/hetzner/hetzner_manager.go`; tags as in kubernetes/kops#17640).
pub fn cluster_autoscaler_tag(kubernetes_minor: Option<u32>) -> &'static str {
    match kubernetes_minor {
        Some(..=33) => "v1.33.1",
        _ => "v1.34.0",
    }
}

/// Hetzner's controller. Source of the chart: hetznercloud/hcloud-cloud-controller-manager `chart/`.
pub const HETZNER_CONTROLLER: Chart = Chart {
    name: "hcloud-cloud-controller-manager",
    repo: "https://charts.hetzner.cloud",
    version: "1.25.1",
    namespace: "kube-system",
};

/// A controller without a chart that can run in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Controller {
    /// The image.
    pub image: &'static str,
    /// The program in it.
    pub program: &'static str,
    /// The provider's name for `--cloud-provider`.
    pub provider: &'static str,
}

/// Azure's (kubernetes-sigs/cloud-provider-azure, README.md, "Version matrix", and `helm/cloud-provider-azure`, which starts every
/// controller but one; images as in kubermatic/kubeone `pkg/templates/images/images.go`).
pub fn azure_controller(kubernetes_minor: Option<u32>) -> Controller {
    Controller {
        image: match kubernetes_minor {
            Some(..=31) => "mcr.microsoft.com/oss/kubernetes/azure-cloud-controller-manager:v1.31.7",
            Some(32) => "mcr.microsoft.com/oss/kubernetes/azure-cloud-controller-manager:v1.32.5",
            Some(33) => "mcr.microsoft.com/oss/kubernetes/azure-cloud-controller-manager:v1.33.2",
            _ => "mcr.microsoft.com/oss/kubernetes/azure-cloud-controller-manager:v1.34.2",
        },
        program: "cloud-controller-manager",
        provider: "azure",
    }
}

/// Google's, one image for every release of Kubernetes (kubermatic/kubeone `pkg/templates/images/images.go` and
/// `addons/ccm-gcp/ccm-gcp.yaml`, which has the program's path).
pub const GCP_CONTROLLER: Controller = Controller {
    image: "registry.k8s.io/cloud-provider-gcp/cloud-controller-manager:v33.1.1",
    program: "/cloud-controller-manager",
    provider: "gce",
};

/// The controller that removes nodes whose machines are gone, by the name that every provider's program knows
/// (k8s.io/cloud-provider `names/controller_names.go`).
pub const NODE_LIFECYCLE: &str = "cloud-node-lifecycle-controller";
