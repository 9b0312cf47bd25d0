//! A name that is changed everywhere, and never into an error.

use super::{Name, NameKind, Names};
use crate::acl::party_of;
use crate::diagnostic::{Edit, Severity, edited};
use crate::editor::draft::Draft;
use crate::editor::over::Over;
use crate::emit::yaml_scalar::double_quoted;
use crate::inputs::Inputs;
use crate::rules::is_plain_everywhere;
use crate::source::{FileId, SourceFile};
use crate::{Analysis, Options, analyse};

impl Names {
    /// The edits that change a name everywhere, in the configuration and in its policy.
    ///
    /// # Errors
    /// Why it cannot be changed: names that are given outside of these files, one that is there already, and one that makes an error
    /// of what was none.
    pub fn rename(
        &self,
        draft: &Draft,
        inputs: &dyn Inputs,
        name: &Name,
        new: &str,
    ) -> Result<Vec<Edit>, String> {
        let analysis = &draft.analysis;
        let kind = name.kind.as_str();
        let new = match new.strip_prefix(name.kind.prefix()) {
            Some(_) => new.to_owned(),
            None => format!("{}{new}", name.kind.prefix()),
        };
        self.may_rename(draft, name)?;
        if new == name.text {
            return Ok(Vec::new());
        }
        if !name.kind.takes(&new) {
            return Err(format!("invalid {kind} name `{new}`"));
        }
        if name.kind == NameKind::Host && party_of(&new).is_some() {
            return Err(format!("`{new}` means machines or people in `tailscale.expect`"));
        }
        if self
            .0
            .iter()
            .any(|other| other.kind == name.kind && other.text == new)
        {
            return Err(format!("`{new}` is the name of another {kind}"));
        }
        let edits: Result<Vec<Edit>, String> = self
            .same(name)
            .map(|place| {
                let file = analysis.files.get(place.span.file);
                let edit = file.and_then(|file| written(file, place, &new));
                edit.ok_or_else(|| format!("invalid {kind} name `{new}`"))
            })
            .collect();
        let edits = edits?;
        match worse(analysis, inputs, &edits) {
            Some(error) => Err(format!(
                "cannot rename the {kind} `{}` to `{new}`: {error}",
                name.text
            )),
            None => Ok(edits),
        }
    }

    /// Whether a name can be changed at all.
    ///
    /// # Errors
    /// Why not.
    pub fn may_rename(&self, draft: &Draft, name: &Name) -> Result<(), String> {
        let Name { kind, text, .. } = name;
        if *kind == NameKind::Variable {
            return Err(format!("the variable `{text}` is set outside of this file"));
        }
        let places: Vec<&Name> = self.same(name).collect();
        let in_config = places.iter().any(|place| place.span.file == FileId::CONFIG);
        if *kind == NameKind::Tag && !in_config && is_default_tag(&draft.analysis, text) {
            return Err(format!(
                "`{text}` is a default of `tailscale.tags`; set that key to another tag first"
            ));
        }
        if !places.iter().any(|place| place.is_given) {
            return Err(format!(
                "the {} `{text}` is defined outside of these files",
                kind.as_str()
            ));
        }
        Ok(())
    }
}

impl NameKind {
    /// Whether a text can be such a name, as far as no rule says more.
    fn takes(self, name: &str) -> bool {
        let Some(bare) = name.strip_prefix(self.prefix()).filter(|bare| !bare.is_empty()) else {
            return false;
        };
        let signs = match self {
            NameKind::Anchor => "_-.",
            NameKind::Group | NameKind::IpSet | NameKind::Posture | NameKind::Host => "_-.@+",
            _ => return true,
        };
        bare.chars().all(|c| c.is_alphanumeric() || signs.contains(c))
    }
}

/// The edit that writes another name in a place.
fn written(file: &SourceFile, place: &Name, new: &str) -> Option<Edit> {
    let span = place.span;
    let edit = |text: String| Some(Edit { span, text });
    let quote = span
        .start
        .checked_sub(1)
        .and_then(|at| file.text().as_bytes().get(at as usize));
    let is_simple = !new.is_empty() && !new.contains(['"', '\'', '\\']) && !new.chars().any(char::is_control);
    match (place.kind, quote) {
        (NameKind::Anchor, _) => edit(new.to_owned()),
        (_, Some(b'"' | b'\'')) => is_simple.then(|| edit(new.to_owned()))?,
        _ if is_plain_everywhere(new) => edit(new.to_owned()),
        _ => is_simple.then(|| edit(double_quoted(new)))?,
    }
}

fn is_default_tag(analysis: &Analysis, tag: &str) -> bool {
    let plan = analysis.planned.as_ref().map(|planned| &planned.plan);
    let tailnet = plan.and_then(|plan| plan.tailnet.as_ref());
    tailnet.is_some_and(|tailnet| {
        tailnet
            .server_tags
            .iter()
            .chain(&tailnet.agent_tags)
            .any(|own| own == tag)
    })
}

/// The first error that edits make, in words.
fn worse(analysis: &Analysis, inputs: &dyn Inputs, edits: &[Edit]) -> Option<String> {
    let changed = |file: &SourceFile| {
        let here = edits.iter().filter(|edit| edit.span.file == file.id());
        SourceFile::new(file.id(), file.path(), edited(file.text(), here))
    };
    let policies: Vec<SourceFile> = analysis.files.others().iter().map(changed).collect();
    let inputs = Over {
        inputs,
        config: analysis.files.config(),
        changed: &policies,
    };
    let now = analyse(&changed(analysis.files.config()), &inputs, Options::default());
    let count = |analysis: &Analysis, rule: &str| {
        let of_rule = analysis.diagnostics.iter().filter(|found| found.rule == rule);
        of_rule.count()
    };
    let errors = now
        .diagnostics
        .iter()
        .filter(|found| found.severity == Severity::Error);
    errors
        .filter(|found| count(&now, found.rule.name) > count(analysis, found.rule.name))
        .map(|found| found.message.clone())
        .next()
}
