//! What the README of a tree says about Coder.

mod backups;
mod rotations;
mod steps;

use crate::emit::certificates::Order;
use crate::emit::parts::Guide;
use crate::facts::coder::CHART;
use crate::plan::platform::coder::{Coder, Database};
use crate::plan::{Plan, shown};

pub(super) fn guide(plan: &Plan, coder: &Coder, domain: &str, order: &Order<'_>) -> Guide {
    let title = (
        format!("Coder at {domain}"),
        format!(
            "Coder {}, on the k3s cluster `{}`",
            plan.coder_version(),
            plan.name
        ),
    );
    Guide {
        title: Some(title),
        steps: steps::steps(coder, domain, order),
        chart: Some(&CHART),
        images: vec![coder.workspaces.image.clone()],
        mirrored: steps::mirrored(plan),
        backups: backups::backups(coder),
        rotations: rotations::rotations(),
        remains: remains(coder),
        kept: Vec::new(),
    }
}

/// What holds data outside the cluster.
fn remains(coder: &Coder) -> Vec<String> {
    let mut remains = Vec::new();
    if let Database::External(external) = &coder.database {
        remains.push(format!(
            "the database `{}` at `{}`",
            external.name,
            shown(&external.host)
        ));
    }
    if let Some(backup) = &coder.database_backup {
        remains.push(format!(
            "the bucket `{}` with copies of the database",
            shown(&backup.s3.bucket)
        ));
    }
    if let Some(oidc) = &coder.login.oidc {
        remains.push(format!(
            "the OIDC client `{}` at {}",
            oidc.client_id, oidc.issuer_url
        ));
    }
    if coder.login.github.is_some() {
        remains.push("the OAuth application for logging in at GitHub".to_owned());
    }
    let git = coder.git.iter();
    remains.extend(git.map(|git| format!("the OAuth application `{}`", git.id)));
    remains
}
