//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::tailscale::tag_mistake;
use crate::model::{Config, OneOrMany, ShortOrMap};
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A tag is not valid for Tailscale.
    ///
    /// ## Why
    ///
    /// A tag is `tag:`, a letter, and then letters, digits and `-`. With an underscore or a dot Tailscale rejects the policy, and
    /// the auth key cannot have the tag. Tailscale lower-cases tags in rule destinations, so use lower case.
    ///
    /// Source: tailscale/tailscale `tailcfg.CheckTag` and `tailcfg/proto_port_range.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], tags: "tag:rpi_nodes"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// tailscale: {admins: [ada@acme.dev], tags: "tag:rpi-nodes"}
    /// ```
    "tailscale-tag-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(tags) = config
        .tailscale
        .get()
        .and_then(|tailscale| tailscale.tags.spanned())
    else {
        return;
    };
    match &tags.value {
        ShortOrMap::Short(tag) => check_tag(tag, tags.span, report),
        ShortOrMap::Map(roles) => {
            let both = [&roles.server, &roles.agent];
            for tag in both
                .into_iter()
                .filter_map(|role| role.get())
                .flat_map(OneOrMany::items)
            {
                check_tag(&tag.value, tag.span, report);
            }
        }
    }
}

fn check_tag(tag: &str, span: Span, report: &mut Report<'_>) {
    let Some(why) = tag_mistake(tag) else { return };
    let finding = report
        .found(span, format!("invalid tag `{tag}`: {why}"))
        .note("Tailscale rejects the policy when it is saved");
    let prefixed = format!("tag:{}", tag.trim().trim_start_matches(':'));
    let whole = if tag.to_lowercase().starts_with("tag:") {
        tag
    } else {
        &prefixed
    };
    let near = whole.to_lowercase().replace(['_', '.', ' '], "-");
    if tag_mistake(&near).is_some() {
        report
            .push(finding.help("use `tag:` and a name of letters, digits and `-`, such as `tag:k3s-server`"));
        return;
    }
    let title = format!("use `{near}`");
    let finding = finding.help(title.clone());
    let Some(text) = scalar(report, span, &near) else {
        report.push(finding);
        return;
    };
    // A missing `tag:` is unambiguous, but what begins with `tag` may be a slip in it; a respelled tag may exist under its old name.
    let certain = near == prefixed && !tag.trim().to_lowercase().starts_with("tag");
    report.push(finding.fix(match certain {
        true => Fix::safe(title, span, text),
        false => Fix::risky(title, span, text),
    }));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn one_tag_and_lists() {
        check(
            r#"
tailscale: {tags: rpi-nodes, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                 ^^^^^^^^^ info[tailscale-shared-tag]: servers and agents share the tag `rpi-nodes`
#                 ^^^^^^^^^ error[tailscale-tag-invalid]: invalid tag `rpi-nodes`: expected `tag:` at the start
"#,
        );
        check(
            r#"
tailscale: {tags: {server: ["tag:k3s-server", "tag:1st"], agent: "tag:rpi_nodes"}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                                             ^^^^^^^^^ error[tailscale-tag-invalid]: invalid tag `tag:1st`: expected a letter after `tag:`
#                                                                ^^^^^^^^^^^^^^^ error[tailscale-tag-invalid]: invalid tag `tag:rpi_nodes`: expected only letters, digits and `-`
"#,
        );
    }

    #[test]
    fn a_slip_in_the_prefix_is_not_a_name() {
        check_applicability(
            "tailscale-tag-invalid",
            &[
                ("tailscale: {tags: k3s, admins: [ada@acme.dev]}\n", "safe"),
                ("tailscale: {tags: tag-k3s, admins: [ada@acme.dev]}\n", "unsafe"),
            ],
        );
    }

    #[test]
    fn the_fix_respells_them() {
        check_fix(
            "tailscale-tag-invalid",
            "tailscale: {tags: {server: k3s, agent: ['tag:rpi_nodes', \"tag:K3s\"]}}\n",
            "tailscale: {tags: {server: tag:k3s, agent: ['tag:rpi-nodes', \"tag:k3s\"]}}\n",
        );
    }
}
