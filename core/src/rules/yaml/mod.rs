//! Rules on how the file is written.

pub(super) mod edit;
