//! The one way in which anything but the configuration's own text reaches the core.

pub use crate::text::SecretBytes;

use crate::date::Date;

/// What cannot be had, in words for a message: "no such file".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputError(pub String);

impl std::fmt::Display for InputError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InputError {}

/// What the core needs from outside. The command line reads files and the environment; a test or an editor brings its own.
pub trait Inputs {
    /// The bytes of a file that the configuration names, relative to it.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, path: &str) -> Result<SecretBytes, InputError>;

    /// The variable `name`: from the environment, else from the secrets file. `None` where it is unset or empty.
    fn var(&self, name: &str) -> Option<SecretBytes>;

    /// The value of a late-bound variable, where it is known after all.
    fn late(&self, variable: &str) -> Option<String>;

    /// Fills `buffer` with random bytes fit for keys. Only `secrets generate` calls it.
    ///
    /// # Errors
    /// Why there are none.
    fn random(&self, buffer: &mut [u8]) -> Result<(), InputError>;

    /// The index, [`crate::artifact::LOCK`], of the tree that is there already, which the next one takes the place of. `None` where there
    /// is none: then everything that the configuration leaves open is chosen anew.
    fn built(&self) -> Option<Vec<u8>> {
        None
    }

    /// Today's date. Rules read it, for findings that are warnings at most, and secrets that expire are made up with it; no artifact has
    /// it otherwise. `None` where nobody knows: then there are no such findings.
    fn today(&self) -> Option<Date> {
        None
    }
}

/// Nothing from outside: no file, no variable.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInputs;

impl Inputs for NoInputs {
    fn read(&self, _: &str) -> Result<SecretBytes, InputError> {
        Err(InputError("files are not available".into()))
    }

    fn var(&self, _: &str) -> Option<SecretBytes> {
        None
    }

    fn late(&self, _: &str) -> Option<String> {
        None
    }

    fn random(&self, _: &mut [u8]) -> Result<(), InputError> {
        Err(InputError("random numbers are not available".into()))
    }
}
