//! The tree to the policy: the top level.

use super::fields::{Fields, as_object, start_of, wrong_type};
use super::sections;
use super::{AutoApprovers, Entry, Policy};
use crate::diagnostic::Diagnostic;
use crate::source::SourceFile;
use crate::tailnet::control::Control;
use crate::tailnet::hujson::{self, Document, Kind, Object};
use crate::tailnet::reason::ReasonClass;

/// Reads a policy for a control server. It holds what could be read; the findings say what could not.
pub fn read(file: &SourceFile, control: Control) -> (Policy, Vec<Diagnostic>) {
    let (policy, _, found) = read_with_tree(file, control);
    (policy, found)
}

/// The same with the tree, for those who change the text.
pub(crate) fn read_with_tree(file: &SourceFile, control: Control) -> (Policy, Document, Vec<Diagnostic>) {
    let (document, mut found) = hujson::parse(file);
    let mut policy = Policy::default();
    if let Some(root) = &document.root {
        match &root.kind {
            Kind::Object(object) => {
                policy = read_object(object, control, &mut found);
                policy.span = Some(start_of(root.span));
            }
            _ => wrong_type("a policy", "an object", root, &mut found),
        }
    }
    doubt_fixes(&mut found);
    (policy, document, found)
}

/// Where a text cannot be read, what is read of it may be half of something: fixes of all else but the syntax are not safe.
pub(in crate::tailnet) fn doubt_fixes(found: &mut [Diagnostic]) {
    let is_syntax = |found: &Diagnostic| found.rule == ReasonClass::Syntax.rule();
    if !found.iter().any(is_syntax) {
        return;
    }
    let others = found.iter_mut().filter(|found| !is_syntax(found));
    others.for_each(Diagnostic::doubt_fixes);
}

fn read_object(object: &Object, control: Control, found: &mut Vec<Diagnostic>) -> Policy {
    let mut fields = Fields::new("a policy", control, object);
    let policy = Policy {
        span: None,
        acls: optional(&mut fields, "acls", "a rule of `acls`", found, sections::acl),
        grants: optional(
            &mut fields,
            "grants",
            "a rule of `grants`",
            found,
            sections::grant,
        ),
        groups: fields.entries("groups", found),
        hosts: fields.texts("hosts", found),
        tag_owners: fields.entries("tagOwners", found),
        auto_approvers: read_approvers(&mut fields, control, found),
        ssh: listed(&mut fields, "ssh", "a rule of `ssh`", found, sections::ssh),
        node_attrs: listed(
            &mut fields,
            "nodeAttrs",
            "an entry of `nodeAttrs`",
            found,
            sections::node_attr,
        ),
        postures: fields.entries("postures", found),
        default_src_posture: fields.list("defaultSrcPosture", found),
        ipsets: fields.entries("ipsets", found),
        tests: listed(&mut fields, "tests", "an entry of `tests`", found, sections::test),
        ssh_tests: listed(
            &mut fields,
            "sshTests",
            "an entry of `sshTests`",
            found,
            sections::ssh_test,
        ),
    };
    fields.object("derpMap", found);
    fields.flag("disableIPv4", found);
    fields.text("OneCGNATRoute", found);
    fields.flag("randomizeClientPort", found);
    fields.object("attrConfig", found);
    fields.finish(found);
    policy
}

/// A section whose absence means something.
fn optional<'a, T>(
    fields: &mut Fields<'a>,
    name: &'static str,
    what: &'static str,
    found: &mut Vec<Diagnostic>,
    read: sections::Read<'a, T>,
) -> Option<Vec<T>> {
    let items = fields.array(name, found)?;
    Some(sections::each(items, what, fields.control(), found, read))
}

fn listed<'a, T>(
    fields: &mut Fields<'a>,
    name: &'static str,
    what: &'static str,
    found: &mut Vec<Diagnostic>,
    read: sections::Read<'a, T>,
) -> Vec<T> {
    optional(fields, name, what, found, read).unwrap_or_default()
}

fn read_approvers(fields: &mut Fields<'_>, control: Control, found: &mut Vec<Diagnostic>) -> AutoApprovers {
    let Some(value) = fields.take("autoApprovers", found) else {
        return AutoApprovers::default();
    };
    let Some(object) = as_object("autoApprovers", value, found) else {
        return AutoApprovers::default();
    };
    let mut inner = Fields::new("`autoApprovers`", control, object);
    let routes: Vec<Entry> = inner.entries("routes", found);
    let approvers = AutoApprovers {
        routes,
        exit_node: inner.list("exitNode", found),
        services: inner.entries("services", found),
    };
    inner.finish(found);
    approvers
}
