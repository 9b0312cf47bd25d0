//! Rules on how the file is written.

pub(super) mod edit;

pub mod yaml_ambiguous_scalar;
