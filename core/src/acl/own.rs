//! The tailnet's own policy: reading it, following its style, merging into it.

use super::cause::{self, has_wrong_tag};
use super::scene::pod_ranges;
use super::{control, needs};
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::inputs::Inputs;
use crate::model::{Model, PolicyStyle};
use crate::plan::{OwnPolicy, Plan};
use crate::source::{FileId, SourceError, SourceFile};
use crate::tailnet::addr::{IpSet, Prefix};
use crate::tailnet::check::{Checked, check_text};
use crate::tailnet::findings::approvers::USER_APPROVER;
use crate::tailnet::findings::ssh::SSH_USER_LITERAL;
use crate::tailnet::findings::syntax::POLICY_UNREADABLE;
use crate::tailnet::hujson::{Kind, Value, parse};
use crate::tailnet::merge::{Merged, merge};
use crate::tailnet::policy::Policy;
use crate::tailnet::selector::Selector;

/// The first file after the configuration.
const FILE: FileId = FileId(1);

/// The tailnet's own policy.
pub struct Own {
    /// Its text.
    pub file: SourceFile,
    /// With what the cluster needs; none where it was refused.
    pub merged: Option<Merged>,
}

/// Reads the policy that the configuration names and merges into it. What is wrong with it is reported at its own lines.
pub(crate) fn read(
    config: &SourceFile,
    model: &Model,
    plan: &mut Plan,
    inputs: &dyn Inputs,
    sink: &mut Sink,
) -> Option<Own> {
    users(model, sink);
    let named = plan.tailnet.as_ref()?.policy.clone()?;
    let file = match load(config, &named, inputs) {
        Ok(file) => file,
        Err(finding) => {
            sink.push(*finding);
            return None;
        }
    };
    let control = control(plan.tailnet.as_ref()?);
    let checked = check_text(&file, control, None);
    let style = model.config.as_ref().and_then(|config| config.tailscale.get());
    let style = style.map(|tailscale| tailscale.style.copied_or(PolicyStyle::Auto));
    let tailnet = plan.tailnet.as_mut()?;
    if style == Some(PolicyStyle::Auto) {
        tailnet.acls = writes_acls(&checked.policy);
    }
    let needs = needs(plan, plan.tailnet.as_ref()?);
    let merged = match merge(&file, &needs, control, None) {
        Ok(merged) => {
            let warnings = checked.found.iter().filter(|d| d.severity != Severity::Error);
            sink.extend(warnings.cloned().chain(merged.found.clone()));
            approvers(&checked, plan, sink);
            Some(merged)
        }
        Err(refused) => {
            sink.extend(refused.found);
            if !has_wrong_tag(model) {
                let of_needs = refused.of_needs.iter();
                let errors = of_needs.map(|(value, error)| (error, value.clone()));
                cause::report(errors, model, named.span, sink);
            }
            None
        }
    };
    Some(Own { file, merged })
}

/// Reports users of SSH that would be logins of exactly that name. What the merge makes of them has no lines of its own to say it at.
fn users(model: &Model, sink: &mut Sink) {
    let tailscale = model.config.as_ref().and_then(|config| config.tailscale.get());
    let users = tailscale.and_then(|tailscale| tailscale.ssh.get()).into_iter();
    for user in users.flat_map(|ssh| ssh.users.items()) {
        if let Some(prefix) = ["autogroup:", "group:", "tag:"]
            .into_iter()
            .find(|prefix| user.value.starts_with(prefix))
            .filter(|_| user.value != "autogroup:nonroot")
        {
            let message = format!(
                "`{}` is used as a literal login name, which no machine has",
                user.value
            );
            let finding = SSH_USER_LITERAL.at(user.span, message);
            sink.push(finding.help(match prefix {
                "autogroup:" => "use login names, or `autogroup:nonroot` for all users except root",
                _ => "use names of users on the machines; people belong in `admins`",
            }));
        }
    }
}

fn writes_acls(policy: &Policy) -> bool {
    policy.acls.is_some() && policy.grants.as_ref().is_none_or(Vec::is_empty)
}

fn load(config: &SourceFile, named: &OwnPolicy, inputs: &dyn Inputs) -> Result<SourceFile, Box<Diagnostic>> {
    let refuse = |why: String| {
        let finding = POLICY_UNREADABLE
            .at(named.span, format!("`{}` {why}", named.path))
            .help("use the path of the tailnet's policy, relative to this file");
        Box::new(finding)
    };
    let bytes = inputs
        .read(&named.path)
        .map_err(|error| refuse(format!("cannot be read: {}", error.0)))?;
    SourceFile::from_bytes(FILE, config.beside(&named.path), bytes.expose().to_vec()).map_err(|error| {
        refuse(match error {
            SourceError::TooLarge(_) => "is too large to be a policy".to_owned(),
            SourceError::NotUtf8 { looks_like, .. } => {
                format!("is not UTF-8 text: looks like {looks_like}")
            }
        })
    })
}

/// Approvers that do nothing for the cluster.
fn approvers(checked: &Checked, plan: &Plan, sink: &mut Sink) {
    let pods = pod_ranges(plan);
    for entry in &checked.policy.auto_approvers.routes {
        let Ok(prefix) = entry.name.value.parse::<Prefix>() else {
            continue;
        };
        let overlaps = plan.is_over_tailnet() && IpSet::from_prefixes([prefix]).overlaps(&pods);
        let people = entry
            .list
            .items
            .iter()
            .filter(|item| Selector::parse(item.trimmed()).is_people());
        for item in people.filter(|_| overlaps) {
            let message = format!(
                "auto-approver `{}` does not cover the cluster's tagged machines",
                item.trimmed()
            );
            let finding = USER_APPROVER
                .at(item.span, message)
                .help("remove it if it was meant for the cluster, whose machines advertise no routes to pods")
                .note(
                    "a tagged machine has no owner, and users auto-approve only routes of their own devices",
                );
            sink.push(finding);
        }
    }
}

/// A policy without comments and trailing commas, over several lines.
pub(crate) fn plain(text: &str) -> String {
    let (document, _) = parse(&SourceFile::new(FILE, "", text));
    let value = document.root.as_ref().map_or(serde_json::Value::Null, json);
    format!("{value:#}\n")
}

fn json(value: &Value) -> serde_json::Value {
    match &value.kind {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool(yes) => (*yes).into(),
        Kind::Number(number) => serde_json::from_str(number).unwrap_or_default(),
        Kind::String(text) => text.as_str().into(),
        Kind::Array(array) => array.items.iter().map(json).collect(),
        Kind::Object(object) => {
            let members = object
                .members
                .iter()
                .map(|member| (member.key.clone(), json(&member.value)));
            serde_json::Value::Object(members.collect())
        }
    }
}
