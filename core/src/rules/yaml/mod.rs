//! Rules on how the file is written.

pub mod placeholder_left;
pub mod yaml_ambiguous_scalar;
