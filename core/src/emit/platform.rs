//! Which platform adds what: the one place in this stage that tells them apart.

use super::parts::{Output, Parts};
use super::{coder, gitpod};
use crate::plan::{Plan, Platform};

/// What the plan's platform adds.
pub(super) fn parts(plan: &Plan) -> Parts {
    match &plan.platform {
        Platform::Gitpod(gitpod) => gitpod::parts(plan, gitpod),
        Platform::Coder(coder) => coder::parts(plan, coder),
        Platform::None => Parts::default(),
    }
}

/// The part of a node's script that makes it fit for workspaces.
pub(super) fn workspace_script(plan: &Plan) -> Option<&'static str> {
    match &plan.platform {
        Platform::Gitpod(_) => Some(gitpod::host::SCRIPT),
        Platform::Coder(_) | Platform::None => None,
    }
}

/// The kernel modules that workspaces need on a node.
pub(super) fn workspace_modules(plan: &Plan) -> &'static [&'static str] {
    match &plan.platform {
        Platform::Gitpod(_) => gitpod::host::modules(plan.os),
        Platform::Coder(_) | Platform::None => &[],
    }
}

/// The outputs of every platform: those of another are null, so that the module's call stays the same.
pub(super) const OUTPUTS: [Output; 1] = [gitpod::OUTPUT];
