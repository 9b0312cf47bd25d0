//! Gitpod.

/// Where upstream tells of the folders of containerd.
pub const CONTAINERD_SOURCES: &str = "gitpod #7787, #2876, #10103";

/// Where k3s has containerd.
pub const CONTAINERD_FIX: &str = "in Gitpod's configuration: workspace: {runtime: {containerdRuntimeDir: /run/k3s/containerd/io.containerd.runtime.v2.task/k8s.io, containerdSocketDir: /run/k3s/containerd}}   # before March 2023: containerdSocket: /run/k3s/containerd/containerd.sock; `gkc build` writes them\nin other charts: the socket is /run/k3s/containerd/containerd.sock\nls /run/k3s/containerd   # on {MACHINE}";

/// What is said where the image builder is limited.
pub const IMAGE_BUILDER_MESSAGE: &str = "Gitpod's image builder has reached the pull limit of a registry";

/// How the image builder gets a login.
pub const IMAGE_BUILDER_FIX: &str = "in .gitpod.yml: an image of a registry without that limit, or a copy in a registry of your own\na variable of the user or project: GITPOD_IMAGE_AUTH=docker.io:BASE64-OF-USER:TOKEN   # where the installation allows it";

/// The namespace that the platform is in.
pub const GITPOD_NAMESPACE: &str = "gitpod";
