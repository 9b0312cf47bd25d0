//! Rules on secrets, whatever they are for.

pub mod known_example;
pub mod literal;
pub mod name_invalid;
pub mod ref_unresolved;
