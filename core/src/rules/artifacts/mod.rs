//! Rules on what would be written.

pub mod user_data_too_large;
