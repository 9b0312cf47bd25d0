//! Rules on how the file is written.

pub mod yaml_ambiguous_scalar;
