//! Where workspaces run, and what the first template gives them.

use crate::facts::coder::WORKSPACE_IMAGE;
use crate::model::{self, Field, TemplateKind};
use crate::plan::platform::secrets::{UserSecret, user_secrets};
use crate::plan::values::Names;
use serde::Serialize;

/// CPUs and memory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Amounts {
    /// CPUs.
    pub cpu: String,
    /// Memory.
    pub memory: String,
}

/// Where workspaces run, and what the first template gives them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Workspaces {
    /// The namespace.
    pub namespace: String,
    /// The storage class of home directories; absent: the cluster's default.
    pub storage_class: Option<String>,
    /// The template; absent: none.
    #[serde(skip)]
    pub template: TemplateKind,
    /// The image.
    pub image: String,
    /// What each reserves.
    pub requests: Amounts,
    /// What each may use.
    pub limits: Amounts,
    /// The size of each home directory.
    pub home_size: String,
    /// The most pods, and the most volumes.
    pub max_pods: u32,
    /// Further secrets in the namespace.
    pub secrets: Vec<UserSecret>,
}

/// The most pods and volumes in the namespace: more than a team's workspaces, less than fills a cluster by a mistake in a template.
const MAX_PODS: u32 = 100;

pub(super) fn workspaces(coder: &model::Coder, names: &mut Names) -> Workspaces {
    let missing = Default::default();
    let written = coder.workspaces.get().unwrap_or(&missing);
    let text = |field: &Field<String>, default: &str| field.text().unwrap_or(default).to_owned();
    let amounts = |field: &Field<model::Amounts>, cpu: &str, memory: &str| {
        let written = field.get();
        Amounts {
            cpu: written.map_or(cpu.to_owned(), |amounts| text(&amounts.cpu, cpu)),
            memory: written.map_or(memory.to_owned(), |amounts| text(&amounts.memory, memory)),
        }
    };
    Workspaces {
        namespace: text(&written.namespace, "coder-workspaces"),
        storage_class: written.storage_class.get().cloned(),
        template: written.template.copied_or(TemplateKind::Kubernetes),
        image: text(&written.image, WORKSPACE_IMAGE),
        requests: amounts(&written.requests, "250m", "512Mi"),
        limits: amounts(&written.limits, "2", "4Gi"),
        home_size: text(&written.home_size, "10Gi"),
        max_pods: written.max_pods.copied_or(MAX_PODS),
        secrets: user_secrets("coder.workspaces.secrets", &written.secrets, names),
    }
}
