//! A configuration that is being edited.

use super::outline::Outline;
use crate::inputs::Inputs;
use crate::source::SourceFile;
use crate::syntax::{Kept, Tree};
use crate::{Analysis, Options, analyse_and};

/// A configuration that is being edited: what is known of its text as it is now. One parse answers every question until the next edit.
pub struct Draft {
    /// What was found in it, without artifacts.
    pub analysis: Analysis,
    pub(super) outline: Outline,
    kept: Option<Kept>,
}

impl Draft {
    /// Reads and analyses a configuration, broken or not.
    pub fn of(file: &SourceFile, inputs: &dyn Inputs) -> Draft {
        Draft::read(file, inputs, None)
    }

    /// The same after an edit. What the edit does not touch is not parsed again.
    pub fn again(self, file: &SourceFile, inputs: &dyn Inputs) -> Draft {
        Draft::read(file, inputs, self.kept)
    }

    fn read(file: &SourceFile, inputs: &dyn Inputs, kept: Option<Kept>) -> Draft {
        let take = |tree: Tree<'_>, comments| (Outline::of(&tree), Kept::of(tree, comments));
        let (analysis, (outline, kept)) = analyse_and(file, inputs, Options::default(), kept, take);
        Draft {
            analysis,
            outline,
            kept,
        }
    }

    /// The text.
    pub fn file(&self) -> &SourceFile {
        self.analysis.files.config()
    }
}

/// A draft without surroundings.
#[cfg(test)]
pub(super) fn drafted(text: &str) -> Draft {
    drafted_with(text, &crate::inputs::NoInputs)
}

/// The same of a text with the mark `|`, which is taken out, and where it was.
#[cfg(test)]
pub(super) fn drafted_at(text: &str) -> (Draft, u32) {
    let offset = text.find('|').and_then(|at| u32::try_from(at).ok());
    (drafted(&text.replacen('|', "", 1)), offset.unwrap_or(0))
}

/// A draft with surroundings.
#[cfg(test)]
pub(super) fn drafted_with(text: &str, inputs: &dyn Inputs) -> Draft {
    let file = SourceFile::new(crate::source::FileId::CONFIG, "x", text);
    Draft::of(&file, inputs)
}

/// Surroundings of one file, by its path.
#[cfg(test)]
pub(super) struct Beside<'t>(pub &'t str, pub &'t str);

#[cfg(test)]
impl Inputs for Beside<'_> {
    fn read(&self, path: &str) -> Result<crate::inputs::SecretBytes, crate::inputs::InputError> {
        match path == self.0 {
            true => Ok(self.1.into()),
            false => Err(crate::inputs::InputError("no such file".to_owned())),
        }
    }

    fn var(&self, _: &str) -> Option<crate::inputs::SecretBytes> {
        None
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), crate::inputs::InputError> {
        Err(crate::inputs::InputError("no random numbers".to_owned()))
    }
}
