//! Rules on who may sign up.

pub mod passlist_uppercase;
