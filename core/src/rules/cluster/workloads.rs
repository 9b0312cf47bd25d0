//! Workloads, as the configuration names them.

use crate::model::Workload;
use crate::words::quoted;

/// The names of workloads, in backticks.
pub(super) fn names(workloads: impl IntoIterator<Item = Workload>) -> Vec<String> {
    quoted(workloads.into_iter().map(|workload| workload.as_str()))
}
