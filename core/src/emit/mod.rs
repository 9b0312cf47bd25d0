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
mod yaml_scalar;
