//! Surroundings of a configuration as they would be after edits.

use crate::date::Date;
use crate::inputs::{InputError, Inputs, SecretBytes};
use crate::source::SourceFile;

/// Inputs with other texts of some files, which are not written yet.
pub(super) struct Over<'i> {
    /// Everything else.
    pub inputs: &'i dyn Inputs,
    /// The configuration, by whose path others are named.
    pub config: &'i SourceFile,
    /// The files with other texts.
    pub changed: &'i [SourceFile],
}

impl Inputs for Over<'_> {
    fn read(&self, path: &str) -> Result<SecretBytes, InputError> {
        let shown = self.config.beside(path);
        match self.changed.iter().find(|file| file.path() == shown) {
            Some(file) => Ok(SecretBytes::from(file.text())),
            None => self.inputs.read(path),
        }
    }

    fn var(&self, name: &str) -> Option<SecretBytes> {
        self.inputs.var(name)
    }

    fn late(&self, variable: &str) -> Option<String> {
        self.inputs.late(variable)
    }

    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError> {
        self.inputs.random(buffer)
    }

    fn built(&self) -> Option<Vec<u8>> {
        self.inputs.built()
    }

    fn today(&self) -> Option<Date> {
        self.inputs.today()
    }
}
