//! gkc compiles `gitpod-k3s.yaml` into a whole deployment of Gitpod on k3s, and checks it on the way.
//!
//! ```
//! use gkc_core::source::{FileId, SourceFile};
//!
//! let text = "apiVersion: gitpod-k3s/v1\ndomain: Gitpod.acme.dev\n";
//! let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
//! let checked = gkc_core::check(&file, &gkc_core::inputs::NoInputs);
//! let finding = checked.diagnostics.iter().find(|d| d.rule == "domain-uppercase").unwrap();
//! assert_eq!(file.slice(finding.span), "Gitpod.acme.dev");
//! ```
//!
//! The pipeline, each stage in the module of its name: [`syntax`] → [`model`] → [`plan`] → [`emit`] → [`verify`], with [`rules`]
//! beside it. No stage fails: each returns what it could make and reports the rest. The crate does no I/O; what it needs
//! from outside comes through [`inputs::Inputs`].

mod acl;
mod corefile;
pub mod diagnostic;
pub mod doctor;
pub mod emit;
pub mod facts;
pub mod inputs;
pub mod model;
pub mod origin;
pub mod plan;
pub mod rules;
pub mod secrets;
pub mod source;
pub mod syntax;
pub mod tailnet;
pub mod verify;

#[cfg(test)]
mod testing;

use diagnostic::{Diagnostic, Severity, Sink};
use emit::Artifact;
use inputs::Inputs;
use model::Model;
use plan::Planned;
use source::{SourceFile, Span};
use std::collections::BTreeMap;

/// How a configuration is compiled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether every `{env}` secret becomes a sensitive Terraform variable instead of being looked up.
    pub secrets_late: bool,
}

/// A configuration that went through all stages, for a look at it.
pub struct Checked {
    /// What was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Places of literal secrets: whoever shows source masks them.
    pub sensitive: Vec<Span>,
    /// The decoded configuration.
    pub model: Model,
    /// The plan, where there is any configuration.
    pub planned: Option<Planned>,
    /// The files that the configuration refers to and that findings may be in.
    pub files: Vec<SourceFile>,
    /// The tailnet's own policy with what the cluster needs in it.
    merged: Option<String>,
}

impl Checked {
    /// Whether an error stands in the way of building.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|d| d.severity == Severity::Error)
    }

    fn source<'a>(&'a self, file: &'a SourceFile) -> emit::Source<'a> {
        emit::Source {
            policy: self.merged.as_deref(),
            ..self.model.source(file)
        }
    }
}

/// A build: everything to write, or the reasons why nothing is written.
pub struct Build {
    /// What was found beyond the check's findings: secrets without a value, values that do not fit.
    pub diagnostics: Vec<Diagnostic>,
    /// What to write; empty where anything is an error.
    pub artifacts: Vec<Artifact>,
}

/// Stands in for secrets that `check` does not need, as long as a token.
const PLACEHOLDER: &str = "0000000000000000000000000000000000000000000000000000000000000000";

fn lookup<'a>(store: &'a secrets::Store, inputs: &'a dyn Inputs, placeholders: bool) -> secrets::Lookup<'a> {
    secrets::Lookup {
        store,
        inputs,
        placeholder: placeholders.then_some(PLACEHOLDER),
        fill_late: false,
    }
}

/// Checks a configuration: all stages, nothing written, no secret needed.
pub fn check(file: &SourceFile, inputs: &dyn Inputs) -> Checked {
    check_with(file, inputs, Options::default())
}

/// [`check`] with options.
pub fn check_with(file: &SourceFile, inputs: &dyn Inputs, options: Options) -> Checked {
    let mut sink = Sink::new();
    let tree = syntax::parse(file, &mut sink);
    let model = model::decode(&tree, file, &mut sink);
    let mut planned = plan::build(&model, options.secrets_late, &mut sink);
    let own = planned
        .as_mut()
        .and_then(|planned| acl::read(file, &model, &mut planned.plan, inputs, &mut sink));
    let merged = own.as_ref().and_then(|own| own.merged.as_ref());
    if let Some(planned) = &planned {
        let source = emit::Source {
            policy: merged.map(|merged| merged.text.as_str()),
            ..model.source(file)
        };
        look(planned, &model, source, own.as_ref(), inputs, &mut sink);
    }
    let diagnostics = rules::suppress(&tree, file, sink.finish());
    let mut sink = Sink::new();
    sink.extend(diagnostics);
    Checked {
        diagnostics: sink.finish(),
        sensitive: model.sensitive.clone(),
        merged: merged.map(|merged| merged.text.clone()),
        files: own.into_iter().map(|own| own.file).collect(),
        model,
        planned,
    }
}

/// All that is found by looking at the plan and at what would be written.
fn look(
    planned: &Planned,
    model: &Model,
    source: emit::Source<'_>,
    own: Option<&acl::Own>,
    inputs: &dyn Inputs,
    sink: &mut Sink,
) {
    let Planned { plan, literals } = planned;
    let secrets = secrets::resolve(plan, literals, inputs, sink);
    secrets::report_unresolved(&secrets, Severity::Info, sink);
    // Late values are filled in by something, so that templates can be measured and read back.
    let lookup = secrets::Lookup {
        fill_late: true,
        ..lookup(&secrets, inputs, true)
    };
    let broken = sink.has_errors();
    let artifacts = emit::artifacts(plan, source, &lookup, &mut Sink::new());
    let subject = rules::Subject {
        file: source.file,
        model,
        plan,
        secrets: &secrets,
        artifacts: &artifacts,
    };
    rules::run(&subject, sink);
    let policy = artifacts.iter().find(|artifact| artifact.path == emit::POLICY);
    if let Some(policy) = policy.filter(|_| !broken && !sink.found().iter().any(spoils_the_policy)) {
        acl::prove(plan, model, own, policy.text(), sink);
    }
    if !broken && !sink.has_errors() {
        verify::verify(plan, &artifacts, source.anchor, sink);
    }
}

/// What is proven of a policy with a wrong tag or range in it would only repeat that.
fn spoils_the_policy(found: &Diagnostic) -> bool {
    found.severity == Severity::Error
        && (found.rule.starts_with("tailscale-") || found.rule.starts_with("cidr-"))
}

/// What [`build`] would write, with a placeholder for every secret that has no value: for a look at what is not sensitive.
pub fn preview(checked: &Checked, file: &SourceFile, inputs: &dyn Inputs) -> Vec<Artifact> {
    let Some(Planned { plan, literals }) = &checked.planned else {
        return Vec::new();
    };
    let secrets = secrets::resolve(plan, literals, inputs, &mut Sink::new());
    let lookup = lookup(&secrets, inputs, true);
    emit::artifacts(plan, checked.source(file), &lookup, &mut Sink::new())
}

/// Who gets each secret, by the secret's name: read off what would be written. The index of the tree, which tells of all of it,
/// is not among them.
pub fn consumers(checked: &Checked, file: &SourceFile) -> BTreeMap<String, Vec<emit::Consumer>> {
    let mut consumers: BTreeMap<String, Vec<emit::Consumer>> = BTreeMap::new();
    let Some(planned) = &checked.planned else {
        return consumers;
    };
    for (consumer, secrets) in emit::secrets_held(&planned.plan, checked.source(file)) {
        for secret in secrets {
            consumers.entry(secret.0).or_default().push(consumer);
        }
    }
    consumers
}

/// Builds what [`check_with`] found nothing wrong with; `only` keeps to the artifacts of one consumer and the secrets that it
/// needs.
pub fn build(
    checked: &Checked,
    file: &SourceFile,
    inputs: &dyn Inputs,
    only: Option<emit::Consumer>,
) -> Build {
    let mut sink = Sink::new();
    let Some(Planned { plan, literals }) = checked.planned.as_ref().filter(|_| !checked.has_errors()) else {
        return Build {
            diagnostics: Vec::new(),
            artifacts: Vec::new(),
        };
    };
    let mut ignored = Sink::new();
    let mut needed = plan.clone();
    let source = checked.source(file);
    if let Some(only) = only {
        let held = emit::secrets_held(plan, source).remove(&only).unwrap_or_default();
        // What Terraform knows needs no value, and the module tells of every template.
        needed.secrets.retain(|need| {
            let late = matches!(need.source, plan::SecretSource::Terraform(_));
            late || held.iter().any(|id| id.0 == need.name)
        });
    }
    let secrets = secrets::resolve(&needed, literals, inputs, &mut ignored);
    secrets::report_unresolved(&secrets, Severity::Error, &mut sink);
    if sink.has_errors() {
        return Build {
            diagnostics: sink.finish(),
            artifacts: Vec::new(),
        };
    }
    let lookup = lookup(&secrets, inputs, only.is_some());
    let mut artifacts = emit::artifacts(plan, source, &lookup, &mut sink);
    // Templates cannot be read back, so they are read with their late values filled in by something.
    let filled = artifacts.iter().any(|artifact| artifact.template).then(|| {
        let lookup = secrets::Lookup {
            fill_late: true,
            ..lookup
        };
        emit::artifacts(plan, source, &lookup, &mut Sink::new())
    });
    verify::verify(
        plan,
        filled.as_ref().unwrap_or(&artifacts),
        source.anchor,
        &mut sink,
    );
    if let Some(only) = only {
        artifacts.retain(|artifact| artifact.consumer == only || artifact.consumer == emit::Consumer::Index);
    }
    if sink.has_errors() {
        artifacts.clear();
    }
    Build {
        diagnostics: sink.finish(),
        artifacts,
    }
}
