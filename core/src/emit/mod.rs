//! Writers: a tree of plain data with late-bound and secret leaves to the bytes of each output format.
//!
//! [`node`] is the tree, [`text`] its strings; [`yaml`], [`json`], [`hujson`] and [`shell`] turn trees into
//! [`text::Text`], and [`render`] turns text into bytes or into a Terraform template.

pub mod hcl;
pub mod hujson;
pub mod json;
pub mod node;
pub mod render;
pub mod shell;
pub mod text;
pub mod written;
pub mod yaml;
pub(crate) mod yaml_scalar;

mod artifact;

pub use artifact::{Artifact, Consumer};

use crate::diagnostic::Sink;
use crate::plan::Plan;
use crate::source::SourceFile;

/// Every file of the tree, in the order of their paths.
pub(crate) fn artifacts(
    _plan: &Plan,
    _file: &SourceFile,
    _values: &dyn render::Values,
    _sink: &mut Sink,
) -> Vec<Artifact> {
    Vec::new()
}
