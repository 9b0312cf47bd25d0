//! The tree to the policy: the entries of each section that is a list.

use super::fields::{Fields, Findings, as_object};
use super::{Acl, Grant, NodeAttr, Ssh, SshTest, Test};
use crate::source::Span;
use crate::tailnet::control::Control;
use crate::tailnet::hujson::Value;

/// Reads one entry whose fields are given.
pub(super) type Read<'a, T> = fn(Span, &mut Fields<'a>, &mut Findings) -> T;

/// Reads every item of a section that is an object.
pub(super) fn each<'a, T>(
    items: &'a [Value],
    what: &'static str,
    control: Control,
    found: &mut Findings,
    read: Read<'a, T>,
) -> Vec<T> {
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        if let Some(object) = as_object(what, item, found) {
            let mut fields = Fields::new(what, control, object);
            out.push(read(item.span, &mut fields, found));
            fields.finish(found);
        }
    }
    out
}

/// `src` or, in old files, `users`; both in one rule are read together.
fn either(
    fields: &mut Fields<'_>,
    name: &'static str,
    legacy: &'static str,
    found: &mut Findings,
) -> super::List {
    let mut list = fields.list(name, found);
    let old = fields.list(legacy, found);
    list.span = list.span.or(old.span);
    list.items.extend(old.items);
    list
}

pub(super) fn acl(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> Acl {
    Acl {
        span,
        action: fields.text("action", found),
        src: either(fields, "src", "users", found),
        proto: fields.text("proto", found),
        dst: either(fields, "dst", "ports", found),
        src_posture: fields.list("srcPosture", found),
    }
}

pub(super) fn grant(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> Grant {
    Grant {
        span,
        src: fields.list("src", found),
        dst: fields.list("dst", found),
        ip: fields.list("ip", found),
        app: fields.keys("app", found),
        via: fields.list("via", found),
        src_posture: fields.list("srcPosture", found),
    }
}

pub(super) fn ssh(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> Ssh {
    fields.flag("enforceRecorder", found);
    Ssh {
        span,
        action: fields.text("action", found),
        src: fields.list("src", found),
        dst: fields.list("dst", found),
        users: fields.list("users", found),
        check_period: fields.text("checkPeriod", found),
        accept_env: fields.list("acceptEnv", found),
        src_posture: fields.list("srcPosture", found),
        recorder: fields.list("recorder", found),
    }
}

pub(super) fn node_attr(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> NodeAttr {
    NodeAttr {
        span,
        target: fields.list("target", found),
        attr: fields.list("attr", found),
        app: fields.keys("app", found),
        ip_pool: fields.list("ipPool", found),
    }
}

pub(super) fn test(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> Test {
    let src = fields.text("src", found);
    let user = fields.text("user", found);
    Test {
        span,
        src: src.or(user),
        posture: fields.attributes("srcPostureAttrs", found),
        proto: fields.text("proto", found),
        accept: either(fields, "accept", "allow", found),
        deny: fields.list("deny", found),
    }
}

pub(super) fn ssh_test(span: Span, fields: &mut Fields<'_>, found: &mut Findings) -> SshTest {
    SshTest {
        span,
        src: fields.text("src", found),
        posture: fields.attributes("srcPostureAttrs", found),
        dst: fields.list("dst", found),
        accept: fields.list("accept", found),
        check: fields.list("check", found),
        deny: fields.list("deny", found),
    }
}
