//! What machines without the world outside find at home: all that the tree's machines and manifests fetch.

use super::Tree;
use crate::emit::document::{Document, DocumentKind};
use crate::emit::page::Steps;
use crate::facts::autoscaler::{CLUSTER_AUTOSCALER, CLUSTER_AUTOSCALER_IMAGE, HETZNER_CONTROLLER};
use crate::facts::charts::{CERT_MANAGER, Chart, HETZNER_WEBHOOK, SCALEWAY_WEBHOOK, TRUST_MANAGER};
use crate::facts::k3s::{INSTALL_SCRIPT_URL, RELEASES, UPGRADE_CONTROLLER, UPGRADE_IMAGE};
use crate::facts::releases;
use crate::model::Provider;
use crate::plan::{Airgap, Plan};
use crate::text::Part;
use crate::tokens::hidden;
use std::collections::BTreeSet;

/// The charts that any cluster may have.
static CHARTS: [&Chart; 6] = [
    &CERT_MANAGER,
    &TRUST_MANAGER,
    &HETZNER_WEBHOOK.chart,
    &SCALEWAY_WEBHOOK.chart,
    &CLUSTER_AUTOSCALER,
    &HETZNER_CONTROLLER,
];

/// The step that fills the mirror and the registries.
pub(super) fn step(steps: &mut Steps<'_>, tree: &Tree<'_>, mirror: &Airgap) {
    let plan = tree.plan;
    let url = hidden(&mirror.url);
    steps.step("Fill the mirror and the registries before any machine starts: nothing is downloaded from anywhere else.");
    steps.line(format!(
        "In the folder that `{url}` serves, on a machine with internet access:"
    ));
    let charts = charts(tree);
    steps.command(&files(plan, &charts));
    if plan.provider != Provider::RaspberryPi {
        steps.line("Machines with arm64 need `k3s-arm64`, `k3s-airgap-images-arm64.tar.zst` and `sha256sum-arm64.txt` of the release.");
    }
    steps.line(format!(
        "The package repositories of the machines' image must have {}.",
        packages(tree)
    ));
    steps.line(match &mirror.ca {
        Some(_) => "These repositories are asked before machines trust `k3s.airgap.caCert`: if it signed their certificates, the image must have it already.",
        None => "If a CA of your own signs the mirror's certificate, name it in `k3s.airgap.caCert`, and build again.",
    });
    for line in &tree.guide.mirrored {
        steps.line(line);
    }
    steps.line("The registries of `k3s.registries` must have these images:");
    steps.line("");
    for image in images(tree) {
        steps.line(format!("- `{image}`"));
    }
    steps.line("");
    if !charts.is_empty() {
        steps.line("They must also have the images of the charts:");
        steps.command("for chart in charts/*.tgz; do helm template \"$chart\"; done | grep -oE 'image[:=] *\"?[^\" ]+' | sort -u");
    }
    steps.line("To upgrade k3s, the images in `k3s-images.txt` of the new release, and those of the upgrade's controller:");
    let controller = plan.releases.of(&releases::UPGRADE_CONTROLLER);
    steps.command(&format!(
        "curl -fsSL {UPGRADE_CONTROLLER}/{controller}/system-upgrade-controller.yaml | grep -oE 'rancher/[^\" ]+:[^\" ]+' | sort -u"
    ));
}

/// The commands that fetch what the mirror serves.
fn files(plan: &Plan, charts: &[&Chart]) -> String {
    let (arch, binary) = match plan.provider {
        Provider::RaspberryPi => ("arm64", "k3s-arm64"),
        _ => ("amd64", "k3s"),
    };
    let version = plan.k3s.install.version();
    let version = version.map(|version| version.to_string()).unwrap_or_default();
    let escaped = version.replace('+', "%2B");
    let mut commands = format!(
        "mkdir -p {version} charts\n\
         for file in {binary} k3s-airgap-images-{arch}.tar.zst sha256sum-{arch}.txt; do\n  \
         curl -fL -o \"{version}/$file\" \"{RELEASES}/{escaped}/$file\"\n\
         done\n\
         curl -fL -o {version}/install.sh {INSTALL_SCRIPT_URL}"
    );
    for chart in charts {
        commands.push_str(&format!(
            "\nhelm pull {} --repo {} --version {} --destination charts",
            chart.name,
            chart.repo,
            plan.releases.of(chart.product)
        ));
    }
    commands
}

/// The charts that this tree installs.
fn charts(tree: &Tree<'_>) -> Vec<&'static Chart> {
    let releases = &tree.plan.releases;
    let all = CHARTS.into_iter().chain(tree.guide.chart);
    all.filter(|chart| {
        releases
            .iter()
            .any(|release| release.product.name == chart.product.name)
    })
    .collect()
}

/// The packages, each with the release that is asked for.
fn packages(tree: &Tree<'_>) -> String {
    let plan = tree.plan;
    let packages = tree
        .machines
        .first()
        .map(|machine| machine.packages.iter().cloned());
    let tailscale = plan.tailnet.as_ref();
    let tailscale = tailscale.map(|_| format!("tailscale={}", plan.releases.of(&releases::TAILSCALE)));
    let packages = packages.into_iter().flatten().chain(tailscale);
    let quoted: Vec<String> = packages.map(|package| format!("`{package}`")).collect();
    crate::words::and(&quoted)
}

/// The images that the tree's own files name, and those that are told by what the plan has.
fn images(tree: &Tree<'_>) -> BTreeSet<String> {
    let plan = tree.plan;
    let mut images: BTreeSet<String> = crate::sorted::set(tree.guide.images.iter().cloned());
    for document in tree.emission.documents() {
        if matches!(
            document.kind,
            DocumentKind::Manifests | DocumentKind::PlatformFile(_)
        ) {
            named(document, &mut images);
        }
    }
    if plan.autoscaler.is_some() {
        images.insert(format!(
            "{CLUSTER_AUTOSCALER_IMAGE}:{}",
            plan.releases.of(&releases::CLUSTER_AUTOSCALER)
        ));
    }
    // The controller makes the tag of the version (rancher/system-upgrade-controller pkg/upgrade/job/job.go).
    let version = plan.k3s.install.version();
    images
        .extend(version.map(|version| format!("{UPGRADE_IMAGE}:{}", version.to_string().replace('+', "-"))));
    images
}

/// The images that a document names by their key, in YAML or in Terraform's language.
fn named(document: &Document, images: &mut BTreeSet<String>) {
    for part in document.sections.iter().flat_map(|section| section.text.parts()) {
        let (Part::Lit(text) | Part::Bound(text)) = part else {
            continue;
        };
        let named = text.lines().filter_map(|line| {
            let line = line
                .trim_start_matches([' ', '-'])
                .strip_prefix("image")?
                .trim_start();
            let image = line.strip_prefix(": ").or_else(|| line.strip_prefix("= \""))?;
            Some(image.trim_matches('"')).filter(|image| !image.is_empty())
        });
        images.extend(named.map(str::to_owned));
    }
}
