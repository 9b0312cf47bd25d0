//! The tailnet's policy, which has to be there before the machines.

use crate::acl;
use crate::emit::page::Steps;
use crate::facts::headscale::field_since;
use crate::plan::{OwnPolicy, Tailnet};

const API: &str = "https://api.tailscale.com/api/v2/tailnet/-/acl";

/// The step that applies it: a backup first, since applying replaces all of it.
pub(super) fn step(steps: &mut Steps<'_>, tailnet: &Tailnet) {
    steps.step("Apply the tailnet policy before any machine starts: auth keys can only have tags that the policy defines.");
    let headscale = tailnet.is_headscale();
    let on = if headscale {
        ", on the Headscale server"
    } else {
        ""
    };
    steps.line(format!(
        "Applying a policy replaces the tailnet's whole policy. Save the current one first{on}:"
    ));
    steps.command(&match headscale {
        true => "headscale policy get >policy-before.hujson".to_owned(),
        false => format!(
            "curl -fsS -u \"$TAILSCALE_API_KEY:\" -H 'Accept: application/hujson' \\\n  {API} >policy-before.hujson"
        ),
    });
    steps.line(own_policy(tailnet.policy.as_ref()));
    steps.line("Then apply it:");
    if headscale {
        if let Some(line) = release(tailnet) {
            steps.line(line);
        }
        steps.command("headscale policy set --file tailscale/policy.hujson");
        steps.line(
            "With `policy.mode: file`, replace the file at `policy.path` and reload Headscale instead.",
        );
    } else {
        steps.command(&format!(
            "curl -fsS -u \"$TAILSCALE_API_KEY:\" --data-binary @tailscale/policy.hujson \\\n  {API}"
        ));
    }
    let tags: Vec<String> = tailnet.tags().iter().map(|tag| format!("`{tag}`")).collect();
    steps.line(format!(
        "The auth keys of the machines must be reusable and have the tag of the machine: {}.",
        tags.join(", ")
    ));
    steps.line("`gkc build --only tailscale` writes the policy before there are keys.");
    steps.end();
}

/// What an older Headscale does not read.
fn release(tailnet: &Tailnet) -> Option<String> {
    let since = |field| field_since("a policy", field);
    if !tailnet.acls {
        return Some(format!(
            "It uses `grants`, which Headscale supports since {}. For an older release, set `tailscale.style: acls` and build again.",
            since("grants")?
        ));
    }
    let tests = acl::has_tests(tailnet);
    tests.then(|| since("tests"))?.map(|since| {
        format!(
            "It has `tests`, which Headscale supports since {since}. An older release refuses the policy."
        )
    })
}

fn own_policy(own: Option<&OwnPolicy>) -> String {
    match own {
        Some(own) => format!(
            "`tailscale/policy.hujson` is `{}` with this cluster's rules merged in. If the saved policy differs from that file, copy it \
             there and build again, or its changes are lost.",
            own.path
        ),
        None => "`tailscale/policy.hujson` has only this cluster's rules: all other devices lose their access. To keep the saved policy, \
                 move it next to the configuration, name it there (`tailscale.policy: policy-before.hujson`) and build again: the rules are \
                 merged into it."
            .to_owned(),
    }
}
