//! See [`RULE`].
use crate::diagnostic::Severity;
use crate::model::{Config, Provider, TemplateKind};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Workspaces of `envbox` run in privileged containers.
    ///
    /// ## Why
    ///
    /// The outer container of envbox is privileged and mounts folders of its machine. Whoever breaks out of the inner one has the machine, with everything
    /// that runs there. Its image is for amd64 only.
    ///
    /// Source: coder/envbox README.md, issue #72.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {template: envbox}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {template: kubernetes}}
    /// ```
    "coder-envbox-privileged", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let workspaces = config.coder.get().and_then(|coder| coder.workspaces.get());
    let Some(template) = workspaces.and_then(|workspaces| workspaces.template.spanned()) else {
        return;
    };
    if template.value != TemplateKind::Envbox {
        return;
    }
    let provider = config.cluster.get().and_then(|cluster| cluster.provider.get());
    if provider == Some(&Provider::RaspberryPi) {
        let mut finding = report.found(template.span, "envbox has no image for Raspberry Pis");
        finding.severity = Severity::Error;
        report.push(finding.help("use `kubernetes`"));
        return;
    }
    let finding = report.found(template.span, "workspaces run in privileged containers");
    report.push(
        finding
            .help("use `kubernetes` unless workspaces need Docker")
            .note("a user who breaks out of the inner container controls the machine"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn privileged_workspaces() {
        check(
            r"
platform: coder
coder: {workspaces: {template: envbox}}
#                              ^^^^^^ warning[coder-envbox-privileged]: workspaces run in privileged containers
",
        );
    }
}
