//! gkc compiles `gitpod-k3s.yaml` into a whole development platform on k3s, and checks it on the way.
//!
//! ```
//! use gkc_core::source::{FileId, SourceFile};
//!
//! let text = "apiVersion: gitpod-k3s/v1\ndomain: Dev.acme.dev\n";
//! let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
//! let checked = gkc_core::check(&file, &gkc_core::inputs::NoInputs);
//! let finding = checked.diagnostics.iter().find(|d| d.rule == "domain-uppercase").unwrap();
//! assert_eq!(file.slice(finding.span), "Dev.acme.dev");
//! ```
//!
//! The pipeline is text, syntax tree, configuration, plan, documents, with rules beside it. It is cut in two where its cost is:
//! [`analyse`] ends with the plan and makes no artifact, which is fit for every keystroke; [`prove`] emits once and holds what came
//! out against its readers. [`check`] is both, and [`Checked::build`] fills the holes of what was emitted.
//!
//! - [`source`] has texts and places, [`diagnostic`] findings with their fixes, [`rules`] the list of what can be found;
//! - [`inputs::Inputs`] is what a user of the crate brings: files, variables, the date;
//! - [`Plan`] is what a deployment will be, [`artifact`] what it is made of;
//! - [`tailnet`] is the Tailscale policy engine, usable alone; [`doctor`] finds causes in the report of a cluster;
//! - [`editor`] has what changes a configuration's text: its layout.
//!
//! No stage fails: each returns what it could make and reports the rest. The crate does no I/O; what it needs
//! from outside comes through [`inputs::Inputs`].

#[cfg(feature = "internals")]
pub mod acl;
#[cfg(not(feature = "internals"))]
mod acl;
pub mod artifact;
mod corefile;
pub mod date;
pub mod diagnostic;
pub mod doctor;
pub mod editor;
#[cfg(feature = "internals")]
pub mod emit;
#[cfg(not(feature = "internals"))]
#[allow(unused_imports, reason = "tests name more than the crate does")]
mod emit;
#[cfg(feature = "internals")]
pub mod facts;
#[cfg(not(feature = "internals"))]
mod facts;
#[cfg(feature = "internals")]
pub mod flows;
#[cfg(not(feature = "internals"))]
mod flows;
pub mod inputs;
#[cfg(feature = "internals")]
pub mod model;
#[cfg(not(feature = "internals"))]
#[allow(unused_imports, reason = "tests name more than the crate does")]
mod model;
#[cfg(feature = "internals")]
pub mod origin;
#[cfg(not(feature = "internals"))]
mod origin;
#[cfg(feature = "internals")]
pub mod plan;
#[cfg(not(feature = "internals"))]
#[allow(unused_imports, reason = "tests name more than the crate does")]
mod plan;
mod plan_view;
#[cfg(feature = "internals")]
pub mod product;
#[cfg(not(feature = "internals"))]
mod product;
pub mod releases;
pub mod rules;
#[cfg(feature = "internals")]
pub mod secrets;
#[cfg(not(feature = "internals"))]
mod secrets;
mod sorted;
pub mod source;
#[cfg(feature = "internals")]
pub mod syntax;
#[cfg(not(feature = "internals"))]
#[allow(unused_imports, reason = "tests name more than the crate does")]
mod syntax;
pub mod tailnet;
#[cfg(feature = "internals")]
pub mod text;
#[cfg(not(feature = "internals"))]
mod text;
#[cfg(feature = "internals")]
pub mod tokens;
#[cfg(not(feature = "internals"))]
mod tokens;
#[cfg(feature = "internals")]
pub mod verify;
#[cfg(not(feature = "internals"))]
mod verify;
#[cfg(feature = "internals")]
pub mod words;
#[cfg(not(feature = "internals"))]
mod words;

#[cfg(test)]
mod testing;

use crate::diagnostic::stages::INVALID_VALUE;
use diagnostic::{Diagnostic, Severity, Sink};
use emit::{Artifact, Consumer, Emission, Filled};
use inputs::Inputs;
use model::Model;
use plan::{Built, Planned};
use rules::{Depth, Suppressions};
use secrets::Late;
use source::{Files, SourceFile, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

pub use plan_view::{Flow, FlowResult, Generate, Plan, PlanError, Probed, SecretNeed, SecretSource};
pub use secrets::generate as generate_secret;

/// How a configuration is compiled; by default as the command does it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    secrets_late: bool,
    update: bool,
}

impl Options {
    /// Whether every `{env}` secret becomes a sensitive Terraform variable instead of being looked up. Default: no.
    pub fn secrets_late(self, late: bool) -> Options {
        Options {
            secrets_late: late,
            ..self
        }
    }

    /// Whether what the configuration leaves open moves on to the releases that this gkc installs, instead of staying as
    /// [`Inputs::built`] says that it is. Default: no.
    pub fn update(self, update: bool) -> Options {
        Options { update, ..self }
    }
}

impl From<Options> for plan::Wishes {
    fn from(options: Options) -> plan::Wishes {
        plan::Wishes {
            secrets_late: options.secrets_late,
            update: options.update,
        }
    }
}

/// A configuration as far as it can be judged without making an artifact of it.
pub struct Analysis {
    /// What was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The configuration, and the files that it refers to and that findings may be in.
    pub files: Files,
    model: Model,
    planned: Option<Planned>,
    /// What was found before comments hid some of it.
    found: Vec<Diagnostic>,
    suppressions: Suppressions,
    secrets: secrets::Store,
    /// The tailnet's own policy, with what the cluster needs in it.
    own_policy: Option<acl::Own>,
    /// Whether what the plan is made from is sound, so that it can be proven.
    sound: bool,
}

impl Analysis {
    /// Whether an error was found.
    pub fn has_errors(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// The plan, where there is any configuration.
    pub fn plan(&self) -> Option<Plan<'_>> {
        let planned = self.planned.as_ref()?;
        Some(Plan::of(&planned.plan, &self.model.literals))
    }

    /// The decoded configuration.
    #[cfg(any(test, feature = "internals"))]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The plan's data.
    #[cfg(any(test, feature = "internals"))]
    pub fn plan_data(&self) -> Option<&plan::Plan> {
        self.planned.as_ref().map(|planned| &planned.plan)
    }

    /// Whether the index of a tree is of one that this release built from this configuration. What the configuration refers to, such
    /// as secrets, is not looked at.
    pub fn is_built(&self, index: &[u8]) -> bool {
        emit::lock::is_of(index, self.files.config(), self.sensitive())
    }

    /// Places of literal secrets: whoever shows source masks them.
    pub fn sensitive(&self) -> &[Span] {
        &self.model.sensitive
    }

    /// A text that was made of this configuration, with `[secret]` in place of the literal secrets that are handed through: they have no
    /// names that could be shown.
    pub fn without_literals(&self, text: &str) -> String {
        plan_view::without(&self.model.literals, text)
    }
}

/// The lines of a policy, or of another file that is no configuration, in which a secret gives itself away: whoever shows the file masks them.
pub fn secrets_in(file: &SourceFile) -> Vec<source::Span> {
    model::secrets_in(file)
}

fn has_errors(found: &[Diagnostic]) -> bool {
    found.iter().any(|found| found.severity == Severity::Error)
}

/// Reads a configuration, plans, and runs every rule that needs no artifact. Fit for every keystroke.
pub fn analyse(file: &SourceFile, inputs: &dyn Inputs, options: Options) -> Analysis {
    analyse_and(file, inputs, options, None, |_, _| ()).0
}

/// The same for somebody who wants the tree too, which has comments or not, and may have kept the one before the last edit.
fn analyse_and<T>(
    file: &SourceFile,
    inputs: &dyn Inputs,
    options: Options,
    kept: Option<syntax::Kept>,
    take: impl FnOnce(syntax::Tree<'_>, bool) -> T,
) -> (Analysis, T) {
    let mut sink = Sink::new();
    let mut files = Files::of(file.clone());
    let comments = rules::may_suppress(file);
    let again = kept.filter(|kept| kept.has_comments() == comments);
    let again = again.and_then(|kept| kept.read(file, &mut sink));
    let tree = again.unwrap_or_else(|| match comments {
        true => syntax::parse(file, &mut sink),
        false => syntax::parse_values(file, &mut sink),
    });
    let suppressions = rules::suppressions(&tree, file);
    let model = model::decode(&tree, file, &mut sink);
    let taken = take(tree, comments);
    let built = inputs.built().and_then(|index| Built::read(&index));
    let mut planned = plan::build(&model, options.into(), built, &mut sink);
    let own_policy = planned
        .as_mut()
        .and_then(|planned| acl::read(file, &model, &mut planned.plan, inputs, &mut sink));
    files.extend(own_policy.iter().map(|own| own.file.clone()));
    let mut secrets = secrets::Store::default();
    let mut sound = false;
    if let Some(Planned {
        plan,
        literals,
        built,
    }) = &mut planned
    {
        secrets = secrets::resolve(plan, literals, inputs, &mut sink);
        plan.platform
            .leave_out(secrets.unresolved().map(|(need, _)| need));
        secrets::report_unresolved(secrets.unresolved(), Severity::Info, &mut sink);
        sound = !sink.has_errors();
        let subject = rules::Subject {
            file,
            model: &model,
            plan,
            secrets: &secrets,
            built: built.as_ref(),
            today: inputs.today(),
        };
        rules::run(&subject, &mut sink);
    }
    let found = sink.finish();
    let analysis = Analysis {
        diagnostics: suppressions.apply(file, found.clone(), Depth::Analysis),
        files,
        model,
        planned,
        found,
        suppressions,
        secrets,
        own_policy,
        sound,
    };
    (analysis, taken)
}

/// What came of making artifacts.
struct Proof {
    found: Vec<Diagnostic>,
    emission: Emission,
    /// The emission with something in place of all that is not known.
    filled: Filled,
    /// Whether each flow of the plan gets through.
    verdicts: Vec<flows::Verdict>,
}

/// What is planned, as documents with holes.
fn emission(analysis: &Analysis, plan: &plan::Plan) -> Emission {
    let own = analysis.own_policy.as_ref();
    let merged = own.and_then(|own| own.merged.as_ref());
    let policy = merged.map(|merged| merged.text.as_str());
    let literals = &text::Literals::new(&analysis.model.literals);
    emit::emit(plan, policy, &analysis.secrets.lookup(Late::Open), literals)
}

/// Emits what is planned, once, and holds it against its readers, the rules on artifacts, and what has to be true of the tailnet.
pub fn prove(analysis: Analysis) -> Checked {
    let proof = proof(&analysis);
    Checked::of(analysis, proof)
}

fn proof(analysis: &Analysis) -> Proof {
    let Some(Planned { plan, .. }) = &analysis.planned else {
        return Proof {
            found: Vec::new(),
            emission: Emission::default(),
            filled: Filled::default(),
            verdicts: Vec::new(),
        };
    };
    let Analysis { model, secrets, .. } = analysis;
    let anchor = model.anchor;
    let own = analysis.own_policy.as_ref();
    let emission = emission(analysis, plan);
    // Late values are filled in by something, so that templates can be measured and read back.
    let filled = Filled::new(&emission, &secrets.lookup(Late::StandIn), None, |_| true);
    let mut sink = Sink::new();
    let mut unfit = BTreeSet::new();
    for (document, error) in filled.failures(&emission) {
        let need = error
            .value()
            .and_then(|name| plan.secrets.iter().find(|need| need.name == name));
        let Some(need) = need else {
            let message = format!("cannot generate `{}`: {error}", document.path);
            sink.push(INVALID_VALUE.at(anchor, message));
            continue;
        };
        // Once, at its own place, unless a rule said more of it.
        let is_said = |found: &Diagnostic| found.span == need.span && found.severity == Severity::Error;
        if unfit.insert(&need.name) && !analysis.found.iter().any(is_said) {
            sink.push(INVALID_VALUE.at(need.span, error.to_string()));
        }
    }
    rules::run_on_artifacts(
        analysis.files.config(),
        model,
        plan,
        (&emission, &filled),
        &mut sink,
    );
    let mut denied = None;
    if analysis.sound && !analysis.found.iter().any(rules::spoils_the_policy) {
        let policy = emission.of(emit::DocumentKind::Policy).map(emit::Document::text);
        if let Some(policy) = policy.as_ref().and_then(text::Text::as_lit) {
            denied = acl::prove(plan, model, own, policy, &mut sink);
        }
    }
    let verdicts = flows::decide(plan, denied.as_deref());
    if analysis.sound {
        flows::report(plan, &verdicts, anchor, &mut sink);
    }
    if !sink.has_errors() && !has_errors(&analysis.found) {
        verify::verify(plan, &emission, &filled, anchor, &mut sink);
    }
    Proof {
        found: sink.finish(),
        emission,
        filled,
        verdicts,
    }
}

/// A configuration that went through all stages.
pub struct Checked {
    /// What was found, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
    /// What is known without artifacts.
    pub analysis: Analysis,
    proof: Proof,
    /// Whether an error was found, whatever became of `diagnostics` since.
    is_refused: bool,
}

/// The JSON Schema of the configuration language, which editors complete and check by.
pub fn json_schema() -> String {
    format!("{:#}\n", model::json_schema())
}

/// The address of the page that explains a rule, or one of the doctor's causes: some of these have the name of a rule.
pub fn page_of(rule: &diagnostic::Rule) -> String {
    let page = match doctor::has(rule) {
        true => format!("doctor.md#{}", rule.name),
        false => format!("rules/{}.md", rule.name),
    };
    format!("{}/blob/main/docs/{page}", env!("CARGO_PKG_REPOSITORY"))
}

/// Checks a configuration: all stages, nothing written, no secret needed.
pub fn check(file: &SourceFile, inputs: &dyn Inputs) -> Checked {
    check_with(file, inputs, Options::default())
}

/// [`check`] with options.
pub fn check_with(file: &SourceFile, inputs: &dyn Inputs, options: Options) -> Checked {
    prove(analyse(file, inputs, options))
}

/// Why nothing was built.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotBuilt {
    /// What was found beyond the findings of the check: secrets without a value.
    pub diagnostics: Vec<Diagnostic>,
}

impl fmt::Display for NotBuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.diagnostics.first() {
            Some(first) => f.write_str(&first.message),
            None => f.write_str("the check found errors"),
        }
    }
}

impl std::error::Error for NotBuilt {}

impl Checked {
    fn of(analysis: Analysis, proof: Proof) -> Checked {
        let mut sink = Sink::new();
        sink.extend(analysis.found.iter().chain(&proof.found).cloned());
        let file = analysis.files.config();
        let diagnostics = analysis.suppressions.apply(file, sink.finish(), Depth::Proof);
        Checked {
            is_refused: has_errors(&diagnostics),
            diagnostics,
            analysis,
            proof,
        }
    }

    /// Whether an error stands in the way of building: one that was found, or one that was made of a warning in `diagnostics` since.
    pub fn has_errors(&self) -> bool {
        self.is_refused || has_errors(&self.diagnostics)
    }

    /// Every connection that the cluster needs, and whether it gets through routes, firewalls and the tailnet's policy.
    pub fn flows(&self) -> Vec<Flow> {
        match &self.analysis.planned {
            Some(planned) => plan_view::flows(&planned.plan, &self.proof.verdicts),
            None => Vec::new(),
        }
    }

    /// Everything to write, in the order of the paths; `only` keeps to the artifacts of one consumer and the secrets that it
    /// needs, and the index.
    ///
    /// # Errors
    /// Where the check found an error, and where a secret that is needed has no value.
    pub fn build(&self, only: Option<Consumer>) -> Result<Vec<Artifact>, NotBuilt> {
        let mut sink = Sink::new();
        if self.has_errors() {
            return Err(NotBuilt {
                diagnostics: sink.finish(),
            });
        }
        let held = self.proof.emission.secrets_held();
        let is_needed = |need: &plan::SecretNeed| match only {
            None => true,
            // What Terraform knows needs no value, and the module tells of every template.
            Some(_) if matches!(need.source, SecretSource::Terraform(_)) => true,
            Some(only) => held
                .get(&only)
                .is_some_and(|held| held.iter().any(|id| id.0 == need.name)),
        };
        let unresolved = self.analysis.secrets.unresolved();
        secrets::report_unresolved(
            unresolved.filter(|(need, _)| is_needed(need)),
            Severity::Error,
            &mut sink,
        );
        if sink.has_errors() {
            return Err(NotBuilt {
                diagnostics: sink.finish(),
            });
        }
        let mut artifacts = self.preview();
        artifacts.retain(|artifact| {
            only.is_none_or(|only| [only, Consumer::Index].contains(&artifact.consumer()))
        });
        Ok(artifacts)
    }

    /// What [`Checked::build`] would write, with a placeholder for every secret that has no value: for a look at what is not
    /// sensitive. Empty where something cannot be written.
    pub fn preview(&self) -> Vec<Artifact> {
        let Proof { emission, filled, .. } = &self.proof;
        let Some(Planned { plan, .. }) = &self.analysis.planned else {
            return Vec::new();
        };
        // What has late values is a template now; all else is there already.
        let lookup = self.analysis.secrets.lookup(Late::Open);
        let open = Filled::new(emission, &lookup, Some(filled), emit::Document::is_template);
        let Ok(mut artifacts) = open.artifacts(emission) else {
            return Vec::new();
        };
        let file = self.analysis.files.config();
        let index = emit::lock::index(plan, file, self.analysis.sensitive(), &artifacts);
        let place = artifacts.partition_point(|artifact| artifact.path < index.path);
        artifacts.insert(place, index);
        artifacts
    }

    /// Who gets each secret, by the secret's name: read off what would be written. The index of the tree, which tells of all of
    /// it, is not among them.
    pub fn consumers(&self) -> BTreeMap<String, Vec<Consumer>> {
        let mut consumers: BTreeMap<String, Vec<Consumer>> = BTreeMap::new();
        for (consumer, secrets) in self.proof.emission.secrets_held() {
            for secret in secrets {
                consumers.entry(secret.0).or_default().push(consumer);
            }
        }
        consumers
    }
}
